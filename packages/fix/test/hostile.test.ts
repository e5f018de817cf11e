import { connect } from "node:net";
import { expect, test } from "vitest";
import { initiator, listen, news, RawPeer, until, us } from "./support/net.ts";
import { output, Side, START } from "./support/pair.ts";
import { latin, wire } from "./support/wire.ts";

const NOW = "52=20260105-14:30:00";

/** An acceptor that has been logged on to by hand. */
function loggedOn(more: ConstructorParameters<typeof Side>[1] = {}): Side {
  const side = new Side("A", more);
  side.session.connect(START);
  say(side, "35=A|34=1|98=0|108=30|");
  return side;
}

function say(side: Side, body: string, now = START): string[] {
  side.session.receive(wire(body.replace("|", `|49=I|${NOW}|56=A|`)), now);
  return output(side.session);
}

/** Bytes outside of the heap that a call leaves behind. */
function growth(call: () => void): number {
  const before = process.memoryUsage().arrayBuffers;
  call();
  return process.memoryUsage().arrayBuffers - before;
}

test.each([
  ["far too long", "8=FIX.4.4|9=999999999|35=0|"],
  ["of more digits than there are", `8=FIX.4.4|9=${"9".repeat(60)}|35=0|`],
  ["negative", "8=FIX.4.4|9=-5|35=0|10=000|"],
  ["of nothing", "8=FIX.4.4|9=0|10=000|"],
  ["too short", "8=FIX.4.4|9=3|35=0|10=163|"],
])("a BodyLength that is %s costs a peer its message and nobody else's", (_, bytes) => {
  const side = loggedOn();
  side.session.receive(latin(bytes.replaceAll("|", "\x01")), START);
  expect(say(side, "35=1|34=2|112=next|")).toEqual(["35=0|34=2|49=A|56=I|112=next|"]);
  expect(side.session.statistics.garbled).toBeGreaterThan(0);
});

test("a field of 100 MB is dropped as it comes", () => {
  const side = loggedOn();
  const chunk = new Uint8Array(64 * 1024).fill(120);
  const grown = growth(() => {
    side.session.receive(latin("8=FIX.4.4\x019=104857600\x0135=B\x0134=2\x0158="), START);
    for (let n = 0; n < 1600 && side.session.isLoggedOn; n++) side.session.receive(chunk, START);
  });
  expect(grown).toBeLessThan(16 * 1024 * 1024);
  expect([side.session.state, side.session.closeReason]).toEqual(["closing", "too much garbage"]);
  expect(side.log.at(-1)).toBe("too-much-garbage: 100 times in a row no message");
});

test("a message just below the limit is taken whole, one above it is not", () => {
  const side = loggedOn({ maxMessageBytes: 100_000 });
  const body = (size: number): string => `35=B|34=2|148=${"x".repeat(size)}|33=1|58=x|`;
  say(side, body(100_100));
  expect(side.session.store.nextTargetSeqNum).toBe(2);
  say(side, body(99_000));
  expect(side.session.store.nextTargetSeqNum).toBe(3);
});

test("a group that claims a million entries is rejected by its count", () => {
  const side = loggedOn();
  for (const [seqNum, count] of [
    [2, "1000000"],
    [3, "999999999999999999999"],
  ] as const) {
    expect(say(side, `35=B|34=${seqNum}|148=x|33=${count}|58=x|`)[0]).toContain("371=33|372=B|373=16");
  }
  expect(side.session.state).toBe("active");
});

test("a group that has a million entries passes no parser", () => {
  const side = loggedOn({ maxMessageBytes: 64 * 1024 * 1024 });
  say(side, `35=B|34=2|148=x|33=1000000|${"58=x|".repeat(1_000_000)}`);
  expect(side.log.at(-1)).toBe("garbled: garbled: too-many-fields");
  expect(side.session.store.nextTargetSeqNum).toBe(2);
});

test("groups that nest as deep as they like are only as deep as the dictionary says", () => {
  const side = loggedOn();
  const nested = "453=1|448=a|447=D|452=1|802=1|523=s|803=1|".repeat(1000);
  expect(say(side, `35=D|34=2|11=a|55=x|54=1|60=20260105-14:30:00|40=1|38=1|${nested}`)[0]).toContain(
    "373=13",
  );
});

test.each([
  ["letters", "x"],
  ["heads of messages", "8=FIX.4.4|9="],
  ["wrong messages", "8=FIX.4.4|9=5|35=0|10=000|"],
])("garbage without end, %s, ends the connection with a reason", (_, piece) => {
  const side = loggedOn();
  const chunk = latin(piece.replaceAll("|", "\x01").repeat(1000));
  let chunks = 0;
  while (side.session.state === "active") {
    side.session.receive(chunk, START);
    expect(++chunks).toBeLessThan(200);
  }
  expect(side.session.closeReason).toBe("too much garbage");
  // A log is not flooded either.
  expect(side.log.length).toBeLessThan(150);
});

test("garbage is no sign of life", () => {
  const side = loggedOn({ maxGarbled: 1_000_000 });
  side.session.tick(START + 36_000);
  side.session.receive(latin("x".repeat(1000)), START + 50_000);
  side.session.tick(START + 72_000);
  expect(side.session.closeReason).toBe("nothing received for 72000 ms");
});

test("a flood of ResendRequests is answered at the pace at which the peer reads", () => {
  const side = loggedOn({ maxPendingBytes: 50_000, replayBatch: 100 });
  for (let n = 0; n < 200; n++) side.news("x".repeat(100));
  side.session.takeOutput();
  for (let n = 0; n < 1000; n++) {
    side.session.receive(wire(`35=2|34=${n + 2}|49=I|${NOW}|56=A|7=1|16=0|`), START);
    side.session.tick(START);
  }
  expect(side.session.takeOutput().length).toBeLessThan(100_000);
  expect(side.session.state).toBe("active");
});

test("sequence numbers beyond counting end the session", () => {
  const side = loggedOn();
  say(side, "35=0|34=99999999999999999999|");
  expect(side.session.closeReason).toBe("MsgSeqNum missing or not a number");
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

test("a flood of Logons of unknown peers makes no sessions beyond the limit", async () => {
  const reasons: string[] = [];
  const { acceptor, port } = await listen({
    maxSessions: 5,
    sessions: ({ senderCompId }) => ({ ...us, targetCompId: senderCompId }),
    events: { refused: (reason) => reasons.push(reason) },
  });
  for (let n = 0; n < 20; n++) new RawPeer(port).say("35=A|34=1|98=0|108=30|", `I${n}`);
  await until(() => reasons.length === 15);
  expect(acceptor.sessions.size).toBe(5);
  expect(new Set(reasons)).toEqual(new Set(["too many sessions"]));
});

test("a slow reader is refused messages, told of once, and served again when it has caught up", async () => {
  const events: string[] = [];
  let isWritable = false;
  const { acceptor, port } = await listen({
    sessions: [{ ...us, maxPendingBytes: 1_000_000 }],
    application: {
      onEvent: ({ code }) => events.push(code),
      onWritable: () => {
        isWritable = true;
      },
    },
  });
  const session = acceptor.sessions.get("FIX.4.4:I->A")!;
  const peer = new RawPeer(port);
  await peer.logOn();
  peer.socket.pause();
  const big = news("x".repeat(50_000));
  let refused = 0;
  // More than the network's own buffers hold.
  for (let n = 0; n < 2000 && refused < 10; n++) {
    if (session.send(big, Date.now()).status === "refused") refused++;
    await new Promise(setImmediate);
  }
  expect(refused).toBe(10);
  expect(session.pendingBytes).toBeLessThan(1_200_000);
  expect(events.filter((code) => code === "slow-consumer")).toHaveLength(1);
  peer.socket.resume();
  await until(() => isWritable);
  expect(session.send(big, Date.now()).status).toBe("sent");
});

test("a peer that leaves too much unread is cut off, whatever makes us write", async () => {
  const { acceptor, port } = await listen({ maxUnreadBytes: 100_000 });
  const session = acceptor.sessions.get("FIX.4.4:I->A")!;
  const peer = new RawPeer(port);
  await peer.logOn();
  peer.socket.pause();
  const echo = "x".repeat(10_000);
  for (let n = 2; session.isLoggedOn && n < 5000; n++) {
    peer.say(`35=1|34=${n}|112=${echo}|`);
    await new Promise(setImmediate);
  }
  await until(() => session.state === "disconnected");
  expect(session.closeReason).toMatch(/^peer left \d+ bytes unread$/);
});
