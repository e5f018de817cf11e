import type {
  Decimal,
  FastFields,
  FastMessage,
  FastValue,
  FieldDefinition,
  TemplateDefinition,
  TemplateRegistry,
} from "@exchange-kit/fast";

/** Messages in the canonical form of the `fast` subjects, and back. */
export class FastJson {
  readonly #byName: ReadonlyMap<string, TemplateDefinition>;
  readonly #flat = new Map<readonly FieldDefinition[], FieldDefinition[]>();

  constructor(registry: TemplateRegistry) {
    this.#byName = new Map(registry.definitions.map((definition) => [definition.name, definition]));
  }

  /** `{"t","id","f"}`, keys in template order. */
  line(message: FastMessage): string {
    return `{"t":${JSON.stringify(message.template)},"id":${message.id},"f":${this.fields(message)}}`;
  }

  /** The fields alone. */
  fields(message: FastMessage): string {
    return this.#group(this.#byName.get(message.template)!.fields, message.fields);
  }

  /** The message that a line tells of. */
  parse(line: string): FastMessage {
    return this.#message(JSON.parse(line));
  }

  #message({ t, id, f }: { t: string; id: number; f: Record<string, unknown> }): FastMessage {
    const definition = this.#byName.get(t);
    if (!definition) throw new Error(`there is no template "${t}"`);
    return { template: t, id, fields: this.#readGroup(definition.fields, f) };
  }

  /** Fields with those of static references in their place. */
  #fields(fields: readonly FieldDefinition[]): FieldDefinition[] {
    let flat = this.#flat.get(fields);
    if (!flat) {
      flat = fields.flatMap((field) =>
        field.type === "templateRef" && field.name !== undefined
          ? this.#fields(this.#byName.get(field.name)?.fields ?? [])
          : [field],
      );
      this.#flat.set(fields, flat);
    }
    return flat;
  }

  #group(fields: readonly FieldDefinition[], values: FastFields): string {
    let text = "";
    let references = 0;
    for (const field of this.#fields(fields)) {
      let name = field.name ?? "";
      let value: FastValue;
      if (field.type === "templateRef") {
        value = values[`$ref${++references}`];
        name = `ref:${(value as FastMessage).template}`;
      } else value = values[name];
      if (value === undefined) continue;
      text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${this.#value(field, value)}`;
    }
    return `{${text}}`;
  }

  #value(field: FieldDefinition, value: FastValue): string {
    switch (field.type) {
      case "templateRef":
        return this.line(value as FastMessage);
      case "sequence":
        return `[${(value as FastFields[]).map((element) => this.#group(field.fields, element)).join(",")}]`;
      case "group":
        return this.#group(field.fields, value as FastFields);
      case "decimal":
        return `"${(value as Decimal).mantissa}e${(value as Decimal).exponent}"`;
      case "byteVector":
        return `"0x${Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
      case "ascii":
      case "unicode":
      case "enum":
        return JSON.stringify(value);
      case "boolean":
      case "set":
      case "bitGroup":
        return JSON.stringify(value);
      default:
        return `"${value}"`;
    }
  }

  #readGroup(fields: readonly FieldDefinition[], values: Record<string, unknown>): FastFields {
    const read: Record<string, FastValue> = {};
    const references = Object.keys(values).filter((name) => name.startsWith("ref:"));
    let reference = 0;
    for (const field of this.#fields(fields)) {
      if (field.type === "templateRef") {
        const name = references[reference++];
        if (name !== undefined) read[`$ref${reference}`] = this.#message(values[name] as never);
      } else if (Object.hasOwn(values, field.name)) {
        read[field.name] = this.#readValue(field, values[field.name]);
      }
    }
    return read;
  }

  #readValue(field: FieldDefinition, value: unknown): FastValue {
    switch (field.type) {
      case "sequence":
        return (value as Record<string, unknown>[]).map((element) => this.#readGroup(field.fields, element));
      case "group":
        return this.#readGroup(field.fields, value as Record<string, unknown>);
      case "decimal": {
        const [mantissa = "", exponent = ""] = String(value).split("e");
        return { mantissa: BigInt(mantissa), exponent: Number(exponent) };
      }
      case "byteVector":
        return Uint8Array.from(String(value).slice(2).match(/../g) ?? [], (pair) =>
          Number.parseInt(pair, 16),
        );
      case "int32":
      case "uInt32":
      case "int64":
      case "uInt64":
      case "timestamp":
        return BigInt(String(value));
      default:
        return value as FastValue;
    }
  }
}
