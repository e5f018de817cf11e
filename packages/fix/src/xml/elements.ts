import sax from "sax";
import { FixError } from "../errors.ts";
import { FIELD_TYPES, type FieldType } from "../field-type.ts";

/** An XML element; text between elements is of no interest here. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/**
 * The root element of a text.
 *
 * @throws FixError `xml-invalid` with the line when it is not XML
 */
export function readElements(xml: string): Element {
  const document: Element = { name: "", attributes: {}, children: [] };
  const open = [document];
  const reader = sax.parser(true);
  reader.onopentag = ({ name, attributes }) => {
    const element: Element = { name, attributes: attributes as Record<string, string>, children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  };
  reader.onclosetag = () => {
    open.pop();
  };
  reader.onerror = (error) => {
    throw new FixError("xml-invalid", error.message.replaceAll("\n", ", "));
  };
  reader.write(xml).close();
  return document.children[0] ?? document;
}

/** @throws FixError `xml-invalid` when the attribute is not there */
export function attribute(element: Element, name: string): string {
  const value = element.attributes[name];
  if (value === undefined) throw new FixError("xml-invalid", `<${element.name}> has no attribute ${name}`);
  return value;
}

/** @throws FixError `xml-invalid` when the attribute is not a tag number */
export function tagAttribute(element: Element, name: string): number {
  const tag = Number(attribute(element, name));
  if (Number.isInteger(tag) && tag > 0) return tag;
  throw new FixError(
    "xml-invalid",
    `field ${name} must be a whole number above 0, was "${element.attributes[name]}"`,
  );
}

/** A field's type; one that this package does not know is text. */
export function fieldTypeOf(name: string): FieldType {
  const type = name.toUpperCase();
  return (FIELD_TYPES as readonly string[]).includes(type) ? (type as FieldType) : "STRING";
}
