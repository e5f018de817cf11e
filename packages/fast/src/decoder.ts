import { closeDecoder } from "./decode/closure-decoder.ts";
import { generateDecoder, type TemplateDecoder } from "./decode/generated-decoder.ts";
import { NEED_MORE, Reader } from "./decode/reader.ts";
import { FastError, isFastError, type ReportCode } from "./errors.ts";
import type { FastListener, FastMessage } from "./message.ts";
import { checkReset, type FastLimits, type ResetPolicy, resolveLimits } from "./options.ts";
import { isGeneratedMode, type SpecialisationMode } from "./specialise.ts";
import type { FieldInfo, Plan, TemplatePlan } from "./template/plan.ts";
import type { TemplateRegistry } from "./template/registry.ts";

/** Options of {@link FastDecoder}. */
export interface FastDecoderOptions {
  /** When dictionaries are cleared; default `template`. */
  readonly reset?: ResetPolicy;
  /** Type of 64-bit integers and mantissas: `auto`, a `number` where exact, else a `bigint` (default), or always `bigint`. */
  readonly integers?: "auto" | "bigint";
  /** How decoders are specialised; default `auto`. */
  readonly mode?: SpecialisationMode;
  /** Bounds against hostile input. */
  readonly limits?: FastLimits;
  /**
   * Told of what is wrong but readable, once for each place, when the message is complete.
   *
   * @param code - which rule is broken
   * @param field - the field, or `undefined` for a presence map or template id
   * @param offset - where reading stood, in the bytes given
   */
  readonly onReport?: (code: ReportCode, field: FieldInfo | undefined, offset: number) => void;
}

/**
 * Decodes messages that stand back to back. State is the dictionaries and the template id.
 *
 * A message either counts as a whole or not at all: when bytes are missing, or something is wrong, every previous
 * value is as before the call. For frames and chunks see {@link FastStream}.
 */
export class FastDecoder {
  readonly #plan: Plan;
  readonly #reader: Reader;
  readonly #options: FastDecoderOptions;
  readonly #reset: ResetPolicy;
  readonly #isGenerated: boolean;
  readonly #messageWords: number;
  /** Templates whose id is below 1,024, by id: a quarter of a map's cost. */
  readonly #byLowId: (TemplatePlan | undefined)[];
  readonly #objectDecoders: (TemplateDecoder | undefined)[] = [];
  #listener: FastListener | undefined;
  #listenerDecoders: (TemplateDecoder | undefined)[] = [];
  #template: TemplatePlan | undefined;
  #isListening = false;
  #bytesRead = 0;

  /**
   * @param registry - the templates of the feed
   * @param options - see {@link FastDecoderOptions}
   * @throws FastError `bad-option`
   */
  constructor(registry: TemplateRegistry, options: FastDecoderOptions = {}) {
    this.#plan = registry.plan;
    this.#options = options;
    this.#reset = options.reset ?? "template";
    checkReset(this.#reset);
    const { integers = "auto", mode = "auto" } = options;
    if (integers !== "auto" && integers !== "bigint")
      throw new FastError("bad-option", `integers must be auto or bigint, was ${String(integers)}`);
    this.#isGenerated = isGeneratedMode(mode);
    this.#reader = new Reader(this.#plan, resolveLimits(options.limits));
    const ids = [...this.#plan.byId.keys()].filter((id) => id < 1024);
    this.#byLowId = Array.from({ length: Math.max(-1, ...ids) + 1 }, (_, id) => this.#plan.byId.get(id));
    const bits = this.#plan.templates.map((template) => template.segment.bits);
    this.#messageWords = Math.max(1, Math.ceil(Math.max(0, ...bits) / 28));
  }

  /** How decoders are specialised here. */
  get mode(): "generated" | "closures" {
    return this.#isGenerated ? "generated" : "closures";
  }

  /** Bytes of the message decoded last; 0 after a call that found no whole message. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Clears all dictionaries and forgets the template id. */
  reset(): void {
    this.#reader.dictionaries.resetAll();
    this.#template = undefined;
  }

  /**
   * Decodes one message into an object. {@link FastDecoder.bytesRead} says how long it was.
   *
   * @param bytes - holds the message
   * @param offset - where it begins
   * @param end - where the bytes that may be read end
   * @returns the message, or `undefined` when it is not all there; nothing has changed then
   * @throws FastError of a dynamic code or a limit, with offset and field; nothing has changed then
   */
  decode(bytes: Uint8Array, offset = 0, end: number = bytes.length): FastMessage | undefined {
    this.#isListening = false;
    return this.#run(bytes, offset, end) as FastMessage | undefined;
  }

  /**
   * Decodes one message, telling a listener its fields as they are read.
   *
   * @param listener - told of the fields; keep to one listener for a decoder, a change of it compiles templates anew
   * @param bytes - holds the message
   * @param offset - where it begins
   * @param end - where the bytes that may be read end
   * @returns the message's length in bytes, or 0 when it is not all there; nothing has changed then
   * @throws FastError of a dynamic code or a limit, with offset and field; nothing has changed then
   */
  read(listener: FastListener, bytes: Uint8Array, offset = 0, end: number = bytes.length): number {
    if (listener !== this.#listener) {
      this.#listener = listener;
      this.#listenerDecoders = [];
    }
    this.#isListening = true;
    this.#run(bytes, offset, end);
    return this.#bytesRead;
  }

  #run(bytes: Uint8Array, offset: number, end: number): unknown {
    const reader = this.#reader;
    reader.bytes = bytes;
    reader.position = offset;
    reader.messageStart = offset;
    reader.end = end;
    reader.elementsLeft = reader.limits.maxElements;
    this.#bytesRead = 0;
    const before = this.#template;
    if (this.#reset === "message") {
      this.#template = undefined;
      if (this.#plan.hasReferences || !this.#isGenerated) reader.dictionaries.resetJournaled();
    }
    let template: TemplatePlan | undefined;
    let isTold = false;
    try {
      template = this.#readTemplate();
      if (this.#isListening) {
        isTold = true;
        this.#listener!.beginMessage(template.info, offset);
      }
      const fields = this.#decoderOf(template)();
      reader.dictionaries.commit();
      this.#bytesRead = reader.position - offset;
      if (reader.reports.length > 0) this.#flushReports();
      if (!this.#isListening) return { template: template.info.name, id: template.info.id, fields };
      this.#listener!.endMessage(template.info);
      return undefined;
    } catch (error) {
      if (this.#bytesRead > 0) throw error;
      reader.dictionaries.rollback();
      reader.depth = 0;
      reader.reports.length = 0;
      this.#template = before;
      if (isTold) this.#listener!.abandonMessage();
      if (error === NEED_MORE) return undefined;
      if (isFastError(error)) error.messageOffset = offset;
      throw error;
    }
  }

  /** Presence map and template id: the start of a message, at the top or by a dynamic reference. */
  #readTemplate(): TemplatePlan {
    const reader = this.#reader;
    const words = this.#messageWords;
    const { bytes, position } = reader;
    let map: number;
    const byte = position < reader.end ? bytes[position]! : 0;
    if (byte > 127) {
      reader.position = position + 1;
      map = (byte & 127) << 21;
      reader.words[0] = map;
      for (let word = 1; word < words; word++) reader.words[word] = 0;
      reader.hasExtraBits = false;
    } else map = reader.presenceMap(words * 28, words, false, -1);
    if ((map & 0x8000000) === 0)
      return this.#template ?? reader.fail("D5", -1, "the first message has no template id");
    const id = reader.unsigned(-1);
    if (id > 4294967295) reader.fail("D2", -1, `template id ${id} is no uInt32`);
    if (this.#template?.info.id === id) return this.#template;
    const template =
      id < this.#byLowId.length ? this.#byLowId[id as number] : this.#plan.byId.get(id as number);
    if (!template) return reader.fail("D9", -1, `there is no template with id ${id}`);
    this.#template = template;
    return template;
  }

  #decoderOf(template: TemplatePlan): TemplateDecoder {
    const decoders = this.#isListening ? this.#listenerDecoders : this.#objectDecoders;
    const { index } = template.info;
    let decoder = decoders[index];
    if (!decoder) {
      decoder = this.#specialise(template);
      decoders[index] = decoder;
    }
    return decoder;
  }

  #specialise(template: TemplatePlan): TemplateDecoder {
    const isFresh = this.#reset === "message" && !this.#plan.hasReferences;
    const specialise = this.#isGenerated ? generateDecoder : closeDecoder;
    return specialise(template, {
      reader: this.#reader,
      listener: this.#isListening ? this.#listener : undefined,
      isBigint: this.#options.integers === "bigint",
      resets: template.info.reset || isFresh,
      keeps: !isFresh,
      isJournaled: this.#plan.hasReferences,
      messageWords: this.#messageWords,
      nested: () => this.#nested(),
    });
  }

  #nested(): unknown {
    const reader = this.#reader;
    if (++reader.depth > reader.limits.maxReferenceDepth)
      reader.fail(
        "nesting-too-deep",
        -1,
        `template references nest deeper than ${reader.limits.maxReferenceDepth}`,
      );
    const offset = reader.position;
    const template = this.#readTemplate();
    if (this.#isListening) this.#listener!.beginMessage(template.info, offset);
    const fields = this.#decoderOf(template)();
    reader.depth--;
    if (!this.#isListening) return { template: template.info.name, id: template.info.id, fields };
    this.#listener!.endMessage(template.info);
    return undefined;
  }

  #flushReports(): void {
    const { onReport } = this.#options;
    // Taken out first: a throwing callback must not have them told again with the next message.
    const reports = this.#reader.reports.splice(0);
    if (onReport) for (const { code, field, offset } of reports) onReport(code, field, offset);
  }
}
