import { Dictionaries } from "../dictionaries.ts";
import { FastError, type FastErrorCode } from "../errors.ts";
import type { FastValue } from "../message.ts";
import {
  type AsciiPlan,
  type BytesPlan,
  type DecimalPlan,
  type FailurePlan,
  type GroupPlan,
  type IntegerPlan,
  type ReferencePlan,
  type SequencePlan,
  type SplitDecimalPlan,
  typeCode,
} from "../template/plan.ts";
import {
  addIntegers,
  type Decimal,
  type FastInteger,
  increment,
  isAscii,
  parseDecimal,
  subtractIntegers,
  toFastInteger,
} from "../values/numbers.ts";
import { encodeUtf8 } from "../values/utf8.ts";
import { integerOfView } from "../values/views.ts";
import { WireWriter } from "./wire-writer.ts";

type KeepingPlan = IntegerPlan | DecimalPlan | AsciiPlan | BytesPlan;

type PreviousValue = FastInteger | string | Decimal | Uint8Array;

const ZERO: Decimal = { mantissa: 0, exponent: 0 };
const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Applies operators: what of a value goes to the wire, to the presence map and to the dictionaries. It knows all rules and
 * refuses what cannot be sent; generated encoders come here for everything that is not common.
 */
export class FieldWriter {
  readonly wire: WireWriter = new WireWriter();
  readonly dictionaries: Dictionaries;
  /** Bits of the presence map that were taken and not put into one. */
  bits: boolean[] = [];

  constructor(slotCount: number) {
    this.dictionaries = new Dictionaries(slotCount);
  }

  integer(plan: IntegerPlan, given: FastValue): void {
    this.#integer(plan, given === undefined || given === null ? undefined : this.#checkInteger(plan, given));
  }

  #checkInteger(plan: IntegerPlan, given: FastValue): FastInteger {
    if (typeof given === "number" && given >= plan.minNumber && given <= plan.maxNumber && !plan.view) {
      if (!Number.isInteger(given)) this.#fail("R5", plan, `${given} is not an integer`);
      return given;
    }
    let value: FastInteger;
    if (plan.view) {
      const inner = integerOfView(plan.view, given);
      if (inner === undefined) return this.#fail("D1", plan, `value does not fit ${plan.view.kind}`);
      value = inner;
    } else if (typeof given === "number") {
      if (!Number.isInteger(given)) return this.#fail("R5", plan, `${given} is not an integer`);
      if (!Number.isSafeInteger(given)) return this.#fail("D1", plan, `${given} is not exact: use a bigint`);
      value = given;
    } else if (typeof given === "bigint") value = toFastInteger(given);
    else if (typeof given === "string") {
      if (!/^-?\d+$/.test(given.trim())) return this.#fail("D11", plan, `"${given}" is not an integer`);
      value = toFastInteger(BigInt(given));
    } else
      return this.#fail("D1", plan, `an integer takes a number, a bigint or digits, was ${typeof given}`);
    if (value < plan.min || value > plan.max) this.#fail("D2", plan, `${value} is outside ${plan.type}`);
    return value;
  }

  #integer(plan: IntegerPlan, value: FastInteger | undefined): void {
    const { wire } = this;
    if (plan.operator === "none") {
      if (value === undefined) this.#absentOnWire(plan);
      else this.#writeInteger(plan, value);
    } else if (plan.operator === "delta") {
      if (value === undefined) {
        this.#absentOnWire(plan);
        return;
      }
      const base = this.#deltaBase<FastInteger>(plan, 0);
      let delta = subtractIntegers(value, base);
      if (plan.isOptional && delta >= 0) delta = addIntegers(delta, 1);
      wire.signed(delta);
      this.#store(plan, value);
    } else if (this.#takesWire(plan, value)) {
      if (value === undefined) wire.absent();
      else this.#writeInteger(plan, value);
    }
  }

  #writeInteger(plan: IntegerPlan, value: FastInteger): void {
    const sent = plan.isOptional && value >= 0 ? addIntegers(value, 1) : value;
    if (plan.isSigned) this.wire.signed(sent);
    else this.wire.unsigned(sent);
  }

  decimal(plan: DecimalPlan, given: FastValue): void {
    const value = given === undefined || given === null ? undefined : this.#checkDecimal(plan, given);
    if (plan.operator === "none") {
      if (value) this.#writeDecimal(value.exponent, value.mantissa, plan.isOptional);
      else this.#absentOnWire(plan);
    } else if (plan.operator === "delta") {
      if (!value) {
        this.#absentOnWire(plan);
        return;
      }
      const base = this.#deltaBase<Decimal>(plan, ZERO);
      const mantissa = subtractIntegers(value.mantissa, base.mantissa);
      this.#writeDecimal(value.exponent - base.exponent, mantissa, plan.isOptional);
      this.#store(plan, value);
    } else if (this.#takesWire(plan, value)) {
      if (value) this.#writeDecimal(value.exponent, value.mantissa, plan.isOptional);
      else this.wire.absent();
    }
  }

  #writeDecimal(exponent: number, mantissa: FastInteger, isNullable: boolean): void {
    this.wire.signed(isNullable && exponent >= 0 ? exponent + 1 : exponent);
    this.wire.signed(mantissa);
  }

  #checkDecimal(plan: DecimalPlan | SplitDecimalPlan, given: FastValue): Decimal {
    if (typeof given === "string")
      return parseDecimal(given) ?? this.#fail("D11", plan, `"${given}" is not a decimal`);
    const { mantissa: raw, exponent } = given as { readonly mantissa?: unknown; readonly exponent?: unknown };
    if (typeof exponent !== "number" || (typeof raw !== "number" && typeof raw !== "bigint"))
      return this.#fail("D1", plan, "a decimal takes { mantissa, exponent } or digits");
    if (!Number.isInteger(exponent) || exponent < -63 || exponent > 63)
      return this.#fail("R1", plan, `exponent must be an integer from -63 to 63, was ${exponent}`);
    if (typeof raw === "number" && !Number.isSafeInteger(raw))
      return this.#fail("D1", plan, `mantissa ${raw} is not an exact integer`);
    const mantissa = typeof raw === "bigint" ? toFastInteger(raw) : raw;
    if (typeof mantissa === "bigint" && (mantissa < -(2n ** 63n) || mantissa >= 2n ** 63n))
      return this.#fail("R1", plan, `mantissa ${mantissa} is outside int64`);
    return { mantissa, exponent };
  }

  splitDecimal(plan: SplitDecimalPlan, given: FastValue): void {
    if (given === undefined || given === null) {
      // Absent as a whole: the exponent says so, the mantissa is not there.
      this.#integer(plan.exponent, undefined);
      return;
    }
    let { mantissa, exponent } = this.#checkDecimal(plan, given);
    const { exponent: part } = plan;
    if (part.operator === "constant" && exponent !== part.initial) {
      const scaled = rescale(mantissa, exponent - Number(part.initial));
      if (scaled === undefined)
        this.#fail("D3", plan, `${mantissa}e${exponent} has no exponent ${part.initial}`);
      else [mantissa, exponent] = [scaled, Number(part.initial)];
    }
    this.#integer(part, exponent);
    const { operator, initial } = plan.mantissa;
    if (operator === "constant" && mantissa !== initial)
      this.#fail("D3", plan, `${mantissa}e${exponent} has not the mantissa ${initial}`);
    this.#integer(plan.mantissa, mantissa);
  }

  ascii(plan: AsciiPlan, given: FastValue): void {
    const { wire } = this;
    const { isOptional, operator } = plan;
    const value = given ?? undefined;
    if (value !== undefined && typeof value !== "string")
      this.#fail(isBytes(value) ? "D10" : "D1", plan, `a string takes a string, was ${typeof value}`);
    if (value !== undefined && !isAscii(value))
      this.#fail("R3", plan, "value has characters that ASCII does not have");
    switch (operator) {
      case "none":
        if (value === undefined) this.#absentOnWire(plan);
        else wire.ascii(value, isOptional);
        break;
      case "delta": {
        if (value === undefined) {
          this.#absentOnWire(plan);
          break;
        }
        const { subtraction, from, to } = shortestDelta(this.#deltaBase<string>(plan, ""), value);
        wire.signed(isOptional && subtraction >= 0 ? subtraction + 1 : subtraction);
        wire.ascii(value.slice(from, to), false);
        this.#store(plan, value);
        break;
      }
      default:
        if (!this.#takesWire(plan, value)) break;
        if (value === undefined) wire.absent();
        else if (operator !== "tail") wire.ascii(value, isOptional);
        else
          wire.ascii(value.slice(this.#tailStart(plan, this.#tailBase<string>(plan, ""), value)), isOptional);
    }
  }

  bytes(plan: BytesPlan, given: FastValue): void {
    const { wire } = this;
    const { isOptional, operator } = plan;
    const value = given === undefined || given === null ? undefined : this.#checkBytes(plan, given);
    switch (operator) {
      case "none":
        if (value === undefined) this.#absentOnWire(plan);
        else wire.vector(value, isOptional);
        break;
      case "delta": {
        if (value === undefined) {
          this.#absentOnWire(plan);
          break;
        }
        const { subtraction, from, to } = shortestDelta(this.#deltaBase<Uint8Array>(plan, NO_BYTES), value);
        wire.signed(isOptional && subtraction >= 0 ? subtraction + 1 : subtraction);
        wire.vector(value.subarray(from, to), false);
        this.#store(plan, value);
        break;
      }
      default:
        if (!this.#takesWire(plan, value)) break;
        if (value === undefined) wire.absent();
        else if (operator !== "tail") wire.vector(value, isOptional);
        else {
          const base = this.#tailBase<Uint8Array>(plan, NO_BYTES);
          wire.vector(value.subarray(this.#tailStart(plan, base, value)), isOptional);
        }
    }
  }

  #checkBytes(plan: BytesPlan, given: FastValue): Uint8Array {
    if (plan.kind === "unicode") {
      if (typeof given === "string") return encodeUtf8(given);
      return this.#fail(isBytes(given) ? "D10" : "D1", plan, `a string takes a string, was ${typeof given}`);
    }
    // A copy: the caller may write into its bytes, the dictionary must not see that. A Buffer's slice() is none.
    if (isBytes(given)) return new Uint8Array(given);
    return this.#fail(
      typeof given === "string" ? "D10" : "D1",
      plan,
      `a byte vector takes a Uint8Array, was ${typeof given}`,
    );
  }

  /** A sequence that is not there; its length says so. */
  noSequence(plan: SequencePlan, given: FastValue): void {
    if (given !== undefined && given !== null)
      this.#fail("D1", plan, `a sequence takes an array, was ${typeof given}`);
    if (!plan.isOptional) this.#missing(plan);
    this.#integer(plan.length, undefined);
  }

  /** A group or an element of a sequence that is no object. */
  noFields(plan: GroupPlan | SequencePlan, given: FastValue): never {
    if (plan.kind === "group" && (given === undefined || given === null)) this.#missing(plan);
    this.#fail("D1", plan, `fields are given as an object, was ${typeof given}`);
  }

  noMessage(plan: ReferencePlan): never {
    this.#missing(plan);
  }

  failure(plan: FailurePlan): never {
    this.#fail(plan.code, plan, `there is no template "${plan.name}"`);
  }

  /** Takes the next bit of the presence map. */
  #take(isSet: boolean): void {
    this.bits.push(isSet);
  }

  /** Constant, default, copy, increment, tail: sets the bit, keeps the dictionary, tells whether a value must be written. */
  #takesWire<Value extends PreviousValue>(plan: KeepingPlan, value: Value | undefined): boolean {
    const { operator, isOptional } = plan;
    const initial = plan.initial as Value | undefined;
    if (value === undefined && !isOptional) this.#missing(plan);
    if (operator === "constant") {
      if (value !== undefined && !isSame(value, initial!))
        this.#fail("not-encodable", plan, `value is not the constant ${String(initial)}`);
      if (plan.hasBit) this.#take(value !== undefined);
      return false;
    }
    if (operator === "default") {
      const isInitial =
        value === undefined ? initial === undefined : initial !== undefined && isSame(value, initial);
      this.#take(!isInitial);
      return !isInitial;
    }
    const previous = this.dictionaries.slots[plan.slot] as Value | null | undefined;
    const isOther =
      plan.typeSlot >= 0 &&
      previous !== undefined &&
      previous !== null &&
      this.dictionaries.slots[plan.typeSlot] !== typeCode(plan);
    // A value of another type cannot be taken up (D4), so ours is written in full.
    if (!isOther) {
      let implied: Value | null;
      if (previous === undefined) implied = initial === undefined ? null : initial;
      else if (previous === null) implied = null;
      else if (operator === "increment")
        implied = increment(previous as FastInteger, (plan as IntegerPlan).type) as PreviousValue as Value;
      else implied = previous;
      const isImplied =
        implied === null ? value === undefined : value !== undefined && isSame(value, implied);
      if (isImplied) {
        if (previous === undefined || operator === "increment")
          this.#store(plan, previous === null ? null : implied);
        this.#take(false);
        return false;
      }
    } else if (operator === "tail" && value !== undefined) {
      this.#fail("D4", plan, "previous value is of another type");
    }
    this.#take(true);
    if (operator === "tail") this.#keptForTail = previous ?? null;
    this.#store(plan, value === undefined ? null : value);
    return true;
  }

  /** Previous value before {@link #takesWire} stored the new one, for the tail. */
  #keptForTail: unknown = null;

  #tailBase<Value>(plan: AsciiPlan | BytesPlan, empty: Value): Value {
    return (this.#keptForTail ?? plan.initial ?? empty) as Value;
  }

  /** Where the tail of a value begins, given what comes before it from the base. */
  #tailStart<Value extends string | Uint8Array>(
    plan: AsciiPlan | BytesPlan,
    base: Value,
    value: Value,
  ): number {
    if (value.length > base.length) return 0;
    if (value.length < base.length)
      return this.#fail("not-encodable", plan, "a tail cannot make the previous value shorter");
    return commonPrefix(base, value);
  }

  #deltaBase<Value>(plan: KeepingPlan, zero: Value): Value {
    const previous = this.dictionaries.slots[plan.slot] as Value | null | undefined;
    if (previous === undefined) return (plan.initial as Value | undefined) ?? zero;
    if (previous === null) return this.#fail("D6", plan, "delta cannot follow an empty previous value");
    if (plan.typeSlot >= 0 && this.dictionaries.slots[plan.typeSlot] !== typeCode(plan))
      return this.#fail("D4", plan, "previous value is of another type");
    return previous;
  }

  #absentOnWire(plan: KeepingPlan): void {
    if (!plan.isOptional) this.#missing(plan);
    this.wire.absent();
  }

  #store(plan: KeepingPlan, value: unknown): void {
    this.dictionaries.write(plan.slot, value);
    if (plan.typeSlot >= 0) this.dictionaries.write(plan.typeSlot, typeCode(plan));
  }

  #missing(plan: { readonly field: { readonly path: string } }): never {
    return this.#fail("missing-field", plan, "mandatory field has no value");
  }

  #fail(code: FastErrorCode, plan: { readonly field: { readonly path: string } }, message: string): never {
    throw new FastError(code, `${message} at ${plan.field.path}`, { field: plan.field.path });
  }
}

function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && "subarray" in value;
}

function isSame(left: PreviousValue, right: PreviousValue): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  if ("exponent" in left)
    return "exponent" in right && left.mantissa === right.mantissa && left.exponent === right.exponent;
  return "length" in right && left.length === right.length && commonPrefix(left, right) === left.length;
}

/** The mantissa for an exponent that is `shift` lower. `undefined`: digits would be lost, or int64 left. */
function rescale(mantissa: FastInteger, shift: number): FastInteger | undefined {
  const factor = 10n ** BigInt(Math.abs(shift));
  const exact = BigInt(mantissa);
  if (shift < 0 && exact % factor !== 0n) return undefined;
  const scaled = shift < 0 ? exact / factor : exact * factor;
  return BigInt.asIntN(64, scaled) === scaled ? toFastInteger(scaled) : undefined;
}

function commonPrefix(left: string | Uint8Array, right: string | Uint8Array): number {
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left[at] === right[at]) at++;
  return at;
}

/** The delta that sends fewest characters; of two alike, the one at the back. */
function shortestDelta(
  base: string | Uint8Array,
  value: string | Uint8Array,
): { readonly subtraction: number; readonly from: number; readonly to: number } {
  const prefix = commonPrefix(base, value);
  let suffix = 0;
  const most = Math.min(base.length, value.length);
  while (suffix < most && base[base.length - 1 - suffix] === value[value.length - 1 - suffix]) suffix++;
  if (prefix >= suffix) return { subtraction: base.length - prefix, from: prefix, to: value.length };
  return { subtraction: suffix - base.length - 1, from: 0, to: value.length - suffix };
}
