import type {
  Decimal,
  FastFields,
  FastMessage,
  FastValue,
  FieldDefinition,
  OperatorDefinition,
  TemplateDefinition,
} from "@exchange-kit/fast";
import fc from "fast-check";

// Few names and keys, so that fields share dictionary entries, also with fields of other types.
const NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"] as const;
const SCALARS = ["int32", "uInt32", "int64", "uInt64", "decimal", "ascii", "unicode", "byteVector"] as const;
type ScalarType = (typeof SCALARS)[number];

const INITIAL: Record<ScalarType, readonly string[]> = {
  int32: ["0", "7", "-1", "2147483647", "-2147483648"],
  uInt32: ["0", "9", "4294967295"],
  int64: ["0", "-5", "9223372036854775807", "-9223372036854775808", "20130801142437941"],
  uInt64: ["0", "1", "18446744073709551615", "9007199254740993"],
  decimal: ["0", "12000", "-1.25", "0.5"],
  ascii: ["", "AB", "xyz"],
  unicode: ["", "é", "héllo"],
  byteVector: ["", "0102", "ff"],
};

function operatorOf(type: ScalarType, isOptional: boolean): fc.Arbitrary<OperatorDefinition | undefined> {
  const isInteger = type.startsWith("int") || type.startsWith("uInt");
  const isText = type === "ascii" || type === "unicode" || type === "byteVector";
  const kinds: OperatorDefinition["kind"][] = ["constant", "default", "copy", "delta"];
  if (isInteger) kinds.push("increment");
  if (isText) kinds.push("tail");
  const operator = fc
    .record({
      kind: fc.constantFrom(...kinds),
      value: fc.option(fc.constantFrom(...INITIAL[type]), { nil: undefined }),
      dictionary: fc.option(fc.constantFrom("global", "template", "type", "mine"), { nil: undefined }),
      key: fc.option(fc.constantFrom("k", "l"), { nil: undefined, freq: 6 }),
    })
    .map(({ kind, value, dictionary, key }): OperatorDefinition => {
      const needsValue = kind === "constant" || (kind === "default" && !isOptional);
      const initial = value ?? (needsValue ? INITIAL[type][1] : undefined);
      return {
        kind,
        ...(initial === undefined ? {} : { value: initial }),
        ...(dictionary ? { dictionary } : {}),
        ...(key ? { key } : {}),
      };
    });
  return fc.option(operator, { nil: undefined, freq: 4 });
}

const scalar = (name: string): fc.Arbitrary<FieldDefinition> =>
  fc.tuple(fc.constantFrom(...SCALARS), fc.boolean()).chain(([type, optional]) => {
    const whole = operatorOf(type, optional).map(
      (operator) => ({ type, name, optional, ...(operator ? { operator } : {}) }) as FieldDefinition,
    );
    if (type !== "decimal") return whole;
    const split = fc.tuple(operatorOf("int32", optional), operatorOf("int64", false)).map(
      ([exponent, mantissa]): FieldDefinition => ({
        type,
        name,
        optional,
        // A large initial exponent is legal, and cannot be encoded: keep to small ones.
        ...(exponent ? { exponent: exponent.value ? { ...exponent, value: "-2" } : exponent } : {}),
        ...(mantissa ? { mantissa } : {}),
      }),
    );
    return fc.oneof(whole, split);
  });

function field(name: string, depth: number): fc.Arbitrary<FieldDefinition> {
  if (depth === 0) return scalar(name);
  const inner = fields(depth - 1);
  const typeRef = fc.option(fc.constantFrom("X", "Y"), { nil: undefined });
  const group = fc.record({ optional: fc.boolean(), fields: inner, typeRef }).map(
    ({ optional, fields: list, typeRef: type }): FieldDefinition => ({
      type: "group",
      name,
      optional,
      fields: list,
      ...(type ? { typeRef: type } : {}),
    }),
  );
  const sequence = fc.boolean().chain((optional) =>
    fc
      .record({
        fields: inner,
        operator: operatorOf("uInt32", optional),
        length: fc.constantFrom(undefined, "N", "M"),
      })
      .map(({ fields: list, operator, length }): FieldDefinition => {
        // Lengths are small, whatever the operator makes of them.
        const small = operator && (operator.value === undefined ? operator : { ...operator, value: "2" });
        return {
          type: "sequence",
          name,
          optional,
          fields: list,
          length: { ...(length ? { name: length } : {}), ...(small ? { operator: small } : {}) },
        };
      }),
  );
  return fc.oneof({ arbitrary: scalar(name), weight: 5 }, group, sequence);
}

function fields(depth: number): fc.Arbitrary<FieldDefinition[]> {
  return fc
    .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: depth === 2 ? 8 : 4 })
    .chain((names) => fc.tuple(...names.map((name) => field(name, depth))))
    .map((list) => [...list]);
}

/** Two templates that share dictionaries; the second may refer to the first, statically or dynamically. */
export const templates: fc.Arbitrary<TemplateDefinition[]> = fc
  .record({
    first: fields(2),
    second: fields(2),
    reference: fc.constantFrom("none", "none", "static", "dynamic", "missing"),
    dictionary: fc.option(fc.constantFrom("template", "type", "mine"), { nil: undefined }),
    reset: fc.boolean(),
  })
  .map(({ first, second, reference, dictionary, reset }) => {
    const extra: FieldDefinition[] =
      reference === "static"
        ? [{ type: "templateRef", name: "One" }]
        : reference === "dynamic"
          ? [{ type: "templateRef" }]
          : reference === "missing"
            ? [{ type: "templateRef", name: "Nowhere" }]
            : [];
    // Names of the two must differ where one stands inside the other.
    const renamed = reference === "static" ? second.map((one) => ({ ...one, name: `2${one.name}` })) : second;
    return [
      { name: "One", id: 1, fields: first, ...(dictionary ? { dictionary } : {}) },
      {
        name: "Two",
        id: 2,
        fields: [...renamed, ...extra] as FieldDefinition[],
        ...(reset ? { reset } : {}),
      },
    ];
  });

/** Values for templates, from a linear congruential generator, so that a seed is all that must be kept. */
export class ValueMaker {
  #state: number;
  readonly #templates: readonly TemplateDefinition[];

  constructor(templates: readonly TemplateDefinition[], seed: number) {
    this.#templates = templates;
    this.#state = seed >>> 0;
  }

  below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.#state >>> 8) % bound;
  }

  message(depth = 0): FastMessage {
    const template = depth > 0 ? this.#templates[0]! : this.#templates[this.below(this.#templates.length)]!;
    return { template: template.name, id: template.id!, fields: this.#fields(template.fields, depth) };
  }

  #fields(definitions: readonly FieldDefinition[], depth: number): FastFields {
    const made: Record<string, FastValue> = {};
    let references = 0;
    for (const definition of definitions) {
      if (definition.type === "templateRef") {
        if (definition.name === undefined) made[`$ref${++references}`] = this.message(depth + 1);
        else
          Object.assign(
            made,
            this.#fields(this.#templates.find(({ name }) => name === definition.name)?.fields ?? [], depth),
          );
        continue;
      }
      if (definition.optional && this.below(3) === 0) continue;
      made[definition.name] = this.#value(definition, depth);
    }
    return made;
  }

  #value(definition: FieldDefinition, depth: number): FastValue {
    switch (definition.type) {
      case "group":
        return this.#fields(definition.fields, depth);
      case "sequence": {
        const { operator } = definition.length ?? {};
        const length = operator?.kind === "constant" ? 2 : this.below(4);
        return Array.from({ length }, () => this.#fields(definition.fields, depth));
      }
      case "decimal":
        if (definition.exponent || definition.mantissa) {
          const part = (operator: OperatorDefinition | undefined, other: bigint): bigint =>
            operator?.kind === "constant" || (operator?.value && this.below(2) === 0)
              ? BigInt(operator.value!)
              : other;
          return {
            exponent: Number(part(definition.exponent, BigInt(this.below(9) - 4))),
            mantissa: this.#exact(part(definition.mantissa, this.#integer("int64"))),
          };
        }
        if (this.#isInitial(definition.operator)) return decimalOf(definition.operator!.value!);
        return { exponent: this.below(127) - 63, mantissa: this.#exact(this.#integer("int64")) };
      case "ascii":
        if (this.#isInitial(definition.operator)) return definition.operator!.value!;
        return this.#text(["A", "B", "\0", "z", "~"]);
      case "unicode":
        if (this.#isInitial(definition.operator)) return definition.operator!.value!;
        return this.#text(["A", "é", "€", "\u{1f600}", "\0"]);
      case "byteVector":
        if (this.#isInitial(definition.operator))
          return Uint8Array.from(Buffer.from(definition.operator!.value!, "hex"));
        return Uint8Array.from({ length: this.below(4) }, () => [0, 1, 127, 128, 255][this.below(5)]!);
      case "int32":
      case "uInt32":
      case "int64":
      case "uInt64":
        if (this.#isInitial(definition.operator)) return this.#given(BigInt(definition.operator!.value!));
        return this.#given(this.#integer(definition.type));
      default:
        throw new Error(`no values for ${definition.type}`);
    }
  }

  /** An integer as a caller may give it: a number, a bigint, now and then its digits. */
  #given(value: bigint): FastValue {
    return this.below(8) === 0 ? String(value) : this.#exact(value);
  }

  #exact(value: bigint): number | bigint {
    const number = Number(value);
    return Number.isSafeInteger(number) && this.below(3) > 0 ? number : value;
  }

  #isInitial(operator: OperatorDefinition | undefined): boolean {
    return operator?.value !== undefined && (operator.kind === "constant" || this.below(3) === 0);
  }

  #text(characters: readonly string[]): string {
    return Array.from({ length: this.below(5) }, () => characters[this.below(characters.length)]).join("");
  }

  /** Small values, values around every power of two, and the ends of the range. */
  #integer(type: "int32" | "uInt32" | "int64" | "uInt64"): bigint {
    const bits = BigInt(type.endsWith("64") ? 64 : 32);
    const isSigned = !type.startsWith("u");
    const [min, max] = isSigned ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
    const around = (1n << BigInt(this.below(Number(bits)))) + BigInt(this.below(3) - 1);
    const choices = [BigInt(this.below(5)), around, isSigned ? -around : around, min, max];
    const value = choices[this.below(8) < 4 ? 0 : this.below(choices.length)]!;
    return value < min ? min : value > max ? max : value;
  }
}

function decimalOf(text: string): Decimal {
  const known: Record<string, Decimal> = {
    "0": { mantissa: 0, exponent: 0 },
    "12000": { mantissa: 12, exponent: 3 },
    "-1.25": { mantissa: -125, exponent: -2 },
    "0.5": { mantissa: 5, exponent: -1 },
  };
  return known[text]!;
}

/** A message as the oracle shows it. */
export function shown(message: FastMessage, definitions: readonly TemplateDefinition[]): unknown {
  const byName = (name: string): readonly FieldDefinition[] =>
    definitions.find((definition) => definition.name === name)?.fields ?? [];
  const group = (list: readonly FieldDefinition[], values: FastFields): Record<string, unknown> => {
    const out: Record<string, unknown> = {};
    let references = 0;
    for (const definition of list) {
      if (definition.type === "templateRef") {
        if (definition.name === undefined) {
          const name = `$ref${++references}`;
          out[name] = shown(values[name] as FastMessage, definitions);
        } else Object.assign(out, group(byName(definition.name), values));
        continue;
      }
      const value = values[definition.name];
      if (value === undefined) continue;
      out[definition.name] =
        definition.type === "group"
          ? group(definition.fields, value as FastFields)
          : definition.type === "sequence"
            ? (value as FastFields[]).map((element) => group(definition.fields, element))
            : definition.type === "decimal"
              ? `${(value as Decimal).mantissa}e${(value as Decimal).exponent}`
              : value instanceof Uint8Array
                ? `0x${Buffer.from(value).toString("hex")}`
                : String(value);
    }
    return out;
  };
  return { t: message.template, f: group(byName(message.template), message.fields) };
}
