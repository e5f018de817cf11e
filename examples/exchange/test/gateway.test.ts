import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { Engine } from "../src/engine.ts";
import { openGateway } from "../src/gateway.ts";
import { instruments } from "../src/instruments.ts";
import { MarketData, type WelcomeMessage } from "../src/market-data.ts";

let gateway: FastifyInstance;
let engine: Engine;
let marketData: MarketData;

beforeEach(async () => {
  marketData = new MarketData(instruments);
  engine = new Engine(instruments, {
    bookChanged: (symbol) => marketData.bookChanged(symbol),
    traded: (trade) => marketData.traded(trade),
  });
  gateway = await openGateway({ instruments, engine, marketData, now: () => 1_767_225_600_000 });
});
afterEach(() => gateway.close());

const order = { symbol: "ACME", side: "buy", price: "187.25", quantity: 100 };
const post = (payload: unknown) =>
  gateway.inject({ method: "POST", url: "/api/v1/orders", payload: payload as object });
const postText = (payload: string, type = "application/json") =>
  gateway.inject({ method: "POST", url: "/api/v1/orders", payload, headers: { "content-type": type } });

describe("orders", () => {
  test("are entered, seen in the book, traded and cancelled", async () => {
    const first = await post(order);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toEqual({
      orderId: 1,
      status: "new",
      cumulativeQuantity: 0,
      leavesQuantity: 100,
      fills: [],
    });

    const taker = await post({ symbol: "ACME", side: "sell", type: "market", quantity: 30 });
    expect(taker.json()).toMatchObject({ status: "filled", fills: [{ price: "187.25", quantity: 30 }] });

    const book = await gateway.inject("/api/v1/book/ACME");
    expect(book.json()).toMatchObject({ symbol: "ACME", bids: [["187.25", 70, 1]], asks: [] });

    const cancel = await gateway.inject({ method: "DELETE", url: "/api/v1/orders/1" });
    expect(cancel.json()).toEqual({ orderId: 1, status: "cancelled", cancelledQuantity: 70 });
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
    ["invalid-type", "type", { ...order, type: "stop" }],
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
    ["invalid-quantity", "quantity", { ...order, quantity: 2 ** 53 }],
    ["invalid-quantity", "quantity", { ...order, quantity: 100_001 }],
    ["invalid-quantity", "quantity", { ...order, quantity: "100" }],
    ["invalid-request", "account", { ...order, account: "x" }],
    ["invalid-request", undefined, []],
  ])("%s of %s: %j", async (code, field, payload) => {
    const response = await post(payload);
    expect(response.statusCode).toBe(400);
    const { error } = response.json();
    expect(error).toMatchObject({ code, ...(field ? { field } : {}) });
    expect(error.message).not.toBe("");
    expect(engine.depth("ACME", "buy", 1)).toEqual([]);
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

  test("a body that is not JSON", async () => {
    const response = await postText("<order/>", "application/xml");
    expect(response.statusCode).toBe(415);
    expect(response.json().error.code).toBe("unsupported-media-type");
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

  test("a full book", async () => {
    for (let count = 0; count < 10_000; count++) {
      engine.submit({ symbol: "ACME", side: "buy", price: 1, quantity: 1, owner: "simulation" }, 0);
    }
    const response = await post(order);
    expect(response.statusCode).toBe(429);
    expect(response.json().error.code).toBe("book-full");
  });

  test("a defect of ours is a 500 that tells the client nothing and the log all", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    engine.submit = () => {
      throw new Error("secret");
    };
    const response = await post(order);
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain("secret");
    expect(log.mock.calls[0]?.[0]).toMatchObject({ message: "secret" });
    log.mockRestore();
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

  test("starts with the present state, then sends trades at once and books on flush", async () => {
    await post(order);
    const { socket, next } = await open();
    const welcome = (await next()) as unknown as WelcomeMessage;
    expect(welcome.instruments.map(({ symbol }) => symbol)).toEqual(["ACME", "BOLT", "CRUX"]);
    expect(welcome.books[0]).toMatchObject({ symbol: "ACME", sequence: 0, bids: [["187.25", 100, 1]] });

    await post({ ...order, side: "sell", quantity: 40 });
    expect(await next()).toEqual({
      type: "trade",
      symbol: "ACME",
      tradeId: 1,
      price: "187.25",
      quantity: 40,
      takerSide: "sell",
      time: "2026-01-01T00:00:00.000Z",
    });
    marketData.flush(engine);
    expect(await next()).toMatchObject({
      type: "book",
      symbol: "ACME",
      sequence: 1,
      bids: [["187.25", 60, 1]],
    });
    socket.close();
  });

  test("a client that sends too much is cut off; the others stay", async () => {
    const [rude, polite] = [await open(), await open()];
    await rude.next();
    await polite.next();
    expect(marketData.clients).toBe(2);
    const closed = new Promise<number>((resolve) => rude.socket.on("close", resolve));
    rude.socket.send("x".repeat(2_000));
    expect(await closed).toBe(1009);
    await post(order);
    marketData.flush(engine);
    expect(await polite.next()).toMatchObject({ type: "book", symbol: "ACME" });
    polite.socket.close();
  });

  test("a client that does not read is cut off", () => {
    const calls: string[] = [];
    const client = {
      bufferedAmount: 2 ** 21,
      send: () => void calls.push("send"),
      terminate: () => void calls.push("terminate"),
      on: () => client,
    };
    marketData.join(client as unknown as WebSocket, engine);
    marketData.bookChanged("ACME");
    marketData.flush(engine);
    expect(calls).toEqual(["send", "terminate"]);
  });
});

test("the page is served", async () => {
  const page = await gateway.inject("/");
  expect(page.statusCode).toBe(200);
  expect(page.headers["content-type"]).toContain("text/html");
  expect((await gateway.inject("/../src/main.ts")).statusCode).toBe(404);
});
