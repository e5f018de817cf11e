import type { Dictionary, GroupSection, MessageSection, Section } from "./dictionary.ts";
import { FieldReader, latin1, type Tokens } from "./field-reader.ts";

/** Tags below this are found by one look-up; larger ones by a walk over the fields. */
const INDEXED_TAGS = 8192;

/**
 * A parsed message, over the bytes it came in. The parser has one and reuses it: it is valid until the next
 * `parse`, and as long as the caller leaves the bytes alone.
 */
export class FixView extends FieldReader {
  /** First byte of the message in {@link FixView.buffer}. */
  start = 0;
  /** After the last byte of the message. */
  end = 0;
  #dictionary: Dictionary | undefined;
  /** Of header and session messages. */
  readonly #transport: Dictionary | undefined;
  readonly #index = new Int32Array(INDEXED_TAGS);
  #isIndexed = false;
  readonly #groups: GroupView[] = [];

  /** @internal */
  constructor(tokens: Tokens, dictionary: Dictionary | undefined, transport: Dictionary | undefined) {
    super(tokens);
    this.#dictionary = dictionary;
    this.#transport = transport;
  }

  /** Called by the parser for each message. @internal */
  reset(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.#isIndexed = false;
  }

  /** Reads the groups of the body by another dictionary from now on. @internal */
  useDictionary(dictionary: Dictionary): void {
    this.#dictionary = dictionary;
  }

  /** The bytes the message is in. */
  get buffer(): Uint8Array {
    return this.tokens.bytes;
  }

  /** Number of fields, 8, 9 and 10 included. */
  get size(): number {
    return this.tokens.used / 3;
  }

  /** MsgType(35). */
  get type(): string {
    return latin1(this.tokens.bytes, this.tokens.words[7]!, this.tokens.words[8]!);
  }

  /**
   * Tag of the nth field in wire order.
   *
   * @param index - from 0, below {@link FixView.size}
   */
  tagAt(index: number): number {
    return this.tokens.words[index * 3]!;
  }

  /**
   * Where the nth field's value begins in {@link FixView.buffer}.
   *
   * @param index - from 0, below {@link FixView.size}
   */
  startAt(index: number): number {
    return this.tokens.words[index * 3 + 1]!;
  }

  /**
   * After the last byte of the nth field's value.
   *
   * @param index - from 0, below {@link FixView.size}
   */
  endAt(index: number): number {
    return this.tokens.words[index * 3 + 2]!;
  }

  /**
   * The nth field's value as text.
   *
   * @param index - from 0, below {@link FixView.size}
   */
  stringAt(index: number): string {
    return latin1(this.tokens.bytes, this.startAt(index), this.endAt(index));
  }

  /**
   * Place of a tag's first occurrence among the fields.
   *
   * @param tag - tag number
   * @returns index for {@link FixView.tagAt} and its like, -1 when the tag is absent
   */
  fieldIndex(tag: number): number {
    const at = this.find(tag);
    return at < 0 ? -1 : at / 3;
  }

  /** A copy of the whole message. */
  copy(): Uint8Array {
    return this.tokens.bytes.slice(this.start, this.end);
  }

  /**
   * A repeating group of the body or the header.
   *
   * With a dictionary the end of each entry is exact. Without one, an entry ends where the next begins and the last one
   * at the end of the message.
   *
   * @param tag - tag of the count field, such as 453
   * @returns a cursor before the first entry, with no entries when the group is absent; reused by the next call
   */
  group(tag: number): GroupView {
    return this.openGroup(tag, this.find(tag), 0, this.messageSection());
  }

  /** The message's section, when there is a dictionary that has it. @internal */
  messageSection(): MessageSection | undefined {
    const { bytes, words } = this.tokens;
    return (
      this.#dictionary?.messageAt(bytes, words[7]!, words[8]!) ??
      this.#transport?.messageAt(bytes, words[7]!, words[8]!)
    );
  }

  /** @internal */
  openGroup(tag: number, at: number, depth: number, section: Section | undefined): GroupView {
    let view = this.#groups[depth];
    if (!view) {
      view = new GroupView(this.tokens, this, depth);
      this.#groups.push(view);
    }
    const kind = section?.table.get(tag) ?? 0;
    let group = kind >= 2 ? section?.groups[kind - 2] : undefined;
    if (!group && depth === 0 && this.#transport) {
      const { header } = this.#transport;
      const inHeader = header.table.get(tag);
      if (inHeader >= 2) group = header.groups[inHeader - 2];
    }
    view.open(at, group);
    return view;
  }

  /** @internal */
  protected find(tag: number): number {
    const { words, used } = this.tokens;
    if (!this.#isIndexed) this.#buildIndex();
    if (tag < INDEXED_TAGS && tag >= 0) {
      // A place is only believed when that field has the tag: the index never needs clearing.
      const at = this.#index[tag]!;
      return at < used && words[at] === tag ? at : -1;
    }
    for (let at = 0; at < used; at += 3) if (words[at] === tag) return at;
    return -1;
  }

  /** From the last field to the first, so that the first occurrence stays. */
  #buildIndex(): void {
    const { words, used } = this.tokens;
    const index = this.#index;
    for (let at = used - 3; at >= 0; at -= 3) {
      const tag = words[at]!;
      if (tag < INDEXED_TAGS && tag >= 0) index[tag] = at;
    }
    this.#isIndexed = true;
  }
}

/**
 * A cursor over the entries of a repeating group.
 *
 * @example
 * ```ts
 * import { Dictionary, FixEncoder, FixParser } from "@exchange-kit/fix";
 * import { FIX44 } from "@exchange-kit/fix/fix44";
 *
 * const encoder = new FixEncoder(new Uint8Array(4096));
 * encoder.begin("FIX.4.4", "D");
 * encoder.int(453, 2).string(448, "FIRM1").int(452, 1).string(448, "TRADER7").int(452, 11);
 * const length = encoder.end();
 *
 * const parser = new FixParser({ dictionary: new Dictionary(FIX44) });
 * parser.parse(encoder.buffer.subarray(encoder.start, encoder.start + length), 0);
 * const parties = parser.view.group(453);
 * while (parties.next()) console.log(`${parties.string(448)} has role ${parties.int(452)}`);
 * // → FIRM1 has role 1
 * // → TRADER7 has role 11
 * ```
 */
export class GroupView extends FieldReader {
  /** Entries the count field announces; 0 when the group is absent. */
  count = 0;
  /** Entries passed so far; the present one is the `position`th. */
  position = 0;
  readonly #owner: FixView;
  readonly #depth: number;
  #section: GroupSection | undefined = undefined;
  #delimiter = 0;
  #from = 0;
  #to = 0;

  /** @internal */
  constructor(tokens: Tokens, owner: FixView, depth: number) {
    super(tokens);
    this.#owner = owner;
    this.#depth = depth;
  }

  /** @internal */
  open(at: number, section: GroupSection | undefined): void {
    const { words, used, bytes } = this.tokens;
    this.position = 0;
    this.#section = section;
    this.count = 0;
    this.#from = at + 3;
    this.#to = at + 3;
    if (at < 0) return;
    for (let i = words[at + 1]!; i < words[at + 2]!; i++) {
      const digit = bytes[i]! - 0x30;
      if (digit >>> 0 > 9 || this.count > used) {
        this.count = 0;
        break;
      }
      this.count = this.count * 10 + digit;
    }
    this.#delimiter = section ? section.delimiter : at + 3 < used ? words[at + 3]! : 0;
  }

  /**
   * Moves to the next entry.
   *
   * @returns false after the last entry, or where the message has fewer than its count says
   */
  next(): boolean {
    const { words, used } = this.tokens;
    const delimiter = this.#delimiter;
    let at = this.#to;
    if (this.position >= this.count || at >= used || words[at] !== delimiter) return false;
    this.position++;
    // Entries are mostly alike: a tag that stands where the entry before had the same one needs no look-up.
    const stride = at - this.#from;
    this.#from = at;
    const from = at;
    const all = this.#section?.all;
    // The last field of a message is the checksum, which belongs to no group.
    for (at += 3; at < used - 3; at += 3) {
      const tag = words[at]!;
      if (tag === delimiter) break;
      if (all !== undefined && (tag !== words[at - stride] || at - stride >= from) && all.get(tag) === 0)
        break;
    }
    this.#to = at;
    return true;
  }

  /** Places of the present entry's fields among those of the message, nested groups included. */
  fieldIndexes(): number[] {
    return Array.from({ length: (this.#to - this.#from) / 3 }, (_, i) => this.#from / 3 + i);
  }

  /**
   * Tag of a field by its place in the message, as {@link FixView.tagAt}.
   *
   * @param index - place in the message
   */
  tagAt(index: number): number {
    return this.tokens.words[index * 3]!;
  }

  /**
   * A group inside the present entry.
   *
   * @param tag - tag of the count field
   * @returns a cursor as in {@link FixView.group}
   */
  group(tag: number): GroupView {
    return this.#owner.openGroup(tag, this.find(tag), this.#depth + 1, this.#section);
  }

  /** @internal */
  protected find(tag: number): number {
    const { words } = this.tokens;
    for (let at = this.#from; at < this.#to; at += 3) if (words[at] === tag) return at;
    return -1;
  }
}
