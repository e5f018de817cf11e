import {
  ItchEncoder,
  type ItchField,
  type ItchFormat,
  type ItchMessage,
  itchFormats,
} from "@exchange-kit/itch";
import fc from "fast-check";

const LATIN1 = fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code));

function arbitraryOf({ kind, length }: ItchField): fc.Arbitrary<unknown> {
  switch (kind) {
    case "char":
      return fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code));
    case "alpha":
      return fc.string({ unit: LATIN1, maxLength: length });
    case "u64":
    case "price8":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    default:
      return fc.integer({ min: 0, max: 2 ** (8 * length) - 1 });
  }
}

function messageOf(format: ItchFormat): fc.Arbitrary<ItchMessage> {
  const fields = Object.fromEntries(format.fields.map((field) => [field.name, arbitraryOf(field)]));
  return fc.record({ type: fc.constant(format.type), ...fields }) as unknown as fc.Arbitrary<ItchMessage>;
}

/** Any message of any type, with values over the whole range of each field. */
export const anyMessage: fc.Arbitrary<ItchMessage> = fc.oneof(...itchFormats.map(messageOf));

/** Messages as a length-prefixed file. */
export function framed(messages: readonly ItchMessage[]): Uint8Array {
  const encoder = new ItchEncoder();
  const bytes = new Uint8Array(messages.length * 52);
  let length = 0;
  for (const message of messages) length += encoder.encodeFrame(message, bytes, length);
  return bytes.slice(0, length);
}

const header = { stockLocate: 7, trackingNumber: 0, timestampNanos: 34_200_000_000_000 };

/** Short ways to write the messages that change a book. */
export const make = {
  add: (reference: number, side: "B" | "S", shares: number, price4: number, stock = "ACME"): ItchMessage => ({
    type: "A",
    ...header,
    orderReferenceNumber: BigInt(reference),
    buySellIndicator: side,
    shares,
    stock,
    price4,
  }),
  addMpid: (
    reference: number,
    side: "B" | "S",
    shares: number,
    price4: number,
    attribution: string,
  ): ItchMessage => ({
    type: "F",
    ...header,
    orderReferenceNumber: BigInt(reference),
    buySellIndicator: side,
    shares,
    stock: "ACME",
    price4,
    attribution,
  }),
  execute: (reference: number, executedShares: number): ItchMessage => ({
    type: "E",
    ...header,
    orderReferenceNumber: BigInt(reference),
    executedShares,
    matchNumber: 1n,
  }),
  executeAt: (
    reference: number,
    executedShares: number,
    executionPrice4: number,
    printable: string,
  ): ItchMessage => ({
    type: "C",
    ...header,
    orderReferenceNumber: BigInt(reference),
    executedShares,
    matchNumber: 1n,
    printable,
    executionPrice4,
  }),
  cancel: (reference: number, cancelledShares: number): ItchMessage => ({
    type: "X",
    ...header,
    orderReferenceNumber: BigInt(reference),
    cancelledShares,
  }),
  delete: (reference: number): ItchMessage => ({
    type: "D",
    ...header,
    orderReferenceNumber: BigInt(reference),
  }),
  replace: (old: number, next: number, shares: number, price4: number): ItchMessage => ({
    type: "U",
    ...header,
    originalOrderReferenceNumber: BigInt(old),
    newOrderReferenceNumber: BigInt(next),
    shares,
    price4,
  }),
  trade: (shares: number, price4: number): ItchMessage => ({
    type: "P",
    ...header,
    orderReferenceNumber: 0n,
    buySellIndicator: "B",
    shares,
    stock: "ACME",
    price4,
    matchNumber: 2n,
  }),
  cross: (shares: bigint, crossPrice4: number): ItchMessage => ({
    type: "Q",
    ...header,
    shares,
    stock: "ACME",
    crossPrice4,
    matchNumber: 3n,
    crossType: "O",
  }),
  action: (tradingState: string, reason: string): ItchMessage => ({
    type: "H",
    ...header,
    stock: "ACME",
    tradingState,
    reserved: " ",
    reason,
  }),
};
