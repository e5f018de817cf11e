import { describe, expect, test } from "vitest";
import type { VenueCommand } from "../../src/venue/commands.ts";
import type { VenueConfig } from "../../src/venue/config.ts";
import { fanOut, silentListener } from "../../src/venue/events.ts";
import { OrderDesk } from "../../src/venue/oms/order-desk.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";
import { Venue } from "../../src/venue/venue.ts";
import { ALFA, BETA, recorder, smallConfig, TestDesk } from "./support/desk.ts";

describe("configuration", () => {
  const [acme, bolt] = smallConfig.instruments;
  const cases: [string, Partial<VenueConfig>, RegExp][] = [
    ["no instrument", { instruments: [] }, /there must be an instrument/],
    ["a symbol twice", { instruments: [acme!, acme!] }, /two of instrument ACME/],
    [
      "a symbol that ITCH cannot hold",
      { instruments: [{ ...acme!, symbol: "TOOLONGNAME" }] },
      /1 to 8 of A–Z/,
    ],
    [
      "more price decimals than cents",
      { instruments: [{ ...acme!, priceDecimals: 3 }] },
      /priceDecimals must be 0 … 2/,
    ],
    ["a tick of nothing", { instruments: [{ ...acme!, tickSize: 0 }] }, /tickSize must be an integer from 1/],
    [
      "a reference off the tick",
      { instruments: [{ ...bolt!, referencePrice: 501 }] },
      /multiple of tickSize 5/,
    ],
    [
      "a reference outside the band",
      { instruments: [{ ...acme!, highestPrice: 9_999 }] },
      /referencePrice must be/,
    ],
    [
      "orders worth more than sums have room for",
      { instruments: [{ ...acme!, maximumQuantity: 2 ** 30 - 1 }] },
      /highestPrice × maximumQuantity is/,
    ],
    ["a firm without a name", { firms: [{ name: "" }] }, /firm 0: the name must not be empty/],
    [
      "an account of no firm",
      { accounts: [{ name: "x", firm: "GAMA" }] },
      /account x: there is no firm GAMA/,
    ],
    ["a session of no firm", { sessions: [{ name: "x", firm: "GAMA" }] }, /session x: there is no firm GAMA/],
    ["absurd decimals", { currency: { code: "USD", decimals: 9 } }, /currency.decimals must be 0 … 6/],
  ];
  test.each(cases)("%s is refused, by name", (_name, change, message) => {
    const open = () => new Venue({ ...smallConfig, ...change }, silentListener);
    expect(open).toThrow(
      expect.objectContaining({ code: "invalid-config", message: expect.stringMatching(message) }),
    );
  });

  test("the reference venue opens", () => {
    const venue = new Venue(referenceConfig, silentListener);
    expect(venue.directory.instruments.map(({ symbol }) => symbol)).toEqual(["ACME", "BOLT", "CRUX"]);
    expect(venue.phase(0)).toBe("closed");
  });
});

describe("snapshots", () => {
  const taken = (): Uint8Array => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", quantity: 300, displayQuantity: 100 });
    desk.submit(BETA, "b1", { quantity: 50 });
    return desk.venue.snapshot();
  };

  test("every damaged byte is noticed", () => {
    const bytes = taken();
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0x40;
      expect(() => Venue.restore(smallConfig, silentListener, damaged)).toThrow(
        expect.objectContaining({ code: "invalid-snapshot" }),
      );
    }
  });

  test.each([0, 3, 8, 100, -1])("cut off at %d it is refused", (end) => {
    expect(() => Venue.restore(smallConfig, silentListener, taken().slice(0, end))).toThrow(
      expect.objectContaining({ code: "invalid-snapshot" }),
    );
  });

  test("another configuration is refused", () => {
    const config = { ...smallConfig, mic: "XOTH" };
    expect(() => Venue.restore(config, silentListener, taken())).toThrow(
      expect.objectContaining({ code: "config-mismatch" }),
    );
  });

  test("closed orders can be asked for, up to as many as are kept", () => {
    const desk = new TestDesk({ ...smallConfig, closedOrdersKept: 2 });
    for (const id of ["a1", "a2", "a3", "a4"]) {
      desk.submit(ALFA, id);
      desk.cancel(ALFA, id);
    }
    const { venue } = desk;
    const restored = Venue.restore({ ...smallConfig, closedOrdersKept: 2 }, silentListener, venue.snapshot());
    for (const one of [venue, restored]) {
      expect(one.order(2)).toBeUndefined();
      expect(one.orderByClientId(0, "a2")).toBeUndefined();
      expect(one.order(3)).toMatchObject({ clientOrderId: "a3", status: "cancelled" });
      expect(one.orderByClientId(0, "a4")).toMatchObject({ orderId: 4 });
    }
  });

  test("a replaced order is found by the id that it was entered with, until it is forgotten", () => {
    const desk = new TestDesk({ ...smallConfig, closedOrdersKept: 0 });
    desk.submit(ALFA, "a1");
    desk.replace(ALFA, "a1", "a2", { quantity: 90 });
    desk.replace(ALFA, "a2", "a3", { quantity: 80 });
    const { venue } = desk;
    const restored = Venue.restore({ ...smallConfig, closedOrdersKept: 0 }, silentListener, venue.snapshot());
    for (const one of [venue, restored]) {
      expect(one.orderEnteredAs(0, "a1")).toMatchObject({ orderId: 1, clientOrderId: "a3" });
      expect(one.orderEnteredAs(0, "a3")).toMatchObject({ orderId: 1 });
      expect(one.orderEnteredAs(0, "a2")).toBeUndefined();
      expect(one.orderEnteredAs(1, "a1")).toBeUndefined();
      one.apply({
        type: "mass-cancel",
        ...ALFA,
        timeMicros: desk.now,
        ofSession: -1,
        instrument: -1,
        side: "both",
        clientOrderId: "",
      });
      expect(one.orderEnteredAs(0, "a1")).toBeUndefined();
    }
  });
});

test("one listener tells several, each what it hears, with the object that it is", () => {
  const lines: string[] = [];
  class Counting {
    count = 0;
    orderAccepted(): void {
      this.count++;
    }
  }
  const counting = new Counting();
  const venue = new Venue(smallConfig, fanOut([counting, recorder(lines), {}]));
  venue.apply({ type: "phase", timeMicros: 1, instrument: 0, phase: "continuous" });
  venue.apply({
    type: "submit",
    timeMicros: 2,
    ...ALFA,
    clientOrderId: "a1",
    instrument: 0,
    side: "buy",
    quantity: 1,
    orderType: "limit",
    timeInForce: "day",
    price: 10_000,
  });
  expect(counting.count).toBe(1);
  expect(lines).toEqual([
    "began phase",
    "phaseChanged 0 continuous",
    "ended phase",
    "began submit:a1",
    "orderAccepted #1(a1 new 0+1/1) 1",
    "bookAdded 0 1 buy 10000 1",
    "ended submit:a1",
  ]);
});

describe("order desk", () => {
  const open = () => {
    const { venue } = new TestDesk();
    let now = 2_000_000;
    const sent: VenueCommand[] = [];
    const desk = (session: string, account: string) =>
      new OrderDesk({
        venue,
        send: (command) => {
          sent.push(command);
          venue.apply(command);
        },
        now: () => now++,
        session,
        account,
      });
    return { venue, sent, alfa: desk("ALFA-FIX", "alfa-1"), beta: desk("BETA-FIX", "beta-1"), desk };
  };

  test("orders, their status, positions and the book by names", () => {
    const { alfa, beta } = open();
    expect(
      alfa.submitOrder({ clientOrderId: "a1", symbol: "ACME", side: "sell", quantity: 100, price: 10_010 }),
    ).toBe(undefined);
    expect(alfa.getOrderStatus("a1")).toMatchObject({
      status: "new",
      timeInForce: "day",
      leavesQuantity: 100,
    });
    expect(alfa.getOrderBook("ACME")).toEqual({
      bids: [],
      asks: [{ price: 10_010, quantity: 100, orders: 1 }],
    });
    beta.submitOrder({ clientOrderId: "b1", symbol: "ACME", side: "buy", quantity: 30 });
    expect(beta.getOrderStatus("b1")).toMatchObject({ status: "filled", orderType: "market" });
    expect(beta.getPosition("ACME")).toMatchObject({ quantity: 30, averagePrice: 10_010 });
    alfa.modifyOrder("a1", { clientOrderId: "a2", quantity: 60, price: 10_020 });
    expect(alfa.getOrderStatus("a1")).toBeUndefined();
    expect(alfa.getOrderStatus("a2")).toMatchObject({
      status: "partially-filled",
      leavesQuantity: 30,
      price: 10_020,
    });
    alfa.cancelOrder("a2");
    expect(alfa.getOrderStatus("a2")).toMatchObject({ status: "cancelled", cumulativeQuantity: 30 });
    expect(beta.getOrderStatus("a2")).toBeUndefined();
  });

  test("an order status is a copy, with what getters say", () => {
    const { alfa } = open();
    alfa.submitOrder({ clientOrderId: "a1", symbol: "ACME", side: "sell", quantity: 100, price: 10_010 });
    const before = alfa.getOrderStatus("a1")!;
    alfa.cancelOrder("a1");
    expect(before.status).toBe("new");
  });

  test("names that are not there", () => {
    const { alfa, sent, desk } = open();
    expect(alfa.submitOrder({ clientOrderId: "a1", symbol: "NONE", side: "buy", quantity: 1 })).toBe(
      "unknown-symbol",
    );
    expect(sent).toEqual([]);
    expect(alfa.getPosition("NONE")).toBeUndefined();
    expect(alfa.getOrderBook("NONE")).toEqual({ bids: [], asks: [] });
    expect(() => desk("NONE", "alfa-1")).toThrow("there is no session NONE");
    expect(() => desk("ALFA-FIX", "NONE")).toThrow("there is no account NONE");
  });
});
