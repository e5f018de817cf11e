import type {
  ByteVectorDefinition,
  DecimalDefinition,
  FieldDefinition,
  IntegerDefinition,
  IntegerTypeName,
  OperatorDefinition,
  SequenceDefinition,
  StringDefinition,
  TemplateDefinition,
} from "@exchange-kit/fast";

/**
 * A FAST decoder written to be believed: it reads the specification's rules one after the other, with bigints, arrays
 * of bits and dictionaries as maps, straight from the definitions. It shares no code with the package.
 */
export class Oracle {
  readonly reports: Record<string, number> = {};
  #dictionaries = new Map<string, Entry>();
  #templateId: number | undefined;
  #input: number[] = [];
  #at = 0;
  readonly #templates: readonly TemplateDefinition[];

  constructor(templates: readonly TemplateDefinition[]) {
    this.#templates = templates;
  }

  /** Decodes messages until the bytes end or an error comes, which is the last element then. */
  decodeAll(bytes: readonly number[]): unknown[] {
    this.#input = [...bytes];
    this.#at = 0;
    const messages: unknown[] = [];
    while (this.#at < this.#input.length) {
      const before = {
        dictionaries: new Map(this.#dictionaries),
        id: this.#templateId,
        reports: { ...this.reports },
      };
      try {
        messages.push(this.#message());
      } catch (error) {
        if (!(error instanceof OracleError)) throw error;
        this.#dictionaries = before.dictionaries;
        this.#templateId = before.id;
        for (const code of Object.keys(this.reports)) delete this.reports[code];
        Object.assign(this.reports, before.reports);
        messages.push({ error: error.code });
        break;
      }
    }
    return messages;
  }

  #message(): { t: string; f: Record<string, unknown> } {
    const bits = this.#presenceMap();
    if (bits.take()) {
      const id = this.#unsigned();
      if (id > 4294967295n) throw new OracleError("D2");
      if (!this.#templates.some((template) => template.id === Number(id))) throw new OracleError("D9");
      this.#templateId = Number(id);
    }
    const template = this.#templates.find(({ id }) => id === this.#templateId);
    if (this.#templateId === undefined || !template) throw new OracleError("D5");
    if (template.reset) this.#dictionaries = new Map();
    const scope = {
      dictionary: template.dictionary ?? "global",
      template: template.name,
      type: template.typeRef ?? "",
    };
    const fields = this.#fields(template.fields, bits, scope);
    this.#endMap(bits);
    return { t: template.name, f: fields };
  }

  #fields(definitions: readonly FieldDefinition[], bits: Bits, scope: Scope): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    let references = 0;
    for (const definition of definitions) {
      if (definition.type === "templateRef") {
        if (definition.name === undefined) {
          fields[`$ref${++references}`] = this.#message();
          continue;
        }
        const target = this.#templates.find(({ name }) => name === definition.name);
        if (!target) throw new OracleError("D8");
        const inner = {
          dictionary: target.dictionary ?? "global",
          template: target.name,
          type: target.typeRef ?? scope.type,
        };
        Object.assign(fields, this.#fields(target.fields, bits, inner));
        continue;
      }
      const own = { ...scope, dictionary: definition.dictionary ?? scope.dictionary };
      const value = this.#field(definition, bits, own);
      if (value !== undefined) fields[definition.name] = value;
    }
    return fields;
  }

  #field(definition: FieldDefinition, bits: Bits, scope: Scope): unknown {
    const optional = definition.type !== "templateRef" && definition.optional === true;
    switch (definition.type) {
      case "int32":
      case "uInt32":
      case "int64":
      case "uInt64":
        return this.#integer(definition, optional, bits, scope);
      case "decimal":
        return this.#decimal(definition, optional, bits, scope);
      case "ascii":
      case "unicode":
      case "byteVector":
        return this.#bytes(definition, optional, bits, scope);
      case "group": {
        if (optional && !bits.take()) return undefined;
        return this.#segment(definition.fields, bits, { ...scope, type: definition.typeRef ?? scope.type });
      }
      case "sequence": {
        const length = this.#length(definition, optional, bits, scope);
        if (length === undefined) return undefined;
        // A delta can make a length that is no uInt32; nothing can be read then.
        if (length < 0n || length > 4294967295n) throw new OracleError("D2");
        const inner = { ...scope, type: definition.typeRef ?? scope.type };
        return Array.from({ length: Number(length) }, () => this.#segment(definition.fields, bits, inner));
      }
      default:
        throw new Error(`the oracle knows FAST 1.1, not ${definition.type}`);
    }
  }

  #segment(fields: readonly FieldDefinition[], outer: Bits, scope: Scope): Record<string, unknown> {
    if (!this.#needsMap(fields)) return this.#fields(fields, outer, scope);
    const bits = this.#presenceMap();
    const values = this.#fields(fields, bits, scope);
    this.#endMap(bits);
    return values;
  }

  #needsMap(fields: readonly FieldDefinition[]): boolean {
    const needs = (operator: OperatorDefinition | undefined, optional: boolean): boolean =>
      operator !== undefined && (operator.kind === "constant" ? optional : operator.kind !== "delta");
    return fields.some((field) => {
      switch (field.type) {
        case "templateRef":
          return (
            field.name !== undefined &&
            this.#needsMap(this.#templates.find(({ name }) => name === field.name)?.fields ?? [])
          );
        case "group":
          return field.optional === true;
        case "sequence":
          return needs(field.length?.operator, field.optional === true);
        case "decimal":
          return (
            needs(field.operator, field.optional === true) ||
            needs(field.exponent, field.optional === true) ||
            needs(field.mantissa, false)
          );
        default:
          return needs(field.operator, field.optional === true);
      }
    });
  }

  #length(definition: SequenceDefinition, optional: boolean, bits: Bits, scope: Scope): bigint | undefined {
    const { name, operator } = definition.length ?? {};
    return this.#integerOf("uInt32", operator, optional, bits, scope, name ?? definition);
  }

  #integer(definition: IntegerDefinition, optional: boolean, bits: Bits, scope: Scope): string | undefined {
    const { type, operator, name } = definition;
    return this.#integerOf(type, operator, optional, bits, scope, name)?.toString();
  }

  #integerOf(
    type: IntegerTypeName,
    operator: OperatorDefinition | undefined,
    optional: boolean,
    bits: Bits,
    scope: Scope,
    key: string | object,
    part = "",
  ): bigint | undefined {
    const [min, max] = RANGE[type];
    const read = (): bigint | null => {
      let value = type.startsWith("u") ? this.#unsigned() : this.#signed();
      if (optional) {
        if (value === 0n) return null;
        if (value > 0n) value--;
      }
      if (value < min || value > max) throw new OracleError("D2");
      return value;
    };
    return this.#operate<bigint>(operator, optional, bits, scope, type, [key, part], {
      read,
      initial: operator?.value === undefined ? undefined : BigInt(operator.value.trim()),
      next: (value) => (value === max ? min : value + 1n),
      delta: (base) => {
        const delta = this.#nullableSigned(optional);
        if (delta === null) return null;
        const value = base() + delta;
        if (value < min || value > max) this.#report("R4");
        return value;
      },
      zero: 0n,
    });
  }

  #decimal(definition: DecimalDefinition, optional: boolean, bits: Bits, scope: Scope): string | undefined {
    const { operator, exponent, mantissa, name } = definition;
    const show = (e: bigint, m: bigint): string => `${m}e${e}`;
    if (exponent || mantissa) {
      const e = this.#integerOf("int32", exponent, optional, bits, scope, definition, "exponent");
      if (e === undefined) return undefined;
      if (!Number.isSafeInteger(Number(e)) || BigInt(Number(e)) !== e) throw new OracleError("D2");
      this.#checkExponent(e);
      const m = this.#integerOf("int64", mantissa, false, bits, scope, definition, "mantissa");
      return show(e, m!);
    }
    type Pair = { e: bigint; m: bigint };
    const value = this.#operate<Pair>(operator, optional, bits, scope, "decimal", [name, ""], {
      read: () => {
        const e = this.#nullableSigned(optional);
        if (e === null) return null;
        if (e < -2147483648n || e > 2147483647n) throw new OracleError("D2");
        this.#checkExponent(e);
        const m = this.#signed();
        if (m < RANGE.int64[0] || m > RANGE.int64[1]) throw new OracleError("D2");
        return { e, m };
      },
      initial: operator?.value === undefined ? undefined : normalise(operator.value),
      next: (same) => same,
      delta: (base) => {
        const e = this.#nullableSigned(optional);
        if (e === null) return null;
        if (e < -2147483648n || e > 2147483647n) throw new OracleError("D2");
        const m = this.#signed();
        const from = base();
        const sum = { e: from.e + e, m: from.m + m };
        if (sum.e < -63n || sum.e > 63n || sum.m < RANGE.int64[0] || sum.m > RANGE.int64[1])
          this.#report("R1");
        return sum;
      },
      zero: { e: 0n, m: 0n },
    });
    return value && show(value.e, value.m);
  }

  #checkExponent(exponent: bigint): void {
    if (exponent < -63n || exponent > 63n) this.#report("R1");
  }

  #bytes(
    definition: StringDefinition | ByteVectorDefinition,
    optional: boolean,
    bits: Bits,
    scope: Scope,
  ): string | undefined {
    const { type, operator, name } = definition;
    const part = (nullable: boolean): number[] | null =>
      type === "ascii" ? this.#ascii(nullable) : this.#vector(nullable);
    const checked = (value: number[]): number[] => {
      if (type === "unicode" && textOf(value).isBad) this.#report("R2");
      return value;
    };
    const value = this.#operate<number[]>(operator, optional, bits, scope, type, [name, ""], {
      read: () => {
        const read = part(optional);
        return read && operator?.kind !== "tail" ? checked(read) : read;
      },
      initial:
        operator?.value === undefined
          ? undefined
          : type === "byteVector"
            ? [...Buffer.from(operator.value, "hex")]
            : [...Buffer.from(operator.value, "utf8")],
      next: (same) => same,
      delta: (base) => {
        const length = this.#nullableSigned(optional);
        if (length === null) return null;
        if (length < -2147483648n || length > 2147483647n) throw new OracleError("D7");
        const added = part(false)!;
        const from = base();
        const taken = Number(length >= 0n ? length : -length - 1n);
        if (taken > from.length) throw new OracleError("D7");
        return checked(
          length >= 0n ? [...from.slice(0, from.length - taken), ...added] : [...added, ...from.slice(taken)],
        );
      },
      tail: (base, tail) => checked([...base.slice(0, Math.max(0, base.length - tail.length)), ...tail]),
      zero: [],
    });
    if (value === undefined) return undefined;
    if (type === "byteVector") return `0x${Buffer.from(value).toString("hex")}`;
    return type === "ascii" ? String.fromCharCode(...value) : textOf(value).text;
  }

  #operate<Value>(
    operator: OperatorDefinition | undefined,
    optional: boolean,
    bits: Bits,
    scope: Scope,
    type: string,
    [key, part]: readonly [string | object, string],
    rules: {
      read: () => Value | null;
      initial: Value | undefined;
      next: (value: Value) => Value;
      delta: (base: () => Value) => Value | null;
      tail?: (base: Value, tail: Value) => Value;
      zero: Value;
    },
  ): Value | undefined {
    const entryName = (): string => {
      const dictionary = operator?.dictionary ?? scope.dictionary;
      const place =
        dictionary === "template"
          ? `template ${scope.template}`
          : dictionary === "type"
            ? `type ${scope.type}`
            : dictionary === "global"
              ? "global"
              : `user ${dictionary}`;
      const name = operator?.key ?? (typeof key === "string" ? key : `private ${privateNumber(key)} ${part}`);
      return `${place} | ${name}`;
    };
    const previous = (): Entry => {
      const entry = this.#dictionaries.get(entryName());
      if (entry?.state === "assigned" && entry.type !== type) throw new OracleError("D4");
      return entry ?? { state: "undefined" };
    };
    const assign = (value: Value): Value => {
      this.#dictionaries.set(entryName(), { state: "assigned", type, value });
      return value;
    };
    const makeEmpty = (): undefined => {
      this.#dictionaries.set(entryName(), { state: "empty" });
    };
    switch (operator?.kind) {
      case undefined:
        return rules.read() ?? undefined;
      case "constant":
        return optional && !bits.take() ? undefined : rules.initial;
      case "default":
        return bits.take() ? (rules.read() ?? undefined) : rules.initial;
      case "delta": {
        const value = rules.delta(() => {
          const entry = previous();
          if (entry.state === "empty") throw new OracleError("D6");
          return entry.state === "assigned" ? (entry.value as Value) : (rules.initial ?? rules.zero);
        });
        return value === null ? undefined : assign(value);
      }
      default: {
        const isTail = operator!.kind === "tail";
        if (bits.take()) {
          const value = rules.read();
          if (value === null) return makeEmpty();
          if (!isTail) return assign(value);
          const entry = previous();
          const base = entry.state === "assigned" ? (entry.value as Value) : (rules.initial ?? rules.zero);
          return assign(rules.tail!(base, value));
        }
        const entry = previous();
        if (entry.state === "undefined") {
          if (rules.initial !== undefined) return assign(rules.initial);
          if (optional) return makeEmpty();
          throw new OracleError(isTail ? "D6" : "D5");
        }
        if (entry.state === "empty") {
          if (optional) return undefined;
          throw new OracleError(isTail ? "D7" : "D6");
        }
        const value = (entry as { readonly value: unknown }).value as Value;
        return operator!.kind === "increment" ? assign(rules.next(value)) : value;
      }
    }
  }

  #byte(): number {
    const byte = this.#input[this.#at++];
    if (byte === undefined) throw new OracleError("EOF");
    return byte;
  }

  /** Data bits of a stop-bit entity, seven for each byte. */
  #entity(): number[] {
    const groups: number[] = [];
    for (;;) {
      const byte = this.#byte();
      groups.push(byte & 127);
      if (byte & 128) return groups;
    }
  }

  #presenceMap(): Bits {
    const groups = this.#entity();
    if (groups.length > 1 && groups.at(-1) === 0) this.#report("R7");
    return new Bits(groups.flatMap((group) => [64, 32, 16, 8, 4, 2, 1].map((mask) => (group & mask) !== 0)));
  }

  #endMap(bits: Bits): void {
    if (bits.hasSetBitsLeft) this.#report("R8");
  }

  #unsigned(): bigint {
    const groups = this.#entity();
    if (groups.length > 1 && groups[0] === 0) this.#report("R6");
    const value = groups.reduce((sum, group) => sum * 128n + BigInt(group), 0n);
    if (value >= 1n << 70n) throw new OracleError("D2");
    return value;
  }

  #signed(): bigint {
    const groups = this.#entity();
    const [first, second] = groups as [number, number | undefined];
    if (second !== undefined && first === (second & 64 ? 127 : 0)) this.#report("R6");
    const raw = groups.reduce((sum, group) => sum * 128n + BigInt(group), 0n);
    const value = first & 64 ? raw - (1n << BigInt(7 * groups.length)) : raw;
    if (value >= 1n << 69n || value < -(1n << 69n)) throw new OracleError("D2");
    return value;
  }

  #nullableSigned(nullable: boolean): bigint | null {
    const value = this.#signed();
    if (!nullable) return value;
    return value === 0n ? null : value > 0n ? value - 1n : value;
  }

  #ascii(nullable: boolean): number[] | null {
    const groups = this.#entity();
    if (groups[0] !== 0) return groups;
    let rest = groups.slice(1);
    if (rest.length === 0) return nullable ? null : [];
    if (nullable && rest[0] === 0) {
      rest = rest.slice(1);
      if (rest.length === 0) return [];
    }
    if (rest[0] !== 0) this.#report("R9");
    return rest;
  }

  #vector(nullable: boolean): number[] | null {
    let length = this.#unsigned();
    if (nullable) {
      if (length === 0n) return null;
      length--;
    }
    if (length > 4294967295n) throw new OracleError("D2");
    if (length > 65_536n) throw new OracleError("string-too-long");
    if (length > BigInt(this.#input.length - this.#at)) throw new OracleError("EOF");
    return Array.from({ length: Number(length) }, () => this.#byte());
  }

  #report(code: string): void {
    this.reports[code] = (this.reports[code] ?? 0) + 1;
  }
}

type Entry =
  | { readonly state: "undefined" | "empty" }
  | { readonly state: "assigned"; readonly type: string; readonly value: unknown };
interface Scope {
  readonly dictionary: string;
  readonly template: string;
  readonly type: string;
}

class OracleError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

class Bits {
  readonly #bits: readonly boolean[];
  #next = 0;
  constructor(bits: readonly boolean[]) {
    this.#bits = bits;
  }
  take(): boolean {
    return this.#bits[this.#next++] ?? false;
  }
  get hasSetBitsLeft(): boolean {
    return this.#bits.slice(this.#next).includes(true);
  }
}

const RANGE: Record<IntegerTypeName, readonly [bigint, bigint]> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uInt32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uInt64: [0n, 2n ** 64n - 1n],
};

const numbers = new WeakMap<object, number>();
let count = 0;
function privateNumber(definition: object): number {
  let number = numbers.get(definition);
  if (number === undefined) {
    number = count++;
    numbers.set(definition, number);
  }
  return number;
}

function normalise(text: string): { e: bigint; m: bigint } {
  const [whole = "", fraction = ""] = text.trim().split(".");
  let m = BigInt(`${whole}${fraction}` || "0");
  let e = BigInt(-fraction.length);
  if (m === 0n) return { e: 0n, m };
  while (m % 10n === 0n) {
    m /= 10n;
    e++;
  }
  return { e, m };
}

function textOf(bytes: readonly number[]): { text: string; isBad: boolean } {
  const data = Uint8Array.from(bytes);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
  let isBad = false;
  try {
    new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(data);
  } catch {
    isBad = true;
  }
  return { text, isBad };
}
