import { dataFields } from "./data-fields.ts";
import type { Dictionary, Section } from "./dictionary.ts";
import type { FixEncoder } from "./encoder.ts";
import { FixError } from "./errors.ts";
import { isHeaderTag, isTrailerTag } from "./header.ts";
import type { FixView, GroupView } from "./view.ts";

/** What a field can be set to; a number is written as decimal digits, a boolean as `Y` or `N`. */
export type FieldValue = string | number | boolean;

/** Fields by name when nothing more is known: text, or the entries of a group. */
// biome-ignore lint/suspicious/noExplicitAny: any field of any message
export type AnyFields = Record<string, any>;

/** The type of one entry of a group field. */
export type EntryOf<T> = 0 extends 1 & T
  ? AnyFields
  : T extends readonly (infer E)[]
    ? E & object
    : AnyFields;

/**
 * Fields by tag, in no particular order: the body of a message or one entry of a group. With a dictionary they go by
 * name too, and with a type parameter the names autocomplete.
 */
export class FieldSet<F extends object = AnyFields> {
  /** The dictionary that names are looked up in. */
  readonly dictionary: Dictionary | undefined;
  readonly #values = new Map<number, string | FieldSet[]>();

  /** @param dictionary - for names and for the order of group members; tags work without */
  constructor(dictionary?: Dictionary) {
    this.dictionary = dictionary;
  }

  /**
   * The value of a field as text.
   *
   * @param field - name or tag
   * @returns `undefined` when it is absent or is a group
   * @throws FixError `unknown-field` for a name the dictionary does not have
   */
  get<K extends keyof F & string>(field: K): F[K] | undefined;
  get(field: number): string | undefined;
  get(field: string | number): unknown {
    const value = this.#values.get(this.#tag(field));
    return typeof value === "string" ? value : undefined;
  }

  /**
   * Sets a field.
   *
   * @param field - name or tag
   * @param value - text is written as it is; SOH may stand in a data field whose length field is set to its length
   * @throws FixError `unknown-field` for a name the dictionary does not have; `value-invalid` for a number that is not
   *   finite
   */
  set<K extends keyof F & string>(field: K, value: F[K] | number | boolean): this;
  set(field: number, value: FieldValue): this;
  set(field: string | number, value: unknown): this {
    this.#values.set(this.#tag(field), wireText(value));
    return this;
  }

  /**
   * Takes a field or group away.
   *
   * @param field - name or tag
   */
  delete(field: (keyof F & string) | number): this {
    this.#values.delete(this.#tag(field));
    return this;
  }

  /**
   * Whether a field or group is present.
   *
   * @param field - name or tag
   */
  has(field: (keyof F & string) | number): boolean {
    return this.#values.has(this.#tag(field));
  }

  /**
   * The entries of a repeating group.
   *
   * @param field - name or tag of the count field
   * @returns none when the group is absent
   */
  entries<K extends keyof F & string>(field: K): readonly FieldSet<EntryOf<NonNullable<F[K]>>>[];
  entries(field: number): readonly FieldSet[];
  entries(field: string | number): readonly FieldSet[] {
    const value = this.#values.get(this.#tag(field));
    return Array.isArray(value) ? value : [];
  }

  /**
   * Adds an entry to a repeating group, which is made if need be.
   *
   * @param field - name or tag of the count field
   * @returns the new, empty entry
   */
  add<K extends keyof F & string>(field: K): FieldSet<EntryOf<NonNullable<F[K]>>>;
  add(field: number): FieldSet;
  add(field: string | number): FieldSet {
    const tag = this.#tag(field);
    const value = this.#values.get(tag);
    const entry = new FieldSet(this.dictionary);
    if (Array.isArray(value)) value.push(entry);
    else this.#values.set(tag, [entry]);
    return entry;
  }

  /** The tags that are present, in ascending order. */
  tags(): number[] {
    return [...this.#values.keys()].sort((a, b) => a - b);
  }

  /**
   * Writes fields: plain ones as `tag=value`, a group as its count and its entries, their members in dictionary order
   * (without a dictionary, in the order they were set).
   *
   * @param encoder - has begun a message
   * @param tags - which, in which order
   * @param section - what the dictionary says of this level
   * @internal
   */
  write(encoder: FixEncoder, tags: readonly number[], section?: Section): void {
    let before = 0;
    for (const tag of tags) {
      const value = this.#values.get(tag);
      if (value === undefined) continue;
      if (typeof value === "string") {
        writeText(encoder, tag, value, before, this.#values.get(before));
        before = tag;
        continue;
      }
      before = 0;
      const kind = section?.table.get(tag) ?? 0;
      const group = kind >= 2 ? section?.groups[kind - 2] : undefined;
      encoder.int(tag, value.length);
      for (const entry of value) {
        const known = group?.order.filter((member) => entry.#values.has(member)) ?? [];
        const others = [...entry.#values.keys()].filter((member) => !known.includes(member));
        entry.write(encoder, [...known, ...others], group);
      }
    }
  }

  #tag(field: string | number): number {
    if (typeof field === "number") return field;
    const tag = this.dictionary?.fieldTag(field);
    if (tag === undefined) {
      throw new FixError(
        "unknown-field",
        `field ${field} is not in ${this.dictionary?.version ?? "a dictionary"}`,
      );
    }
    return tag;
  }

  /** @internal */
  setEntries(tag: number, entries: FieldSet[]): void {
    this.#values.set(tag, entries);
  }
}

/**
 * A message as an object of its own, for code that builds messages, keeps them or changes them. Reading from a
 * `FixView` and writing with a `FixEncoder` is faster.
 *
 * @example
 * ```ts
 * import { Dictionary, FixMessage } from "@exchange-kit/fix";
 * import { FIX44 } from "@exchange-kit/fix/fix44";
 * import type { NewOrderSingle } from "@exchange-kit/fix/types44";
 *
 * const order = new FixMessage<NewOrderSingle>("NewOrderSingle", new Dictionary(FIX44));
 * order.set("ClOrdID", "1").set("Symbol", "VOD").set("Side", "1");
 * order.add("NoPartyIDs").set("PartyID", "FIRM1");
 * console.log(order.get("Symbol")); // → VOD
 * ```
 */
export class FixMessage<F extends object = AnyFields> extends FieldSet<F> {
  /** MsgType(35). */
  readonly type: string;

  /**
   * @param type - MsgType(35), or with a dictionary the message's name
   * @param dictionary - for names and group order
   */
  constructor(type: string, dictionary?: Dictionary) {
    super(dictionary);
    this.type = dictionary?.messageType(type) ?? type;
  }

  /**
   * Copies a parsed message, header included but for 8, 9 and 35.
   *
   * @param view - the message
   * @param dictionary - tells where groups are; without it, repeated tags keep their last value
   */
  static from(view: FixView, dictionary?: Dictionary): FixMessage {
    const message = new FixMessage(view.type, dictionary);
    const section = dictionary?.message(message.type);
    for (let index = 3; index < view.size - 1; index++) {
      const tag = view.tagAt(index);
      const kind = section?.table.get(tag) || dictionary?.header.table.get(tag) || 0;
      if (kind < 2) {
        message.set(tag, view.stringAt(index));
        continue;
      }
      const group =
        section && section.table.get(tag) >= 2
          ? section.groups[kind - 2]!
          : dictionary!.header.groups[kind - 2]!;
      const cursor = view.group(tag);
      const entries: FieldSet[] = [];
      while (cursor.next()) entries.push(entryFrom(cursor, group, dictionary));
      message.setEntries(tag, entries);
      while (index + 1 < view.size - 1 && group.all.get(view.tagAt(index + 1)) !== 0) index++;
    }
    return message;
  }

  /**
   * Header fields beyond those the session fills in, as `[tag, value]` in ascending order; a group as its count and entries.
   *
   * @internal
   */
  headerFields(): [number, string][] {
    return this.tags()
      .filter((tag) => isHeaderTag(tag) && !SESSION_TAGS.has(tag))
      .flatMap((tag) => {
        const value = this.get(tag);
        if (value !== undefined) return [[tag, value] as [number, string]];
        const entries = this.entries(tag);
        return [[tag, String(entries.length)] as [number, string], ...entries.flatMap(plainFields)];
      });
  }

  /**
   * Writes the body, fields by ascending tag.
   *
   * @param encoder - has begun a message and written its header
   */
  writeBody(encoder: FixEncoder): void {
    const tags = this.tags().filter((tag) => !isHeaderTag(tag) && !isTrailerTag(tag));
    this.write(encoder, tags, this.dictionary?.message(this.type));
  }
}

function plainFields(entry: FieldSet): [number, string][] {
  return entry.tags().map((tag) => [tag, entry.get(tag) ?? ""]);
}

/** Header fields that belong to the session; a message cannot choose them. */
const SESSION_TAGS = new Set([8, 9, 34, 35, 43, 49, 52, 56, 122, 369]);

function entryFrom(cursor: GroupView, group: Section, dictionary: Dictionary | undefined): FieldSet {
  const entry = new FieldSet(dictionary);
  for (const tag of group.order) {
    const kind = group.table.get(tag);
    if (kind < 2) {
      const value = cursor.string(tag);
      if (value !== undefined) entry.set(tag, value);
      continue;
    }
    if (!cursor.has(tag)) continue;
    const nested = cursor.group(tag);
    const entries: FieldSet[] = [];
    while (nested.next()) entries.push(entryFrom(nested, group.groups[kind - 2]!, dictionary));
    entry.setEntries(tag, entries);
  }
  return entry;
}

/**
 * Writes a field. Behind its true length a data field may hold SOH.
 *
 * @param before - tag of the field before it, 0 for none
 * @param length - value of that field
 * @internal
 */
export function writeText(
  encoder: FixEncoder,
  tag: number,
  value: string,
  before: number,
  length: unknown,
): void {
  const isData = before > 0 && dataFields()[tag] === before && length === String(value.length);
  const bytes = isData && value.includes("\x01") ? latin1Bytes(value) : undefined;
  if (bytes) encoder.bytes(tag, bytes);
  else encoder.string(tag, value);
}

/** One byte a character; `undefined` when one is above U+00FF. */
function latin1Bytes(value: string): Uint8Array | undefined {
  const codes = Array.from(value, (character) => character.charCodeAt(0));
  return codes.every((code) => code <= 0xff) ? Uint8Array.from(codes) : undefined;
}

function wireText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return value ? "Y" : "N";
    case "number": {
      const text = String(value);
      // Exponents are not part of FIX: such numbers are not prices or quantities either.
      if (/^-?\d+(\.\d+)?$/.test(text)) return text;
      throw new FixError("value-invalid", `a number must have a plain decimal form, was ${text}`);
    }
    default:
      throw new FixError(
        "value-invalid",
        `a value must be a string, a number or a boolean, was ${typeof value}`,
      );
  }
}
