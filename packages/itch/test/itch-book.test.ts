import {
  ItchBook,
  type ItchBookListener,
  ItchDecoder,
  ItchEncoder,
  type ItchMessage,
} from "@exchange-kit/itch";
import { expect, test } from "vitest";
import { make } from "./support/messages.ts";

function feed(book: ItchBook, ...messages: ItchMessage[]): void {
  const encoder = new ItchEncoder();
  const decoder = new ItchDecoder(book);
  const bytes = new Uint8Array(64);
  for (const message of messages) decoder.decode(bytes, 0, encoder.encode(message, bytes));
}

test("orders queue by price, then by time", () => {
  const book = new ItchBook();
  feed(
    book,
    make.add(1, "B", 100, 10_000),
    make.add(2, "B", 200, 10_100),
    make.addMpid(3, "B", 300, 10_100, "NITE"),
    make.add(4, "S", 50, 10_200),
  );
  const acme = book.book("ACME")!;
  expect(acme.best("buy")).toEqual({ price4: 10_100, shares: 500, orders: 2 });
  expect(acme.best("sell")).toEqual({ price4: 10_200, shares: 50, orders: 1 });
  expect(acme.depth("buy")).toHaveLength(2);
  expect(acme.depth("buy", 1)).toEqual([{ price4: 10_100, shares: 500, orders: 2 }]);
  expect(acme.orders("buy").map((order) => order.orderReferenceNumber)).toEqual([2n, 3n, 1n]);
  expect(acme.orders("buy", 10_000)).toHaveLength(1);
  expect(book.order(3n)).toEqual({
    orderReferenceNumber: 3n,
    side: "buy",
    price4: 10_100,
    shares: 300,
    attribution: "NITE",
  });
  expect(book.queuePosition(3n)).toEqual({ ordersAhead: 1, sharesAhead: 200 });
  expect(book.queuePosition(9n)).toBeUndefined();
  expect(book.order(9n)).toBeUndefined();
  expect(acme.liveOrders).toBe(4);
});

test("an execution and a cancel keep the order's place; a replace loses it", () => {
  const book = new ItchBook();
  feed(book, make.addMpid(1, "B", 100, 10_000, "MM"), make.add(2, "B", 100, 10_000), make.execute(1, 30));
  feed(book, make.cancel(1, 30));
  expect(book.queuePosition(2n)).toEqual({ ordersAhead: 1, sharesAhead: 40 });
  feed(book, make.replace(1, 3, 100, 10_000));
  expect(book.queuePosition(3n)).toEqual({ ordersAhead: 1, sharesAhead: 100 });
  expect(book.order(3n)?.attribution).toBe("MM");
  feed(book, make.delete(2), make.execute(3, 100));
  expect(book.book("ACME")!.best("buy")).toBeUndefined();
  expect([book.liveOrders, book.maxLiveOrders]).toEqual([0, 2]);
});

test("what contradicts itself is counted, and changes as little as it can", () => {
  const book = new ItchBook();
  feed(book, make.execute(9, 1), make.cancel(9, 1), make.delete(9), make.replace(9, 10, 1, 1));
  feed(book, make.executeAt(9, 5, 10_000, "Y"), make.executeAt(9, 5, 10_000, "N"));
  expect(book.orphans).toBe(6);
  feed(book, make.add(1, "B", 100, 10_000), make.add(1, "S", 50, 10_500));
  expect(book.duplicateAdds).toBe(1);
  expect(book.order(1n)).toMatchObject({ side: "sell", shares: 50 });
  feed(book, make.execute(1, 80));
  expect([book.overReductions, book.liveOrders]).toEqual([1, 0]);
  // Of the 80 shares only the 50 that were there left the book; all 80 were printed, and 1 + 5 of unknown orders.
  expect([book.executedShares, book.printedShares]).toEqual([50n, 86n]);
  book.clear();
  expect([book.orphans, book.liveOrders, book.books()]).toEqual([0, 0, []]);
});

test("statistics come from prints: displayed, hidden and crosses, not what is not printable", () => {
  const book = new ItchBook();
  feed(book, make.add(1, "B", 1000, 10_000), make.execute(1, 100), make.executeAt(1, 100, 9_900, "Y"));
  feed(book, make.executeAt(1, 100, 5_000, "N"), make.trade(200, 10_300), make.cross(10n ** 19n, 10_200));
  feed(book, make.cross(0n, 0));
  const { trades } = book.book("ACME")!;
  expect(trades).toMatchObject({
    prints: 4,
    crosses: 2,
    open4: 10_000,
    high4: 10_300,
    low4: 9_900,
    last4: 10_200,
  });
  expect(trades.lastNanos).toBe(34_200_000_000_000);
  expect(trades.printedShares).toBe(10n ** 19n + 400n);
  expect(trades.executedShares).toBe(300n);
  expect(trades.vwap4).toBeCloseTo(10_200, 0);
});

test("what was printed at a price nobody knows does not move the average", () => {
  const book = new ItchBook();
  feed(book, make.execute(9, 300));
  expect(book.books()).toEqual([]);
  feed(book, make.trade(100, 10_000));
  const { trades } = book.book("ACME")!;
  expect([trades.printedShares, trades.vwap4]).toEqual([400n, 10_000]);
});

test("sums of shares stay exact beyond 2^53", () => {
  const book = new ItchBook();
  const encoder = new ItchEncoder();
  const bytes = new Uint8Array(64);
  const length = encoder.encode(make.trade(0xffffffff, 1), bytes);
  const decoder = new ItchDecoder(book);
  for (let count = 0; count < 2_200_000; count++) decoder.decode(bytes, 0, length);
  expect(book.printedShares).toBe(2_200_000n * 0xffffffffn);
});

test("halts, operational halts, short-sale tests and imbalances are kept by symbol", () => {
  const told: string[] = [];
  const book = new ItchBook({
    tradingStateChanged: ({ tradingState, operationalHalts }) => told.push(tradingState + operationalHalts),
    imbalanceChanged: (_, { pairedShares }) => told.push(String(pairedShares)),
  });
  const header = { stockLocate: 7, trackingNumber: 0, timestampNanos: 5, stock: "ACME" };
  const operational = (marketCode: string, operationalHaltAction: string): ItchMessage => ({
    type: "h",
    ...header,
    marketCode,
    operationalHaltAction,
  });
  feed(
    book,
    make.action("H", "T1"),
    operational("Q", "H"),
    operational("B", "H"),
    operational("Q", "T"),
    make.action("T", ""),
    { type: "Y", ...header, regShoAction: "1" },
    {
      type: "I",
      ...header,
      pairedShares: 500n,
      imbalanceShares: 20n,
      imbalanceDirection: "B",
      farPrice4: 1,
      nearPrice4: 2,
      currentReferencePrice4: 3,
      crossType: "O",
      priceVariationIndicator: "L",
    },
    { type: "B", ...header, matchNumber: 1n } as ItchMessage,
  );
  expect(told).toEqual(["H", "HQ", "HQB", "HB", "TB", "500"]);
  expect(book.brokenTrades).toBe(1);
  expect(book.book("ACME")).toBeUndefined();
  feed(book, make.add(1, "B", 1, 1));
  expect(book.book("ACME")).toMatchObject({
    halts: 1,
    isHalted: false,
    tradingStateReason: "",
    regShoAction: "1",
  });
});

test("callbacks come in the order: order, level, best price, trade", () => {
  const events: string[] = [];
  const listener: ItchBookListener = {
    orderAdded: (_, order) => events.push(`added ${order.orderReferenceNumber} ${order.shares}`),
    orderReduced: (_, order, shares, cause) =>
      events.push(`${cause} ${order.orderReferenceNumber} -${shares} =${order.shares}`),
    levelChanged: (_, side, price4, shares, orders) =>
      events.push(`level ${side} ${price4} ${shares}/${orders}`),
    bestChanged: (book, side) => events.push(`best ${side} ${book.best(side)?.price4 ?? "none"}`),
    traded: (_, price4, shares, source) => events.push(`trade ${source} ${shares} @ ${price4}`),
  };
  const book = new ItchBook(listener);
  feed(book, make.add(1, "S", 100, 10_100), make.add(2, "S", 100, 10_200), make.execute(1, 40));
  feed(
    book,
    make.replace(1, 3, 60, 10_200),
    make.delete(2),
    make.cancel(3, 60),
    make.trade(5, 1),
    make.cross(6n, 2),
  );
  expect(events).toEqual([
    "added 1 100",
    "level sell 10100 100/1",
    "best sell 10100",
    "added 2 100",
    "level sell 10200 100/1",
    "executed 1 -40 =60",
    "level sell 10100 60/1",
    "best sell 10100",
    "trade displayed 40 @ 10100",
    "replaced 1 -60 =0",
    "level sell 10100 0/0",
    "best sell 10200",
    "added 3 60",
    "level sell 10200 160/2",
    "best sell 10200",
    "deleted 2 -100 =0",
    "level sell 10200 60/1",
    "best sell 10200",
    "cancelled 3 -60 =0",
    "level sell 10200 0/0",
    "best sell none",
    "trade hidden 5 @ 1",
    "trade cross 6 @ 2",
  ]);
});
