import { Dictionary, MemoryStore, type MessageStore } from "@exchange-kit/fix";
import { FIX42 } from "@exchange-kit/fix/fix42";
import { FIX50 } from "@exchange-kit/fix/fix50";
import { FIX50SP2 } from "@exchange-kit/fix/fix50sp2";
import { FIXT11 } from "@exchange-kit/fix/fixt11";
import { expect, test } from "vitest";
import { initiator, listen, news, RawPeer, them, until, us } from "./support/net.ts";
import { wire } from "./support/wire.ts";

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

test("a stranger's BeginString neither replaces a session that was let in nor ends the acceptor", async () => {
  const refused: string[] = [];
  let stores = 0;
  const { acceptor, port } = await listen({
    store: () => {
      stores++;
      return new MemoryStore();
    },
    sessions: ({ beginString }) => (beginString === "FIX.4.2" ? us : { ...us, beginString }),
    events: { refused: (reason) => refused.push(reason) },
  });
  const peer = new RawPeer(port);
  await peer.logOn();
  const session = acceptor.sessions.get("FIX.4.4:I->A");
  for (const beginString of ["FIX.4.2", "FIXT.1.1", "FIX.9.9"]) {
    const stranger = new RawPeer(port);
    const time = new Date().toISOString().replace(/-/g, "").replace("T", "-").slice(0, 17);
    stranger.socket.write(wire(`35=A|49=I|56=A|34=1|52=${time}|98=0|108=30|`, beginString));
    await until(() => stranger.isClosed);
  }
  expect(acceptor.sessions.size).toBe(1);
  expect(stores).toBe(1);
  expect(acceptor.sessions.get("FIX.4.4:I->A")).toBe(session);
  expect(session!.isLoggedOn).toBe(true);
  expect(refused).toEqual([
    "FIX.4.2:I->A is already connected",
    "a FIXT session needs transportDictionary and defaultApplVerId",
    "beginString must be FIX.4.0 to FIX.4.4, or FIXT.1.1 for FIX 5.0 and later, was FIX.9.9",
  ]);
});

test("who is not authorized does not come near the session, which may be in use", async () => {
  const { acceptor, port } = await listen({
    authorize: (logon, { senderCompId }) =>
      logon.equals(554, "secret") ? undefined : `${senderCompId}: wrong password`,
  });
  const peer = new RawPeer(port);
  peer.say("35=A|34=1|98=0|108=30|554=secret|");
  const session = acceptor.sessions.get("FIX.4.4:I->A")!;
  await until(() => session.isLoggedOn);
  for (const logon of ["35=A|34=1|98=0|108=30|554=guess|", "35=D|34=1|554=secret|"]) {
    const stranger = new RawPeer(port);
    stranger.say(logon);
    await until(() => stranger.received.includes("|35=5|34=2|"));
    await until(() => stranger.isClosed);
    expect(stranger.received).toContain(
      logon.startsWith("35=A") ? "|58=I: wrong password|" : "|58=first message is not a Logon|",
    );
  }
  expect(session.isLoggedOn).toBe(true);
  expect(session.store.nextSenderSeqNum).toBe(2);
});

test("a first message without CompIDs, or on which the application throws, ends its own connection only", async () => {
  const refused: string[] = [];
  const { port } = await listen({
    authorize: (logon) => {
      if (logon.equals(554, "broken")) throw new Error("no database");
      return logon.equals(554, "secret") ? undefined : "wrong password";
    },
    events: { refused: (reason) => refused.push(reason) },
  });
  for (const message of [wire("35=0|"), wire("35=A|34=1|49=I|98=0|108=30|")]) {
    const stranger = new RawPeer(port);
    stranger.socket.write(message);
    await until(() => stranger.isClosed);
    expect(stranger.received).toBe("");
  }
  const unlucky = new RawPeer(port);
  unlucky.say("35=A|34=1|98=0|108=30|554=broken|");
  await until(() => unlucky.isClosed);
  expect(refused).toEqual(["first message is not a Logon", "wrong password", "no database"]);
  const peer = new RawPeer(port);
  peer.say("35=A|34=1|98=0|108=30|554=secret|");
  await until(() => peer.received.includes("|35=A|"));
});

test("stop may be called twice, and start before it is done", async () => {
  const { port } = await listen();
  const { initiator: client } = initiator(port, 1, { reconnectMillis: 0 });
  await until(() => client.session.isLoggedOn);
  await Promise.all([client.stop(), client.stop()]);
  client.start();
  await until(() => client.session.isLoggedOn);
  const stopped = client.stop();
  client.start();
  await stopped;
  await until(() => client.session.isLoggedOn);
});

test("messages wait for a counterparty that has never been there", async () => {
  const settings = { ...us, targetCompId: "I" };
  const { acceptor, port } = await listen({ sessions: () => settings });
  const session = acceptor.session(settings);
  expect(acceptor.session(settings)).toBe(session);
  expect(session.send(news("early"), Date.now()).status).toBe("queued");
  const { done } = initiator(port, 1);
  expect(await done).toEqual(["early"]);
});

test("nothing leaves before the store has it", async () => {
  let release = (): void => {};
  const written = new Promise<void>((resolve) => {
    release = resolve;
  });
  class Disk extends MemoryStore {
    flush(): Promise<void> {
      return written;
    }
  }
  const { acceptor, port } = await listen({ store: () => new Disk() });
  const peer = new RawPeer(port);
  peer.say("35=A|34=1|98=0|108=30|");
  await until(() => acceptor.sessions.get("FIX.4.4:I->A")!.isLoggedOn);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(peer.received).toBe("");
  release();
  await until(() => peer.received.includes("|35=A|"));
});

test("a store that fails ends the connection, and its messages go out with the next one", async () => {
  let isBroken = false;
  class Disk extends MemoryStore {
    flush(): void {
      if (isBroken) throw new Error("disk full");
    }
  }
  const { acceptor, port } = await listen({ store: () => new Disk() });
  const { initiator: client, done } = initiator(port, 1);
  const session = acceptor.sessions.get("FIX.4.4:I->A")!;
  await until(() => session.isLoggedOn && client.session.isLoggedOn);
  isBroken = true;
  session.send(news("kept"), Date.now());
  await until(() => !session.isLoggedOn);
  expect(session.closeReason).toBe("disk full");
  isBroken = false;
  expect(await done).toEqual(["kept"]);
});

test("a password is checked by a service that takes its time", async () => {
  const { port } = await listen({
    application: {
      onLogonRequest(logon, session) {
        const isRight = logon.string(554) === "right";
        setTimeout(
          () => session.completeLogon(isRight ? "accept" : { refuse: "wrong password" }, Date.now()),
          10,
        );
        return "wait";
      },
    },
  });
  const call = (password: string): ReturnType<typeof initiator>["initiator"] =>
    initiator(port, 1, {
      session: {
        ...them,
        logonFields: [
          [553, "user"],
          [554, password],
        ],
      },
      reconnectMillis: 0,
    }).initiator;
  const wrong = call("wrong");
  await until(() => wrong.session.closeReason !== "");
  expect(wrong.session.closeReason).toBe("Logon refused: wrong password");
  const right = call("right");
  await until(() => right.session.isLoggedOn);
});

test("an initiator that is to call once says why nobody answered", async () => {
  const { port, acceptor } = await listen({});
  await acceptor.close();
  const events: string[] = [];
  initiator(port, 1, {
    reconnectMillis: 0,
    application: { onEvent: ({ code, text }) => events.push(`${code}: ${text}`) },
  });
  await until(() => events.length > 0);
  expect(events).toEqual([`disconnected: connect ECONNREFUSED 127.0.0.1:${port}`]);
});

test("one port serves several versions of FIX", async () => {
  const transportDictionary = new Dictionary(FIXT11);
  const fixt = (name: string, version: string, dictionary: Dictionary) =>
    ({
      beginString: "FIXT.1.1",
      senderCompId: "A",
      targetCompId: name,
      dictionary,
      transportDictionary,
      defaultApplVerId: version,
    }) as const;
  const sessions = [
    us,
    { ...us, beginString: "FIX.4.2", dictionary: new Dictionary(FIX42) },
    fixt("I", "9", new Dictionary(FIX50SP2)),
    fixt("J", "7", new Dictionary(FIX50)),
  ];
  const { port } = await listen({ sessions });
  for (const settings of sessions) {
    const { initiator: client, done } = initiator(port, 1, {
      session: { ...settings, senderCompId: settings.targetCompId, targetCompId: "A" },
    });
    client.session.send(news(settings.beginString), Date.now());
    expect(await done).toEqual([settings.beginString]);
  }
});

test("an identity that is connected already is not taken over", async () => {
  const reasons: string[] = [];
  const { port } = await listen({ events: { refused: (reason) => reasons.push(reason) } });
  const first = new RawPeer(port);
  await first.logOn();
  const second = new RawPeer(port);
  second.say("35=A|34=1|98=0|108=30|");
  await until(() => second.isClosed);
  expect([second.received, reasons]).toEqual(["", ["FIX.4.4:I->A is already connected"]]);
  first.say("35=1|34=2|112=still here|");
  await until(() => first.received.includes("112=still here"));
});
