import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { TradeJson } from "../../src/market-data/wire-format.ts";
import { order, Web } from "./support/web.ts";

let web: Web;
beforeEach(async () => {
  web = await Web.open();
});
afterEach(() => web.close());

describe("market data", () => {
  /** Messages of a connection, one at a time. */
  async function open(): Promise<{ socket: WebSocket; next(): Promise<Record<string, unknown>> }> {
    const url = web.gateway.server.listening
      ? `http://127.0.0.1:${(web.gateway.server.address() as { port: number }).port}`
      : await web.gateway.listen({ port: 0, host: "127.0.0.1" });
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

  test("is asked for over a WebSocket: without one there is nothing, which is said as REST does", async () => {
    expect(await web.get("market-data")).toEqual({
      error: { code: "not-found", message: "this is a WebSocket: connect with ws://" },
    });
  });

  test.each(["/", "/api/v1/market-data/", "/api/v1/orders"])(
    "a WebSocket to %s is refused, not opened",
    async (path) => {
      const url = await web.gateway.listen({ port: 0, host: "127.0.0.1" });
      const socket = new WebSocket(`${url.replace("http", "ws")}${path}`);
      const answered = await new Promise<number | undefined>((resolve) => {
        socket.on("unexpected-response", (_request, { statusCode }) => resolve(statusCode));
        socket.on("open", () => resolve(101));
      });
      expect(answered).toBe(404);
      socket.on("error", () => {});
      socket.terminate();
    },
  );

  test("a WebSocket to an address that cannot be read is refused, and its connection is closed", async () => {
    const { port } = new URL(await web.gateway.listen({ port: 0, host: "127.0.0.1" }));
    const socket = connect(Number(port), "127.0.0.1");
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes;
    });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    socket.write(
      `GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`,
    );
    await closed;
    expect(answer).toMatch(/^HTTP\/1.1 400 .+"invalid-request"/s);
  }, 8_000);

  test("a client that never reads does not keep the server from stopping", async () => {
    const { socket, next } = await open();
    await next();
    socket.pause();
    await web.gateway.close();
    socket.terminate();
  }, 8_000);

  test("is answered with a welcome, snapshots of what is subscribed, and updates", async () => {
    await web.post(order);
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
    await web.postAsAlfa({ ...order, side: "sell", quantity: 40 });
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
    for (let tick = 0; tick < 2; tick++) web.feed.tick();
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
    expect(web.feed.clients).toBe(2);
    const closed = new Promise<number>((resolve) => rude.socket.on("close", resolve));
    rude.socket.send("x".repeat(5_000));
    expect(await closed).toBe(1009);
    polite.socket.send(JSON.stringify({ op: "subscribe", channel: "status", symbols: ["BOLT"] }));
    await polite.next();
    expect(await polite.next()).toMatchObject({ channel: "status", phase: "continuous" });
    polite.socket.close();
  });

  test("instruments and bars are asked for by REST", async () => {
    await web.post(order);
    expect((await web.gateway.inject("/api/v1/instruments")).json()[2]).toEqual({
      number: 3,
      symbol: "CRUX",
      name: "Crux Semiconductor",
      priceDecimals: 1,
      tickSize: "0.5",
      lotSize: 1,
      phase: "continuous",
      haltReason: "",
    });
    await web.postAsAlfa({ ...order, side: "sell", quantity: 40 });
    const bars = await web.gateway.inject(
      "/api/v1/bars/ACME?interval=15m&from=2026-01-01T00:00:00Z&limit=10",
    );
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
    await web.post(order);
    for (const quantity of [10, 20, 30]) await web.postAsAlfa({ ...order, side: "sell", quantity });
    const answer = (await web.gateway.inject("/api/v1/trades/ACME?limit=2")).json();
    expect(answer).toEqual({
      symbol: "ACME",
      trades: [
        expect.objectContaining({ tradeId: 2, price: "187.25", quantity: 20, takerSide: "sell" }),
        expect.objectContaining({ tradeId: 3, price: "187.25", quantity: 30, takerSide: "sell" }),
      ],
    });
    const none = await web.gateway.inject("/api/v1/trades/ACME?to=2025-12-31T00:00:00Z");
    expect(none.json()).toEqual({ symbol: "ACME", trades: [] });
  });

  test("trades are paged by number: each comes once, though one order made many of them at one time", async () => {
    for (let maker = 0; maker < 120; maker++) await web.post({ ...order, quantity: 1 });
    await web.postAsAlfa({ ...order, side: "sell", quantity: 120 });
    const ids: number[] = [];
    for (let page: number[] = []; ; ) {
      const before = page.length > 0 ? `&before=${page[0]}` : "";
      page = (await web.get(`trades/ACME?limit=50${before}`)).trades.map(({ tradeId }: TradeJson) => tradeId);
      if (page.length === 0) break;
      ids.unshift(...page);
    }
    expect(ids).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  test("bounds of trades are as fine as their times: microseconds", async () => {
    await web.post(order);
    web.micros += 123_457;
    await web.postAsAlfa({ ...order, side: "sell", quantity: 10 });
    const count = async (query: string): Promise<number> =>
      (await web.get(`trades/ACME?${query}`)).trades.length;
    const [{ time }] = (await web.get("trades/ACME")).trades;
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
    const response = await web.gateway.inject(url);
    expect(response.statusCode).toBe(status);
    expect(response.json().error).toMatchObject({ code, ...(field ? { field } : {}) });
  });
});
