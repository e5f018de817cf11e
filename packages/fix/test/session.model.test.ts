import { MemoryStore } from "@exchange-kit/fix";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Side, START } from "./support/pair.ts";

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("send" as const), side: fc.integer({ min: 0, max: 1 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      side: fc.integer({ min: 0, max: 1 }),
      bytes: fc.integer({ min: 1, max: 400 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("garble" as const),
      side: fc.integer({ min: 0, max: 1 }),
      at: fc.nat(300),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cut" as const), side: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), side: fc.constant(0) }) },
);

test("over a lossy, cutting link every message arrives once and in order", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(0, 3), (steps, resendChunk) => {
      const more = { resendChunk, replayBatch: 3, resendTimeoutMillis: 5000, sendingTimeToleranceMillis: 0 };
      const sides = [
        new Side("A", more, {}, new MemoryStore()),
        new Side("I", more, {}, new MemoryStore()),
      ] as const;
      const wires: [number[], number[]] = [[], []];
      const sent: [string[], string[]] = [[], []];
      let now = START;
      const drain = (): void => {
        for (const side of [0, 1] as const) wires[side].push(...sides[side].session.takeOutput());
      };
      const cut = (): void => {
        wires[0].length = 0;
        wires[1].length = 0;
        for (const side of sides) side.session.disconnected(now);
      };
      const connect = (): void => {
        for (const side of sides) if (side.session.state === "disconnected") side.session.connect(now);
        drain();
      };
      const move = (from: 0 | 1, count: number): void => {
        const to = sides[from === 0 ? 1 : 0].session;
        to.receive(Uint8Array.from(wires[from].splice(0, count)), now);
        drain();
        if (sides.some((side) => side.session.state === "closing")) {
          cut();
          connect();
        }
      };
      connect();
      for (const action of steps) {
        const side = action.side as 0 | 1;
        if (action.do === "send") {
          const words = `${side}-${sent[side].length}`;
          sides[side].news(words, now);
          sent[side].push(words);
        } else if (action.do === "move") move(side, action.bytes);
        else if (action.do === "garble" && wires[side].length > 0) {
          const at = action.at % wires[side].length;
          wires[side][at] = wires[side][at]! ^ 0x11;
        } else if (action.do === "cut") {
          cut();
          connect();
        } else if (action.do === "wait") {
          now += 6000;
          for (const which of sides) which.session.tick(now);
        }
        drain();
      }
      // Quiet at last: a fresh connection, time for whatever has to be asked for again.
      cut();
      connect();
      for (let round = 0; round < 60; round++) {
        for (const side of [0, 1] as const) if (wires[side].length > 0) move(side, wires[side].length);
        now += 3000;
        for (const side of sides) side.session.tick(now);
        drain();
      }
      expect(sides[0].got).toEqual(sent[1]);
      expect(sides[1].got).toEqual(sent[0]);
    }),
    { numRuns: runs(150) },
  );
});
