import { closeEncoder } from "./encode/closure-encoder.ts";
import { FieldWriter } from "./encode/field-writer.ts";
import { generateEncoder } from "./encode/generated-encoder.ts";
import type { TemplateEncoder } from "./encode/template-encoder.ts";
import { FastError } from "./errors.ts";
import type { FastFields, FastValue } from "./message.ts";
import { checkReset, type ResetPolicy } from "./options.ts";
import { isGeneratedMode, type SpecialisationMode } from "./specialise.ts";
import type { Plan, TemplatePlan } from "./template/plan.ts";
import type { TemplateRegistry } from "./template/registry.ts";

/** Options of {@link FastEncoder}. */
export interface FastEncoderOptions {
  /** When dictionaries are cleared; the decoder must do the same. Default `template`. */
  readonly reset?: ResetPolicy;
  /**
   * Whether each message names its template (`always`, the default: a lost packet does no harm to the next) or only
   * when it is another than the one before (`changed`: a byte less).
   */
  readonly templateId?: "always" | "changed";
  /** How encoders are specialised; default `auto`. */
  readonly mode?: SpecialisationMode;
}

/** What is encoded: a template's name and values by field name. A decoded message is one. */
export interface EncodableMessage {
  /** Name of the template. */
  readonly template: string;
  /**
   * Values by field name, of the types of {@link FastFields}; integers and decimals may also be strings of digits.
   * A property that is missing, `undefined` or `null` means absent.
   */
  readonly fields: object;
}

/**
 * Encodes messages so that a decoder with the same templates and reset policy reads them back.
 *
 * The same messages always give the same bytes: presence maps and integers of the fewest bytes, values left out
 * wherever the operator allows. A message that cannot be encoded changes nothing.
 */
export class FastEncoder {
  readonly #plan: Plan;
  readonly #writer: FieldWriter;
  readonly #reset: ResetPolicy;
  readonly #isAlways: boolean;
  readonly #isGenerated: boolean;
  readonly #encoders: (TemplateEncoder | undefined)[] = [];
  #template: TemplatePlan | undefined;

  /**
   * @param registry - the templates of the feed
   * @param options - see {@link FastEncoderOptions}
   * @throws FastError `bad-option`
   */
  constructor(registry: TemplateRegistry, options: FastEncoderOptions = {}) {
    const { reset = "template", templateId = "always", mode = "auto" } = options;
    checkReset(reset);
    if (templateId !== "always" && templateId !== "changed")
      throw new FastError("bad-option", `templateId must be always or changed, was ${String(templateId)}`);
    this.#isGenerated = isGeneratedMode(mode);
    this.#plan = registry.plan;
    this.#reset = reset;
    this.#isAlways = templateId === "always";
    this.#writer = new FieldWriter(this.#plan.slotCount);
  }

  /** How encoders are specialised here. */
  get mode(): "generated" | "closures" {
    return this.#isGenerated ? "generated" : "closures";
  }

  /** Clears all dictionaries and forgets the template id, as at the start of a packet. */
  reset(): void {
    this.#writer.dictionaries.resetAll();
    this.#template = undefined;
  }

  /**
   * Encodes a message.
   *
   * @param message - template and values
   * @returns its bytes, the caller's own
   * @throws FastError of a dynamic or guard code, with the field; nothing has changed then
   */
  encode(message: EncodableMessage): Uint8Array {
    const { wire } = this.#writer;
    wire.begin();
    this.#run(message);
    return wire.bytes.slice(0, wire.position);
  }

  /**
   * Encodes a message into the caller's buffer.
   *
   * @param message - template and values
   * @param target - takes the bytes; those from `offset` on may be written over even when the message comes to nothing
   * @param offset - where the first goes
   * @returns the message's length in bytes, or 0 when it does not fit; the encoder has not changed then
   * @throws FastError of a dynamic or guard code, with the field; the encoder has not changed then
   */
  encodeInto(message: EncodableMessage, target: Uint8Array, offset = 0): number {
    const { wire } = this.#writer;
    wire.beginIn(target, offset);
    if (!this.#run(message)) return 0;
    wire.deliver(target);
    return wire.position - offset;
  }

  /** Encodes a message at the start of the wire; false: it does not fit. */
  #run(message: EncodableMessage): boolean {
    const { wire, dictionaries } = this.#writer;
    const before = this.#template;
    let isWritten = false;
    if (this.#writer.bits.length > 0) this.#writer.bits = [];
    try {
      if (this.#reset === "message") {
        this.#template = undefined;
        if (this.#isJournaled) dictionaries.resetJournaled();
      }
      this.#write(message);
      isWritten = wire.position <= wire.limit;
      return isWritten;
    } finally {
      if (isWritten) dictionaries.commit();
      else {
        dictionaries.rollback();
        this.#template = before;
      }
    }
  }

  #write(message: EncodableMessage): void {
    const template = this.#plan.byName.get(message.template);
    if (!template) throw new FastError("unknown-template", `there is no template "${message.template}"`);
    if (template.info.id === undefined)
      throw new FastError("unknown-template", `template "${message.template}" has no id to send it by`);
    if (typeof message.fields !== "object" || message.fields === null)
      throw new FastError("D1", `fields of "${message.template}" are given as an object`);
    const isIdSent = this.#isAlways || this.#template !== template;
    this.#template = template;
    this.#encoderOf(template)(message.fields as FastFields, isIdSent);
  }

  /** Whether every previous value goes through the journal, because local variables would not do. */
  get #isJournaled(): boolean {
    return this.#plan.hasReferences || !this.#isGenerated;
  }

  #encoderOf(template: TemplatePlan): TemplateEncoder {
    const { index } = template.info;
    let encoder = this.#encoders[index];
    if (!encoder) {
      encoder = this.#specialise(template);
      this.#encoders[index] = encoder;
    }
    return encoder;
  }

  #specialise(template: TemplatePlan): TemplateEncoder {
    const isFresh = this.#reset === "message" && !this.#isJournaled;
    const specialise = this.#isGenerated ? generateEncoder : closeEncoder;
    return specialise(template, {
      writer: this.#writer,
      resets: template.info.reset || isFresh,
      keeps: !isFresh,
      isJournaled: this.#isJournaled,
      nested: (message: FastValue) => this.#write(message as EncodableMessage),
    });
  }
}
