import {
  type DictionaryDefinition,
  type FieldDefinition,
  type Member,
  type MessageDefinition,
  type PackedDictionary,
  unpackDefinition,
} from "./definition.ts";
import { FixError } from "./errors.ts";
import type { FieldType } from "./field-type.ts";
import { MemberTable } from "./member-table.ts";
import { ValueSet } from "./value-set.ts";

/** What may stand at one level of a message: the body, the header, or one entry of a group. */
export interface Section {
  /** Kind of a tag at this level: 0 absent, 1 field, 2 + n the count field of `groups[n]`. */
  readonly table: MemberTable;
  /** Tags that must be present, in dictionary order. */
  readonly required: readonly number[];
  /** All tags of this level, in dictionary order; a group stands for itself with its count field. */
  readonly order: readonly number[];
  /** Repeating groups of this level. */
  readonly groups: readonly GroupSection[];
}

/** One entry of a repeating group. */
export interface GroupSection extends Section {
  /** Tag of the count field, such as 453. */
  readonly tag: number;
  /** First field of every entry. */
  readonly delimiter: number;
  /** Every tag of an entry, those of nested groups included (1 each). */
  readonly all: MemberTable;
}

/** A message of a {@link Dictionary}, ready for look-ups. */
export interface MessageSection extends Section {
  /** MsgType(35). */
  readonly type: string;
  /** Name, such as `NewOrderSingle`. */
  readonly name: string;
  /** True for session-level messages. */
  readonly isAdmin: boolean;
}

/** Additions to a dictionary, for {@link Dictionary.extend}. */
export interface DictionaryExtension {
  /** Fields to add, or to put in the place of those with the same tag. */
  readonly fields?: readonly FieldDefinition[];
  /** Messages to add; members of a message that is already there are added to its body. */
  readonly messages?: readonly MessageDefinition[];
  /** Members to add to the header. */
  readonly header?: readonly Member[];
}

/**
 * Names, types and structure of one FIX version.
 *
 * Messages are made ready when first asked for, so loading a large version costs little.
 *
 * @example
 * ```ts
 * import { Dictionary } from "@exchange-kit/fix";
 * import { FIX44 } from "@exchange-kit/fix/fix44";
 *
 * console.log(new Dictionary(FIX44).fieldName(55)); // → Symbol
 * ```
 */
export class Dictionary {
  /** As in {@link DictionaryDefinition.version}. */
  readonly version: string;
  /** The facts this was made of. */
  readonly definition: DictionaryDefinition;
  /** Standard header. */
  readonly header: Section;
  /** Standard trailer. */
  readonly trailer: Section;
  /** Largest tag that is defined. */
  readonly maxTag: number;
  readonly #fields = new Map<number, FieldDefinition>();
  readonly #tags = new Map<string, number>();
  readonly #valueSets = new Map<number, ValueSet>();
  readonly #messages = new Map<string, MessageDefinition>();
  readonly #names = new Map<string, string>();
  readonly #sections = new Map<string, MessageSection>();
  readonly #sectionsByKey = new Map<number, MessageSection>();

  /**
   * @param source - one of the packed versions of this package, or a definition (from XML or code)
   * @throws FixError `dictionary-invalid` when it uses what it does not define
   */
  constructor(source: DictionaryDefinition | PackedDictionary) {
    this.definition = "packed" in source ? unpackDefinition(source) : source;
    this.version = this.definition.version;
    let maxTag = 0;
    for (const field of this.definition.fields) {
      this.#fields.set(field.tag, field);
      this.#tags.set(field.name, field.tag);
      if (field.tag > maxTag) maxTag = field.tag;
    }
    this.maxTag = maxTag;
    for (const message of this.definition.messages) {
      this.#messages.set(message.type, message);
      this.#names.set(message.name, message.type);
    }
    this.header = this.#compile(this.definition.header);
    this.trailer = this.#compile(this.definition.trailer);
  }

  /**
   * Name of a field.
   *
   * @param tag - tag number
   * @returns `undefined` for a tag that is not defined
   */
  fieldName(tag: number): string | undefined {
    return this.#fields.get(tag)?.name;
  }

  /**
   * Tag of a field.
   *
   * @param name - such as `ClOrdID`
   * @returns `undefined` for a name that is not defined
   */
  fieldTag(name: string): number | undefined {
    return this.#tags.get(name);
  }

  /**
   * Data type of a field.
   *
   * @param tag - tag number
   * @returns `undefined` for a tag that is not defined
   */
  fieldType(tag: number): FieldType | undefined {
    return this.#fields.get(tag)?.type;
  }

  /**
   * Name of an enumerated value, such as `BUY` for 54=1.
   *
   * @param tag - tag number
   * @param value - as on the wire
   * @returns `undefined` when the field has no such value
   */
  valueName(tag: number, value: string): string | undefined {
    return this.#fields.get(tag)?.values?.find(([wire]) => wire === value)?.[1];
  }

  /**
   * The enumerated values of a field, for looking up bytes.
   *
   * @param tag - tag number
   * @returns `undefined` when any value is allowed
   * @internal
   */
  valueSet(tag: number): ValueSet | undefined {
    const known = this.#valueSets.get(tag);
    if (known) return known;
    const values = this.#fields.get(tag)?.values;
    if (!values) return undefined;
    const set = new ValueSet(values.map(([value]) => value));
    this.#valueSets.set(tag, set);
    return set;
  }

  /**
   * Type of a message by its name.
   *
   * @param name - such as `NewOrderSingle`
   */
  messageType(name: string): string | undefined {
    return this.#names.get(name);
  }

  /**
   * A message by its type.
   *
   * @param type - MsgType(35), such as `D`
   * @returns `undefined` for a type that is not defined
   */
  message(type: string): MessageSection | undefined {
    const known = this.#sections.get(type);
    if (known) return known;
    const definition = this.#messages.get(type);
    if (!definition) return undefined;
    const section: MessageSection = {
      ...this.#compile(definition.members),
      type,
      name: definition.name,
      isAdmin: definition.isAdmin,
    };
    this.#sections.set(type, section);
    return section;
  }

  /**
   * A message by the bytes of its type; makes no string for types of up to three characters that were met before.
   *
   * @param bytes - holds the type
   * @param start - first byte
   * @param end - after the last byte
   * @internal
   */
  messageAt(bytes: Uint8Array, start: number, end: number): MessageSection | undefined {
    const length = end - start;
    let key = 0;
    if (length <= 3) {
      for (let i = start; i < end; i++) key = (key << 8) | bytes[i]!;
      const known = this.#sectionsByKey.get(key);
      if (known) return known;
    }
    const section = this.message(String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 32))));
    if (section && length <= 3) this.#sectionsByKey.set(key, section);
    return section;
  }

  /**
   * A copy with more fields and messages.
   *
   * @param extension - what to add
   * @throws FixError `dictionary-invalid` when it uses a tag that neither defines
   */
  extend(extension: DictionaryExtension): Dictionary {
    const fields = new Map(this.definition.fields.map((field) => [field.tag, field]));
    for (const field of extension.fields ?? []) fields.set(field.tag, field);
    const messages = new Map(this.definition.messages.map((message) => [message.type, message]));
    for (const message of extension.messages ?? []) {
      const base = messages.get(message.type);
      messages.set(
        message.type,
        base ? { ...base, members: [...base.members, ...message.members] } : message,
      );
    }
    const extended = new Dictionary({
      ...this.definition,
      fields: [...fields.values()],
      messages: [...messages.values()],
      header: [...this.definition.header, ...(extension.header ?? [])],
    });
    for (const message of extension.messages ?? []) extended.message(message.type);
    return extended;
  }

  #compile(members: readonly Member[]): Section {
    const kinds = new Map<number, number>();
    const required: number[] = [];
    const order: number[] = [];
    const groups: GroupSection[] = [];
    this.#collect(members, true, [], (member, isRequired) => {
      if (!this.#fields.has(member.tag)) {
        throw new FixError("dictionary-invalid", `field ${member.tag} is used but not defined`, member.tag);
      }
      if (kinds.has(member.tag)) return;
      order.push(member.tag);
      if (isRequired) required.push(member.tag);
      if (member.kind === "field") {
        kinds.set(member.tag, 1);
        return;
      }
      kinds.set(member.tag, 2 + groups.length);
      groups.push(this.#compileGroup(member.tag, member.members));
    });
    return { table: new MemberTable(kinds), required, order, groups };
  }

  #compileGroup(tag: number, members: readonly Member[]): GroupSection {
    const section = this.#compile(members);
    const delimiter = section.order[0];
    if (delimiter === undefined) {
      throw new FixError("dictionary-invalid", `group ${tag} has no members`, tag);
    }
    const all = new Map<number, number>();
    const add = (level: Section): void => {
      for (const member of level.order) all.set(member, 1);
      for (const group of level.groups) add(group);
    };
    add(section);
    return { ...section, tag, delimiter, all: new MemberTable(all) };
  }

  /** Visits fields and groups, components unfolded: a member of an optional component is not required by itself. */
  #collect(
    members: readonly Member[],
    isRequired: boolean,
    inside: readonly string[],
    visit: (member: Exclude<Member, { kind: "component" }>, isRequired: boolean) => void,
  ): void {
    for (const member of members) {
      if (member.kind !== "component") {
        visit(member, isRequired && member.isRequired);
        continue;
      }
      const component = this.definition.components[member.name];
      if (!component) {
        throw new FixError("dictionary-invalid", `component ${member.name} is used but not defined`);
      }
      if (inside.includes(member.name)) {
        throw new FixError("dictionary-invalid", `component ${member.name} holds itself`);
      }
      this.#collect(component, isRequired && member.isRequired, [...inside, member.name], visit);
    }
  }
}
