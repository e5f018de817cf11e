import type { FieldInfo, TemplateInfo } from "./template/plan.ts";
import type { Decimal, FastInteger } from "./values/numbers.ts";

/** Value of a field in a decoded message; `undefined`: the optional field is absent. */
export type FastValue =
  | FastInteger
  | string
  | boolean
  | Uint8Array
  | Decimal
  | readonly string[]
  | readonly FastFields[]
  | FastFields
  | FastMessage
  | undefined;

/**
 * Fields by name, in template order.
 *
 * Integers are `number` or `bigint`, decimals {@link Decimal}, strings `string`, byte vectors `Uint8Array`, sequences
 * arrays of fields, groups fields. Dynamic template references are {@link FastMessage} under `$ref1`, `$ref2`, … in
 * the order of their segment. FAST 1.2: booleans `boolean`, enums the element's name, sets the names present, bit
 * groups fields.
 */
export interface FastFields {
  readonly [name: string]: FastValue;
}

/** A message as an object. */
export interface FastMessage<Fields = FastFields> {
  /** Name of its template. */
  readonly template: string;
  /** Id of its template. */
  readonly id: number;
  /** Values by field name; absent ones are `undefined`. */
  readonly fields: Fields;
}

/**
 * Takes messages field by field, as they are read, without objects being made.
 *
 * Calls come in wire order. A message that turns out to be incomplete or wrong ends with `abandonMessage` instead of
 * `endMessage`: forget it; when the missing bytes are there it is told again from its beginning. Absent optional fields
 * are not told. `field` is the same object for the same field at every call, and `field.index` a small integer.
 */
export interface FastListener {
  /**
   * A message, or one inside another by a dynamic reference, begins.
   *
   * @param template - its template
   * @param offset - its first byte, in the bytes given to the decoder
   */
  beginMessage(template: TemplateInfo, offset: number): void;
  /** An integer: a `number`, or a `bigint` from 2^53 on. Types of FAST 1.2 come as the integers that carry them. */
  integer(field: FieldInfo, value: FastInteger): void;
  /** A decimal: mantissa × 10^exponent. */
  decimal(field: FieldInfo, mantissa: FastInteger, exponent: number): void;
  /** An ASCII or Unicode string. */
  string(field: FieldInfo, value: string): void;
  /** A byte vector: `bytes` from `start` to before `end`, good until the call returns. */
  bytes(field: FieldInfo, bytes: Uint8Array, start: number, end: number): void;
  /** A group that is present begins. */
  beginGroup(field: FieldInfo): void;
  /** The group ends. */
  endGroup(field: FieldInfo): void;
  /** A sequence that is present begins; `length` elements follow. */
  beginSequence(field: FieldInfo, length: number): void;
  /** An element begins, and the one before it, if any, has ended. */
  beginElement(field: FieldInfo, index: number): void;
  /** The sequence ends. */
  endSequence(field: FieldInfo): void;
  /** The message is complete; its previous values are stored. */
  endMessage(template: TemplateInfo): void;
  /** What was told of the outermost message does not count. */
  abandonMessage(): void;
}
