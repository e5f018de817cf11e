import type { TemplateIssue } from "../errors.ts";
import type {
  FieldDefinition,
  LengthDefinition,
  OperatorDefinition,
  OperatorKind,
  TemplateDefinition,
} from "./definition.ts";

/** An element of a template file. */
export interface Element {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly prefix?: string; readonly value: string }[];
  readonly children: Element[];
  readonly line: number;
}

const OPERATORS: ReadonlySet<string> = new Set<OperatorKind>([
  "constant",
  "default",
  "copy",
  "increment",
  "delta",
  "tail",
]);
const EXTENSIONS: ReadonlySet<string> = new Set(["boolean", "enum", "set", "timestamp", "bitGroup"]);

/** Turns the tree of a template file into definitions, with every S1 on the way. */
export function definitionsOf(root: Element): {
  readonly definitions: TemplateDefinition[];
  readonly issues: TemplateIssue[];
} {
  const schema = new SchemaReader();
  const definitions = schema.templates(root);
  return { definitions, issues: schema.issues };
}

/** What is inherited from the elements around. */
interface Outer {
  readonly path: string;
  readonly namespace: string | undefined;
  /** Namespace of template names, as opposed to those of fields. */
  readonly templateNamespace: string | undefined;
}

class SchemaReader {
  readonly issues: TemplateIssue[] = [];

  templates(root: Element): TemplateDefinition[] {
    const outer: Outer = {
      path: "",
      namespace: attribute(root, "ns"),
      templateNamespace: attribute(root, "templateNs"),
    };
    if (root.name === "template") return [this.#template(root, outer, undefined)];
    if (root.name !== "templates") {
      this.#issue(root, outer, `root must be templates or template, was ${root.name}`);
      return [];
    }
    const dictionary = attribute(root, "dictionary");
    return root.children.flatMap((child) => {
      if (child.name === "template") return [this.#template(child, outer, dictionary)];
      this.#issue(child, outer, `templates holds template elements, was ${child.name}`);
      return [];
    });
  }

  #template(element: Element, around: Outer, dictionary: string | undefined): TemplateDefinition {
    const name = this.#name(element, around);
    const templateNamespace = attribute(element, "templateNs") ?? around.templateNamespace;
    const outer: Outer = {
      path: name,
      namespace: attribute(element, "ns") ?? around.namespace,
      templateNamespace,
    };
    const id = attribute(element, "id");
    if (id !== undefined && !(/^\d+$/.test(id.trim()) && Number(id) <= 4294967295))
      this.#issue(element, outer, `template id must be a uInt32, was "${id}"`);
    const resets = element.attributes.some(
      ({ name, value }) => name === "reset" && /^(y|yes|true|1)$/i.test(value.trim()),
    );
    return {
      name,
      line: element.line,
      ...given("id", id === undefined ? undefined : Number(id)),
      ...given("namespace", templateNamespace),
      ...given("dictionary", attribute(element, "dictionary") ?? dictionary),
      ...given("typeRef", typeRefOf(element)),
      ...(resets ? { reset: true } : {}),
      fields: this.#fields(element, outer),
    };
  }

  #fields(element: Element, outer: Outer): FieldDefinition[] {
    return element.children.flatMap((child) => {
      if (child.name === "typeRef" || child.name === "length") return [];
      const field = this.#field(child, outer);
      return field ? [field] : [];
    });
  }

  #field(element: Element, around: Outer): FieldDefinition | undefined {
    const { line } = element;
    if (element.name === "templateRef") {
      const name = attribute(element, "name");
      const namespace =
        name === undefined ? undefined : (attribute(element, "templateNs") ?? around.templateNamespace);
      return { type: "templateRef", line, ...given("name", name), ...given("namespace", namespace) };
    }
    const type = element.name;
    const isKnown = /^(int32|uInt32|int64|uInt64|decimal|string|byteVector|sequence|group)$/.test(type);
    if (!isKnown && !EXTENSIONS.has(type)) {
      this.#issue(element, around, `there is no field type ${type}`);
      return undefined;
    }
    const name = this.#name(element, around);
    const outer: Outer = {
      ...around,
      path: `${around.path}/${name}`,
      namespace: attribute(element, "ns") ?? around.namespace,
    };
    const presence = attribute(element, "presence") ?? "mandatory";
    if (presence !== "mandatory" && presence !== "optional")
      this.#issue(element, outer, `presence must be mandatory or optional, was "${presence}"`);
    const base = {
      name,
      line,
      ...given("id", attribute(element, "id")),
      ...given("namespace", outer.namespace),
      ...given("dictionary", attribute(element, "dictionary")),
      ...(presence === "optional" ? { optional: true } : {}),
    };
    switch (type) {
      case "group":
        return {
          type,
          ...base,
          ...given("typeRef", typeRefOf(element)),
          fields: this.#fields(element, outer),
        };
      case "sequence": {
        const length = element.children.find((child) => child.name === "length");
        return {
          type,
          ...base,
          ...given("typeRef", typeRefOf(element)),
          ...(length ? { length: this.#length(length, outer) } : {}),
          fields: this.#fields(element, outer),
        };
      }
      case "decimal": {
        const part = (wanted: string): OperatorDefinition | undefined => {
          const child = element.children.find(({ name }) => name === wanted);
          return child ? this.#operator(child, outer) : undefined;
        };
        const operators = element.children.filter(({ name }) => name !== "exponent" && name !== "mantissa");
        return {
          type,
          ...base,
          ...given("operator", this.#operator({ ...element, children: operators }, outer)),
          ...given("exponent", part("exponent")),
          ...given("mantissa", part("mantissa")),
        };
      }
      case "string": {
        const charset = attribute(element, "charset") ?? "ascii";
        if (charset !== "ascii" && charset !== "unicode")
          this.#issue(element, outer, `charset must be ascii or unicode, was "${charset}"`);
        if (charset === "unicode")
          return { type: "unicode", ...base, ...this.#vectorOperator(element, outer) };
        return { type: "ascii", ...base, ...given("operator", this.#operator(element, outer)) };
      }
      case "byteVector":
        return { type, ...base, ...this.#vectorOperator(element, outer) };
      default:
        return this.#scalar(element, base, outer);
    }
  }

  /** The operator of a vector, which may also give its length a name for applications. */
  #vectorOperator(element: Element, outer: Outer): { readonly operator?: OperatorDefinition } {
    const children = element.children.filter(({ name }) => name !== "length");
    return given("operator", this.#operator({ ...element, children }, outer));
  }

  /** Integers, and the types of FAST 1.2. */
  #scalar(
    element: Element,
    base: { readonly name: string; readonly line: number },
    outer: Outer,
  ): FieldDefinition {
    const extensions = new Set(["element", "bits"]);
    const operators = element.children.filter(({ name }) => !extensions.has(name));
    const operator = given("operator", this.#operator({ ...element, children: operators }, outer));
    const names = (of: Element): string[] =>
      of.children.filter(({ name }) => name === "element").map((child) => this.#name(child, outer));
    switch (element.name) {
      case "boolean":
        return { type: "boolean", ...base, ...operator };
      case "enum":
      case "set": {
        const elements = names(element);
        if (elements.length === 0) this.#issue(element, outer, `${element.name} needs element children`);
        return { type: element.name, ...base, elements, ...operator };
      }
      case "timestamp": {
        const unit = attribute(element, "unit") ?? "nanosecond";
        const epoch = attribute(element, "epoch") ?? "unix";
        if (!/^(day|second|millisecond|microsecond|nanosecond)$/.test(unit))
          this.#issue(element, outer, `unknown unit "${unit}"`);
        if (!/^(unix|midnight|none)$/.test(epoch)) this.#issue(element, outer, `unknown epoch "${epoch}"`);
        return { type: "timestamp", ...base, unit: unit as "second", epoch: epoch as "unix", ...operator };
      }
      case "bitGroup": {
        const fields = element.children
          .filter(({ name }) => name === "bits")
          .map((child) => {
            const elements = names(child);
            const bits = Number(attribute(child, "size") ?? "1");
            if (!Number.isInteger(bits)) this.#issue(child, outer, "size must be a number of bits");
            return { name: this.#name(child, outer), bits, ...(elements.length > 0 ? { elements } : {}) };
          });
        return { type: "bitGroup", ...base, fields, ...operator };
      }
      default:
        return { type: element.name as "int32", ...base, ...operator };
    }
  }

  #length(element: Element, outer: Outer): LengthDefinition {
    return {
      line: element.line,
      ...given("name", attribute(element, "name")),
      ...given("id", attribute(element, "id")),
      ...given("namespace", attribute(element, "ns") ?? outer.namespace),
      ...given("operator", this.#operator(element, outer)),
    };
  }

  #operator(parent: Element, outer: Outer): OperatorDefinition | undefined {
    const [first, second] = parent.children.filter((child) => {
      const isOperator = OPERATORS.has(child.name);
      if (!isOperator) this.#issue(child, outer, `there is no operator ${child.name}`);
      return isOperator;
    });
    if (second) this.#issue(second, outer, `there is more than one operator: ${second.name}`);
    if (!first) return undefined;
    return {
      kind: first.name as OperatorKind,
      line: first.line,
      ...given("value", attribute(first, "value")),
      ...given("dictionary", attribute(first, "dictionary")),
      ...given("key", attribute(first, "key")),
      ...given("keyNamespace", attribute(first, "ns") ?? outer.namespace),
    };
  }

  #name(element: Element, outer: Outer): string {
    const name = attribute(element, "name");
    if (name === undefined || name.trim() === "") {
      this.#issue(element, outer, `${element.name} needs a name`);
      return "";
    }
    return name.trim();
  }

  #issue(element: Element, outer: Outer, message: string): void {
    this.issues.push({ code: "S1", message, path: outer.path, line: element.line });
  }
}

/** An attribute without a prefix: those of other namespaces are not the schema's. */
function attribute(element: Element, name: string): string | undefined {
  return element.attributes.find((candidate) => candidate.name === name && !candidate.prefix)?.value;
}

function typeRefOf(element: Element): string | undefined {
  const child = element.children.find(({ name }) => name === "typeRef");
  return child && attribute(child, "name");
}

/** An optional property, absent rather than `undefined`. */
function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}
