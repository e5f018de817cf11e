import type { DictionaryDefinition, FieldDefinition, Member, MessageDefinition } from "../definition.ts";
import { FixError } from "../errors.ts";
import { attribute, type Element, fieldTypeOf, readElements, tagAttribute } from "./elements.ts";

/**
 * Reads a dictionary in QuickFIX's XML format (`<fix major minor><header/><messages/>…`).
 *
 * @param xml - the file's text
 * @returns the facts, to be given to a `Dictionary` or changed before that
 * @throws FixError `xml-invalid` with the line when the text is not XML, or with the name of what is missing when it is
 *   not a dictionary
 */
export function readQuickFixXml(xml: string): DictionaryDefinition {
  const root = readElements(xml);
  if (root.name !== "fix") throw new FixError("xml-invalid", `the root must be <fix>, was <${root.name}>`);
  const section = (name: string): readonly Element[] =>
    root.children.find((child) => child.name === name)?.children ?? [];

  const fields = section("fields").map(readField);
  const tags = new Map(fields.map((field) => [field.name, field.tag]));
  const read = (elements: readonly Element[]): Member[] =>
    elements.map((element) => readMember(element, tags));
  const components: Record<string, readonly Member[]> = {};
  for (const element of section("components"))
    components[attribute(element, "name")] = read(element.children);
  const messages = section("messages").map(
    (element): MessageDefinition => ({
      type: attribute(element, "msgtype"),
      name: attribute(element, "name"),
      isAdmin: element.attributes.msgcat === "admin",
      members: read(element.children),
    }),
  );
  return {
    version: versionOf(root),
    fields,
    components,
    messages,
    header: read(section("header")),
    trailer: read(section("trailer")),
  };
}

function versionOf(root: Element): string {
  const servicePack = Number(root.attributes.servicepack ?? "0");
  const family = root.attributes.type ?? "FIX";
  const base = `${family}.${attribute(root, "major")}.${attribute(root, "minor")}`;
  return servicePack > 0 ? `${base}SP${servicePack}` : base;
}

function readField(element: Element): FieldDefinition {
  const values = element.children
    .filter((child) => child.name === "value")
    .map((child) => [attribute(child, "enum"), nameOfValue(child)] as const);
  return {
    tag: tagAttribute(element, "number"),
    name: attribute(element, "name"),
    type: fieldTypeOf(attribute(element, "type")),
    ...(values.length > 0 ? { values } : {}),
  };
}

/** Descriptions are meant as constant names; a few are sentences. */
function nameOfValue(element: Element): string {
  const text = (element.attributes.description ?? "")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  return text === "" ? attribute(element, "enum") : text;
}

function readMember(element: Element, tags: ReadonlyMap<string, number>): Member {
  const name = attribute(element, "name");
  const isRequired = element.attributes.required === "Y";
  if (element.name === "component") return { kind: "component", name, isRequired };
  const tag = tags.get(name);
  if (tag === undefined) throw new FixError("xml-invalid", `field ${name} is used but not defined`);
  if (element.name === "field") return { kind: "field", tag, isRequired };
  if (element.name === "group") {
    return {
      kind: "group",
      tag,
      isRequired,
      members: element.children.map((child) => readMember(child, tags)),
    };
  }
  throw new FixError("xml-invalid", `<${element.name}> is no member of a message`);
}
