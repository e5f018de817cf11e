import type { DictionaryDefinition, FieldDefinition, Member } from "../definition.ts";
import { FixError } from "../errors.ts";
import { isAdminType } from "../header.ts";
import { attribute, type Element, fieldTypeOf, readElements, tagAttribute } from "./elements.ts";

const HEADER = "StandardHeader";
const TRAILER = "StandardTrailer";

/**
 * Reads the messages of a FIX Orchestra repository. Of several scenarios of one thing the `base` one is taken, or the
 * first; what a message is forbidden to have is left out; conditional rules and workflow are not read.
 *
 * @param xml - the file's text
 * @returns the facts, to be given to a `Dictionary` or changed before that
 * @throws FixError `xml-invalid` with the line when the text is not XML, or with the name of what is missing
 * @see FIX Orchestra 1.0, message structures
 */
export function readOrchestraXml(xml: string): DictionaryDefinition {
  const root = readElements(xml);
  if (localName(root) !== "repository") {
    throw new FixError("xml-invalid", `the root must be <repository>, was <${root.name}>`);
  }
  return new Repository(root).definition();
}

/** A repository's parts by what refers to them. */
class Repository {
  readonly #version: string;
  readonly #codeSets: ReadonlyMap<string, Element>;
  readonly #fields: ReadonlyMap<string, Element>;
  readonly #components: ReadonlyMap<string, Element>;
  readonly #groups: ReadonlyMap<string, Element>;
  readonly #messages: ReadonlyMap<string, Element>;

  constructor(root: Element) {
    const part = (section: string, item: string, key: string): Map<string, Element> =>
      baseScenarios(childrenOf(childrenOf(root, section)[0], item), key);
    this.#version = attribute(root, "version");
    this.#codeSets = part("codeSets", "codeSet", "name");
    this.#fields = part("fields", "field", "id");
    this.#components = part("components", "component", "id");
    this.#groups = part("groups", "group", "id");
    this.#messages = part("messages", "message", "msgType");
  }

  definition(): DictionaryDefinition {
    const components: Record<string, readonly Member[]> = {};
    const standard: Record<string, readonly Member[]> = { [HEADER]: [], [TRAILER]: [] };
    for (const component of this.#components.values()) {
      const name = attribute(component, "name");
      (name in standard ? standard : components)[name] = this.#members(component, []);
    }
    return {
      // Extension packs are no part of BeginString.
      version: this.#version.replace(/_EP\d+$/, ""),
      fields: [...this.#fields.values()].map((field) => this.#field(field)),
      components,
      messages: [...this.#messages.values()].map((message) => ({
        type: attribute(message, "msgType"),
        name: attribute(message, "name"),
        isAdmin: isAdminType(attribute(message, "msgType")),
        members: this.#members(childrenOf(message, "structure")[0] ?? message, []),
      })),
      header: standard[HEADER]!,
      trailer: standard[TRAILER]!,
    };
  }

  /** A field's type is a data type or a code set, which has a data type and values. */
  #field(element: Element): FieldDefinition {
    const type = attribute(element, "type");
    const codeSet = this.#codeSets.get(type);
    const codes = childrenOf(codeSet, "code").map(
      (code) => [attribute(code, "value"), attribute(code, "name")] as const,
    );
    return {
      tag: tagAttribute(element, "id"),
      name: attribute(element, "name"),
      type: fieldTypeOf(codeSet ? attribute(codeSet, "type") : type),
      ...(codes.length > 0 ? { values: codes } : {}),
    };
  }

  /** @param inside - groups we are in, by id */
  #members(parent: Element, inside: readonly string[]): Member[] {
    return parent.children.flatMap((element): Member[] => {
      const { presence } = element.attributes;
      if (presence === "forbidden" || presence === "ignored") return [];
      const isRequired = presence === "required" || presence === "constant";
      switch (localName(element)) {
        case "fieldRef":
          return [{ kind: "field", tag: tagAttribute(element, "id"), isRequired }];
        case "componentRef": {
          const name = attribute(find(this.#components, element, "component"), "name");
          return name === HEADER || name === TRAILER ? [] : [{ kind: "component", name, isRequired }];
        }
        case "groupRef":
          return [this.#group(element, isRequired, inside)];
        default:
          return [];
      }
    });
  }

  #group(reference: Element, isRequired: boolean, inside: readonly string[]): Member {
    const id = attribute(reference, "id");
    const group = find(this.#groups, reference, "group");
    if (inside.includes(id)) throw new FixError("xml-invalid", `group ${id} holds itself`);
    const count = childrenOf(group, "numInGroup")[0];
    if (!count) throw new FixError("xml-invalid", `group ${id} has no numInGroup`);
    const members = this.#members(group, [...inside, id]);
    return { kind: "group", tag: tagAttribute(count, "id"), isRequired, members };
  }
}

function localName(element: Element): string {
  return element.name.slice(element.name.indexOf(":") + 1);
}

function childrenOf(parent: Element | undefined, name: string): Element[] {
  return parent?.children.filter((child) => localName(child) === name) ?? [];
}

function baseScenarios(elements: readonly Element[], key: string): Map<string, Element> {
  const byKey = new Map<string, Element>();
  for (const element of elements) {
    const id = attribute(element, key);
    if (!byKey.has(id) || (element.attributes.scenario ?? "base") === "base") byKey.set(id, element);
  }
  return byKey;
}

function find(parts: ReadonlyMap<string, Element>, reference: Element, kind: string): Element {
  const id = attribute(reference, "id");
  const found = parts.get(id);
  if (!found) throw new FixError("xml-invalid", `${kind} ${id} is used but not defined`);
  return found;
}
