import { canGenerate } from "./can-generate.ts";
import { FastError } from "./errors.ts";
import { FieldWriter, METHOD, type WriteSegment } from "./field-writer.ts";
import { generateSegmentWriter } from "./generate-encoder.ts";
import type { FastFields } from "./message.ts";
import { checkReset, type ResetPolicy } from "./options.ts";
import { type Plan, type SegmentPlan, sameShape, type TemplatePlan } from "./plan.ts";
import type { TemplateRegistry } from "./registry.ts";

/** Options of {@link FastEncoder}. */
export interface FastEncoderOptions {
  /** When dictionaries are cleared; the decoder must do the same. Default `template`. */
  readonly reset?: ResetPolicy;
  /**
   * Whether each message names its template (`always`, the default: a lost packet does no harm to the next) or only
   * when it is another than the one before (`changed`: a byte less).
   */
  readonly templateId?: "always" | "changed";
  /** Generated code or closures, as for decoders. Default `auto`. */
  readonly mode?: "auto" | "generated" | "closures";
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
  readonly #segments = new Map<SegmentPlan, WriteSegment>();
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
    if (mode !== "auto" && mode !== "generated" && mode !== "closures")
      throw new FastError("bad-option", `mode must be auto, generated or closures, was ${String(mode)}`);
    this.#plan = registry.plan;
    this.#reset = reset;
    this.#isAlways = templateId === "always";
    this.#isGenerated = mode === "generated" || (mode === "auto" && canGenerate());
    this.#writer = new FieldWriter(this.#plan.slotCount, (message) => this.#writeMessage(message));
  }

  /** Clears all dictionaries and forgets the template id, as at the start of a packet. */
  reset(): void {
    this.#writer.reset();
    this.#writer.commit();
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
    this.#run(message);
    this.#writer.commit();
    const { wire } = this.#writer;
    return wire.bytes.slice(0, wire.position);
  }

  /**
   * Encodes a message into the caller's buffer.
   *
   * @param message - template and values
   * @param target - takes the bytes
   * @param offset - where the first goes
   * @returns the message's length in bytes, or 0 when it does not fit; nothing has changed then
   * @throws FastError of a dynamic or guard code, with the field; nothing has changed then
   */
  encodeInto(message: EncodableMessage, target: Uint8Array, offset = 0): number {
    const before = this.#template;
    this.#run(message);
    const { wire } = this.#writer;
    const length = wire.position;
    if (offset + length > target.length) {
      this.#writer.rollback();
      this.#template = before;
      return 0;
    }
    this.#writer.commit();
    // Below some sixty bytes a loop is faster than a view and set().
    if (length < 64) for (let at = 0; at < length; at++) target[offset + at] = wire.bytes[at]!;
    else target.set(wire.bytes.subarray(0, length), offset);
    return length;
  }

  #run(message: EncodableMessage): void {
    const before = this.#template;
    this.#writer.wire.position = 0;
    try {
      if (this.#reset === "message") {
        this.#writer.reset();
        this.#template = undefined;
      }
      this.#writeMessage(message);
    } catch (error) {
      this.#writer.rollback();
      this.#template = before;
      throw error;
    }
  }

  #writeMessage(message: EncodableMessage): void {
    const template = this.#plan.byName.get(message.template);
    if (!template) throw new FastError("unknown-template", `there is no template "${message.template}"`);
    const { id, reset } = template.info;
    if (id === undefined)
      throw new FastError("unknown-template", `template "${message.template}" has no id to send it by`);
    if (typeof message.fields !== "object" || message.fields === null)
      throw new FastError("D1", `fields of "${message.template}" are given as an object`);
    if (reset) this.#writer.reset();
    const sent = this.#isAlways || this.#template !== template ? id : null;
    this.#template = template;
    this.#writer.segment(
      template.segment,
      message.fields as FastFields,
      this.#segmentOf(template.segment),
      sent,
    );
  }

  #segmentOf(plan: SegmentPlan): WriteSegment {
    let write = this.#segments.get(plan);
    if (!write) {
      write = this.#isGenerated ? this.#generate(plan) : this.#close(plan);
      this.#segments.set(plan, write);
    }
    return write;
  }

  #generate(plan: SegmentPlan): WriteSegment {
    return generateSegmentWriter(plan, (inner) => this.#segmentOf(inner));
  }

  #close(plan: SegmentPlan): WriteSegment {
    let references = 0;
    const steps = plan.instructions.map((plain) => {
      const instruction = sameShape(plain);
      const name = instruction.kind === "reference" ? `$ref${++references}` : instruction.name;
      const write = "segment" in plain ? this.#segmentOf(plain.segment) : undefined;
      return (writer: FieldWriter, fields: FastFields): void => {
        (writer[METHOD[instruction.kind]] as (...given: unknown[]) => void).call(
          writer,
          instruction,
          fields[name],
          write,
        );
      };
    });
    return (writer, fields) => {
      for (const step of steps) step(writer, fields);
    };
  }
}
