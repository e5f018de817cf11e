import { FixError } from "./errors.ts";
import { FIELD_TYPES, type FieldType } from "./field-type.ts";

/** One field of a dictionary. */
export interface FieldDefinition {
  /** Tag number, above 0. */
  readonly tag: number;
  /** Name, such as `ClOrdID`. */
  readonly name: string;
  /** Data type; one that this package does not know is treated as `STRING`. */
  readonly type: FieldType;
  /** Enumerated values and their names, such as `["1", "BUY"]`; none: any value. */
  readonly values?: readonly (readonly [value: string, name: string])[];
}

/** A field inside a message, group or component. */
export interface FieldMember {
  /** Tells the kinds of members apart. */
  readonly kind: "field";
  /** Tag number. */
  readonly tag: number;
  /** Whether it must be there when what it is in is there. */
  readonly isRequired: boolean;
}

/** A repeating group. */
export interface GroupMember {
  /** Tells the kinds of members apart. */
  readonly kind: "group";
  /** Tag of the count field. */
  readonly tag: number;
  /** Whether it must be there when what it is in is there. */
  readonly isRequired: boolean;
  /** Members of one entry; the first is the delimiter. */
  readonly members: readonly Member[];
}

/** The members of a component, in its place. */
export interface ComponentMember {
  /** Tells the kinds of members apart. */
  readonly kind: "component";
  /** Name of the component. */
  readonly name: string;
  /** Whether its required members are required. */
  readonly isRequired: boolean;
}

/** What a message is made of, in wire order. */
export type Member = FieldMember | GroupMember | ComponentMember;

/** One message of a dictionary. */
export interface MessageDefinition {
  /** MsgType(35), such as `D`. */
  readonly type: string;
  /** Name, such as `NewOrderSingle`. */
  readonly name: string;
  /** True for session-level messages, which are never resent. */
  readonly isAdmin: boolean;
  /** What its body holds. */
  readonly members: readonly Member[];
}

/** The facts of one FIX version, as plain data: what an XML file holds and what code may extend. */
export interface DictionaryDefinition {
  /** BeginString such as `FIX.4.4`, or for FIX 5.0 and later `FIX.5.0`, `FIX.5.0SP1`, `FIX.5.0SP2`. */
  readonly version: string;
  /** All fields. */
  readonly fields: readonly FieldDefinition[];
  /** Components by name. */
  readonly components: Readonly<Record<string, readonly Member[]>>;
  /** All messages. */
  readonly messages: readonly MessageDefinition[];
  /** Members of the standard header. */
  readonly header: readonly Member[];
  /** Members of the standard trailer. */
  readonly trailer: readonly Member[];
}

/** A definition as one compact string, the form in which this package ships the standard versions. */
export interface PackedDictionary {
  /** As in {@link DictionaryDefinition.version}. */
  readonly version: string;
  /** Text written by {@link packDefinition}. */
  readonly packed: string;
}

/**
 * Writes a definition as compact text, about a tenth of the XML's size.
 *
 * @param definition - the facts
 * @returns text for {@link unpackDefinition}
 * @throws FixError `dictionary-invalid` when a name or value holds a separator, or a component is not defined
 */
export function packDefinition(definition: DictionaryDefinition): string {
  const names = Object.keys(definition.components);
  const place = new Map(names.map((name, index) => [name, index]));
  const word = (text: string): string => {
    if (text === "" || /[\s,~]/.test(text)) {
      throw new FixError(
        "dictionary-invalid",
        `"${text}" cannot be packed: it is empty or holds a separator`,
      );
    }
    return text;
  };
  const pack = (members: readonly Member[]): string =>
    members
      .map((member) => {
        const mark = member.isRequired ? "!" : "";
        if (member.kind === "field") return `${member.tag}${mark}`;
        if (member.kind === "group") return `${member.tag}${mark}{${pack(member.members)}}`;
        const index = place.get(member.name);
        if (index === undefined) {
          throw new FixError("dictionary-invalid", `component ${member.name} is used but not defined`);
        }
        return `@${index}${mark}`;
      })
      .join(" ");
  const lines = [
    ...definition.fields.map((field) => {
      const values = (field.values ?? []).map(([value, name]) => `${word(value)}~${word(name)}`).join(",");
      return `F ${field.tag} ${word(field.name)} ${FIELD_TYPES.indexOf(field.type)}${values ? ` ${values}` : ""}`;
    }),
    ...names.map((name) => `C ${word(name)} ${pack(definition.components[name]!)}`),
    ...definition.messages.map(
      (message) =>
        `M ${word(message.type)} ${word(message.name)} ${message.isAdmin ? "a" : "b"} ${pack(message.members)}`,
    ),
    `H ${pack(definition.header)}`,
    `T ${pack(definition.trailer)}`,
  ];
  return lines.join("\n");
}

/**
 * Reads the text of {@link packDefinition}.
 *
 * @param dictionary - version and packed text
 * @throws FixError `dictionary-invalid` when it is not such a text
 */
export function unpackDefinition(dictionary: PackedDictionary): DictionaryDefinition {
  const lines = dictionary.packed.split("\n");
  const names = lines.filter((line) => line.startsWith("C ")).map((line) => line.split(" ", 2)[1]!);
  const fields: FieldDefinition[] = [];
  const components: Record<string, readonly Member[]> = {};
  const messages: MessageDefinition[] = [];
  let header: readonly Member[] = [];
  let trailer: readonly Member[] = [];
  for (const line of lines) {
    const words = line.split(" ");
    switch (words[0]) {
      case "F": {
        const [, tag, name, type, values] = words;
        fields.push({
          tag: Number(tag),
          name: name!,
          type: FIELD_TYPES[Number(type)] ?? "STRING",
          ...(values ? { values: values.split(",").map((pair) => splitPair(pair)) } : {}),
        });
        break;
      }
      case "C":
        components[words[1]!] = unpackMembers(words.slice(2).join(" "), names);
        break;
      case "M":
        messages.push({
          type: words[1]!,
          name: words[2]!,
          isAdmin: words[3] === "a",
          members: unpackMembers(words.slice(4).join(" "), names),
        });
        break;
      case "H":
        header = unpackMembers(words.slice(1).join(" "), names);
        break;
      case "T":
        trailer = unpackMembers(words.slice(1).join(" "), names);
        break;
      default:
        throw new FixError(
          "dictionary-invalid",
          `a packed dictionary has no line such as "${line.slice(0, 40)}"`,
        );
    }
  }
  return { version: dictionary.version, fields, components, messages, header, trailer };
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf("~");
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function unpackMembers(text: string, components: readonly string[]): readonly Member[] {
  const open: { members: Member[]; tag: number; isRequired: boolean }[] = [];
  let members: Member[] = [];
  for (const [token] of text.matchAll(/@?\d+!?\{?|\}/g)) {
    if (token === "}") {
      const group = open.pop();
      if (!group) throw new FixError("dictionary-invalid", `a group is closed that was not opened: ${text}`);
      group.members.push({ kind: "group", tag: group.tag, isRequired: group.isRequired, members });
      members = group.members;
      continue;
    }
    const isRequired = token.includes("!");
    const number = Number.parseInt(token.startsWith("@") ? token.slice(1) : token, 10);
    if (token.startsWith("@")) {
      const name = components[number];
      if (name === undefined) throw new FixError("dictionary-invalid", `component ${number} is not defined`);
      members.push({ kind: "component", name, isRequired });
    } else if (token.endsWith("{")) {
      open.push({ members, tag: number, isRequired });
      members = [];
    } else members.push({ kind: "field", tag: number, isRequired });
  }
  return members;
}
