import { expect, test, vi } from "vitest";
import { PublicMarket } from "../../src/market-data/public/public-market.ts";
import { WebSocketFeed } from "../../src/market-data/web-socket/web-socket-feed.ts";
import type { SubmitOrder } from "../../src/venue/commands.ts";
import { ALFA, BETA } from "../venue/support/desk.ts";
import { opened, SmallMarket } from "./support/small-market.ts";
import { WebSocketClient } from "./support/web-socket-client.ts";

let lastId = 0;
const order = (side: "buy" | "sell", price: number, quantity: number): SubmitOrder => ({
  type: "submit",
  timeMicros: 1_000_000 + ++lastId,
  ...(side === "buy" ? ALFA : BETA),
  clientOrderId: `c${lastId}`,
  instrument: 0,
  side: side === "buy" ? "buy" : "sell-short",
  quantity,
  orderType: "limit",
  timeInForce: "day",
  price,
});

function openMarket(options: ConstructorParameters<typeof WebSocketFeed>[2] = { throttleMillis: 0 }) {
  const small = new SmallMarket();
  const feed = new WebSocketFeed(small.market, small.bars, options);
  small.apply(...opened);
  return { small, feed };
}

const subscribeAcme = (channel: string, more: object = {}): object => ({
  op: "subscribe",
  channel,
  symbols: ["ACME"],
  ...more,
});

test("level 2 tells prices that changed, and those that the depth has no room for as gone", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("l2", { depth: 10, id: 7 }));
  expect(client.messages.at(-2)).toEqual({ type: "subscribed", id: 7, channel: "l2", symbols: ["ACME"] });
  for (let tick = 0; tick < 10; tick++) small.apply(order("buy", 9_990 - tick, 100));
  small.apply(order("buy", 9_991, 50));
  expect(client.answer).toMatchObject({
    type: "update",
    bids: [
      ["99.91", 50, 1],
      ["99.81", 0, 0],
    ],
    asks: [],
  });
  small.apply(order("sell", 9_991, 50));
  expect(client.answer).toMatchObject({
    bids: [
      ["99.91", 0, 0],
      ["99.81", 100, 1],
    ],
  });
});

test("level 1 tells what the last price comes to after a split", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("l1"));
  small.apply(order("buy", 9_000, 10), order("sell", 9_000, 10));
  expect(client.answer).toMatchObject({ last: "90.00" });
  small.apply({ type: "split", timeMicros: 2_000_000, instrument: 0, numerator: 3, denominator: 2 });
  expect(client.answer).toMatchObject({ type: "update", bid: null, ask: null, last: "60.00" });
});

test("level 3 tells each order, by the reference number of the ITCH feed", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("l3"));
  small.apply(order("buy", 9_990, 100), order("sell", 9_990, 30));
  expect(client.answer).toMatchObject({
    channel: "l3",
    type: "update",
    sequence: 1,
    changes: [
      ["add", 1, "buy", "99.90", 100],
      ["change", 1, 70],
    ],
  });
  small.apply(order("sell", 9_990, 70));
  expect(client.answer).toMatchObject({ sequence: 2, changes: [["delete", 1]] });
});

test("level 1 says nothing while the best prices stay as they are", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("l1"));
  expect(client.answer).toMatchObject({ bid: null, ask: null, last: "100.00" });
  small.apply(order("buy", 9_990, 100));
  expect(client.answer).toMatchObject({ sequence: 1, bid: ["99.90", 100, 1], ask: null });
  small.apply(order("buy", 9_980, 100));
  expect(client.answer).toMatchObject({ sequence: 1 });
});

test("status tells the phase, and the auction that would be", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("status"));
  expect(client.answer).toMatchObject({ phase: "continuous", indicative: null });
  small.apply({ type: "phase", timeMicros: 2_000_000, instrument: 0, phase: "closing-auction" });
  small.apply(order("buy", 10_000, 100), order("sell", 9_990, 60));
  small.apply({ type: "advance", timeMicros: 3_000_000 });
  expect(client.answer).toMatchObject({
    phase: "closing-auction",
    indicative: { price: expect.any(String), volume: 60, imbalance: 40 },
  });
  small.apply({ type: "halt", timeMicros: 4_000_000, instrument: 0, reason: "T1" });
  expect(client.answer).toMatchObject({ phase: "halted", haltReason: "T1", indicative: null });
});

test("status tells the auction that would be also after a restart in the middle of the call", () => {
  const { small } = openMarket();
  small.apply({ type: "phase", timeMicros: 2_000_000, instrument: 0, phase: "closing-auction" });
  small.apply(order("buy", 10_000, 100), order("sell", 9_990, 60));
  small.apply({ type: "advance", timeMicros: 3_000_000 });
  const restarted = new PublicMarket(
    small.market.instruments.map(({ rules }) => rules),
    () => 0,
  );
  restarted.open(small.venue);
  expect(restarted.instruments[0]!.indicative).toEqual(small.market.instruments[0]!.indicative);
  expect(restarted.instruments[1]!.indicative).toBeUndefined();
});

test("updates of one batch are one message, encoded once for all", () => {
  const { small, feed } = openMarket();
  const clients = [new WebSocketClient(feed), new WebSocketClient(feed)];
  for (const client of clients) client.send(subscribeAcme("trades"));
  small.apply(order("buy", 9_990, 100), order("sell", 9_990, 10), order("sell", 9_990, 20));
  const sent = vi.spyOn(clients[0]!.socket, "send");
  const sentToo = vi.spyOn(clients[1]!.socket, "send");
  expect(clients[0]!.answer).toMatchObject({ sequence: 1, trades: [{ quantity: 10 }, { quantity: 20 }] });
  small.apply(order("sell", 9_990, 5));
  expect(sent).toHaveBeenCalledOnce();
  expect(sent.mock.calls[0]![0]).toBe(sentToo.mock.calls[0]![0]);
});

test("a throttle keeps updates back, per connection", () => {
  const { small, feed } = openMarket({ throttleMillis: 100 });
  const usual = new WebSocketClient(feed);
  const eager = new WebSocketClient(feed, { throttle: "0" });
  const calm = new WebSocketClient(feed, { throttle: "250" });
  const all = [usual, eager, calm];
  for (const client of all) client.send(subscribeAcme("l1"));
  const sequences = (): number[] => all.map((client) => client.answer!.sequence);
  small.apply(order("buy", 9_990, 100));
  small.apply(order("buy", 9_991, 100));
  expect(sequences()).toEqual([0, 2, 0]);
  for (let tick = 0; tick < 2; tick++) feed.tick();
  expect(sequences()).toEqual([1, 2, 0]);
  for (let tick = 0; tick < 3; tick++) feed.tick();
  expect(sequences()).toEqual([1, 2, 1]);
  expect(calm.answer).toMatchObject({ bid: ["99.91", 100, 1] });
});

test("a latency keeps everything back, in order", () => {
  vi.useFakeTimers();
  try {
    const { small, feed } = openMarket();
    const client = new WebSocketClient(feed, { latency: "40" });
    client.send(subscribeAcme("l1"));
    vi.advanceTimersByTime(30);
    small.apply(order("buy", 9_990, 100));
    expect(client.messages).toEqual([]);
    vi.advanceTimersByTime(15);
    expect(client.messages.map(({ type }) => type)).toEqual(["welcome", "subscribed", "snapshot"]);
    vi.advanceTimersByTime(30);
    expect(client.answer).toMatchObject({ type: "update", bid: ["99.90", 100, 1] });
  } finally {
    vi.useRealTimers();
  }
});

test.each(["l1", "trades"])(
  "what waits for its time makes no slow client: with the highest latency every update of %s arrives",
  (channel) => {
    vi.useFakeTimers();
    try {
      const { small, feed } = openMarket();
      const client = new WebSocketClient(feed, { latency: "10000" });
      client.send(subscribeAcme(channel));
      const updates = 20_000;
      small.apply(order("buy", 9_990, 2 * updates));
      for (let count = 1; count < updates; count++) small.apply(order("sell", 9_990, 1));
      feed.tick();
      vi.advanceTimersByTime(10_000);
      expect(client.socket.closed).toBeUndefined();
      expect(client.answer).toMatchObject({
        type: "update",
        sequence: channel === "l1" ? updates : updates - 1,
      });
    } finally {
      vi.useRealTimers();
    }
  },
);

test("what waits for its time is bounded: who asks for more is cut off, and hears nothing of what it asks then", () => {
  const { small, feed } = openMarket();
  small.apply(order("buy", 9_990, 100), order("sell", 9_990, 10));
  const { trades } = small.market.instruments[0]!;
  vi.spyOn(trades, "list").mockReturnValue(Array(20_000).fill(trades.list()[0]));
  const client = new WebSocketClient(feed, { latency: "10000" });
  const send = vi.spyOn(client.socket, "send");
  // Each time a snapshot of some two megabytes.
  for (let count = 0; count < 40; count++) {
    client.send(subscribeAcme("trades"));
    if (count % 10 === 9) for (let tick = 0; tick < 20; tick++) feed.tick();
  }
  expect(client.socket.closed).toEqual([1008, "too much waits for its latency"]);
  expect(feed.clients).toBe(0);
  small.apply(order("sell", 9_990, 10));
  expect(send).not.toHaveBeenCalled();
});

test("a client that reads too slowly misses updates of level 1, and gets a snapshot once it has read", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("l1"));
  client.socket.isStuck = true;
  client.socket.bufferedAmount = 300 * 1024;
  for (let more = 0; more < 5; more++) small.apply(order("buy", 9_990 + more, 100));
  client.socket.readOn();
  expect(client.answer).toMatchObject({ type: "snapshot", sequence: 0 });
  feed.tick();
  expect(client.answer).toMatchObject({ type: "snapshot", sequence: 5, bid: ["99.94", 100, 1] });
  small.apply(order("buy", 9_995, 100));
  expect(client.answer).toMatchObject({ type: "update", sequence: 6 });
});

test.each(["l3", "trades"])(
  "a client that reads too slowly is cut off from %s; the others are not",
  (channel) => {
    const { small, feed } = openMarket();
    const [slow, other] = [new WebSocketClient(feed), new WebSocketClient(feed)];
    for (const client of [slow, other]) client.send(subscribeAcme(channel));
    slow.socket.isStuck = true;
    slow.socket.bufferedAmount = 3 * 1024 * 1024;
    small.apply(order("buy", 9_990, 100), order("sell", 9_990, 10));
    expect(slow.socket.closed).toEqual([4001, `slow consumer of ${channel}`]);
    expect(other.answer).toMatchObject({ type: "update", sequence: 1 });
    expect(feed.clients).toBe(1);
  },
);

test("who asks for more without reading what it asked for is cut off", () => {
  const { feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.socket.bufferedAmount = 60 * 1024 * 1024;
  client.send(subscribeAcme("l2"));
  expect(client.socket.closed).toBeUndefined();
  client.socket.bufferedAmount = 65 * 1024 * 1024;
  client.send(subscribeAcme("bars"));
  expect(client.socket.closed).toEqual([4001, "asks without reading"]);
});

test("after unsubscribing nothing more comes; subscribing again gives a snapshot", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("trades"));
  client.send({ op: "unsubscribe", channel: "trades" });
  expect(client.answer).toMatchObject({ type: "unsubscribed" });
  const { length } = client.messages;
  small.apply(order("buy", 9_990, 100), order("sell", 9_990, 10));
  expect(client.messages.length).toBe(length);
  client.send(subscribeAcme("trades"));
  expect(client.answer).toMatchObject({ type: "snapshot", trades: [{ quantity: 10 }] });
});

test("a second subscription to a channel of an instrument replaces the first", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("l2"));
  client.send(subscribeAcme("l2", { depth: 50 }));
  const { length } = client.messages;
  small.apply(order("buy", 9_990, 100));
  expect(client.messages.length).toBe(length + 1);
});

test("a symbol that changes is told to everyone, and goes on with its numbers", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send(subscribeAcme("l1"));
  small.apply({ type: "change-symbol", timeMicros: 2_000_000, instrument: 0, symbol: "NEWS" });
  expect(client.answer).toEqual({ type: "symbol-changed", before: "ACME", after: "NEWS" });
  small.apply(order("buy", 9_990, 100));
  expect(client.answer).toMatchObject({ symbol: "NEWS", sequence: 1 });
  client.send(subscribeAcme("l1"));
  expect(client.answer).toMatchObject({ type: "error", code: "unknown-symbol" });
});

test.each([
  ["not JSON", "{op", undefined],
  ["binary", Buffer.from([0, 1]).toString(), undefined],
  ["no object", "7", undefined],
  ["null", "null", undefined],
  ["no operation", '{"channel":"l1","id":"a"}', "a"],
  ["an unknown operation", '{"op":"buy","channel":"l1","id":3}', 3],
  ["an unknown channel", '{"op":"subscribe","channel":"l4"}', undefined],
  ["a depth that there is none of", '{"op":"subscribe","channel":"l2","depth":11}', undefined],
  ["an interval that there is none of", '{"op":"subscribe","channel":"bars","interval":"2m"}', undefined],
  ["no symbols", '{"op":"subscribe","channel":"l1","symbols":[]}', undefined],
  ["a symbol that is no text", '{"op":"subscribe","channel":"l1","symbols":[1]}', undefined],
  ["an unknown field", '{"op":"subscribe","channel":"l1","colour":"red"}', undefined],
  ["a prototype", '{"op":"subscribe","channel":"__proto__"}', undefined],
  ["an id that is too long", `{"op":"subscribe","channel":"l1","id":"${"x".repeat(65)}"}`, undefined],
])("%s is answered with invalid-request, and the connection goes on", (_, text, id) => {
  const { feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.sendText(text);
  const { message, ...answer } = client.answer!;
  expect(answer).toEqual({ type: "error", code: "invalid-request", ...(id === undefined ? {} : { id }) });
  expect(message).not.toBe("");
  client.send(subscribeAcme("l1"));
  expect(client.answer).toMatchObject({ type: "snapshot" });
});

test.each([
  ["op is missing", { channel: "l1" }],
  ['channel must be one of l1, l2, l3, trades, bars, status, was "l4"', subscribeAcme("l4")],
  ["depth must be one of 10, 50, 200, 1000, was 11", subscribeAcme("l2", { depth: 11 })],
  ["symbols must be a list of 1 to 256 symbols, was []", subscribeAcme("l1", { symbols: [] })],
  ["a request has no field colour", subscribeAcme("l1", { colour: "red" })],
  ["a request must be a JSON object", 7],
])("a bad request is answered in words: %s", (words, request) => {
  const { feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.sendText(JSON.stringify(request));
  expect(client.answer?.message).toBe(words);
});

test("unknown symbols and what is not subscribed are errors of their own", () => {
  const { feed } = openMarket();
  const client = new WebSocketClient(feed);
  client.send({ op: "subscribe", channel: "l1", symbols: ["ACME", "NOPE"] });
  expect(client.answer).toMatchObject({ code: "unknown-symbol", message: "there is no instrument NOPE" });
  client.send({ op: "subscribe", channel: "l1", symbols: ["ACME", "ACME", "NOPE"] });
  expect(client.answer).toMatchObject({ code: "unknown-symbol", message: "there is no instrument NOPE" });
  client.send({ op: "unsubscribe", channel: "l1", symbols: ["ACME"] });
  expect(client.answer).toMatchObject({ code: "not-subscribed" });
});

test("a book that shows too many orders is not sent by level 3", () => {
  const { small, feed } = openMarket();
  const client = new WebSocketClient(feed);
  vi.spyOn(small.market.instruments[0]!.buys, "size", "get").mockReturnValue(20_001);
  client.send(subscribeAcme("l3"));
  expect(client.answer).toMatchObject({ type: "error", code: "book-too-large" });
});

test("a flood of requests, or of bad ones, ends the connection and no other", () => {
  const { feed } = openMarket();
  const [flood, bad, polite] = [
    new WebSocketClient(feed),
    new WebSocketClient(feed),
    new WebSocketClient(feed),
  ];
  for (let more = 0; more < 21; more++) if (!flood.socket.closed) flood.send(subscribeAcme("l1"));
  expect(flood.socket.closed).toEqual([1008, "too many requests"]);
  for (let more = 0; more < 21; more++) {
    bad.sendText("?");
    if (more % 10 === 9) for (let tick = 0; tick < 20; tick++) feed.tick();
  }
  expect(bad.socket.closed).toEqual([1008, "too many bad requests"]);
  polite.send(subscribeAcme("l1"));
  expect(polite.answer).toMatchObject({ type: "snapshot" });
});

test.each([
  [{ throttle: "7" }, /^throttle must be one of 0, 50, 100, 250, 500, 1000, 5000 milliseconds, was "7"$/],
  [{ throttle: "" }, /^throttle must be .*, was ""$/],
  [{ throttle: "€".repeat(200) }, /^throttle must be [ -~]{1,100}$/],
  [{ latency: "" }, /^latency must be .*, was ""$/],
  [{ latency: "-1" }, /^latency must be 0 to 10000 milliseconds, was "-1"$/],
  [{ latency: "99999" }, /^latency must be /],
  [{ latency: ["1", "2"] }, /^latency must be /],
])("a connection that asks for %j is refused", (query, reason) => {
  const { feed } = openMarket();
  const { closed } = new WebSocketClient(feed, query).socket;
  expect(closed).toEqual([1008, expect.stringMatching(reason)]);
  expect(feed.clients).toBe(0);
});

test("there is room for 500 connections", () => {
  const { feed } = openMarket();
  for (let count = 0; count < 500; count++) new WebSocketClient(feed);
  expect(new WebSocketClient(feed).socket.closed).toEqual([1013, "too many connections"]);
});

test("a client that is gone without a word is ended", () => {
  const { feed } = openMarket();
  const gone = new WebSocketClient(feed);
  const here = new WebSocketClient(feed);
  vi.spyOn(gone.socket, "ping").mockReturnValue();
  for (let seconds = 0; seconds < 60; seconds++) for (let tick = 0; tick < 20; tick++) feed.tick();
  expect(gone.socket.closed).toEqual([1006, ""]);
  expect(here.socket.closed).toBeUndefined();
});
