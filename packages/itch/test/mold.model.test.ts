import {
  isItchError,
  MessageStore,
  MoldUdp64Publisher,
  MoldUdp64Receiver,
  MoldUdp64RequestServer,
  readMoldPacket,
} from "@exchange-kit/itch";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";

const anyMessages = fc.array(fc.uint8Array({ maxLength: 30 }), { minLength: 1, maxLength: 60 });
/** What the network does to one packet: lost, passed on, repeated, or held back behind the next few. */
const fate = fc.constantFrom("lost", "once", "once", "once", "twice", "late");

function publish(messages: readonly Uint8Array[]): { packets: Uint8Array[]; store: MessageStore } {
  const packets: Uint8Array[] = [];
  const store = new MessageStore();
  const publisher = new MoldUdp64Publisher({ session: "S1", store, maxPacketBytes: 80 }, (packet) =>
    packets.push(packet.slice()),
  );
  for (const message of messages) publisher.publish(message, 0);
  publisher.end(0);
  return { packets, store };
}

/** Passes packets through a network that does to them what the fates say, over and over. */
function* network(packets: readonly Uint8Array[], fates: readonly string[]): Generator<Uint8Array> {
  let late: Uint8Array[] = [];
  for (const [index, packet] of packets.entries()) {
    const what = fates[index % fates.length];
    if (what === "late") late.push(packet);
    else if (what !== "lost") yield packet;
    if (what === "twice") yield packet;
    if (late.length > 2) {
      yield* late.reverse();
      late = [];
    }
  }
  yield* late;
}

test("every message is delivered once and in order, whatever two lines and the requests lose, repeat and swap", () => {
  fc.assert(
    fc.property(
      anyMessages,
      fc.array(fate, { minLength: 1, maxLength: 9 }),
      fc.array(fate, { minLength: 1, maxLength: 9 }),
      fc.array(fate, { minLength: 1, maxLength: 5 }).filter((fates) => fates.some((what) => what !== "lost")),
      fc.constantFrom(0, 5),
      fc.integer({ min: 1, max: 20 }),
      (messages, lineA, lineB, answers, gapDelayMillis, limit) => {
        const { packets, store } = publish(messages);
        const server = new MoldUdp64RequestServer({ session: "S1", store, maxPacketBytes: 80 });
        const delivered: Uint8Array[] = [];
        const requests: Uint8Array[] = [];
        let ended = 0;
        const receiver = new MoldUdp64Receiver(
          {
            message(bytes, offset, length, sequence) {
              expect(sequence).toBe(delivered.length + 1);
              delivered.push(bytes.slice(offset, offset + length));
            },
            request: (packet) => requests.push(packet),
            sessionEnded: () => ended++,
          },
          { gapDelayMillis, maxHeldMessages: limit, maxRequestMessages: limit, requestTimeoutMillis: 10 },
        );
        let now = 0;
        const [a, b] = [network(packets, lineA), network(packets, lineB)];
        let answered = 0;
        const answerAll = (): void => {
          for (let request = requests.shift(); request; request = requests.shift()) {
            const packet = server.respond(request);
            expect(packet).toBeDefined();
            const copies = { lost: 0, late: 1, once: 1, twice: 2 }[answers[answered++ % answers.length]!]!;
            for (let copy = 0; copy < copies; copy++) receiver.receive(packet!, now, true);
          }
        };
        for (let step = 0; step < packets.length * 4; step++) {
          for (const line of [a, b]) {
            const next = line.next();
            if (!next.done) receiver.receive(next.value, now);
          }
          answerAll();
          receiver.tick(++now);
        }
        // Both lines may have lost the end: the publisher repeats it, as its heartbeat.
        receiver.receive(packets.at(-1)!, now);
        for (let tries = 0; receiver.hasGap && tries < 5000; tries++) {
          now = Math.max(now + 1, receiver.nextDeadline);
          receiver.tick(now);
          answerAll();
        }
        expect(delivered).toEqual(messages);
        expect(ended).toBe(1);
        expect(receiver.counts.delivered).toBe(messages.length);
      },
    ),
    { numRuns: runs(200) },
  );
});

test("no bytes make a receiver throw, deliver out of order, or hold more than its limit", () => {
  const { packets } = publish(Array.from({ length: 12 }, (_, index) => Uint8Array.of(index)));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(packets.length - 1), fc.nat(100), fc.integer({ min: 0, max: 255 }))),
      fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 3 }),
      (corruptions, noise) => {
        let last = 0;
        const receiver = new MoldUdp64Receiver(
          {
            message: (_bytes, _offset, _length, sequence) => {
              expect(sequence).toBe(last + 1);
              last = sequence;
            },
          },
          { session: "S1", maxHeldMessages: 4 },
        );
        for (const [index, position, value] of corruptions) {
          const packet = packets[index]!.slice();
          packet[position % packet.length] = value;
          receiver.receive(packet, 0);
        }
        for (const bytes of noise) receiver.receive(bytes, 0);
        expect(receiver.counts.packets).toBe(corruptions.length + noise.length);
      },
    ),
    { numRuns: runs(200) },
  );
});

test("a packet whose lengths lie gives no message at all", () => {
  const [packet] = publish([Uint8Array.of(1, 2), Uint8Array.of(3)]).packets as [Uint8Array];
  for (let at = 18; at < packet.length; at++) {
    for (const value of [0, 1, 3, 0x40, 0xff]) {
      const corrupted = packet.slice();
      corrupted[at] = value;
      const seen: number[] = [];
      try {
        readMoldPacket(corrupted, (offset, length) => seen.push(offset + length));
        expect(Math.max(0, ...seen)).toBeLessThanOrEqual(corrupted.length);
      } catch (error) {
        expect(isItchError(error) && error.code).toBe("bad-packet");
        expect(seen).toEqual([]);
      }
    }
  }
});
