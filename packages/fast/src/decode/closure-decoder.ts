import type { FastValue } from "../message.ts";
import {
  type AsciiPlan,
  type BytesPlan,
  type DecimalPlan,
  type InstructionPlan,
  type IntegerPlan,
  type SegmentPlan,
  type TemplatePlan,
  typeCode,
} from "../template/plan.ts";
import { addIntegers, type Decimal, type FastInteger, INTEGER_RANGE, increment } from "../values/numbers.ts";
import { decodeUtf8 } from "../values/utf8.ts";
import { viewInteger } from "../values/views.ts";
import type { DecoderTarget, TemplateDecoder } from "./generated-decoder.ts";
import type { Reader } from "./reader.ts";
import { deltaBytes, deltaText, tailBytes, tailText } from "./text-operators.ts";

/** Bits of one presence map, taken in order. */
class BitCursor {
  readonly words: number[] = [];
  next = 0;

  take(): boolean {
    const bit = this.next++;
    return (this.words[Math.floor(bit / 28)]! & (1 << (27 - (bit % 28)))) !== 0;
  }
}

type Fields = Record<string, FastValue>;
/** Reads one field and puts it where it belongs. */
type Step = (fields: Fields, bits: BitCursor) => void;
/** Reads one value; `undefined`: absent. */
type Read<Value> = (bits: BitCursor) => Value | undefined;
type RunSegment = (outer: BitCursor) => Fields;

/**
 * Builds a decoder for one template out of closures, for where `new Function` is forbidden. It does the same as
 * generated code; previous values are written through the reader's journal, which takes them back after a failure.
 */
export function closeDecoder(template: TemplatePlan, target: DecoderTarget): TemplateDecoder {
  const { reader, messageWords, resets } = target;
  const builder = new Builder(target);
  const steps = builder.steps(template.segment);
  return () => {
    if (resets) reader.dictionaries.resetJournaled();
    const bits = new BitCursor();
    for (let word = 0; word < messageWords; word++) bits.words.push(reader.words[word]!);
    bits.next = 1;
    const hasExtra = reader.hasExtraBits;
    const fields: Fields = {};
    for (const step of steps) step(fields, bits);
    reader.spareBits(bits.next, hasExtra, bits.words, -1);
    return fields;
  };
}

class Builder {
  readonly #target: DecoderTarget;
  readonly #reader: Reader;

  constructor(target: DecoderTarget) {
    this.#target = target;
    this.#reader = target.reader;
  }

  steps(segment: SegmentPlan): Step[] {
    let references = 0;
    return segment.instructions.map((instruction) => {
      const name = instruction.kind === "reference" ? `$ref${++references}` : instruction.name;
      const step = this.#step(instruction, name);
      if (name !== "__proto__") return step;
      return (fields, bits) => {
        const inner: Fields = Object.create(null);
        step(inner, bits);
        const value = inner[name];
        Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true });
      };
    });
  }

  #step(instruction: InstructionPlan, name: string): Step {
    const reader = this.#reader;
    const { listener, isBigint } = this.#target;
    switch (instruction.kind) {
      case "failure":
        return () => reader.fail(instruction.code, instruction.field.index);
      case "reference":
        return (fields) => {
          fields[name] = this.#target.nested() as FastValue;
        };
      case "integer": {
        const read = this.#integer(instruction);
        const { field, view } = instruction;
        if (listener)
          return (_fields, bits) => {
            const value = read(bits);
            if (value !== undefined) listener.integer(field, value);
          };
        const wide = isBigint && (instruction.type === "int64" || instruction.type === "uInt64");
        return (fields, bits) => {
          const value = read(bits);
          if (value === undefined || !(view || wide)) fields[name] = value;
          else if (view) fields[name] = viewInteger(view, value) ?? reader.fail("D2", field.index);
          else fields[name] = BigInt(value);
        };
      }
      case "decimal":
        return this.#decimalStep(name, instruction, this.#decimal(instruction));
      case "splitDecimal": {
        const exponentOf = this.#integer(instruction.exponent);
        const mantissaOf = this.#integer(instruction.mantissa);
        return this.#decimalStep(name, instruction, (bits) => {
          const exponent = exponentOf(bits);
          if (exponent === undefined) return undefined;
          if (typeof exponent !== "number") return reader.fail("D2", instruction.field.index);
          this.#checkExponent(exponent, instruction.field.index);
          return { mantissa: mantissaOf(bits)!, exponent };
        });
      }
      case "ascii": {
        const read = this.#ascii(instruction);
        return (fields, bits) => {
          const value = read(bits);
          if (!listener) fields[name] = value;
          else if (value !== undefined) listener.string(instruction.field, value);
        };
      }
      case "unicode":
      case "byteVector": {
        const read = this.#bytes(instruction);
        const isUnicode = instruction.kind === "unicode";
        return (fields, bits) => {
          const value = read(bits);
          const shown = value === undefined ? undefined : isUnicode ? decodeUtf8(value).text : value.slice();
          if (!listener) fields[name] = shown;
          else if (typeof shown === "string") listener.string(instruction.field, shown);
          else if (shown) listener.bytes(instruction.field, shown, 0, shown.length);
        };
      }
      case "group": {
        const run = this.#segment(instruction.segment, instruction.field.index);
        return (fields, bits) => {
          fields[name] = undefined;
          if (instruction.isOptional && !bits.take()) return;
          listener?.beginGroup(instruction.field);
          fields[name] = run(bits);
          listener?.endGroup(instruction.field);
        };
      }
      case "sequence": {
        const lengthOf = this.#integer(instruction.length);
        const run = this.#segment(instruction.segment, instruction.field.index);
        const { field, segment } = instruction;
        return (fields, bits) => {
          fields[name] = undefined;
          const length = lengthOf(bits) as number | undefined;
          if (length === undefined) return;
          reader.spend(length, segment.minBytes, instruction.length.field.index);
          listener?.beginSequence(field, length);
          const elements: Fields[] = [];
          for (let index = 0; index < length; index++) {
            listener?.beginElement(field, index);
            const element = run(bits);
            if (!listener) elements.push(element);
          }
          listener?.endSequence(field);
          fields[name] = elements;
        };
      }
    }
  }

  #segment(segment: SegmentPlan, field: number): RunSegment {
    const reader = this.#reader;
    const steps = this.steps(segment);
    const { hasPresenceMap, bits: bitCount } = segment;
    const words = Math.ceil(bitCount / 28);
    return (outer) => {
      let bits = outer;
      let hasExtra = false;
      if (hasPresenceMap) {
        bits = new BitCursor();
        reader.presenceMap(bitCount, words, false, field);
        hasExtra = reader.hasExtraBits;
        for (let word = 0; word < words; word++) bits.words.push(reader.words[word]!);
      }
      const fields: Fields = {};
      for (const step of steps) step(fields, bits);
      if (hasPresenceMap) reader.spareBits(bits.next, hasExtra, bits.words, field);
      return fields;
    };
  }

  #decimalStep(name: string, plan: { readonly field: DecimalPlan["field"] }, read: Read<Decimal>): Step {
    const { listener, isBigint } = this.#target;
    return (fields, bits) => {
      const value = read(bits);
      if (listener) {
        if (value) listener.decimal(plan.field, value.mantissa, value.exponent);
      } else if (!value) fields[name] = undefined;
      else {
        const mantissa = isBigint ? BigInt(value.mantissa) : value.mantissa;
        fields[name] = { mantissa, exponent: value.exponent };
      }
    };
  }

  /** The part of an operator that is the same for all types; `delta` and `tail` get the base they work on. */
  #operator<Value>(
    plan: IntegerPlan | DecimalPlan | AsciiPlan | BytesPlan,
    parts: {
      readonly read: (isNullable: boolean) => Value | undefined;
      readonly delta?: (base: Value) => Value;
      readonly tail?: (base: Value, tail: Value) => Value;
      readonly next?: (value: Value) => Value;
      readonly zero: Value;
    },
  ): Read<Value> {
    const reader = this.#reader;
    const { isOptional, slot, typeSlot, operator, hasBit } = plan;
    const field = plan.field.index;
    const initial = plan.initial as Value | undefined;
    const { read, tail, next = (value: Value) => value } = parts;
    const previous = (): Value | null | undefined => {
      const value = reader.dictionaries.slots[slot] as Value | null | undefined;
      if (
        typeSlot >= 0 &&
        value !== undefined &&
        value !== null &&
        reader.dictionaries.slots[typeSlot] !== typeCode(plan)
      )
        reader.fail("D4", field);
      return value;
    };
    const store = (value: Value | null): void => {
      reader.dictionaries.write(slot, value);
      if (typeSlot >= 0) reader.dictionaries.write(typeSlot, typeCode(plan));
    };
    switch (operator) {
      case "none":
        return () => read(isOptional);
      case "constant":
        return (bits) => (!hasBit || bits.take() ? initial : undefined);
      case "default":
        return (bits) => (bits.take() ? read(isOptional) : initial);
      case "delta":
        throw new Error("delta reads its own length first");
    }
    const [whenUndefined, whenEmpty] =
      operator === "tail" ? (["D6", "D7"] as const) : (["D5", "D6"] as const);
    return (bits) => {
      if (bits.take()) {
        let value = read(isOptional);
        if (value !== undefined && tail) value = tail(previous() ?? initial ?? parts.zero, value);
        store(value === undefined ? null : value);
        return value;
      }
      const before = previous();
      if (before === undefined) {
        if (initial === undefined && !isOptional) reader.fail(whenUndefined, field);
        store(initial === undefined ? null : initial);
        return initial;
      }
      if (before === null) return isOptional ? undefined : reader.fail(whenEmpty, field);
      const value = next(before);
      if (operator === "increment") store(value);
      return value;
    };
  }

  /** The frame of every delta: what comes first may be null, then the base is looked up. */
  #delta<First, Value>(
    plan: IntegerPlan | DecimalPlan | AsciiPlan | BytesPlan,
    zero: Value,
    readFirst: (isNullable: boolean) => First | undefined,
    apply: (first: First, baseOf: () => Value) => Value,
  ): Read<Value> {
    const reader = this.#reader;
    const { isOptional, slot, typeSlot } = plan;
    const field = plan.field.index;
    const baseOf = (): Value => {
      const value = reader.dictionaries.slots[slot] as Value | null | undefined;
      if (value === undefined) return (plan.initial as Value | undefined) ?? zero;
      if (value === null) return reader.fail("D6", field);
      if (typeSlot >= 0 && reader.dictionaries.slots[typeSlot] !== typeCode(plan)) reader.fail("D4", field);
      return value;
    };
    return () => {
      const first = readFirst(isOptional);
      if (first === undefined) return undefined;
      const value = apply(first, baseOf);
      reader.dictionaries.write(slot, value);
      if (typeSlot >= 0) reader.dictionaries.write(typeSlot, typeCode(plan));
      return value;
    };
  }

  #integer(plan: IntegerPlan): Read<FastInteger> {
    const { type } = plan;
    const field = plan.field.index;
    const { min, max } = INTEGER_RANGE[type];
    if (plan.operator === "delta") {
      return this.#delta<FastInteger, FastInteger>(
        plan,
        0,
        (nullable) => this.#signed(nullable, field),
        (delta, baseOf) => {
          const value = addIntegers(baseOf(), delta);
          if (value < min || value > max) this.#reader.report("R4", field);
          return value;
        },
      );
    }
    const isSigned = type === "int32" || type === "int64";
    return this.#operator<FastInteger>(plan, {
      read: (nullable) =>
        isSigned ? this.#signed(nullable, field, min, max) : this.#unsigned(nullable, field, max),
      ...(plan.operator === "increment" ? { next: (value) => increment(value, type) } : {}),
      zero: 0,
    });
  }

  #unsigned(isNullable: boolean, field: number, max: FastInteger): FastInteger | undefined {
    const value = this.#reader.unsigned(field);
    if (!isNullable) return value > max ? this.#reader.fail("D2", field) : value;
    if (value === 0) return undefined;
    const less = addIntegers(value, -1);
    return less > max ? this.#reader.fail("D2", field) : less;
  }

  #signed(isNullable: boolean, field: number, min?: FastInteger, max?: FastInteger): FastInteger | undefined {
    let value: FastInteger = this.#reader.signed(field);
    if (isNullable) {
      if (value === 0) return undefined;
      if (value > 0) value = addIntegers(value, -1);
    }
    if (min !== undefined && max !== undefined && (value < min || value > max))
      this.#reader.fail("D2", field);
    return value;
  }

  #decimal(plan: DecimalPlan): Read<Decimal> {
    const reader = this.#reader;
    const field = plan.field.index;
    const { min, max } = INTEGER_RANGE.int64;
    if (plan.operator === "delta") {
      return this.#delta<FastInteger, Decimal>(
        plan,
        { mantissa: 0, exponent: 0 },
        (nullable) => this.#signed(nullable, field, INTEGER_RANGE.int32.min, INTEGER_RANGE.int32.max),
        (exponentDelta, baseOf) => {
          const mantissaDelta = this.#signed(false, field)!;
          const base = baseOf();
          const exponent = Number(addIntegers(base.exponent, exponentDelta));
          const mantissa = addIntegers(base.mantissa, mantissaDelta);
          if (exponent < -63 || exponent > 63 || mantissa < min || mantissa > max) reader.report("R1", field);
          return { mantissa, exponent };
        },
      );
    }
    return this.#operator<Decimal>(plan, {
      read: (nullable) => {
        const exponent = this.#signed(nullable, field, INTEGER_RANGE.int32.min, INTEGER_RANGE.int32.max);
        if (exponent === undefined) return undefined;
        this.#checkExponent(exponent, field);
        return { mantissa: this.#signed(false, field, min, max)!, exponent: Number(exponent) };
      },
      zero: { mantissa: 0, exponent: 0 },
    });
  }

  #checkExponent(exponent: FastInteger, field: number): void {
    if (exponent < -63 || exponent > 63) this.#reader.report("R1", field);
  }

  #subtraction(isNullable: boolean, field: number): FastInteger | undefined {
    const value = this.#signed(isNullable, field);
    if (value !== undefined && (value < -2147483648 || value > 2147483647)) this.#reader.fail("D7", field);
    return value;
  }

  #ascii(plan: AsciiPlan): Read<string> {
    const reader = this.#reader;
    const field = plan.field.index;
    if (plan.operator === "delta") {
      return this.#delta<FastInteger, string>(
        plan,
        "",
        (nullable) => this.#subtraction(nullable, field),
        (subtraction, baseOf) => {
          const added = reader.ascii(false, field)!;
          return this.#bounded(deltaText(reader, baseOf(), subtraction, added, field), field);
        },
      );
    }
    return this.#operator<string>(plan, {
      read: (nullable) => reader.ascii(nullable, field) ?? undefined,
      ...(plan.operator === "tail" ? { tail: tailText } : {}),
      zero: "",
    });
  }

  #bytes(plan: BytesPlan): Read<Uint8Array> {
    const reader = this.#reader;
    const field = plan.field.index;
    const checked = (bytes: Uint8Array): Uint8Array => {
      if (plan.kind === "unicode") reader.checkText(bytes, field);
      return bytes;
    };
    const read = (nullable: boolean): Uint8Array | undefined =>
      reader.vector(nullable, field) ? reader.vectorBytes() : undefined;
    if (plan.operator === "delta") {
      return this.#delta<FastInteger, Uint8Array>(
        plan,
        new Uint8Array(0),
        (nullable) => this.#subtraction(nullable, field),
        (subtraction, baseOf) => {
          const added = read(false)!;
          return checked(this.#bounded(deltaBytes(reader, baseOf(), subtraction, added, field), field));
        },
      );
    }
    const isTail = plan.operator === "tail";
    return this.#operator<Uint8Array>(plan, {
      read: (nullable) => {
        const value = read(nullable);
        return value && !isTail ? checked(value) : value;
      },
      ...(isTail ? { tail: (base: Uint8Array, tail: Uint8Array) => checked(tailBytes(base, tail)) } : {}),
      zero: new Uint8Array(0),
    });
  }

  #bounded<Value extends { readonly length: number }>(value: Value, field: number): Value {
    if (value.length > this.#reader.limits.maxStringBytes) this.#reader.fail("string-too-long", field);
    return value;
  }
}
