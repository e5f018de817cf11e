/** Tags of optional fields of OUCH 5.0. */
export const OuchTag = {
  /** Reference of the order as it is restated. */
  secondaryOrderReferenceNumber: 1,
  /** Firm, 4 characters. */
  firm: 2,
  /** Least shares of an execution. */
  minimumQuantity: 3,
  /** `R` retail, `N` not. */
  customerType: 4,
  /** Most shares displayed at once. */
  maxFloor: 5,
  /** What the price is taken from. */
  priceType: 6,
  /** Offset from the pegged price, signed ten-thousandths of a dollar. */
  pegOffset: 7,
  /** Price up to which the order may trade, in ten-thousandths of a dollar. */
  discretionPrice: 9,
  /** What the discretion price is pegged to. */
  discretionPegType: 10,
  /** Offset of the discretion price, signed ten-thousandths of a dollar. */
  discretionPegOffset: 11,
  /** `P` post only, `N` not. */
  postOnly: 12,
  /** Range of random reserve sizes, in shares. */
  randomReserves: 13,
  /** Route, 4 characters. */
  route: 14,
  /** Seconds after midnight or after entry at which the order expires. */
  expireTime: 15,
  /** Whether a resting order may trade at once. */
  tradeNow: 16,
  /** How the order is handled. */
  handleInstruction: 17,
  /** How the order compares with the best bid and offer. */
  bboWeightIndicator: 18,
  /** Reference price in ten-thousandths of a dollar. */
  referencePrice: 19,
  /** What the reference price is. */
  referencePriceType: 20,
  /** Displayed shares after a restatement. */
  displayQuantity: 22,
  /** Displayed price after a restatement, in ten-thousandths of a dollar. */
  displayPrice: 23,
} as const;

/**
 * One optional field of an OUCH 5.0 message.
 *
 * The value is text for alpha fields, a number for quantities, times and prices (ten-thousandths of a dollar), a
 * bigint for a reference number, and the plain bytes for a tag or a width that is not known.
 */
export interface OuchAppendage {
  /** One of {@link OuchTag}, or another. */
  readonly tag: number;
  /** Its value. */
  readonly value: string | number | bigint | Uint8Array;
}

type Kind = "char" | "alpha4" | "u32" | "i32" | "price" | "u64";

const KINDS: Readonly<Record<number, Kind>> = {
  1: "u64",
  2: "alpha4",
  3: "u32",
  4: "char",
  5: "u32",
  6: "char",
  7: "i32",
  9: "price",
  10: "char",
  11: "i32",
  12: "char",
  13: "u32",
  14: "alpha4",
  15: "u32",
  16: "char",
  17: "char",
  18: "char",
  19: "price",
  20: "char",
  22: "u32",
  23: "price",
};
const WIDTHS: Readonly<Record<Kind, number>> = { char: 1, alpha4: 4, u32: 4, i32: 4, price: 8, u64: 8 };

/**
 * Reads the optional fields that fill `length` bytes: each a length (of tag and value), a tag and a value.
 *
 * @returns `undefined` when they do not fill it exactly
 */
export function readAppendages(view: DataView, offset: number, length: number): OuchAppendage[] | undefined {
  const appendages: OuchAppendage[] = [];
  const end = offset + length;
  let at = offset;
  while (at < end) {
    const size = view.getUint8(at);
    if (size === 0 || at + 1 + size > end) return undefined;
    const tag = view.getUint8(at + 1);
    appendages.push({ tag, value: readValue(view, at + 2, size - 1, KINDS[tag]) });
    at += 1 + size;
  }
  return appendages;
}

function readValue(
  view: DataView,
  at: number,
  length: number,
  kind: Kind | undefined,
): OuchAppendage["value"] {
  const raw = new Uint8Array(view.buffer, view.byteOffset + at, length).slice();
  if (kind === undefined || WIDTHS[kind] !== length) return raw;
  switch (kind) {
    case "char":
    case "alpha4":
      return String.fromCharCode(...raw).replace(/(?<=.) +$/, "");
    case "u32":
      return view.getUint32(at);
    case "i32":
      return view.getInt32(at);
    case "u64":
      return view.getBigUint64(at);
    case "price": {
      const price = view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
      return Number.isSafeInteger(price) ? price : raw;
    }
  }
}

/** Bytes of the optional fields; throws a plain description of the first that does not fit its tag. */
export function appendageBytes(appendages: readonly OuchAppendage[]): Uint8Array {
  const bytes: number[] = [];
  for (const { tag, value } of appendages) {
    const encoded = valueBytes(tag, value);
    if (!encoded || encoded.length > 254 || !Number.isInteger(tag) || tag < 0 || tag > 255) {
      throw new RangeError(`tag ${tag} cannot hold ${String(value)}`);
    }
    bytes.push(encoded.length + 1, tag, ...encoded);
  }
  return Uint8Array.from(bytes);
}

function valueBytes(tag: number, value: OuchAppendage["value"]): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  const kind = KINDS[tag];
  if (kind === undefined) return undefined;
  const bytes = new Uint8Array(WIDTHS[kind]);
  const view = new DataView(bytes.buffer);
  if (typeof value === "string") {
    if ((kind !== "char" && kind !== "alpha4") || value.length > bytes.length) return undefined;
    bytes.fill(0x20);
    for (let index = 0; index < value.length; index++) {
      if (value.charCodeAt(index) > 0xff) return undefined;
      bytes[index] = value.charCodeAt(index);
    }
    return bytes;
  }
  if (typeof value === "bigint") {
    if (kind !== "u64" || BigInt.asUintN(64, value) !== value) return undefined;
    view.setBigUint64(0, value);
    return bytes;
  }
  if (!Number.isSafeInteger(value)) return undefined;
  if (kind === "u32" && value >>> 0 === value) view.setUint32(0, value);
  else if (kind === "i32" && (value | 0) === value) view.setInt32(0, value);
  else if (kind === "price" && value >= 0) view.setBigUint64(0, BigInt(value));
  else return undefined;
  return bytes;
}
