import { ItchEncoder, type ItchMessage } from "@exchange-kit/itch";

const SYMBOLS = 1000;
const NANOS_APART = 40_000;

/**
 * A day that fills the books to `live` orders, then keeps them there for `changes` messages: adds, deletes,
 * replaces, executions and partial cancels in about the mix of a real day. The same every time.
 */
export function deepDay(live: number, changes: number): Uint8Array {
  const encoder = new ItchEncoder();
  const bytes = new Uint8Array((live + changes) * 40);
  let length = 0;
  let count = 0;
  let state = 12_345;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
  const references: number[] = [];
  const locates: number[] = [];
  let nextReference = 1_000_000;
  const header = (
    stockLocate: number,
  ): { stockLocate: number; trackingNumber: number; timestampNanos: number } => ({
    stockLocate,
    trackingNumber: 0,
    timestampNanos: 34_200_000_000_000 + count * NANOS_APART,
  });
  const write = (message: ItchMessage): void => {
    length += encoder.encodeFrame(message, bytes, length);
    count++;
  };
  // Most orders stand near the best price, a few far away.
  const price = (stockLocate: number, isSell: boolean): number => {
    const away = below(4) === 0 ? below(400) : below(40);
    return 100 * (1000 + stockLocate + (isSell ? 1 + away : -away));
  };
  const add = (): void => {
    const stockLocate = 1 + below(SYMBOLS);
    const isSell = below(2) === 1;
    nextReference += 1 + below(20);
    references.push(nextReference);
    locates.push(stockLocate);
    write({
      type: "A",
      ...header(stockLocate),
      orderReferenceNumber: BigInt(nextReference),
      buySellIndicator: isSell ? "S" : "B",
      shares: 100 * (1 + below(10)),
      stock: `SYM${stockLocate}`,
      price4: price(stockLocate, isSell),
    });
  };
  const forget = (index: number): void => {
    references[index] = references.at(-1)!;
    locates[index] = locates.at(-1)!;
    references.pop();
    locates.pop();
  };
  while (references.length < live) add();
  for (let change = 0; change < changes; change++) {
    // Older orders live longer: half of the changes are about the newest tenth.
    const from = below(2) === 0 ? Math.floor(references.length * 0.9) : 0;
    const index = from + below(references.length - from);
    const orderReferenceNumber = BigInt(references[index]!);
    const head = header(locates[index]!);
    const kind = below(100);
    if (references.length < live || kind < 46) add();
    else if (kind < 90) {
      write({ type: "D", ...head, orderReferenceNumber });
      forget(index);
    } else if (kind < 97) {
      nextReference += 1 + below(20);
      write({
        type: "U",
        ...head,
        originalOrderReferenceNumber: orderReferenceNumber,
        newOrderReferenceNumber: BigInt(nextReference),
        shares: 100 * (1 + below(10)),
        price4: price(locates[index]!, references[index]! % 2 === 1),
      });
      references[index] = nextReference;
    } else if (kind < 99)
      write({ type: "E", ...head, orderReferenceNumber, executedShares: 1, matchNumber: 1n });
    else write({ type: "X", ...head, orderReferenceNumber, cancelledShares: 1 });
  }
  return bytes.slice(0, length);
}
