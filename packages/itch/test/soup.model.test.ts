import {
  MessageStore,
  SoupBinClient,
  SoupBinPacketReader,
  SoupBinServerConnection,
  soupBinPacket,
} from "@exchange-kit/itch";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";

test("packets come out the same wherever the stream is cut", () => {
  const anyPackets = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(
      anyPackets,
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
      (packets, sizes) => {
        const stream = packets.flatMap(([type, payload]) => [...soupBinPacket(type, payload)]);
        const seen: [number, Uint8Array][] = [];
        const reader = new SoupBinPacketReader((type, bytes, offset, length) =>
          seen.push([type, new Uint8Array(bytes.subarray(offset, offset + length))]),
        );
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          const piece = Uint8Array.from(stream.slice(at, at + size));
          reader.push(piece);
          piece.fill(0xff);
          at += size;
        }
        expect(seen).toEqual(packets);
      },
    ),
    { numRuns: runs(200) },
  );
});

/** One step of a run: the session grows, bytes travel, or the connection breaks with what was under way. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("publish" as const), count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("deliver" as const), count: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("break" as const), count: fc.constant(0) }) },
);

test("the delivered sequence is complete and in order, wherever connections break", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const store = new MessageStore();
      const delivered: number[] = [];
      let up: number[] = [];
      let down: number[] = [];
      let connection: SoupBinServerConnection;
      let ended = 0;
      const client = new SoupBinClient(
        { username: "u", password: "p" },
        {
          write: (bytes) => up.push(...bytes),
          message(bytes, offset, length, sequence) {
            expect(length).toBe(2);
            expect(sequence).toBe(delivered.length + 1);
            delivered.push(bytes[offset]! * 256 + bytes[offset + 1]!);
          },
          ended: () => ended++,
          failed: (error) => expect.fail(error.message),
        },
      );
      const connect = (): void => {
        [up, down] = [[], []];
        client.disconnected();
        connection = new SoupBinServerConnection(
          { session: "S", store, authenticate: () => true },
          {
            write(bytes) {
              down.push(...bytes);
              return true;
            },
            closed: (error) => expect(error).toBeUndefined(),
          },
          0,
        );
        client.connected(0);
      };
      const deliver = (count: number): void => {
        connection.receive(Uint8Array.from(up.splice(0, count)), 0);
        client.receive(Uint8Array.from(down.splice(0, count)), 0);
      };
      connect();
      for (const { kind, count } of steps) {
        if (kind === "break") connect();
        else if (kind === "deliver") deliver(count);
        else {
          for (let index = 0; index < count; index++) {
            store.append(Uint8Array.of(store.nextSequence >> 8, store.nextSequence));
          }
          connection!.pump(0);
        }
      }
      while (up.length > 0 || down.length > 0) deliver(7);
      connection!.end(0);
      while (down.length > 0) deliver(7);
      expect(delivered).toEqual(Array.from({ length: store.nextSequence - 1 }, (_, index) => index + 1));
      expect(ended).toBe(1);
    }),
    { numRuns: runs(200) },
  );
});

test("no bytes make either side throw or hang", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 6 }), (pieces) => {
      const client = new SoupBinClient({ username: "u", password: "p" }, { write() {}, message() {} });
      client.connected(0);
      const connection = new SoupBinServerConnection(
        { session: "S", store: new MessageStore(), authenticate: () => true },
        { write: () => true },
        0,
      );
      for (const piece of pieces) {
        client.receive(piece, 0);
        connection.receive(piece, 0);
      }
      expect(client.nextSequence).toBe(1);
    }),
    { numRuns: runs(300) },
  );
});
