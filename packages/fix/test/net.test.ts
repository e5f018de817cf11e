import { connect } from "node:net";
import { FixMessage, type FixView, MemoryStore, type MessageStore } from "@exchange-kit/fix";
import { FixAcceptor, type FixAcceptorOptions, FixInitiator } from "@exchange-kit/fix/net";
import { afterEach, expect, test } from "vitest";
import { dictionary } from "./support/pair.ts";
import { latin } from "./support/wire.ts";

const us = { beginString: "FIX.4.4", senderCompId: "A", targetCompId: "I", dictionary };
const them = { ...us, senderCompId: "I", targetCompId: "A" };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(
  options: Partial<FixAcceptorOptions> = {},
): Promise<{ acceptor: FixAcceptor; port: number }> {
  const acceptor = new FixAcceptor({
    sessions: [us],
    application: {
      onMessage(message: FixView, session) {
        session.send(FixMessage.from(message, dictionary), Date.now());
        return undefined;
      },
    },
    ...options,
  });
  closers.push(() => acceptor.close());
  return { acceptor, port: await acceptor.listen(0, "127.0.0.1") };
}

function initiator(
  port: number,
  expected: number,
  more = {},
): { initiator: FixInitiator; done: Promise<string[]> } {
  const got: string[] = [];
  let finish: (got: string[]) => void = () => {};
  const done = new Promise<string[]>((resolve) => {
    finish = resolve;
  });
  const client = new FixInitiator({
    session: them,
    host: "127.0.0.1",
    port,
    reconnectMillis: 20,
    application: {
      onMessage(message) {
        got.push(message.string(148)!);
        if (got.length === expected) finish(got);
        return undefined;
      },
    },
    ...more,
  });
  closers.push(() => client.stop());
  client.start();
  return { initiator: client, done };
}

function news(words: string): FixMessage {
  const message = new FixMessage("B", dictionary).set("Headline", words);
  message.add("NoLinesOfText").set("Text", "x");
  return message;
}

/** A store whose flush takes its time, as a database does. */
class SlowStore extends MemoryStore implements MessageStore {
  flush(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test.each([
  ["in memory", () => new MemoryStore()],
  ["with a slow store", () => new SlowStore()],
])("messages go there and back, %s, also those queued before the logon", async (_, store) => {
  const { port } = await listen({ store });
  const { initiator: client, done } = initiator(port, 20, { store: store() });
  for (let n = 0; n < 20; n++) client.session.send(news(`n${n}`), Date.now());
  expect(await done).toEqual(Array.from({ length: 20 }, (_, n) => `n${n}`));
});

test("after a lost connection it calls again and nothing is missing", async () => {
  const { acceptor, port } = await listen();
  const { initiator: client, done } = initiator(port, 6);
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await until(() => client.session.isLoggedOn);
  for (let n = 0; n < 3; n++) client.session.send(news(`a${n}`), Date.now());
  await until(() => acceptor.sessions.values().next().value!.statistics.received >= 4);
  client.session.logout(Date.now());
  await until(() => !client.session.isLoggedOn);
  for (let n = 0; n < 3; n++) client.session.send(news(`b${n}`), Date.now());
  expect(await done).toEqual(["a0", "a1", "a2", "b0", "b1", "b2"]);
});

test("counterparties that were not known beforehand can be let in", async () => {
  const { acceptor, port } = await listen({
    sessions: ({ senderCompId, targetCompId }) =>
      senderCompId.startsWith("I")
        ? { ...us, senderCompId: targetCompId, targetCompId: senderCompId }
        : undefined,
  });
  const { initiator: client, done } = initiator(port, 1);
  client.session.send(news("x"), Date.now());
  expect(await done).toEqual(["x"]);
  expect([...acceptor.sessions.keys()]).toEqual(["FIX.4.4:I->A"]);
});

function hostile(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("connect", () => socket.write(bytes));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}

test("a hostile first message is refused with a reason, other sessions go on", async () => {
  const reasons: string[] = [];
  const { port } = await listen({
    logonTimeoutMillis: 100,
    maxPendingLogons: 3,
    events: { refused: (reason) => reasons.push(reason) },
  });
  const { initiator: client, done } = initiator(port, 1);
  await hostile(port, latin("GET / HTTP/1.1\r\n\r\n"));
  await hostile(port, latin("8=FIX.4.4\x019=100000000\x0135=A\x01"));
  await hostile(port, latin("8=FIX.4.4\x019=5\x0135=A\x0110=000\x01"));
  await hostile(port, latin("8=FI"));
  await Promise.all(Array.from({ length: 6 }, () => hostile(port, latin("8"))));
  expect(reasons.slice(0, 4)).toEqual([
    "first message is garbled: not-fix",
    "first message is garbled: too-long",
    "first message is garbled: checksum",
    "no Logon in time",
  ]);
  expect(reasons).toContain("too many connections wait for a Logon");
  client.session.send(news("still here"), Date.now());
  expect(await done).toEqual(["still here"]);
});

test("a peer that does not read is refused more, then cut off", async () => {
  const { acceptor, port } = await listen({
    sessions: [{ ...us, maxPendingBytes: 200_000 }],
    maxUnreadBytes: 100_000,
  });
  const session = acceptor.sessions.values().next().value!;
  const { initiator: client } = initiator(port, 1_000_000, { reconnectMillis: 0 });
  while (!client.session.isLoggedOn || !session.isLoggedOn)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const before = new Set<string>();
  const big = news("x".repeat(50_000));
  for (let n = 0; n < 400; n++) before.add(session.send(big, Date.now()).status);
  expect(before).toContain("refused");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(session.isLoggedOn || session.closeReason.includes("unread")).toBe(true);
});
