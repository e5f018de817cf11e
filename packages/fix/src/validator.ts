import type { Dictionary, GroupSection, MessageSection, Section } from "./dictionary.ts";
import { parseInteger } from "./field-reader.ts";
import { BODY, FieldTables, HEADER } from "./field-tables.ts";
import { hasFormat, MULTIPLE, TEXT } from "./value-format.ts";
import type { FixView } from "./view.ts";

/**
 * SessionRejectReason(373) values this package uses.
 *
 * @see FIX 5.0 SP2, field 373
 */
export const SessionRejectReason = {
  /** Invalid tag number. */
  InvalidTagNumber: 0,
  /** Required tag missing. */
  RequiredTagMissing: 1,
  /** Tag not defined for this message type. */
  TagNotDefinedForMessage: 2,
  /** Tag specified without a value. */
  TagWithoutValue: 4,
  /** Value is incorrect (out of range) for this tag. */
  ValueIncorrect: 5,
  /** Incorrect data format for value. */
  IncorrectDataFormat: 6,
  /** CompID problem. */
  CompIdProblem: 9,
  /** SendingTime accuracy problem. */
  SendingTimeAccuracy: 10,
  /** Invalid MsgType. */
  InvalidMsgType: 11,
  /** Tag appears more than once. */
  TagAppearsTwice: 13,
  /** Tag specified out of required order. */
  TagOutOfOrder: 14,
  /** Repeating group fields out of order. */
  GroupFieldsOutOfOrder: 15,
  /** Incorrect NumInGroup count for repeating group. */
  IncorrectGroupCount: 16,
  /** Invalid or unsupported application version. */
  InvalidApplicationVersion: 18,
} as const;

/** Checks of a {@link Validator}; each is on by default unless it says otherwise. */
export interface ValidatorOptions {
  /** Header before body before trailer. */
  readonly checkFieldOrder?: boolean;
  /** Every field has a value. */
  readonly checkValuesPresent?: boolean;
  /** Fields the dictionary requires are there, in the header, the body and each group entry. */
  readonly checkRequired?: boolean;
  /** Values have the format of their type. */
  readonly checkFormats?: boolean;
  /** Values are among those the dictionary enumerates. */
  readonly checkValues?: boolean;
  /** Tags are defined, and defined for the message. */
  readonly checkTags?: boolean;
  /** The same for tags from 5000 on. */
  readonly checkUserDefinedTags?: boolean;
  /** No tag twice at one level. */
  readonly checkRepeated?: boolean;
  /** Groups begin with their delimiter and have as many entries as they say. */
  readonly checkGroupCounts?: boolean;
  /** Group fields stand in dictionary order; off by default, as in QuickFIX. */
  readonly checkGroupOrder?: boolean;
}

const USER_DEFINED = 5000;

/**
 * Checks messages against a dictionary in the way of the field's reference engine. Allocates nothing for a message that
 * is sound.
 *
 * @example
 * ```ts
 * import { Dictionary, FixParser, Validator } from "@exchange-kit/fix";
 * import { FIX44 } from "@exchange-kit/fix/fix44";
 *
 * const bytes = new TextEncoder().encode("8=FIX.4.4|9=5|35=0|10=163|".replaceAll("|", "\u0001"));
 * const parser = new FixParser();
 * parser.parse(bytes, 0);
 * const validator = new Validator(new Dictionary(FIX44));
 * if (!validator.validate(parser.view)) console.log(`reason ${validator.reason}, tag ${validator.tag}`);
 * ```
 */
export class Validator {
  /** Why the last message failed: a {@link SessionRejectReason}, -1 when it did not. */
  reason = -1;
  /** The tag concerned, 0 when there is none. */
  tag = 0;
  readonly #application: Dictionary;
  readonly #transport: Dictionary;
  readonly #tables: FieldTables;
  readonly #options: Required<ValidatorOptions>;

  /**
   * @param application - dictionary of the body
   * @param options - checks to leave out
   * @param transport - dictionary of header, trailer and session messages, where it is another (FIXT 1.1)
   */
  constructor(application: Dictionary, options: ValidatorOptions = {}, transport: Dictionary = application) {
    this.#application = application;
    this.#transport = transport;
    this.#options = { ...ALL_CHECKS, ...options };
    this.#tables = FieldTables.of(application, transport);
  }

  /**
   * Checks a message.
   *
   * @param view - parsed, so framing and checksum are known to be right
   * @returns true when it is sound; otherwise {@link Validator.reason} and {@link Validator.tag} say why not
   */
  validate(view: FixView): boolean {
    this.reason = -1;
    this.tag = 0;
    const bytes = view.buffer;
    const section =
      this.#transport.messageAt(bytes, view.startAt(2), view.endAt(2)) ??
      this.#application.messageAt(bytes, view.startAt(2), view.endAt(2));
    if (this.#options.checkFieldOrder && !this.#checkOrder(view)) return false;
    if (!section) return this.#fail(SessionRejectReason.InvalidMsgType, 0);
    const body =
      this.#application === this.#transport || section.isAdmin ? section : this.#bodyOf(view, section);
    return (!this.#options.checkRequired || this.#checkRequired(view, body)) && this.#checkFields(view, body);
  }

  /** A few session messages stand in both dictionaries; the body of an application message is the application's. */
  #bodyOf(view: FixView, section: MessageSection): MessageSection {
    return this.#application.messageAt(view.buffer, view.startAt(2), view.endAt(2)) ?? section;
  }

  #fail(reason: number, tag: number): false {
    this.reason = reason;
    this.tag = tag;
    return false;
  }

  #checkOrder(view: FixView): boolean {
    const { places } = this.#tables;
    const size = view.size;
    let phase: number = HEADER;
    for (let i = 3; i < size; i++) {
      const tag = view.tagAt(i);
      const place = tag >= 0 && tag < places.length ? places[tag]! : BODY;
      // A member of a header group, such as HopRefID, is no header field by itself and does not come here.
      if (place < phase) return this.#fail(SessionRejectReason.TagOutOfOrder, tag);
      if (place > phase && !(place === BODY && this.#isInHeaderGroup(tag, phase))) phase = place;
    }
    return true;
  }

  #isInHeaderGroup(tag: number, phase: number): boolean {
    if (phase !== HEADER) return false;
    for (const group of this.#transport.header.groups) if (group.all.get(tag) !== 0) return true;
    return false;
  }

  #checkRequired(view: FixView, body: MessageSection): boolean {
    return this.#hasAll(view, this.#transport.header.required) && this.#hasAll(view, body.required);
  }

  #hasAll(view: FixView, required: readonly number[]): boolean {
    // By index: an iterator would be an object for each message.
    for (let i = 0; i < required.length; i++) {
      const tag = required[i]!;
      if (!view.has(tag)) return this.#fail(SessionRejectReason.RequiredTagMissing, tag);
    }
    return true;
  }

  #checkFields(view: FixView, body: MessageSection): boolean {
    const { header, trailer } = this.#transport;
    const level = this.#tables.nextLevel();
    const size = view.size;
    let i = 0;
    while (i < size) {
      const tag = view.tagAt(i);
      let kind = body.table.get(tag);
      let section: Section = body;
      if (kind === 0) {
        kind = header.table.get(tag);
        section = header;
        if (kind === 0) {
          kind = trailer.table.get(tag);
          section = trailer;
        }
      }
      if (!this.#checkField(view, i, tag, level)) return false;
      if (kind === 0 && this.#isCheckedTag(tag)) {
        return this.#fail(
          this.#isDefined(tag, body)
            ? SessionRejectReason.TagNotDefinedForMessage
            : SessionRejectReason.InvalidTagNumber,
          tag,
        );
      }
      i++;
      if (kind >= 2) {
        i = this.#checkGroup(view, i, section.groups[kind - 2]!, 0);
        if (i < 0) return false;
      }
    }
    return true;
  }

  /**
   * Checks the entries after a count field.
   *
   * @returns the index after the group, -1 when it failed
   */
  #checkGroup(view: FixView, from: number, group: GroupSection, depth: number): number {
    const count = parseInteger(view.buffer, view.startAt(from - 1), view.endAt(from - 1));
    const size = view.size;
    let entries = 0;
    let i = from;
    let level = 0;
    let entryStart = from;
    let place = 0;
    while (i < size) {
      const tag = view.tagAt(i);
      const kind = group.table.get(tag);
      if (kind === 0) break;
      if (tag === group.delimiter) {
        if (entries > 0 && !this.#checkEntry(view, entryStart, i, group)) return -1;
        entries++;
        entryStart = i;
        level = this.#tables.nextLevel();
        place = 0;
      } else if (entries === 0) break;
      if (!this.#checkField(view, i, tag, level)) return this.#preferCount(view, from, count, group);
      if (this.#options.checkGroupOrder) {
        const at = group.order.indexOf(tag);
        if (at < place) return this.#failGroup(SessionRejectReason.GroupFieldsOutOfOrder, tag);
        place = at;
      }
      i++;
      if (kind >= 2) {
        // A definition nests a handful of levels; the bound is there for one that was made to hurt.
        i = depth < 32 ? this.#checkGroup(view, i, group.groups[kind - 2]!, depth + 1) : -1;
        if (i < 0) return -1;
      }
    }
    if (entries > 0 && !this.#checkEntry(view, entryStart, i, group)) return -1;
    if (this.#options.checkGroupCounts && entries !== count) {
      return this.#failGroup(SessionRejectReason.IncorrectGroupCount, group.tag);
    }
    return i;
  }

  /** A member has failed: where the count is wrong too, that is the better explanation. */
  #preferCount(view: FixView, from: number, count: number, group: GroupSection): -1 {
    if (!this.#options.checkGroupCounts) return -1;
    let entries = 0;
    for (let i = from; i < view.size && group.all.get(view.tagAt(i)) !== 0; i++) {
      if (view.tagAt(i) === group.delimiter) entries++;
    }
    return entries === count ? -1 : this.#failGroup(SessionRejectReason.IncorrectGroupCount, group.tag);
  }

  #failGroup(reason: number, tag: number): -1 {
    this.#fail(reason, tag);
    return -1;
  }

  #checkEntry(view: FixView, from: number, to: number, group: GroupSection): boolean {
    if (!this.#options.checkRequired) return true;
    const { required } = group;
    for (let place = 0; place < required.length; place++) {
      const tag = required[place]!;
      let isPresent = false;
      for (let i = from; i < to && !isPresent; i++) isPresent = view.tagAt(i) === tag;
      if (!isPresent) return this.#fail(SessionRejectReason.RequiredTagMissing, tag);
    }
    return true;
  }

  #checkField(view: FixView, index: number, tag: number, level: number): boolean {
    const options = this.#options;
    const tables = this.#tables;
    const { formats, seen } = tables;
    if (tag <= 0 || tag >= formats.length) return this.#checkUnknown(view, index, tag);
    if (options.checkRepeated) {
      if (seen[tag] === level) return this.#fail(SessionRejectReason.TagAppearsTwice, tag);
      seen[tag] = level;
    }
    const start = view.startAt(index);
    const end = view.endAt(index);
    if (start === end)
      return options.checkValuesPresent ? this.#fail(SessionRejectReason.TagWithoutValue, tag) : true;
    const format = formats[tag]!;
    if (options.checkFormats && format !== TEXT && !hasFormat(format, view.buffer, start, end)) {
      return this.#fail(SessionRejectReason.IncorrectDataFormat, tag);
    }
    if (!options.checkValues) return true;
    const values = tables.valuesOf(tag);
    // MsgType has been found in a dictionary already; its enumeration does not know custom messages.
    if (values === null || tag === 35) return true;
    const isKnown =
      format === MULTIPLE ? values.hasAll(view.buffer, start, end) : values.has(view.buffer, start, end);
    return isKnown || this.#fail(SessionRejectReason.ValueIncorrect, tag);
  }

  #checkUnknown(view: FixView, index: number, tag: number): boolean {
    if (this.#options.checkValuesPresent && view.startAt(index) === view.endAt(index)) {
      return this.#fail(SessionRejectReason.TagWithoutValue, tag);
    }
    return true;
  }

  #isCheckedTag(tag: number): boolean {
    return this.#options.checkTags && (tag < USER_DEFINED || this.#options.checkUserDefinedTags);
  }

  /** In FIXT the fields of a session message are those of the transport dictionary alone. */
  #isDefined(tag: number, body: MessageSection): boolean {
    const isApplication = !body.isAdmin && this.#application.fieldType(tag) !== undefined;
    return isApplication || this.#transport.fieldType(tag) !== undefined;
  }
}

const ALL_CHECKS: Required<ValidatorOptions> = {
  checkFieldOrder: true,
  checkValuesPresent: true,
  checkRequired: true,
  checkFormats: true,
  checkValues: true,
  checkTags: true,
  checkUserDefinedTags: true,
  checkRepeated: true,
  checkGroupCounts: true,
  checkGroupOrder: false,
};
