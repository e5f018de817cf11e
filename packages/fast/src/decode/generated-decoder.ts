import { GeneratedCode } from "../generated-code.ts";
import type { FastListener } from "../message.ts";
import type {
  AsciiPlan,
  BytesPlan,
  DecimalPlan,
  InstructionPlan,
  IntegerPlan,
  ScalarPlan,
} from "../template/plan.ts";
import { type SegmentPlan, type SplitDecimalPlan, type TemplatePlan, typeCode } from "../template/plan.ts";
import { type FastInteger, INTEGER_RANGE } from "../values/numbers.ts";
import { runtime } from "./generated-runtime.ts";
import type { Reader } from "./reader.ts";

/** Decodes the fields of one message after its template id; stores previous values only when all of it was there. */
export type TemplateDecoder = () => unknown;

/** What a specialised decoder is made for. */
export interface DecoderTarget {
  readonly reader: Reader;
  /** Told the fields; without one they become objects. */
  readonly listener: FastListener | undefined;
  /** Whether 64-bit integers and mantissas are always bigints. */
  readonly isBigint: boolean;
  /** Whether dictionaries are cleared before each message of this template. */
  readonly resets: boolean;
  /** Whether previous values are written through the journal, because messages may stand inside messages. */
  readonly isJournaled: boolean;
  /** Whether previous values outlive the message. */
  readonly keeps: boolean;
  /** Words of a message's presence map. */
  readonly messageWords: number;
  /** Decodes a message inside this one, at the reader's position. */
  readonly nested: () => unknown;
}

/**
 * Writes and compiles a decoder for one template: previous values live in local variables, each field's code knows its
 * operator, one-byte values are read in place.
 *
 * Names from the template reach the code only as JSON string literals.
 */
export function generateDecoder(template: TemplatePlan, target: DecoderTarget): TemplateDecoder {
  return new DecoderCode(template, target).make();
}

class DecoderCode extends GeneratedCode {
  readonly #segment: SegmentPlan;
  readonly #target: DecoderTarget;
  /** Presence map of the segment being written: name of its words, next bit, whether the next bit is known only at run time. */
  #map = { name: "", bit: 0, words: 0, isDynamic: false };

  constructor(template: TemplatePlan, target: DecoderTarget) {
    super({ ...target, dictionaries: target.reader.dictionaries, slots: template.slots });
    this.#segment = template.segment;
    this.#target = target;
  }

  make(): TemplateDecoder {
    const { messageWords, reader, listener, nested } = this.#target;
    const { bits, hasConditionalBits } = this.#segment;
    this.#map = { name: "m", bit: 1, words: messageWords, isDynamic: hasConditionalBits };
    for (let word = 0; word < messageWords; word++) this.emit(`const m${word} = W[${word}];`);
    if (hasConditionalBits) this.emit("let mk = 1; const me = R.hasExtraBits;");
    else {
      const spare = Array.from({ length: messageWords }, (_, word) => {
        const used = Math.min(28, Math.max(0, bits - word * 28));
        return used === 28 ? "" : `(m${word} & ${2 ** (28 - used) - 1})`;
      });
      this.emit(
        `if ((${[...spare.filter(Boolean), "0"].join(" | ")}) !== 0 || R.hasExtraBits) R.report("R8", -1);`,
      );
    }
    const fields = this.#segmentBody(this.#segment, "m");
    return this.compile({
      given: { R: reader, W: reader.words, L: listener, N: nested, H: runtime },
      parameters: "",
      begin: "const b = R.bytes, n = R.end; let p = R.position, x = 0, j = 0, t = 0;",
      end: "R.position = p;",
      result: fields,
    }) as TemplateDecoder;
  }

  #fail(code: string, field: number): string {
    return `{ R.position = p; R.fail("${code}", ${field}); }`;
  }

  /** Whether the next bit of the presence map is set, as an expression. */
  #bit(): string {
    const { name, words, isDynamic } = this.#map;
    if (isDynamic) {
      let word = `${name}${words - 1}`;
      for (let index = words - 2; index >= 0; index--)
        word = `j < ${(index + 1) * 28} ? ${name}${index} : ${word}`;
      return `(j = ${name}k++, (((${word}) >> (27 - j % 28)) & 1) === 1)`;
    }
    const bit = this.#map.bit++;
    return `(${name}${Math.floor(bit / 28)} & ${2 ** (27 - (bit % 28))}) !== 0`;
  }

  /** Stores a field's value as the previous one. */
  #store(scalar: IntegerPlan | DecimalPlan | AsciiPlan | BytesPlan, value: string): void {
    this.emit(this.store(scalar.slot, value));
    if (scalar.typeSlot >= 0) this.emit(this.store(scalar.typeSlot, String(typeCode(scalar))));
  }

  /** Code before the first look at a previous value that fields of other types may have set. */
  #checkType(scalar: IntegerPlan | DecimalPlan | AsciiPlan | BytesPlan): void {
    if (scalar.typeSlot < 0) return;
    const previous = this.previous(scalar.slot);
    const type = this.previous(scalar.typeSlot);
    this.emit(
      `if (${previous} !== undefined && ${previous} !== null && ${type} !== ${typeCode(scalar)}) ${this.#fail("D4", scalar.field.index)}`,
    );
  }

  /** Writes the code of a segment's fields; returns the expression of the object that they make. */
  #segmentBody(segment: SegmentPlan, map: string): string {
    const properties: string[] = [];
    let references = 0;
    for (const instruction of segment.instructions) {
      if (instruction.kind === "failure") {
        this.emit(this.#fail(instruction.code, instruction.field.index));
        continue;
      }
      const value = this.#instruction(instruction);
      const name = instruction.kind === "reference" ? `$ref${++references}` : instruction.name;
      // In brackets, because a plain "__proto__" key would set the prototype.
      properties.push(`${name === "__proto__" ? `["__proto__"]` : JSON.stringify(name)}: ${value}`);
    }
    if (segment.hasConditionalBits) {
      const words = Array.from({ length: this.#map.words }, (_, word) => `${map}${word}`).join(", ");
      const field = -1;
      this.emit(`R.spareBits(${map}k, ${map}e, [${words}], ${field});`);
    }
    return this.#target.listener ? "undefined" : `{ ${properties.join(", ")} }`;
  }

  #instruction(instruction: Exclude<InstructionPlan, { kind: "failure" }>): string {
    switch (instruction.kind) {
      case "sequence":
        return this.#sequence(instruction);
      case "group":
        return this.#group(instruction);
      case "reference": {
        const name = this.name();
        this.emit("R.position = p;", `const ${name} = N();`, "p = R.position;");
        // The message inside has presence maps of its own, but ours is in local variables.
        return name;
      }
      default:
        return this.#scalar(instruction);
    }
  }

  #scalar(scalar: ScalarPlan): string {
    switch (scalar.kind) {
      case "integer":
        return this.#integerOut(scalar, this.#integer(scalar));
      case "decimal":
        return this.#decimalOut(scalar, this.#decimal(scalar));
      case "splitDecimal":
        return this.#decimalOut(scalar, this.#splitDecimal(scalar));
      case "ascii": {
        const value = this.#ascii(scalar);
        this.#tell(scalar, value, (field) => `L.string(${field}, ${value});`);
        return value;
      }
      default:
        return this.#bytes(scalar);
    }
  }

  /** Code that tells the listener of a value, unless it is absent. */
  #tell(scalar: ScalarPlan, value: string, call: (field: string) => string): void {
    if (!this.#target.listener) return;
    const line = call(this.constant(scalar.field));
    this.emit(scalar.isOptional ? `if (${value} !== undefined) ${line}` : line);
  }

  #integerOut(scalar: IntegerPlan, value: string): string {
    this.#tell(scalar, value, (field) => `L.integer(${field}, ${value});`);
    if (this.#target.listener) return "undefined";
    if (scalar.view) {
      const shown = this.name();
      this.emit(
        `const ${shown} = ${value} === undefined ? undefined : H.viewInteger(${this.constant(scalar.view)}, ${value});`,
        `if (${shown} === undefined && ${value} !== undefined) ${this.#fail("D2", scalar.field.index)}`,
      );
      return shown;
    }
    return this.#target.isBigint && is64(scalar) ? optional(scalar, value, `BigInt(${value})`) : value;
  }

  #decimalOut(scalar: DecimalPlan | SplitDecimalPlan, value: string): string {
    this.#tell(scalar, `${value}e`, (field) => `L.decimal(${field}, ${value}m, ${value}e);`);
    const mantissa = this.#target.isBigint ? `BigInt(${value}m)` : `${value}m`;
    return optional(scalar, `${value}e`, `{ mantissa: ${mantissa}, exponent: ${value}e }`);
  }

  /** The frame that copy, increment and tail share: a value on the wire, or one from before. */
  #orPrevious(
    scalar: IntegerPlan | DecimalPlan | AsciiPlan | BytesPlan,
    codes: readonly [whenUndefined: string, whenEmpty: string],
    parts: { onWire: () => void; initial: (value: string) => string; previous: (value: string) => string },
  ): void {
    const previous = this.previous(scalar.slot);
    const field = scalar.field.index;
    this.emit(`if (${this.#bit()}) {`);
    parts.onWire();
    this.emit("} else {");
    this.#checkType(scalar);
    this.emit(`if (${previous} === undefined) {`);
    if (scalar.initial !== undefined) {
      const initial = this.constant(scalar.initial);
      this.#store(scalar, initial);
      this.emit(parts.initial(initial));
    } else if (scalar.isOptional) this.#store(scalar, "null");
    else this.emit(this.#fail(codes[0], field));
    this.emit(`} else if (${previous} === null) {`);
    if (!scalar.isOptional) this.emit(this.#fail(codes[1], field));
    this.emit(`} else { ${parts.previous(previous)} }`, "}");
  }

  #integer(scalar: IntegerPlan, declare = true): string {
    const value = this.name();
    const { operator, initial, slot } = scalar;
    const constant = this.constant(initial);
    if (declare) this.emit(`let ${value};`);
    switch (operator) {
      case "none":
        this.#readInteger(scalar, value);
        break;
      case "constant":
        this.emit(scalar.hasBit ? `if (${this.#bit()}) ${value} = ${constant};` : `${value} = ${constant};`);
        break;
      case "default":
        this.emit(`if (${this.#bit()}) {`);
        this.#readInteger(scalar, value);
        this.emit(`} else ${value} = ${constant};`);
        break;
      case "delta": {
        const previous = this.previous(slot);
        this.#readSigned(value, scalar.isOptional, scalar.field.index);
        if (scalar.isOptional) this.emit(`if (${value} !== undefined) {`);
        this.#checkType(scalar);
        const base = `(${previous} === undefined ? ${initial === undefined ? 0 : constant} : ${previous})`;
        this.emit(`if (${previous} === null) ${this.#fail("D6", scalar.field.index)}`);
        this.#addDelta(scalar.type, value, base, "R4", scalar.field.index);
        this.#store(scalar, value);
        if (scalar.isOptional) this.emit("}");
        break;
      }
      default: {
        const increments = operator === "increment";
        this.#orPrevious(scalar, ["D5", "D6"], {
          onWire: () => {
            this.#readInteger(scalar, value);
            this.#store(scalar, scalar.isOptional ? `${value} === undefined ? null : ${value}` : value);
          },
          initial: (from) => `${value} = ${from};`,
          previous: (previous) => {
            if (!increments) return `${value} = ${previous};`;
            return `${value} = ${this.#next(scalar, previous)}; ${this.store(slot, value)}`;
          },
        });
      }
    }
    return value;
  }

  #next(scalar: IntegerPlan, previous: string): string {
    if (is64(scalar)) return `H.increment(${previous}, "${scalar.type}")`;
    const { min, max } = INTEGER_RANGE[scalar.type];
    return `${previous} === ${max} ? ${min} : ${previous} + 1`;
  }

  /** `value` becomes base + value, with a report where that leaves the type. */
  #addDelta(type: IntegerPlan["type"], value: string, base: string, code: string, field: number): void {
    this.emit(
      `t = ${base};`,
      `if (typeof t === "number" && typeof ${value} === "number" && t + ${value} <= 9007199254740991 && t + ${value} >= -9007199254740991) ${value} = t + ${value};`,
      `else ${value} = H.addIntegers(t, ${value});`,
      `if (${outside(value, INTEGER_RANGE[type].min, INTEGER_RANGE[type].max)}) { R.position = p; R.report("${code}", ${field}); }`,
    );
  }

  #readInteger(scalar: IntegerPlan, value: string): void {
    const { type, isOptional, field } = scalar;
    const { min, max } = INTEGER_RANGE[type];
    if (type === "int32" || type === "int64") this.#readSigned(value, isOptional, field.index, { min, max });
    else this.#readUnsigned(value, isOptional, field.index, max);
  }

  #readUnsigned(value: string, isNullable: boolean, field: number, max: FastInteger): void {
    const less = isNullable ? " - 1" : "";
    const largest = isNullable ? plusOne(max) : max;
    this.emit(
      "x = p < n ? b[p] : 0;",
      `if (x > 127) { p++; ${value} = ${isNullable ? "x === 128 ? undefined : (x & 127) - 1" : "x & 127"}; }`,
      `else if (x !== 0 && p + 2 < n && (j = b[p + 1]) > 127) { ${value} = (x << 7 | j & 127)${less}; p += 2; }`,
      `else if (x !== 0 && p + 2 < n && b[p + 2] > 127) { ${value} = (x << 14 | j << 7 | b[p + 2] & 127)${less}; p += 3; }`,
      `else { R.position = p; ${value} = R.unsigned(${field}); p = R.position;`,
      `if (${outside(value, undefined, largest)}) R.fail("D2", ${field});`,
      isNullable ? `${value} = ${value} === 0 ? undefined : ${previousInteger(value)};` : "",
      "}",
    );
  }

  #readSigned(
    value: string,
    isNullable: boolean,
    field: number,
    range?: { readonly min: FastInteger; readonly max: FastInteger },
  ): void {
    const one = "(x << 25) >> 25";
    const less = isNullable ? `if (${value} > 0) ${value}--;` : "";
    this.emit(
      "x = p < n ? b[p] : 0;",
      isNullable
        ? `if (x > 127) { p++; ${value} = x === 128 ? undefined : x < 192 ? (x & 127) - 1 : ${one}; }`
        : `if (x > 127) { p++; ${value} = ${one}; }`,
      // Two or three bytes that are not overlong are never null, and in the range of every type.
      `else if (x !== 0 && x !== 127 && p + 2 < n && (j = b[p + 1]) > 127) { ${value} = (${one}) << 7 | j & 127; p += 2; ${less} }`,
      `else if (x !== 0 && x !== 127 && p + 2 < n && b[p + 2] > 127) { ${value} = (${one}) << 14 | j << 7 | b[p + 2] & 127; p += 3; ${less} }`,
      `else { R.position = p; ${value} = R.signed(${field}); p = R.position;`,
    );
    if (range) {
      const max = isNullable ? plusOne(range.max) : range.max;
      this.emit(`if (${outside(value, range.min, max)}) R.fail("D2", ${field});`);
    }
    if (isNullable)
      this.emit(`if (${value} >= 0) ${value} = ${value} === 0 ? undefined : ${previousInteger(value)};`);
    this.emit("}");
  }

  #decimal(scalar: DecimalPlan): string {
    const value = this.name();
    const { initial } = scalar;
    const exponent = `${value}e`;
    const mantissa = `${value}m`;
    const copyFrom = (from: string): string =>
      `${exponent} = ${from}.exponent; ${mantissa} = ${from}.mantissa;`;
    const stored = `{ mantissa: ${mantissa}, exponent: ${exponent} }`;
    this.emit(`let ${exponent}, ${mantissa};`);
    switch (scalar.operator) {
      case "none":
        this.#readDecimal(scalar, value);
        break;
      case "constant":
        this.emit(scalar.hasBit ? `if (${this.#bit()}) {` : "{", copyFrom(this.constant(initial)), "}");
        break;
      case "default":
        this.emit(`if (${this.#bit()}) {`);
        this.#readDecimal(scalar, value);
        this.emit(`} else { ${initial ? copyFrom(this.constant(initial)) : ""} }`);
        break;
      case "delta": {
        const previous = this.previous(scalar.slot);
        const field = scalar.field.index;
        this.#readSigned(exponent, scalar.isOptional, field, INTEGER_RANGE.int32);
        if (scalar.isOptional) this.emit(`if (${exponent} !== undefined) {`);
        this.#readSigned(mantissa, false, field);
        this.#checkType(scalar);
        this.emit(`if (${previous} === null) ${this.#fail("D6", field)}`);
        const base = this.name();
        this.emit(
          `const ${base} = ${previous} === undefined ? ${this.constant(initial ?? { mantissa: 0, exponent: 0 })} : ${previous};`,
          `${exponent} = ${base}.exponent + ${exponent}; ${mantissa} = H.addIntegers(${base}.mantissa, ${mantissa});`,
          `if (${exponent} < -63 || ${exponent} > 63 || ${outside(mantissa, INTEGER_RANGE.int64.min, INTEGER_RANGE.int64.max)}) { R.position = p; R.report("R1", ${field}); }`,
        );
        this.#store(scalar, stored);
        if (scalar.isOptional) this.emit("}");
        break;
      }
      default:
        this.#orPrevious(scalar, ["D5", "D6"], {
          onWire: () => {
            this.#readDecimal(scalar, value);
            this.#store(scalar, scalar.isOptional ? `${exponent} === undefined ? null : ${stored}` : stored);
          },
          initial: copyFrom,
          previous: copyFrom,
        });
    }
    return value;
  }

  #readDecimal(scalar: DecimalPlan, value: string): void {
    const field = scalar.field.index;
    this.#readSigned(`${value}e`, scalar.isOptional, field, INTEGER_RANGE.int32);
    if (scalar.isOptional) this.emit(`if (${value}e !== undefined) {`);
    this.#checkExponent(`${value}e`, field);
    this.#readSigned(`${value}m`, false, field, INTEGER_RANGE.int64);
    if (scalar.isOptional) this.emit("}");
  }

  #checkExponent(exponent: string, field: number): void {
    this.emit(`if (${exponent} < -63 || ${exponent} > 63) { R.position = p; R.report("R1", ${field}); }`);
  }

  #splitDecimal(scalar: SplitDecimalPlan): string {
    const exponent = this.#integer(scalar.exponent);
    const value = this.name();
    this.emit(`let ${value}e = ${exponent}, ${value}m;`);
    if (scalar.isOptional) this.emit(`if (${value}e !== undefined) {`);
    // A delta may take it anywhere; past 2^53 it could not be told.
    this.emit(`if (typeof ${value}e !== "number") ${this.#fail("D2", scalar.field.index)}`);
    this.#checkExponent(`${value}e`, scalar.field.index);
    const mantissa = this.#integer(scalar.mantissa);
    this.emit(`${value}m = ${mantissa};`);
    if (scalar.isOptional) this.emit("}");
    return value;
  }

  #ascii(scalar: AsciiPlan): string {
    const value = this.name();
    const constant = this.constant(scalar.initial);
    const field = scalar.field.index;
    this.emit(`let ${value};`);
    switch (scalar.operator) {
      case "none":
        this.#readAscii(value, scalar.isOptional, field);
        break;
      case "constant":
        this.emit(scalar.hasBit ? `if (${this.#bit()}) ${value} = ${constant};` : `${value} = ${constant};`);
        break;
      case "default":
        this.emit(`if (${this.#bit()}) {`);
        this.#readAscii(value, scalar.isOptional, field);
        this.emit(`} else ${value} = ${constant};`);
        break;
      case "delta": {
        const length = this.name();
        this.emit(`let ${length};`);
        this.#readSubtraction(length, scalar.isOptional, field);
        if (scalar.isOptional) this.emit(`if (${length} !== undefined) {`);
        this.#readAscii(value, false, field);
        const base = this.#textBase(scalar, `""`, true);
        this.emit(`R.position = p; ${value} = H.deltaText(R, ${base}, ${length}, ${value}, ${field});`);
        this.#checkLength(value, field);
        this.#store(scalar, value);
        if (scalar.isOptional) this.emit("}");
        break;
      }
      default: {
        const isTail = scalar.operator === "tail";
        this.#orPrevious(scalar, isTail ? ["D6", "D7"] : ["D5", "D6"], {
          onWire: () => {
            this.#readAscii(value, scalar.isOptional, field);
            if (isTail) {
              if (scalar.isOptional) this.emit(`if (${value} !== undefined) {`);
              this.emit(`${value} = H.tailText(${this.#textBase(scalar, `""`, false)}, ${value});`);
              if (scalar.isOptional) this.emit("}");
            }
            this.#store(scalar, scalar.isOptional ? `${value} === undefined ? null : ${value}` : value);
          },
          initial: (from) => `${value} = ${from};`,
          previous: (previous) => `${value} = ${previous};`,
        });
      }
    }
    return value;
  }

  /** Code before, and expression of, the value that a string's delta or tail works on. */
  #textBase(scalar: AsciiPlan | BytesPlan, empty: string, failsWhenEmpty: boolean): string {
    const previous = this.previous(scalar.slot);
    this.#checkType(scalar);
    const initial = scalar.initial === undefined ? empty : this.constant(scalar.initial);
    if (!failsWhenEmpty)
      return `(${previous} === undefined || ${previous} === null ? ${initial} : ${previous})`;
    this.emit(`if (${previous} === null) ${this.#fail("D6", scalar.field.index)}`);
    return `(${previous} === undefined ? ${initial} : ${previous})`;
  }

  #checkLength(value: string, field: number): void {
    this.emit(
      `if (${value}.length > ${this.#target.reader.limits.maxStringBytes}) R.fail("string-too-long", ${field});`,
    );
  }

  #readSubtraction(length: string, isNullable: boolean, field: number): void {
    this.#readSigned(length, isNullable, field);
    const bad = `${length} < -2147483648 || ${length} > 2147483647`;
    this.emit(`if (${isNullable ? `${length} !== undefined && (${bad})` : bad}) ${this.#fail("D7", field)}`);
  }

  #readAscii(value: string, isNullable: boolean, field: number): void {
    this.emit(
      "x = p < n ? b[p] : 0;",
      `if (x > 127) { p++; ${value} = H.${isNullable ? "nullableCharacters" : "characters"}[x & 127]; }`,
      `else { R.position = p; ${value} = R.ascii(${isNullable}, ${field}); p = R.position;`,
      isNullable ? `if (${value} === null) ${value} = undefined;` : "",
      "}",
    );
  }

  #bytes(scalar: BytesPlan): string {
    const value = this.name();
    const constant = this.constant(scalar.initial);
    const field = scalar.field.index;
    const isUnicode = scalar.kind === "unicode";
    const produced = (): void => {
      if (isUnicode) this.emit(`R.checkText(${value}, ${field});`);
    };
    const read = (nullable: boolean): void => {
      const into = `${value} = R.vectorBytes();`;
      this.emit(
        "R.position = p;",
        nullable ? `if (R.vector(true, ${field})) ${into}` : `R.vector(false, ${field}); ${into}`,
        "p = R.position;",
      );
    };
    this.emit(`let ${value};`);
    const { listener } = this.#target;
    switch (scalar.operator) {
      case "none":
        if (listener && !isUnicode) {
          const call = `L.bytes(${this.constant(scalar.field)}, b, R.vectorStart, R.position);`;
          this.emit(
            "R.position = p;",
            scalar.isOptional
              ? `if (R.vector(true, ${field})) ${call}`
              : `R.vector(false, ${field}); ${call}`,
            "p = R.position;",
          );
          return "undefined";
        }
        read(scalar.isOptional);
        if (isUnicode) this.emit(`if (${value} !== undefined) R.checkText(${value}, ${field});`);
        break;
      case "constant":
        this.emit(scalar.hasBit ? `if (${this.#bit()}) ${value} = ${constant};` : `${value} = ${constant};`);
        break;
      case "default":
        this.emit(`if (${this.#bit()}) {`);
        read(scalar.isOptional);
        if (isUnicode) this.emit(`if (${value} !== undefined) R.checkText(${value}, ${field});`);
        this.emit(`} else ${value} = ${constant};`);
        break;
      case "delta": {
        const length = this.name();
        this.emit(`let ${length};`);
        this.#readSubtraction(length, scalar.isOptional, field);
        if (scalar.isOptional) this.emit(`if (${length} !== undefined) {`);
        read(false);
        const base = this.#textBase(scalar, "H.noBytes", true);
        this.emit(`R.position = p; ${value} = H.deltaBytes(R, ${base}, ${length}, ${value}, ${field});`);
        this.#checkLength(value, field);
        produced();
        this.#store(scalar, value);
        if (scalar.isOptional) this.emit("}");
        break;
      }
      default: {
        const isTail = scalar.operator === "tail";
        this.#orPrevious(scalar, isTail ? ["D6", "D7"] : ["D5", "D6"], {
          onWire: () => {
            read(scalar.isOptional);
            if (scalar.isOptional) this.emit(`if (${value} !== undefined) {`);
            if (isTail)
              this.emit(`${value} = H.tailBytes(${this.#textBase(scalar, "H.noBytes", false)}, ${value});`);
            produced();
            if (scalar.isOptional) this.emit("}");
            this.#store(scalar, scalar.isOptional ? `${value} === undefined ? null : ${value}` : value);
          },
          initial: (from) => `${value} = ${from};`,
          previous: (previous) => `${value} = ${previous};`,
        });
      }
    }
    if (isUnicode) {
      this.#tell(scalar, value, (info) => `L.string(${info}, H.decodeUtf8(${value}).text);`);
      return optional(scalar, value, `H.decodeUtf8(${value}).text`);
    }
    this.#tell(scalar, value, (info) => `L.bytes(${info}, ${value}, 0, ${value}.length);`);
    // The caller may write into what it gets; the dictionary's bytes are its own.
    return scalar.operator === "none" ? value : optional(scalar, value, `${value}.slice()`);
  }

  #group(group: Extract<InstructionPlan, { kind: "group" }>): string {
    const value = this.name();
    this.emit(`let ${value};`, group.isOptional ? `if (${this.#bit()}) {` : "{");
    const info = this.#target.listener ? this.constant(group.field) : "";
    if (info) this.emit(`L.beginGroup(${info});`);
    this.#inner(group.segment, group.field.index, (fields) => {
      this.emit(info ? `L.endGroup(${info});` : `${value} = ${fields};`);
    });
    this.emit("}");
    return value;
  }

  #sequence(sequence: Extract<InstructionPlan, { kind: "sequence" }>): string {
    const length = this.#integer(sequence.length);
    const list = this.name();
    const index = this.name();
    const info = this.#target.listener ? this.constant(sequence.field) : "";
    this.emit(`let ${list};`, sequence.isOptional ? `if (${length} !== undefined) {` : "{");
    const spend = `R.spend(${length}, ${sequence.segment.minBytes}, ${sequence.length.field.index})`;
    this.emit("R.position = p;", info ? `${spend};` : `${list} = new Array(${spend});`);
    if (info) this.emit(`L.beginSequence(${info}, ${length});`);
    this.emit(`for (let ${index} = 0; ${index} < ${length}; ${index}++) {`);
    if (info) this.emit(`L.beginElement(${info}, ${index});`);
    this.#inner(sequence.segment, sequence.field.index, (fields) => {
      if (!info) this.emit(`${list}[${index}] = ${fields};`);
    });
    this.emit("}");
    if (info) this.emit(`L.endSequence(${info});`);
    this.emit("}");
    return list;
  }

  /** A segment inside the message, with its presence map if it has one. */
  #inner(segment: SegmentPlan, field: number, use: (fields: string) => void): void {
    const outer = this.#map;
    const name = `m${this.name()}_`;
    if (segment.hasPresenceMap) {
      const words = Math.ceil(segment.bits / 28);
      const isDynamic = segment.hasConditionalBits;
      this.#map = { name, bit: 0, words, isDynamic };
      const others = Array.from({ length: words - 1 }, (_, word) => `${name}${word + 1}`);
      const spare = segment.bits < 7 && !isDynamic ? 2 ** (7 - segment.bits) - 1 : 0;
      this.emit(
        `let ${[`${name}0`, ...others.map((other) => `${other} = 0`)].join(", ")};`,
        isDynamic ? `let ${name}k = 0, ${name}e = false;` : "",
        "x = p < n ? b[p] : 0;",
        `if (x > 127) { p++; ${name}0 = (x & 127) << 21; ${spare ? `if ((x & ${spare}) !== 0) { R.position = p; R.report("R8", ${field}); }` : ""} }`,
        `else { R.position = p; ${name}0 = R.presenceMap(${segment.bits}, ${words}, ${!isDynamic}, ${field}); p = R.position;`,
        ...others.map((other, word) => `${other} = W[${word + 1}];`),
        isDynamic ? `${name}e = R.hasExtraBits;` : "",
        "}",
      );
    }
    use(this.#segmentBody(segment, name));
    this.#map = outer;
  }
}

function is64(scalar: IntegerPlan): boolean {
  return scalar.type === "int64" || scalar.type === "uInt64";
}

function plusOne(value: FastInteger): FastInteger {
  return typeof value === "number" ? value + 1 : value + 1n;
}

function optional(scalar: { readonly isOptional: boolean }, test: string, value: string): string {
  return scalar.isOptional ? `${test} === undefined ? undefined : ${value}` : value;
}

/** A positive nullable integer as it stands on the wire, less the one that null takes. */
function previousInteger(value: string): string {
  return `typeof ${value} === "number" ? ${value} - 1 : H.addIntegers(${value}, -1)`;
}

/** Whether an integer leaves a range; bigints are compared only where there is one. */
function outside(value: string, min: FastInteger | undefined, max: FastInteger): string {
  if (typeof max === "number") return `${min === undefined ? "" : `${value} < ${min} || `}${value} > ${max}`;
  const below = min === undefined ? "" : ` || ${value} < ${min}n`;
  const number = min === 0 ? ` || (typeof ${value} === "number" && ${value} < 0)` : "";
  return `(typeof ${value} !== "number" && (${value} > ${max}n${min === 0 ? ` || ${value} < 0n` : below}))${number}`;
}
