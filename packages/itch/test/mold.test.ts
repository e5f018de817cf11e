import {
  MessageStore,
  MOLD_END_OF_SESSION,
  MoldUdp64Publisher,
  MoldUdp64Receiver,
  type MoldUdp64ReceiverOptions,
  MoldUdp64RequestServer,
  readMoldHeader,
  writeMoldHeader,
} from "@exchange-kit/itch";
import { expect, test } from "vitest";

function packet(session: string, sequence: number, count: number, ...messages: number[][]): Uint8Array {
  const head = new Uint8Array(20);
  writeMoldHeader({ session, sequence, count }, head);
  return Uint8Array.from([...head, ...messages.flatMap((bytes) => [0, bytes.length, ...bytes])]);
}

function receiver(options: MoldUdp64ReceiverOptions = {}): { machine: MoldUdp64Receiver; events: string[] } {
  const events: string[] = [];
  const machine = new MoldUdp64Receiver(
    {
      message: (bytes, offset, length, sequence) =>
        events.push(`${sequence}:${bytes.subarray(offset, offset + length)}`),
      request(bytes) {
        const { sequence, count } = readMoldHeader(bytes);
        events.push(`request ${sequence}+${count}`);
      },
      lost: (from, to) => events.push(`lost ${from}-${to}`),
      sessionEnded: (session) => events.push(`ended ${session}`),
      sessionChanged: (session) => events.push(`changed ${session}`),
      dropped: (error) => events.push(`dropped ${error.code}`),
    },
    options,
  );
  return { machine, events };
}

test("a publisher fills packets, keeps the line alive, and ends the session", () => {
  const sent: [count: number, sequence: number, length: number][] = [];
  const store = new MessageStore();
  const publisher = new MoldUdp64Publisher({ session: "DAY", store, maxPacketBytes: 40 }, (bytes) => {
    const { session, sequence, count } = readMoldHeader(bytes);
    expect(session).toBe("DAY       ");
    sent.push([count, sequence, bytes.length]);
  });
  expect(publisher.publish(new Uint8Array(8), 0)).toBe(1);
  expect(publisher.publish(new Uint8Array(8), 0)).toBe(2);
  expect(publisher.publish(new Uint8Array(0), 0)).toBe(3);
  publisher.tick(1);
  expect(publisher.nextDeadline).toBe(1001);
  publisher.tick(1000);
  publisher.tick(1001);
  publisher.end(1500);
  publisher.tick(2500);
  expect(sent).toEqual([
    [2, 1, 40],
    [1, 3, 22],
    [0, 4, 20],
    [MOLD_END_OF_SESSION, 4, 20],
    [MOLD_END_OF_SESSION, 4, 20],
  ]);
  // A line without heartbeats wants none, before its first message either.
  const silent = new MoldUdp64Publisher(
    { session: "DAY", store, heartbeatMillis: Number.POSITIVE_INFINITY },
    () => {},
  );
  expect(silent.nextDeadline).toBe(Number.POSITIVE_INFINITY);
  expect(() => publisher.publish(new Uint8Array(1), 2600)).toThrow(
    expect.objectContaining({ code: "session-ended" }),
  );
});

test("a message that no packet can hold is refused, and so are options out of range", () => {
  const store = new MessageStore();
  const publisher = new MoldUdp64Publisher({ session: "DAY", store, maxPacketBytes: 40 }, () => {});
  expect(() => publisher.publish(new Uint8Array(19), 0)).toThrow(
    expect.objectContaining({ code: "oversized" }),
  );
  expect(() => new MoldUdp64Publisher({ session: "ELEVENCHARS", store }, () => {})).toThrow("10 latin-1");
  expect(() => new MoldUdp64Publisher({ session: "", store, maxPacketBytes: 21 }, () => {})).toThrow("22 to");
  expect(() => receiver({ firstSequence: 0 })).toThrow("firstSequence");
  expect(() => receiver({ session: "ELEVENCHARS" })).toThrow("session");
  expect(() => receiver({ maxRequestMessages: 0 })).toThrow("maxRequestMessages");
  expect(() => new MessageStore(0)).toThrow("capacity");
});

test("a gap is requested, filled, and what came early follows", () => {
  const { machine, events } = receiver();
  machine.receive(packet("S", 1, 1, [1]), 0);
  machine.receive(packet("S", 4, 2, [4], [5]), 1);
  expect(machine.hasGap).toBe(true);
  // The answer holds one of the two: the rest is requested at once.
  machine.receive(packet("S", 2, 1, [2]), 2, true);
  machine.tick(200);
  machine.tick(252);
  machine.receive(packet("S", 3, 1, [3]), 253);
  expect(events).toEqual(["1:1", "request 2+2", "2:2", "request 3+1", "request 3+1", "3:3", "4:4", "5:5"]);
  expect(machine.nextDeadline).toBe(Number.POSITIVE_INFINITY);
  expect(machine.counts).toMatchObject({ gaps: 1, requests: 3, delivered: 5, duplicates: 0 });
});

test("a slow line that fills a gap by itself is not asked for packet by packet", () => {
  const { machine } = receiver({ requestTimeoutMillis: 250 });
  machine.receive(packet("S", 2001, 1, [0]), 0);
  for (let sequence = 1; sequence <= 2000; sequence++) {
    machine.receive(packet("S", sequence, 1, [1]), sequence / 10);
  }
  // The first thousand, and the next when that was there.
  expect(machine.counts).toMatchObject({ delivered: 2001, requests: 2 });
});

test("the delay of a gap is waited for after gaps that were requested, too", () => {
  const { machine, events } = receiver({ gapDelayMillis: 10 });
  machine.receive(packet("S", 2, 1, [2]), 0);
  machine.tick(10);
  machine.receive(packet("S", 1, 1, [1]), 11, true);
  machine.receive(packet("S", 6, 1, [6]), 20);
  machine.receive(packet("S", 3, 1, [3]), 21);
  machine.receive(packet("S", 4, 2, [4], [5]), 22);
  expect(events).toEqual(["request 1+1", "1:1", "2:2", "3:3", "4:4", "5:5", "6:6"]);
});

test("the other line fills a gap before anything is requested", () => {
  const { machine, events } = receiver({ gapDelayMillis: 10 });
  machine.receive(packet("S", 1, 1, [1]), 0);
  machine.receive(packet("S", 3, 1, [3]), 1);
  machine.tick(5);
  machine.receive(packet("S", 1, 3, [1], [2], [3]), 6);
  machine.tick(100);
  expect(events).toEqual(["1:1", "2:2", "3:3"]);
  expect(machine.counts).toMatchObject({ duplicates: 2, requests: 0 });
});

test("a heartbeat shows a gap at the tail, and the end of session waits for it", () => {
  const { machine, events } = receiver();
  machine.receive(packet("S", 1, 0), 0);
  machine.receive(packet("S", 2, 0), 1);
  machine.receive(packet("S", 2, MOLD_END_OF_SESSION), 2);
  machine.receive(packet("S", 1, 1, [1]), 3);
  machine.receive(packet("S", 2, MOLD_END_OF_SESSION), 4);
  expect(events).toEqual(["request 1+1", "1:1", "ended S"]);
});

test("a gap that nobody fills is given up after the requests allowed", () => {
  const { machine, events } = receiver({ maxRequests: 2, requestTimeoutMillis: 10 });
  machine.receive(packet("S", 3, 1, [3]), 0);
  machine.tick(10);
  machine.tick(20);
  machine.tick(30);
  expect(events).toEqual(["request 1+2", "request 1+2", "lost 1-2", "3:3"]);
});

test("one heartbeat with a wrong number gives up nothing, nor does a wrong end of session end it", () => {
  for (const count of [0, MOLD_END_OF_SESSION]) {
    const { machine, events } = receiver({ maxRequests: 2, requestTimeoutMillis: 10 });
    machine.receive(packet("S", 1, 1, [1]), 0);
    machine.receive(packet("S", 2 ** 52, count), 0);
    for (let now = 10; now <= 50; now += 10) machine.tick(now);
    expect(machine.hasGap).toBe(false);
    machine.receive(packet("S", 2, 1, [2]), 60);
    machine.receive(packet("S", 3, MOLD_END_OF_SESSION), 70);
    expect(events).toEqual(["1:1", "request 2+1000", "request 2+1000", "2:2", "ended S"]);
  }
});

test("a gap at the tail is given up when it is told again", () => {
  const { machine, events } = receiver({ maxRequests: 2, requestTimeoutMillis: 10 });
  machine.receive(packet("S", 3, MOLD_END_OF_SESSION), 0);
  for (let now = 10; now <= 50; now += 10) machine.tick(now);
  machine.receive(packet("S", 3, MOLD_END_OF_SESSION), 1000);
  machine.tick(1010);
  expect(events).toEqual(["request 1+2", "request 1+2", "request 1+2", "lost 1-2", "ended S"]);
  expect(machine.nextDeadline).toBe(Number.POSITIVE_INFINITY);
});

test("a receiver can join late, follows a new session, and ignores the old one", () => {
  const { machine, events } = receiver({ firstSequence: "current" });
  expect(machine.session).toBeUndefined();
  machine.receive(packet("MON", 500, 1, [1]), 0);
  machine.receive(packet("TUE", 1, 1, [2]), 1);
  machine.receive(packet("MON", 501, 1, [3]), 2);
  machine.receive(new Uint8Array(19), 3);
  machine.receive(packet("TUE", 2 ** 53, 0), 3);
  expect(events).toEqual([
    "500:1",
    "changed TUE",
    "1:2",
    "dropped protocol",
    "dropped bad-packet",
    "dropped bad-packet",
  ]);
  expect([machine.session, machine.nextSequence]).toEqual(["TUE", 2]);
});

test("a late packet of the session before does not bring it back, whatever number of sessions there were", () => {
  const { machine, events } = receiver();
  for (let day = 1; day <= 30; day++) {
    machine.receive(packet(`DAY${day}`, 1, 1, [day]), day);
    events.length = 0;
    if (day > 1) machine.receive(packet(`DAY${day - 1}`, 2, 1, [0]), day);
    machine.receive(packet(`DAY${day}`, 2, 1, [day]), day);
    expect(events).toEqual(day > 1 ? ["dropped protocol", `2:${day}`] : [`2:${day}`]);
  }
});

test("early messages beyond the limits are dropped, and asked for again", () => {
  const { machine, events } = receiver({ maxHeldMessages: 1 });
  machine.receive(packet("S", 2, 2, [2], [3]), 0);
  machine.receive(packet("S", 1, 1, [1]), 1);
  machine.receive(packet("S", 3, 1, [3]), 2);
  expect(events).toEqual(["request 1+1", "1:1", "2:2", "request 3+1", "3:3"]);
  expect(machine.counts.overflowed).toBe(1);
});

test("a re-request server answers with what fits one packet, and not at all when it cannot", () => {
  const store = new MessageStore(3);
  for (let index = 1; index <= 5; index++) store.append(Uint8Array.of(index));
  expect([store.firstSequence, store.nextSequence]).toEqual([3, 6]);
  const server = new MoldUdp64RequestServer({ session: "S", store, maxPacketBytes: 26 });
  expect(server.respond(packet("S", 3, 60_000))).toEqual(packet("S", 3, 2, [3], [4]));
  expect(server.respond(packet("S", 5, 60_000))).toEqual(packet("S", 5, 1, [5]));
  expect(server.respond(packet("S", 2, 1))).toBeUndefined();
  expect(server.respond(packet("S", 6, 1))).toBeUndefined();
  expect(server.respond(packet("T", 3, 1))).toBeUndefined();
  expect(server.respond(packet("S", 2 ** 60, 1))).toBeUndefined();
  expect(server.respond(new Uint8Array(25))).toBeUndefined();
  expect(server.refused).toBe(5);
});

test("a packet's bytes may be reused after the call, also those of a Buffer", () => {
  const { machine, events } = receiver();
  const bytes = Buffer.from(packet("S", 2, 1, [2]));
  machine.receive(bytes, 0);
  bytes.fill(0xff);
  machine.receive(packet("S", 1, 1, [1]), 0);
  expect(events).toEqual(["request 1+1", "1:1", "2:2"]);
});
