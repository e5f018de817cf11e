import type { FieldType } from "./field-type.ts";
import { isDate, isTimeOfDay, isTimestamp } from "./timestamp.ts";

/** Formats of values, numbered so that a message is checked with one switch on a small number. */
export const TEXT = 0;
const CHAR = 1;
const INT = 2;
const DECIMAL = 3;
const BOOLEAN = 4;
const TIMESTAMP = 5;
const TIME = 6;
const DATE = 7;
/** Several values between spaces. */
export const MULTIPLE = 8;

/** The format of a field type. */
export function formatOf(type: FieldType): number {
  switch (type) {
    case "CHAR":
      return CHAR;
    case "INT":
    case "NUMINGROUP":
    case "SEQNUM":
    case "LENGTH":
    case "TAGNUM":
    case "DAYOFMONTH":
      return INT;
    case "PRICE":
    case "QTY":
    case "AMT":
    case "FLOAT":
    case "PRICEOFFSET":
    case "PERCENTAGE":
      return DECIMAL;
    case "BOOLEAN":
      return BOOLEAN;
    case "UTCTIMESTAMP":
    case "TIME":
      return TIMESTAMP;
    case "UTCTIMEONLY":
      return TIME;
    case "UTCDATEONLY":
    case "UTCDATE":
    case "LOCALMKTDATE":
      return DATE;
    case "MULTIPLECHARVALUE":
    case "MULTIPLESTRINGVALUE":
    case "MULTIPLEVALUESTRING":
      return MULTIPLE;
    default:
      return TEXT;
  }
}

/** Whether the bytes from `start` to `end` have a format. */
export function hasFormat(format: number, bytes: Uint8Array, start: number, end: number): boolean {
  switch (format) {
    case CHAR:
      return end - start === 1;
    case INT:
      return isInteger(bytes, start, end);
    case DECIMAL:
      return isDecimal(bytes, start, end);
    case BOOLEAN:
      return end - start === 1 && (bytes[start] === 0x59 || bytes[start] === 0x4e);
    case TIMESTAMP:
      return isTimestamp(bytes, start, end);
    case TIME:
      return isTimeOfDay(bytes, start, end);
    case DATE:
      return isDate(bytes, start, end);
    default:
      return true;
  }
}

/** Any length: whether the number is safe to calculate with is the reader's question. */
function isInteger(bytes: Uint8Array, start: number, end: number): boolean {
  const from = bytes[start] === 0x2d ? start + 1 : start;
  for (let at = from; at < end; at++) if ((bytes[at]! - 0x30) >>> 0 > 9) return false;
  return from < end;
}

function isDecimal(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  let dots = 0;
  for (let at = bytes[start] === 0x2d ? start + 1 : start; at < end; at++) {
    if ((bytes[at]! - 0x30) >>> 0 <= 9) digits++;
    else if (bytes[at] === 0x2e) dots++;
    else return false;
  }
  return digits > 0 && dots <= 1;
}
