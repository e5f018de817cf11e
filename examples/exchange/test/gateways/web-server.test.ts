import type { FastifyInstance, FastifyRequest } from "fastify";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { Outcomes } from "../../src/gateways/outcomes.ts";
import { checkHosts } from "../../src/gateways/web/hosts.ts";
import { openWebServer } from "../../src/gateways/web/web-server.ts";
import { Logins } from "../../src/logins.ts";
import { Bars } from "../../src/market-data/bars/bars.ts";
import { PublicMarket } from "../../src/market-data/public/public-market.ts";
import { WebSocketFeed } from "../../src/market-data/web-socket/web-socket-feed.ts";
import type { TradeJson } from "../../src/market-data/wire-format.ts";
import { referenceLogins } from "../../src/reference-logins.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";

let gateway: FastifyInstance;
let sequenced: SequencedVenue;
let market: PublicMarket;
let feed: WebSocketFeed;
let micros: number;

beforeEach(async () => {
  micros = 1_767_225_600_000_000;
  sequenced = new SequencedVenue({ config: referenceConfig, journal: "memory", now: () => micros });
  const outcomes = new Outcomes(sequenced);
  const instruments = referenceConfig.instruments.map((rules) => ({ lotSize: 1, ...rules }));
  market = new PublicMarket(instruments, () => sequenced.venue.timeMicros);
  const bars = new Bars(instruments.length);
  market.watch(bars);
  feed = new WebSocketFeed(market, bars);
  sequenced.add(outcomes);
  sequenced.add(market);
  await sequenced.open();
  market.open(sequenced.venue);
  const logins = new Logins(referenceLogins, referenceConfig);
  gateway = await openWebServer({
    sequenced,
    outcomes,
    marketData: { market, bars, feed },
    logins,
    host: "127.0.0.1",
  });
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
});
afterEach(() => gateway.close());

const order = { symbol: "ACME", side: "buy", price: "187.25", quantity: 100 };
const post = (payload: unknown) =>
  gateway.inject({ method: "POST", url: "/api/v1/orders", payload: payload as object });
/** As a client of another firm, so that self-trade prevention has nothing to say. */
const postAsAlfa = (payload: object) =>
  gateway.inject({
    method: "POST",
    url: "/api/v1/orders",
    payload,
    headers: { authorization: "Bearer alfa-key" },
  });
const postText = (payload: string, type = "application/json") =>
  gateway.inject({ method: "POST", url: "/api/v1/orders", payload, headers: { "content-type": type } });

describe("orders", () => {
  test("are entered, seen in the book, traded and cancelled", async () => {
    const first = await post(order);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toEqual({
      orderId: 1,
      clientOrderId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      symbol: "ACME",
      side: "buy",
      type: "limit",
      timeInForce: "day",
      price: "187.25",
      quantity: 100,
      status: "new",
      cumulativeQuantity: 0,
      leavesQuantity: 100,
      enteredTime: "2026-01-01T00:00:00.000000Z",
      updatedTime: "2026-01-01T00:00:00.000000Z",
      fills: [],
    });

    const taker = await postAsAlfa({ symbol: "ACME", side: "sell", type: "market", quantity: 30 });
    expect(taker.json()).toMatchObject({
      status: "filled",
      averagePrice: "187.25",
      fills: [{ price: "187.25", quantity: 30 }],
    });

    const book = await gateway.inject("/api/v1/book/ACME");
    expect(book.json()).toMatchObject({ symbol: "ACME", bids: [["187.25", 70, 1]], asks: [] });

    const cancel = await gateway.inject({ method: "DELETE", url: "/api/v1/orders/1" });
    expect(cancel.json()).toMatchObject({
      orderId: 1,
      status: "cancelled",
      cumulativeQuantity: 30,
      cancelledQuantity: 70,
    });
  });

  test("say why they ended at once", async () => {
    await post(order);
    const nobody = await post({ ...order, price: undefined, type: "market" });
    expect(nobody.json()).toMatchObject({ status: "cancelled", endReason: "unfilled", fills: [] });
    const rest = await postAsAlfa({ ...order, side: "sell", quantity: 150, timeInForce: "ioc" });
    expect(rest.json()).toMatchObject({
      status: "cancelled",
      endReason: "unfilled",
      fills: [{ quantity: 100 }],
    });
    expect((await post(order)).json()).not.toHaveProperty("endReason");
  });

  test("get new terms and keep their id", async () => {
    await post(order);
    const amended = await gateway.inject({
      method: "PATCH",
      url: "/api/v1/orders/1",
      payload: { quantity: 60, price: "187.20" },
    });
    expect(amended.json()).toMatchObject({ orderId: 1, price: "187.20", quantity: 60, leavesQuantity: 60 });
    expect((await gateway.inject("/api/v1/orders")).json()).toMatchObject([{ orderId: 1, quantity: 60 }]);
  });

  test("are cancelled also by a client that says of no body that it is JSON", async () => {
    await post(order);
    const headers = { "content-type": "application/json" };
    const response = await gateway.inject({ method: "DELETE", url: "/api/v1/orders/1", headers });
    expect(response.json()).toMatchObject({ orderId: 1, cancelledQuantity: 100 });
  });

  test("are those of the key, in whichever case the scheme is written", async () => {
    await postAsAlfa(order);
    for (const scheme of ["Bearer", "bearer", "BEARER"]) {
      expect(await get("orders", { authorization: `${scheme} alfa-key` })).toHaveLength(1);
    }
    expect((await get("orders", { authorization: "bearer ALFA-KEY" })).error.code).toBe("unauthorized");
  });

  test("belong to their firm: nobody else sees or changes them", async () => {
    await post(order);
    const headers = { authorization: "Bearer alfa-key" };
    const url = "/api/v1/orders/1";
    expect((await gateway.inject({ url, headers })).statusCode).toBe(404);
    expect((await gateway.inject({ method: "DELETE", url, headers })).json().error.code).toBe(
      "unknown-order",
    );
    expect((await gateway.inject({ url: "/api/v1/orders", headers })).json()).toEqual([]);
    expect((await gateway.inject(url)).json()).toMatchObject({ status: "new" });
  });

  test.each(["Bearer wrong", "Bearer ", "Basic YTpi"])(
    "with the key %j are unauthorized",
    async (authorization) => {
      const response = await gateway.inject({ url: "/api/v1/orders", headers: { authorization } });
      expect(response.statusCode).toBe(401);
      expect(response.json().error.code).toBe("unauthorized");
    },
  );

  test("are refused by the venue with its reason", async () => {
    await post({ ...order, clientOrderId: "mine" });
    const again = await post({ ...order, clientOrderId: "mine" });
    expect(again.statusCode).toBe(422);
    expect(again.json().error.code).toBe("duplicate-client-order-id");
    const far = await post({ ...order, price: "900.00" });
    expect(far.json().error.code).toBe("price-collar");
  });

  test("may give the price as a number", async () => {
    expect((await post({ ...order, price: 187.25 })).statusCode).toBe(201);
  });
});

describe("a bad order is answered with a code and the field, and changes nothing", () => {
  test.each([
    ["unknown-symbol", "symbol", { ...order, symbol: "NOPE" }],
    ["unknown-symbol", "symbol", { ...order, symbol: 7 }],
    ["invalid-side", "side", { ...order, side: "hold" }],
    ["invalid-side", "side", { ...order, side: undefined }],
    ["invalid-type", "type", { ...order, type: "magic" }],
    ["invalid-time-in-force", "timeInForce", { ...order, timeInForce: "soon" }],
    ["invalid-client-order-id", "clientOrderId", { ...order, clientOrderId: "two words" }],
    ["price-off-tick", "price", { ...order, price: "187.255" }],
    ["price-off-tick", "price", { ...order, symbol: "BOLT", price: "42.07" }],
    ["invalid-price", "price", { ...order, price: "0" }],
    ["invalid-price", "price", { ...order, price: "-1" }],
    ["invalid-price", "price", { ...order, price: "abc" }],
    ["invalid-price", "price", { ...order, price: null }],
    ["invalid-price", "price", { ...order, price: undefined }],
    ["invalid-price", "price", { ...order, price: "9".repeat(300) }],
    ["invalid-price", "price", { ...order, type: "market" }],
    ["invalid-quantity", "quantity", { ...order, quantity: 0 }],
    ["invalid-quantity", "quantity", { ...order, quantity: -5 }],
    ["invalid-quantity", "quantity", { ...order, quantity: 1.5 }],
    ["invalid-quantity", "quantity", { ...order, quantity: 2 ** 31 }],
    ["invalid-quantity", "quantity", { ...order, quantity: 2 ** 53 }],
    ["invalid-quantity", "quantity", { ...order, quantity: "100" }],
    ["invalid-request", "account", { ...order, account: "x" }],
    ["invalid-request", undefined, []],
  ])("%s of %s: %j", async (code, field, payload) => {
    const response = await post(payload);
    expect(response.statusCode).toBe(400);
    const { error } = response.json();
    expect(error).toMatchObject({ code, ...(field ? { field } : {}) });
    expect(error.message).not.toBe("");
    expect(sequenced.venue.depth(0, "buy", 1)).toEqual([]);
  });

  test.each([
    ['quantity must be a whole number above 0, was "1,000"', { ...order, quantity: "1,000" }],
    ["quantity must be a whole number above 0, was 0", { ...order, quantity: 0 }],
    ["quantity must be a whole number above 0, was 1.5", { ...order, quantity: 1.5 }],
    ["quantity must be at most 2147483647, was 2147483648", { ...order, quantity: 2 ** 31 }],
    ["quantity is missing", { ...order, quantity: undefined }],
    ["side is missing", { ...order, side: undefined }],
    ['side must be one of buy, sell, sell-short, sell-short-exempt, was "hold"', { ...order, side: "hold" }],
    ['price must be a positive decimal such as "187.25", was null', { ...order, price: null }],
    ["price must be a multiple of the tick size 0.01, was 187.123", { ...order, price: 187.123 }],
    ["displayQuantity must be a whole number, 0 or more, was -1", { ...order, displayQuantity: -1 }],
    [
      'expireTime must be a time in UTC such as "2026-01-30T21:00:00Z", before 2255, was "soon"',
      { ...order, expireTime: "soon" },
    ],
    ["an order has no field account", { ...order, account: "x" }],
    ["an order must be a JSON object", []],
  ])("in the words: %s", async (words, payload) => {
    expect((await post(payload)).json().error.message).toBe(words);
  });

  test.each([
    ["invalid-price", "price", "a limit order needs a price", { price: undefined }],
    ["invalid-price", "price", "a market-to-limit order has no price", { type: "market-to-limit" }],
    ["invalid-price", "price", "a stop order has no price", { type: "stop", triggerPrice: "190.00" }],
    ["invalid-price", "triggerPrice", "a stop-limit order needs a trigger price", { type: "stop-limit" }],
    ["invalid-price", "triggerPrice", "a limit order has no trigger price", { triggerPrice: "190.00" }],
    [
      "invalid-request",
      "expireTime",
      "an order with time in force gtd needs an expire time",
      { timeInForce: "gtd" },
    ],
    [
      "invalid-request",
      "expireTime",
      "an order with time in force day has no expire time",
      { expireTime: "2026-01-30T21:00:00Z" },
    ],
    [
      "invalid-quantity",
      "displayQuantity",
      "displayQuantity must be at most the quantity 100, was 200",
      { displayQuantity: 200 },
    ],
  ])("%s of %s when the parts do not go together: %s", async (code, field, message, terms) => {
    const response = await post({ ...order, ...terms });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toEqual({ code, field, message });
  });

  test("an expire time that the journal has no number for is refused", async () => {
    const response = await post({ ...order, timeInForce: "gtd", expireTime: "9999-01-01T00:00:00Z" });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ code: "invalid-request", field: "expireTime" });
  });

  test("what only the venue knows not to go together is told as all that it may be", async () => {
    const { error } = (await post({ ...order, timeInForce: "ioc", displayQuantity: 10 })).json();
    expect(error.code).toBe("invalid-order");
    expect(error.message).toContain("displayQuantity and postOnly are of orders that can stay on the book");
  });

  test.each([
    ["malformed-json", 400, "{bad"],
    ["malformed-json", 400, ""],
    ["invalid-request", 400, "null"],
    ["malformed-json", 400, '{"__proto__":{"quantity":1}}'],
    ["body-too-large", 413, `"${"a".repeat(5_000)}"`],
  ])("%s: %d", async (code, status, body) => {
    const response = await postText(body);
    expect(response.statusCode).toBe(status);
    expect(response.json().error.code).toBe(code);
  });

  test.each([
    ["application/xml", "<order/>"],
    ["application/x-www-form-urlencoded", "symbol=ACME"],
    ["text/plain", JSON.stringify(order)],
    ["json", JSON.stringify(order)],
  ])("a body that does not say that it is JSON: %s", async (type, body) => {
    const response = await postText(body, type);
    expect(response.statusCode).toBe(415);
    expect(response.json().error.code).toBe("unsupported-media-type");
  });

  test.each(["/%", "/api/v1/book/%E0%A4%A"])("an address that cannot be read: %s", async (url) => {
    const response = await gateway.inject(url);
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toEqual({ code: "invalid-request", message: expect.any(String) });
  });

  test("an order id that is not open", async () => {
    for (const id of ["1", "0", "-1", "x", "9".repeat(30)]) {
      const response = await gateway.inject({ method: "DELETE", url: `/api/v1/orders/${id}` });
      expect(response.statusCode).toBe(404);
      expect(response.json().error).toMatchObject({ code: "unknown-order", field: "id" });
    }
  });

  test("a path or a symbol that is not there", async () => {
    expect((await gateway.inject("/api/v1/book/NOPE")).json().error.code).toBe("unknown-symbol");
    const response = await gateway.inject("/api/v2/orders");
    expect(response.statusCode).toBe(404);
    expect(response.json().error.code).toBe("not-found");
  });

  test("a venue that cannot make commands durable takes none", async () => {
    vi.spyOn(sequenced, "submit").mockReturnValue("halted");
    const response = await post(order);
    expect(response.statusCode).toBe(503);
    expect(response.json().error.code).toBe("unavailable");
  });

  test("a defect of ours is a 500 that tells the client nothing and the log all", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    vi.spyOn(sequenced, "submit").mockImplementation(() => {
      throw new Error("secret");
    });
    const response = await post(order);
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain("secret");
    expect(log.mock.calls[0]?.[0]).toMatchObject({ message: "secret" });
    log.mockRestore();
  });
});

/** Bearer of the key of firm ALFA; a request without one is a guest's, of firm WEB. */
const alfa = { authorization: "Bearer alfa-key" };
const get = async (path: string, headers: Record<string, string> = {}) =>
  (await gateway.inject({ url: `/api/v1/${path}`, headers })).json();

describe("closed orders", () => {
  test("are listed latest first, as many as are asked for", async () => {
    for (const price of ["187.25", "187.24", "187.23"]) await post({ ...order, price });
    for (const id of [2, 1, 3]) await gateway.inject({ method: "DELETE", url: `/api/v1/orders/${id}` });
    const ids = (await get("orders?status=closed&limit=2")).map(
      ({ orderId }: { orderId: number }) => orderId,
    );
    expect(ids).toEqual([3, 1]);
    expect(await get("orders")).toEqual([]);
  });

  test("stay with their firm", async () => {
    await post(order);
    await gateway.inject({ method: "DELETE", url: "/api/v1/orders/1" });
    expect(await get("orders?status=closed", alfa)).toEqual([]);
    expect((await get("orders/1", alfa)).error.code).toBe("unknown-order");
    expect(await get("orders/1")).toMatchObject({ orderId: 1, status: "cancelled" });
  });

  test("cannot be cancelled or changed any more", async () => {
    await post(order);
    const url = "/api/v1/orders/1";
    await gateway.inject({ method: "DELETE", url });
    const again = await gateway.inject({ method: "DELETE", url });
    expect(again.statusCode).toBe(422);
    expect(again.json().error.code).toBe("too-late");
    const change = await gateway.inject({ method: "PATCH", url, payload: { quantity: 50 } });
    expect(change.json().error.code).toBe("too-late");
  });

  test.each([
    ["orders?status=lost", "status"],
    ["orders?limit=0", "limit"],
    ["orders?limit=1001", "limit"],
    ["orders?limit=ten", "limit"],
    ["orders?firm=ALFA", "firm"],
  ])("%s is refused and says which part is wrong", async (path, field) => {
    expect((await get(path)).error).toMatchObject({ code: "invalid-request", field });
  });

  test.each([
    ["orders?status=all", 'status must be one of open, closed, was "all"'],
    ["orders?limit=ten", 'limit must be a whole number from 1 to 1,000, was "ten"'],
    ["orders?limit=1001", 'limit must be at most 1000, was "1001"'],
    ["orders?firm=ALFA", "the query has no field firm"],
  ])("%s is refused in words: %s", async (path, words) => {
    expect((await get(path)).error.message).toBe(words);
  });
});

describe("a change of an order", () => {
  const change = (payload: object | string, headers: Record<string, string> = {}) =>
    gateway.inject({ method: "PATCH", url: "/api/v1/orders/1", payload, headers });
  beforeEach(() => post(order));

  test.each([
    ["invalid-quantity", "quantity", {}],
    ["invalid-quantity", "quantity", { quantity: 0 }],
    ["invalid-quantity", "quantity", { quantity: "50" }],
    ["invalid-price", "price", { quantity: 50, price: "free" }],
    ["price-off-tick", "price", { quantity: 50, price: "187.255" }],
    ["invalid-request", "side", { quantity: 50, side: "sell" }],
  ])("is refused as %s of %s: %j, and the order is as it was", async (code, field, payload) => {
    const response = await change(payload);
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ code, field });
    expect(await get("orders/1")).toMatchObject({ price: "187.25", quantity: 100, status: "new" });
  });

  test.each([
    ["price", "a market-if-touched order has no price", { price: "187.00" }],
    ["triggerPrice", "a limit order has no trigger price", { triggerPrice: "187.00" }],
  ])("says that there is no such %s: %s", async (field, message, prices) => {
    const terms = { ...order, type: "market-if-touched", price: undefined, triggerPrice: "187.10" };
    const { orderId } = field === "price" ? (await post(terms)).json() : { orderId: 1 };
    const response = await gateway.inject({
      method: "PATCH",
      url: `/api/v1/orders/${orderId}`,
      payload: { quantity: 50, ...prices },
    });
    expect(response.json().error).toEqual({ code: "invalid-price", field, message });
  });

  test("moves the trigger price of an order that waits", async () => {
    const touched = { ...order, type: "market-if-touched", price: undefined, triggerPrice: "187.10" };
    const { orderId } = (await post(touched)).json();
    const payload = { quantity: 100, triggerPrice: "187.00" };
    const url = `/api/v1/orders/${orderId}`;
    const response = await gateway.inject({ method: "PATCH", url, payload });
    expect(response.json()).toMatchObject({ orderId, triggerPrice: "187.00", isWaiting: true });
  });

  test("is for its owner alone", async () => {
    const response = await change({ quantity: 1 }, alfa);
    expect(response.statusCode).toBe(404);
    expect(response.json().error.code).toBe("unknown-order");
    expect(await get("orders/1")).toMatchObject({ quantity: 100 });
  });
});

describe("positions and money", () => {
  test("are those that the account's trades make", async () => {
    await post({ ...order, quantity: 40 });
    await postAsAlfa({ ...order, side: "sell", quantity: 40 });
    // The guests were the maker, at a rebate of 20 millionths of 7,490.00; ALFA took, at 30.
    expect(await get("positions")).toEqual([
      {
        symbol: "ACME",
        quantity: 40,
        settledQuantity: 0,
        averagePrice: "187.25",
        lastPrice: "187.25",
        cost: "7490.00",
        value: "7490.00",
        realised: "0.00",
        unrealised: "0.00",
        fees: "-0.15",
        profit: "0.15",
      },
    ]);
    expect(await get("positions", alfa)).toMatchObject([{ symbol: "ACME", quantity: -40, fees: "0.22" }]);
    expect(await get("account")).toEqual({
      account: "WEB-1",
      firm: "WEB",
      currency: "USD",
      cash: "-7489.85",
      settledCash: "0.00",
      income: "0.00",
      profit: "0.15",
      buyingPower: null,
    });
    expect(await get("account", alfa)).toMatchObject({ account: "ALFA-1", cash: "7489.78" });
  });

  test("begin with nothing", async () => {
    expect(await get("positions")).toEqual([]);
    expect(await get("account")).toMatchObject({ cash: "0.00", profit: "0.00" });
  });

  test.each(["positions", "account", "orders", "orders/1"])("%s needs a key that exists", async (path) => {
    const answer = await get(path, { authorization: "Bearer nobody" });
    expect(answer.error.code).toBe("unauthorized");
  });
});

describe("status", () => {
  test("is for everyone: the day, the journal, and the phase of each instrument", async () => {
    await post(order);
    expect(await get("status", { authorization: "Bearer wrong" })).toMatchObject({
      mic: "XKIT",
      day: { isOpen: false },
      journal: { state: "running", durability: "memory", pending: 0 },
      instruments: [
        { symbol: "ACME", phase: "continuous", haltReason: "", indicative: null, lastPrice: "187.25" },
        { symbol: "BOLT" },
        { symbol: "CRUX" },
      ],
    });
  });

  test("says why an instrument is halted, and what its auction would be", async () => {
    const about = { timeMicros: sequenced.now(), instrument: 0 };
    sequenced.submit({ type: "halt", ...about, reason: "T1" });
    await post({ ...order, symbol: "BOLT", price: "42.10" });
    expect((await get("status")).instruments[0]).toMatchObject({ phase: "halted", haltReason: "T1" });
    sequenced.submit({ type: "resume", ...about, phase: "volatility-auction" });
    await post({ ...order, quantity: 70 });
    await postAsAlfa({ ...order, side: "sell", quantity: 30 });
    // As the calendar does each 10 ms: what an auction would be is told as time passes, not with each order.
    sequenced.submit({ type: "advance", timeMicros: sequenced.now() + 1_000_000 });
    await post({ ...order, symbol: "BOLT", price: "42.05" });
    expect((await get("status")).instruments[0]).toMatchObject({
      phase: "volatility-auction",
      haltReason: "",
      indicative: { price: "187.25", volume: 30, imbalance: 40 },
    });
  });
});

describe("market data", () => {
  /** Messages of a connection, one at a time. */
  async function open(): Promise<{ socket: WebSocket; next(): Promise<Record<string, unknown>> }> {
    const url = gateway.server.listening
      ? `http://127.0.0.1:${(gateway.server.address() as { port: number }).port}`
      : await gateway.listen({ port: 0, host: "127.0.0.1" });
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/market-data`);
    const arrived: string[] = [];
    let wake = (): void => {};
    socket.on("message", (data) => {
      arrived.push(data.toString());
      wake();
    });
    const next = async (): Promise<Record<string, unknown>> => {
      while (arrived.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return JSON.parse(arrived.shift()!);
    };
    return { socket, next };
  }

  test("is answered with a welcome, snapshots of what is subscribed, and updates", async () => {
    await post(order);
    const { socket, next } = await open();
    expect(await next()).toMatchObject({
      type: "welcome",
      instruments: [{ symbol: "ACME", tickSize: "0.01" }, { symbol: "BOLT" }, { symbol: "CRUX" }],
      channels: ["l1", "l2", "l3", "trades", "bars", "status"],
    });
    for (const channel of ["l2", "trades"]) {
      socket.send(JSON.stringify({ op: "subscribe", channel, symbols: ["ACME"] }));
      expect(await next()).toEqual({ type: "subscribed", channel, symbols: ["ACME"] });
      expect(await next()).toMatchObject({ channel, type: "snapshot", symbol: "ACME", sequence: 0 });
    }
    await postAsAlfa({ ...order, side: "sell", quantity: 40 });
    expect(await next()).toEqual({
      channel: "trades",
      type: "update",
      symbol: "ACME",
      sequence: 1,
      time: "2026-01-01T00:00:00.000000Z",
      trades: [
        {
          tradeId: 1,
          price: "187.25",
          quantity: 40,
          takerSide: "sell",
          time: "2026-01-01T00:00:00.000000Z",
        },
      ],
    });
    for (let tick = 0; tick < 2; tick++) feed.tick();
    expect(await next()).toMatchObject({
      channel: "l2",
      type: "update",
      sequence: 1,
      bids: [["187.25", 60, 1]],
      asks: [],
    });
    socket.close();
  });

  test("a client that sends too much is cut off; the others stay", async () => {
    const [rude, polite] = [await open(), await open()];
    await rude.next();
    await polite.next();
    expect(feed.clients).toBe(2);
    const closed = new Promise<number>((resolve) => rude.socket.on("close", resolve));
    rude.socket.send("x".repeat(5_000));
    expect(await closed).toBe(1009);
    polite.socket.send(JSON.stringify({ op: "subscribe", channel: "status", symbols: ["BOLT"] }));
    await polite.next();
    expect(await polite.next()).toMatchObject({ channel: "status", phase: "continuous" });
    polite.socket.close();
  });

  test("instruments and bars are asked for by REST", async () => {
    await post(order);
    expect((await gateway.inject("/api/v1/instruments")).json()[2]).toEqual({
      number: 3,
      symbol: "CRUX",
      name: "Crux Semiconductor",
      priceDecimals: 1,
      tickSize: "0.5",
      lotSize: 1,
      phase: "continuous",
      haltReason: "",
    });
    await postAsAlfa({ ...order, side: "sell", quantity: 40 });
    const bars = await gateway.inject("/api/v1/bars/ACME?interval=15m&from=2026-01-01T00:00:00Z&limit=10");
    expect(bars.json()).toEqual({
      symbol: "ACME",
      interval: "15m",
      bars: [
        {
          start: "2026-01-01T00:00:00.000000Z",
          open: "187.25",
          high: "187.25",
          low: "187.25",
          close: "187.25",
          volume: 40,
          trades: 1,
          vwap: "187.250000",
        },
      ],
    });
  });

  test("trades are told with their numbers, oldest first", async () => {
    await post(order);
    for (const quantity of [10, 20, 30]) await postAsAlfa({ ...order, side: "sell", quantity });
    const answer = (await gateway.inject("/api/v1/trades/ACME?limit=2")).json();
    expect(answer).toEqual({
      symbol: "ACME",
      trades: [
        expect.objectContaining({ tradeId: 2, price: "187.25", quantity: 20, takerSide: "sell" }),
        expect.objectContaining({ tradeId: 3, price: "187.25", quantity: 30, takerSide: "sell" }),
      ],
    });
    const none = await gateway.inject("/api/v1/trades/ACME?to=2025-12-31T00:00:00Z");
    expect(none.json()).toEqual({ symbol: "ACME", trades: [] });
  });

  test("trades are paged by number: each comes once, though one order made many of them at one time", async () => {
    for (let maker = 0; maker < 120; maker++) await post({ ...order, quantity: 1 });
    await postAsAlfa({ ...order, side: "sell", quantity: 120 });
    const ids: number[] = [];
    for (let page: number[] = []; ; ) {
      const before = page.length > 0 ? `&before=${page[0]}` : "";
      page = (await get(`trades/ACME?limit=50${before}`)).trades.map(({ tradeId }: TradeJson) => tradeId);
      if (page.length === 0) break;
      ids.unshift(...page);
    }
    expect(ids).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  test("bounds of trades are as fine as their times: microseconds", async () => {
    await post(order);
    micros += 123_457;
    await postAsAlfa({ ...order, side: "sell", quantity: 10 });
    const count = async (query: string): Promise<number> => (await get(`trades/ACME?${query}`)).trades.length;
    const [{ time }] = (await get("trades/ACME")).trades;
    expect(time).toBe("2026-01-01T00:00:00.123457Z");
    expect(await count(`from=${time}`)).toBe(1);
    expect(await count(`to=${time}`)).toBe(0);
    expect(await count("to=2026-01-01T00:00:00.123458Z")).toBe(1);
    expect(await count("from=2026-01-01T00:00:00.123458Z")).toBe(0);
    expect(await count("from=2026-01-01T01:00:00.12345%2B01:00&to=1767225600124")).toBe(1);
  });

  test.each([
    ["/api/v1/trades/NOPE", 404, "unknown-symbol", "symbol"],
    ["/api/v1/trades/ACME?limit=1001", 400, "invalid-request", "limit"],
    ["/api/v1/trades/ACME?from=yesterday", 400, "invalid-request", "from"],
    ["/api/v1/trades/ACME?from=2026-01-01T00:00:00.1234567Z", 400, "invalid-request", "from"],
    ["/api/v1/trades/ACME?to=", 400, "invalid-request", "to"],
    ["/api/v1/trades/ACME?before=", 400, "invalid-request", "before"],
    ["/api/v1/trades/ACME?before=-1", 400, "invalid-request", "before"],
    ["/api/v1/bars/ACME?from=&to=", 400, "invalid-request", "from"],
    ["/api/v1/bars/NOPE", 404, "unknown-symbol", "symbol"],
    ["/api/v1/bars/ACME?interval=2m", 400, "invalid-request", "interval"],
    ["/api/v1/bars/ACME?limit=0", 400, "invalid-request", "limit"],
    ["/api/v1/bars/ACME?limit=1e9", 400, "invalid-request", "limit"],
    ["/api/v1/bars/ACME?from=yesterday", 400, "invalid-request", "from"],
    ["/api/v1/bars/ACME?colour=red", 400, "invalid-request", undefined],
    ["/api/v1/bars/ACME?interval=1m&interval=5m", 400, "invalid-request", "interval"],
  ])("%s is answered %d %s", async (url, status, code, field) => {
    const response = await gateway.inject(url);
    expect(response.statusCode).toBe(status);
    expect(response.json().error).toMatchObject({ code, ...(field ? { field } : {}) });
  });
});

describe("a page of somebody else", () => {
  test.each(["0.0.0.0", "venue.test"])("may have any name where the exchange listens to %s", (listensOn) => {
    const check = (headers: Record<string, string>) => () =>
      checkHosts({ headers } as unknown as FastifyRequest, listensOn);
    expect(check({ host: "venue.test:8080", origin: "https://Venue.test" })).not.toThrow();
    expect(check({ host: "venue.test:8080", origin: "http://evil.example" })).toThrow(/another host/);
  });

  const enter = (headers: Record<string, string>) =>
    gateway.inject({ method: "POST", url: "/api/v1/orders", payload: order, headers });

  test.each([
    { host: "evil.example", origin: "http://evil.example" },
    { host: "evil.example:8080" },
    { host: "localhost.evil.example" },
    { host: "127.0.0.1.evil.example" },
    { host: "127.0.0.1:8080", origin: "http://evil.example" },
    { host: "127.0.0.1:8080", origin: "http://127.0.0.2:8080" },
    { host: "localhost:8080", origin: "null" },
  ])("trades for nobody: %j", async (headers) => {
    const response = await enter(headers);
    expect(response.statusCode).toBe(403);
    expect(response.json().error).toEqual({ code: "forbidden-host", message: expect.any(String) });
    expect(sequenced.venue.depth(0, "buy", 1)).toEqual([]);
    for (const url of ["/", "/api/v1/orders", "/api/v1/nothing"]) {
      expect((await gateway.inject({ url, headers })).statusCode).toBe(403);
    }
  });

  test.each([
    { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080" },
    { host: "localhost:8080", origin: "http://localhost:8080" },
    { host: "LOCALHOST" },
    { host: "localhost:8080", origin: "http://localhost:5173" },
    { host: "172.17.0.2:8080" },
    { host: "[::1]:8080", origin: "http://[::1]:8080" },
    { host: "[2001:db8:0::1]" },
  ])("is not taken for one of ours: %j", async (headers) => {
    expect((await enter(headers)).statusCode).toBe(201);
  });

  test.each([
    [{ headers: { host: "evil.example" } }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{}, 101],
  ])("opens no WebSocket: %j is answered %d", async (options, status) => {
    const url = await gateway.listen({ port: 0, host: "127.0.0.1" });
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/market-data`, options);
    const answered = await new Promise<number | undefined>((resolve) => {
      socket.on("unexpected-response", (_request, { statusCode }) => resolve(statusCode));
      socket.on("upgrade", ({ statusCode }) => resolve(statusCode));
    });
    expect(answered).toBe(status);
    socket.on("error", () => {});
    socket.terminate();
  });
});

test("the page is served", async () => {
  const page = await gateway.inject("/");
  expect(page.statusCode).toBe(200);
  expect(page.headers["content-type"]).toContain("text/html");
  expect((await gateway.inject("/../src/main.ts")).statusCode).toBe(404);
});
