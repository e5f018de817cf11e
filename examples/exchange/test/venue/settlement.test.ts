import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { VenueCommand } from "../../src/venue/commands.ts";
import { share, splitLots } from "../../src/venue/settlement/shares.ts";
import { ALFA, ALFA2, BETA, smallConfig, TestDesk } from "./support/desk.ts";

/** A venue without fees on its first day. */
function open(fees = { makerPpm: 0, takerPpm: 0, auctionPpm: 0 }): TestDesk {
  const desk = new TestDesk({ ...smallConfig, fees });
  desk.apply({ type: "start-day", timeMicros: 0, date: 1 });
  desk.take();
  return desk;
}

let nextId = 0;

/** `seller` sells to `buyer`. */
function trade(
  desk: TestDesk,
  seller: typeof ALFA | typeof ALFA2 | typeof BETA,
  buyer: typeof seller,
  quantity: number,
  price: number,
): void {
  desk.submit(seller, `s${++nextId}`, { side: "sell", quantity, price });
  desk.submit(buyer, `b${nextId}`, { side: "buy", quantity, price });
}

function deposit(desk: TestDesk, { account }: { account: number }, quantity: number): void {
  desk.apply({ type: "transfer-securities", timeMicros: 0, account, instrument: 0, quantity, price: 10_000 });
}

const SETTLED = ["obligation", "settle"];

describe("settlement", () => {
  test("trades of a day are netted at its end and settle on the next: T+1", () => {
    const desk = open();
    deposit(desk, ALFA, 500);
    trade(desk, ALFA, BETA, 300, 10_000);
    trade(desk, BETA, ALFA, 100, 10_010);
    expect(desk.venue.position(2, 0)).toMatchObject({ quantity: 200, settledQuantity: 0 });
    desk.take();
    desk.apply({ type: "settle", timeMicros: 0, date: 1 });
    expect(desk.take(...SETTLED, "operation")).toEqual([]);
    desk.apply({ type: "end-day", timeMicros: 0, date: 1 });
    // 300 × 100.00 less 100 × 100.10: ALFA is to receive 19,990.00.
    expect(desk.take(...SETTLED)).toEqual([
      "obligationNetted 0 0 -200 1999000",
      "obligationNetted 2 0 200 -1999000",
    ]);
    desk.apply({ type: "settle", timeMicros: 0, date: 1 });
    expect(desk.take("operation")).toEqual(["operationRejected settle invalid-date"]);
    desk.apply({ type: "settle", timeMicros: 0, date: 2 });
    expect(desk.take(...SETTLED)).toEqual(["settled 0 0 -200 1999000", "settled 2 0 200 -1999000"]);
    expect(desk.venue.position(2, 0)).toMatchObject({ quantity: 200, settledQuantity: 200 });
    expect(desk.venue.cash(0)).toMatchObject({ settled: 1_999_000n, total: 1_999_000n });
    desk.venue.audit();
  });

  test("who has less than it sold fails for the rest, against its share of the cash, until it can deliver", () => {
    const desk = open();
    deposit(desk, ALFA, 40);
    trade(desk, ALFA, BETA, 100, 10_001);
    desk.apply({ type: "end-day", timeMicros: 0, date: 1 });
    desk.take();
    desk.apply({ type: "settle", timeMicros: 0, date: 2 });
    expect(desk.take(...SETTLED)).toEqual([
      "settled 0 0 -40 400040",
      "settled 2 0 40 -400040",
      "settlementFailed 0 0 -60 1",
      "settlementFailed 2 0 60 1",
    ]);
    desk.venue.audit();
    desk.apply({ type: "settle", timeMicros: 0, date: 3 });
    expect(desk.take(...SETTLED)).toEqual(["settlementFailed 0 0 -60 2", "settlementFailed 2 0 60 2"]);
    deposit(desk, ALFA, 60);
    desk.take();
    desk.apply({ type: "settle", timeMicros: 0, date: 4 });
    expect(desk.take(...SETTLED)).toEqual(["settled 0 0 -60 600060", "settled 2 0 60 -600060"]);
    expect(desk.venue.cash(0).settled).toBe(1_000_100n);
    desk.venue.audit();
  });

  test("what comes in goes to who has waited longest", () => {
    const desk = open();
    trade(desk, ALFA, BETA, 50, 10_000);
    desk.apply({ type: "end-day", timeMicros: 0, date: 1 });
    desk.apply({ type: "settle", timeMicros: 0, date: 2 });
    desk.apply({ type: "start-day", timeMicros: 0, date: 2 });
    desk.apply({ type: "phase", timeMicros: 0, instrument: -1, phase: "continuous" });
    trade(desk, ALFA, ALFA2, 50, 10_000);
    desk.apply({ type: "end-day", timeMicros: 0, date: 2 });
    deposit(desk, ALFA, 70);
    desk.take();
    desk.apply({ type: "settle", timeMicros: 0, date: 3 });
    expect(desk.take(...SETTLED)).toEqual([
      "settled 0 0 -70 700000",
      "settled 2 0 50 -500000",
      "settled 1 0 20 -200000",
      "settlementFailed 0 0 -30 2",
      "settlementFailed 1 0 30 1",
    ]);
    desk.venue.audit();
  });

  test("a day bought and sold even is settled in cash alone", () => {
    const desk = open();
    trade(desk, ALFA, BETA, 100, 10_000);
    trade(desk, BETA, ALFA, 100, 10_050);
    desk.apply({ type: "end-day", timeMicros: 0, date: 1 });
    desk.take();
    desk.apply({ type: "settle", timeMicros: 0, date: 2 });
    expect(desk.take(...SETTLED)).toEqual(["settled 0 0 0 -5000", "settled 2 0 0 5000"]);
  });

  test("fees are millionths of the value, half a cent rounded up, and the venue's when settled", () => {
    const desk = open({ makerPpm: -200, takerPpm: 315, auctionPpm: 0 });
    trade(desk, ALFA, BETA, 1, 10_000);
    // −2.00 and 3.15 cents; by trade date the account has its fee paid already.
    expect(desk.take("orderE").map((line) => line.split(" ").at(-1))).toEqual(["-2", "3"]);
    expect(desk.venue.cash(2).total).toBe(-10_003n);
    trade(desk, ALFA, BETA, 1, 10_001);
    expect(desk.venue.position(2, 0)).toMatchObject({ fees: 6 });
    desk.apply({ type: "set-fees", timeMicros: 0, fees: { makerPpm: 0, takerPpm: 50, auctionPpm: 0 } });
    trade(desk, ALFA, BETA, 1, 10_000);
    expect(desk.take("orderE").at(-1)).toMatch(/ 1$/);
    desk.venue.audit();
  });
});

describe("positions", () => {
  test("average cost, realised and unrealised profit", () => {
    const desk = open();
    trade(desk, BETA, ALFA, 100, 10_000);
    trade(desk, BETA, ALFA, 100, 10_100);
    trade(desk, ALFA, BETA, 50, 10_200);
    desk.now += 20_000;
    desk.apply({ type: "advance", timeMicros: 0 });
    expect(desk.venue.position(0, 0)).toMatchObject({
      quantity: 150,
      averagePrice: 10_050,
      cost: 1_507_500,
      realised: 7_500,
      unrealised: 22_500,
    });
    expect(desk.venue.cash(0).profit).toBe(30_000);
  });

  test("a cash account buys for what it has, counting its open orders", () => {
    const config = {
      ...smallConfig,
      fees: { makerPpm: 0, takerPpm: 0, auctionPpm: 0 },
      accounts: smallConfig.accounts.map((account) => ({
        ...account,
        isCashAccount: account.name === "beta-1",
      })),
    };
    const desk = new TestDesk(config);
    desk.apply({ type: "transfer-cash", timeMicros: 0, account: 2, amount: 1_500_000 });
    desk.take();
    desk.submit(BETA, "b1", { quantity: 100 });
    expect(desk.venue.cash(2).buyingPower).toBe(500_000);
    desk.submit(BETA, "b2", { quantity: 51 });
    desk.submit(BETA, "b3", { quantity: 50 });
    expect(desk.take("order")).toEqual([
      "orderAccepted #1(b1 new 0+100/100) 1",
      "orderRejected submit:b2 2 buying-power",
      "orderAccepted #2(b3 new 0+50/50) 3",
    ]);
    expect(desk.venue.cash(2).buyingPower).toBe(0);
  });

  test("transfers: not more out than is there", () => {
    const desk = open();
    const cash = (account: number, amount: number) =>
      desk.apply({ type: "transfer-cash", timeMicros: 0, account, amount });
    cash(0, 1_000);
    cash(0, -1_001);
    cash(0, -400);
    cash(9, 1);
    cash(0, 0);
    cash(0, 0.5);
    deposit(desk, ALFA, 10);
    deposit(desk, ALFA, -11);
    expect(desk.take()).toEqual([
      "cashMoved 0 1000 transfer",
      "operationRejected transfer-cash insufficient-balance",
      "cashMoved 0 -400 transfer",
      "operationRejected transfer-cash unknown-account",
      "operationRejected transfer-cash invalid-amount",
      "operationRejected transfer-cash invalid-amount",
      "securitiesMoved 0 0 10 transfer",
      "operationRejected transfer-securities insufficient-balance",
    ]);
    desk.venue.audit();
  });
});

describe("corporate actions", () => {
  test("a dividend goes to who holds by trade date; who is short pays it", () => {
    const desk = open();
    deposit(desk, ALFA, 100);
    trade(desk, ALFA, BETA, 130, 10_000);
    desk.take();
    desk.apply({ type: "cash-dividend", timeMicros: 0, instrument: 0, amountPerLot: 25 });
    expect(desk.take()).toEqual(["cashMoved 0 -750 dividend", "cashMoved 2 3250 dividend"]);
    expect(desk.venue.cash(2)).toMatchObject({ settled: 3_250n, income: 3_250 });
    desk.venue.audit();
  });

  test("a split of three for two: open orders end, lots and obligations follow, fractions are paid", () => {
    const desk = open();
    deposit(desk, ALFA, 101);
    trade(desk, ALFA, BETA, 31, 9_000);
    desk.submit(BETA, "open", { quantity: 10 });
    desk.take();
    desk.apply({ type: "split", timeMicros: 0, instrument: 0, numerator: 3, denominator: 2 });
    // ALFA: 101 settled become 151, −31 owed become −46 (−46.5 and 46.5 must sum to zero); 105 are due, so it has its due.
    // BETA: 31 become 46, half a lot at 60.00 is paid.
    expect(desk.take()).toEqual([
      "bookDeleted 0 2 buy",
      "orderCancelled #3(open cancelled 0+0/10) 6 10 corporate-action",
      "securitiesMoved 0 0 35 split",
      "securitiesMoved 2 0 15 split",
      "cashMoved 2 3000 cash-in-lieu",
      "lastPriceAdjusted 0 6000",
    ]);
    expect(desk.venue.position(0, 0).quantity).toBe(105);
    expect(desk.venue.position(2, 0)).toMatchObject({ quantity: 46, cost: 279_000 });
    expect(desk.venue.lastPrice(0)).toBe(6_000);
    desk.venue.audit();
    desk.apply({ type: "end-day", timeMicros: 0, date: 1 });
    desk.take();
    desk.apply({ type: "settle", timeMicros: 0, date: 2 });
    expect(desk.take(...SETTLED)).toEqual(["settled 0 0 -46 279000", "settled 2 0 46 -279000"]);
  });

  test("after a split, a stop is compared with the new price", () => {
    const desk = open();
    trade(desk, ALFA, BETA, 10, 10_000);
    desk.apply({ type: "split", timeMicros: 0, instrument: 0, numerator: 2, denominator: 1 });
    desk.take();
    desk.submit(BETA, "stop", { orderType: "stop", triggerPrice: 5_500 });
    expect(desk.venue.orderByClientId(2, "stop")).toMatchObject({ isWaiting: true });
  });

  test.each<[string, VenueCommand]>([
    [
      "transfers",
      {
        type: "transfer-securities",
        timeMicros: 0,
        account: 0,
        instrument: 0,
        quantity: 10 ** 8,
        price: 10_000,
      },
    ],
    [
      "transfers of what cost nothing",
      { type: "transfer-securities", timeMicros: 0, account: 0, instrument: 0, quantity: 10 ** 8, price: 0 },
    ],
    ["dividends", { type: "cash-dividend", timeMicros: 0, instrument: 0, amountPerLot: 2 ** 29 }],
    ["splits", { type: "split", timeMicros: 0, instrument: 0, numerator: 100, denominator: 1 }],
    ["reverse splits", { type: "split", timeMicros: 0, instrument: 0, numerator: 1, denominator: 100 }],
  ])("%s end before a number is too large to be counted", (_name, command) => {
    const desk = open();
    deposit(desk, ALFA, 1_000_000);
    for (const account of [0, 2]) {
      desk.apply({ type: "transfer-cash", timeMicros: 0, account, amount: 2 ** 50 - 1 });
    }
    trade(desk, ALFA, BETA, 100_000, 10_000);
    for (let times = 0; times < 10_000 && !desk.take().at(-1)?.startsWith("operationRejected"); times++) {
      desk.apply(command);
    }
    desk.apply(command);
    expect(desk.take()).toEqual([`operationRejected ${command.type} invalid-amount`]);
    desk.venue.audit();
  });

  test("a new symbol, one that is taken, and one that nobody could write", () => {
    const desk = open();
    const change = (symbol: string) =>
      desk.apply({ type: "change-symbol", timeMicros: 0, instrument: 0, symbol });
    change("ACM.A");
    change("BOLT");
    change("acme");
    expect(desk.take()).toEqual([
      "symbolChanged 0 ACME ACM.A",
      "operationRejected change-symbol symbol-in-use",
      "operationRejected change-symbol invalid-symbol",
    ]);
    expect(desk.venue.instrument("ACM.A")).toBe(0);
    expect(desk.venue.instrument("ACME")).toBe(-1);
  });
});

describe("days", () => {
  test("follow each other, and day orders end with them; halted instruments stay halted", () => {
    const desk = open();
    desk.submit(ALFA, "day", { timeInForce: "day", price: 9_990 });
    desk.submit(ALFA, "gtc", { timeInForce: "gtc", price: 9_991 });
    desk.submit(ALFA, "held", { timeInForce: "day", instrument: 1, price: 495, quantity: 10 });
    desk.apply({ type: "halt", timeMicros: 0, instrument: 1, reason: "T1" });
    desk.apply({ type: "start-day", timeMicros: 0, date: 2 });
    desk.apply({ type: "end-day", timeMicros: 0, date: 2 });
    desk.take();
    desk.apply({ type: "end-day", timeMicros: 0, date: 1 });
    desk.apply({ type: "end-day", timeMicros: 0, date: 1 });
    desk.apply({ type: "start-day", timeMicros: 0, date: 1 });
    desk.apply({ type: "start-day", timeMicros: 0, date: 2 });
    expect(desk.take("order", "phase", "day", "operation")).toEqual([
      "orderCancelled #1(day expired 0+0/100) 4 100 expired",
      "phaseChanged 0 closed",
      "orderCancelled #3(held expired 0+0/10) 5 10 expired",
      "dayEnded 1",
      "operationRejected end-day day-not-started",
      "operationRejected start-day invalid-date",
      "dayStarted 2",
    ]);
    expect(desk.venue.phase(1)).toBe("halted");
    expect(desk.venue.reservations().openOrders).toBe(1);
  });
});

describe("shares", () => {
  test.each([
    [100, 1, 3, 33],
    [-100, 1, 3, -33],
    [5, 1, 2, 3],
    [-5, 1, 2, -3],
    [-5, -1, -2, -3],
    [2 ** 52, 2 ** 40 - 1, 2 ** 40, 2 ** 52 - 2 ** 12],
  ])("%d × %d ÷ %d is %d", (amount, part, whole, expected) => {
    expect(share(amount, part, whole)).toBe(expected);
  });

  test("split lots sum to zero again, and each is off by less than one", () => {
    const quantities = fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), {
      minLength: 1,
      maxLength: 9,
    });
    const ratio = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(quantities, ratio, ratio, (some, numerator, denominator) => {
        const all = [...some, -some.reduce((sum, quantity) => sum + quantity, 0)];
        const split = splitLots(all, numerator, denominator);
        expect(split.reduce((sum, quantity) => sum + quantity, 0)).toBe(0);
        for (const [index, quantity] of split.entries()) {
          const off = BigInt(quantity) * BigInt(denominator) - BigInt(all[index]!) * BigInt(numerator);
          expect(off < denominator && off > -denominator).toBe(true);
        }
      }),
    );
  });
});
