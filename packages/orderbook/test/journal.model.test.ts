import { isEngineError, MatchingEngine } from "@exchange-kit/orderbook";
import { CommandJournal, EventJournal, replayCommands, replayEvents } from "@exchange-kit/orderbook/journal";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyCommand, commands, limits, readings, venue } from "./support/engine-command.ts";
import { type EngineEvent, engineRecorder } from "./support/engine-recorder.ts";

const instruments = venue;

test("a replayed command journal gives the same events and the same state hash", () => {
  fc.assert(
    fc.property(commands(60), (steps) => {
      const [first, second]: EngineEvent[][] = [[], []];
      const engine = new MatchingEngine(instruments, engineRecorder(first!), limits);
      const journal = new CommandJournal();
      for (const step of steps) {
        applyCommand(journal as never, step);
        applyCommand(engine, step);
      }
      const bytes = journal.toBytes();
      const again = new MatchingEngine(instruments, engineRecorder(second!), limits);
      expect(replayCommands(bytes, again)).toEqual({ commands: steps.length, bytes: bytes.length });
      expect(second).toEqual(first);
      expect(again.stateHash()).toBe(engine.stateHash());
    }),
    { numRuns: runs(100) },
  );
});

test("an event journal tells a listener the same story, and is cut off anywhere without harm", () => {
  fc.assert(
    fc.property(commands(30), fc.double({ min: 0, max: 1, noNaN: true }), (steps, share) => {
      const events: EngineEvent[] = [];
      const record = engineRecorder(events);
      const journal = new EventJournal();
      for (const listener of [record, journal]) {
        const engine = new MatchingEngine(instruments, listener);
        for (const step of steps) applyCommand(engine, step);
      }
      const bytes = journal.toBytes();
      const told: EngineEvent[] = [];
      expect(replayEvents(bytes, engineRecorder(told))).toEqual({
        events: events.length,
        bytes: bytes.length,
      });
      expect(told).toEqual(events);
      told.length = 0;
      const cut = 4 + Math.floor(share * (bytes.length - 4));
      const result = replayEvents(bytes.subarray(0, cut), engineRecorder(told));
      expect(result.bytes).toBeLessThanOrEqual(cut);
      expect(told).toEqual(events.slice(0, result.events));
    }),
    { numRuns: runs(80) },
  );
});

test("what is no number, or null, is replayed as what the engine made of it", () => {
  const odd = [(x: unknown) => String(x), (x: unknown) => [x], () => null, () => true, () => Number.NaN];
  const order = { instrument: 0, orderId: 9, side: "sell", price: 9, quantity: 4 };
  const fields = [
    { type: "stop", triggerPrice: 5 },
    { timeInForce: "gtd", expireTime: 5 },
    {
      displayQuantity: 2,
      minimumQuantity: 1,
      account: 1,
      session: 1,
      selfTradeGroup: 1,
      selfTradeMode: "cancel-newest",
    },
    { postOnly: "slide" },
    { allOrNone: true },
  ];
  const calls: [string, ...unknown[]][] = [
    ["limit", 0, 1, "sell", 10, 5],
    ["market", 0, 2, "sell", 5],
    ["cancel", 100],
    ["replace", 100, 11, 6],
    ["amend", 100, 11, 6, 3],
    ["reduce", 100, 2],
    ["disconnect", 3],
    ["setPhase", 0, "halted"],
    ["cancelAll", { instrument: 0 }],
    ["cancelAll", { side: "buy" }],
    ["cancelAll", { account: 0 }],
    ["cancelAll", { session: 3 }],
    ...fields.map((more): [string, unknown] => ["enter", { ...order, ...more }]),
  ];
  const wrongs = calls.flatMap(([name, ...given]) =>
    odd.flatMap((change) =>
      given.flatMap((value, at) => {
        const wrong = (to: unknown): [string, ...unknown[]] => [name, ...given.toSpliced(at, 1, to)];
        if (typeof value !== "object" || value === null) return [wrong(change(value))];
        return Object.entries(value).map(([field, old]) => wrong({ ...value, [field]: change(old) }));
      }),
    ),
  );
  for (const [name, ...given] of wrongs) {
    const [first, second]: EngineEvent[][] = [[], []];
    const engine = new MatchingEngine([{}], engineRecorder(first!));
    const again = new MatchingEngine([{}], engineRecorder(second!));
    const journal = new CommandJournal();
    let isRefused = false;
    for (const target of [engine, journal] as MatchingEngine[]) {
      target.enter({ instrument: 0, orderId: 100, side: "buy", price: 10, quantity: 9, session: 3 });
      try {
        (target as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!(...given);
      } catch {
        isRefused = true;
      }
    }
    try {
      replayCommands(journal.toBytes(), again);
    } catch {
      expect(isRefused).toBe(true);
    }
    expect([name, given, again.stateHash()]).toEqual([name, given, engine.stateHash()]);
  }
});

test("a journal stays readable when somebody gives it no order", () => {
  const journal = new CommandJournal();
  for (const none of [null, undefined, "order"]) {
    expect(() => journal.enter(none as never)).toThrow(TypeError);
    expect(() => journal.enterList("bracket", [none as never])).toThrow(TypeError);
  }
  journal.enter({ instrument: 0, orderId: 1, side: "buy", price: 1n as never, quantity: 1 });
  journal.limit(0, 2, "buy", 10, 5);
  const engine = new MatchingEngine([{}], engineRecorder([]));
  expect(replayCommands(journal.toBytes(), engine).commands).toBe(2);
  expect(engine.best(0, "buy")).toBe(10);
});

test("−0 is 0 in the state as it is in a journal", () => {
  const engine = new MatchingEngine([{}], engineRecorder([]));
  const journal = new CommandJournal();
  for (const target of [engine, journal]) {
    target.advance(-0);
    target.setLastPrice(0, -0);
  }
  const again = new MatchingEngine([{}], engineRecorder([]));
  replayCommands(journal.toBytes(), again);
  expect(again.stateHash()).toBe(engine.stateHash());
  expect(engine.lastPrice(0)).toBe(0);
});

test("a journal that goes on with the file of one before it is replayed with it", () => {
  const events: EngineEvent[] = [];
  const told: EngineEvent[] = [];
  const file: number[] = [];
  const eventFile: number[] = [];
  for (const orderId of [1, 2, 3]) {
    const journal = new CommandJournal();
    const eventJournal = new EventJournal();
    journal.limit(0, orderId, "buy", 10, 5);
    eventJournal.added(0, orderId, "buy", 10, 5, 5);
    file.push(...journal.take());
    eventFile.push(...eventJournal.take());
  }
  const engine = new MatchingEngine([{}], engineRecorder(events));
  expect(replayCommands(Uint8Array.from(file), engine)).toEqual({ commands: 3, bytes: file.length });
  expect(replayEvents(Uint8Array.from(eventFile), engineRecorder(told))).toEqual({
    events: 3,
    bytes: eventFile.length,
  });
  expect(told).toEqual(events);
  // The machine stopped while the second one began.
  const [length, cut] = [file.length / 3, file.length / 3 + 2];
  const torn = replayCommands(
    Uint8Array.from(file.slice(0, cut)),
    new MatchingEngine([{}], engineRecorder([])),
  );
  expect(torn).toEqual({ commands: 1, bytes: length });
});

test("a command journal that is cut off replays every whole record", () => {
  fc.assert(
    fc.property(commands(20), (steps) => {
      const journal = new CommandJournal();
      const ends = [4];
      for (const step of steps) {
        applyCommand(journal as never, step);
        ends.push(journal.toBytes().length);
      }
      const bytes = journal.toBytes();
      for (let cut = 4; cut <= bytes.length; cut += 7) {
        const whole = ends.filter((end) => end <= cut).length - 1;
        const engine = new MatchingEngine(instruments, engineRecorder([]));
        expect(replayCommands(bytes.subarray(0, cut), engine)).toEqual({
          commands: whole,
          bytes: ends[whole],
        });
      }
    }),
    { numRuns: runs(30) },
  );
});

test("what is taken piece by piece is the journal", () => {
  const [pieces, whole] = [new CommandJournal(), new CommandJournal()];
  const [eventPieces, allEvents] = [new EventJournal(), new EventJournal()];
  const [first, second] = [eventPieces, allEvents].map(
    (listener) => new MatchingEngine(instruments, listener),
  );
  const taken: number[] = [];
  const takenEvents: number[] = [];
  for (const step of fc.sample(commands(60), { numRuns: 1, seed: 5 })[0]!) {
    for (const target of [pieces as never, whole as never, first!, second!]) applyCommand(target, step);
    taken.push(...pieces.take());
    takenEvents.push(...eventPieces.take());
  }
  expect(Uint8Array.from(taken)).toEqual(whole.toBytes());
  expect(Uint8Array.from(takenEvents)).toEqual(allEvents.toBytes());
  expect(takenEvents.length).toBeGreaterThan(100);
});

test("raw bytes either replay or are refused with a code; the engine works on", () => {
  const commandHead = [...new CommandJournal().toBytes()];
  const eventHead = [...new EventJournal().toBytes()];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, hasHead) => {
      const engine = new MatchingEngine(instruments, engineRecorder([]), { maximumOrders: 100 });
      const attempts = [
        () => replayCommands(Uint8Array.from([...(hasHead ? commandHead : []), ...noise]), engine),
        () => replayEvents(Uint8Array.from([...(hasHead ? eventHead : []), ...noise]), engineRecorder([])),
      ];
      for (const attempt of attempts) {
        try {
          attempt();
        } catch (error) {
          expect(isEngineError(error)).toBe(true);
        }
      }
      const open = engine.size;
      const phase = engine.phase(0);
      expect(engine.cancelAll()).toBe(open);
      expect(engine.phase(0)).toBe(phase);
    }),
    { numRuns: runs(500) },
  );
});

test("what an earlier order was leaves no trace in one that becomes an iceberg", () => {
  const engine = new MatchingEngine([{}], engineRecorder([]));
  engine.limit(0, 1, "buy", 10, 5);
  engine.enter({ instrument: 0, orderId: 2, side: "buy", type: "stop", triggerPrice: 30, quantity: 1 });
  const restored = new MatchingEngine([{}], engineRecorder([]));
  restored.restore(engine.snapshot());
  for (const each of [engine, restored]) each.amend(1, 10, 5, 2);
  expect(restored.stateHash()).toBe(engine.stateHash());
});

test("ends of orders that were open before a restore end nothing of what was restored", () => {
  const order = {
    instrument: 0,
    orderId: 1,
    side: "buy",
    price: 10,
    quantity: 5,
    timeInForce: "gtd",
  } as const;
  const engine = new MatchingEngine([{}], engineRecorder([]));
  engine.enter({ ...order, expireTime: 1_000 });
  const used = new MatchingEngine([{}], engineRecorder([]));
  used.enter({ ...order, expireTime: 10 });
  used.cancel(1);
  used.restore(engine.snapshot());
  for (const each of [engine, used]) each.advance(10);
  expect(used.stateHash()).toBe(engine.stateHash());
});

test("a snapshot in mid-sequence changes nothing that comes after", () => {
  fc.assert(
    fc.property(commands(40), commands(40), (before, after) => {
      const [first, second]: EngineEvent[][] = [[], []];
      const engine = new MatchingEngine(instruments, engineRecorder(first!), limits);
      for (const step of before) applyCommand(engine, step);
      first!.length = 0;
      const restored = new MatchingEngine(instruments, engineRecorder(second!), limits);
      restored.restore(engine.snapshot());
      expect(restored.stateHash()).toBe(engine.stateHash());
      expect(readings(restored)).toEqual(readings(engine));
      const times = after.filter(([name]) => name !== "advance");
      for (const step of times) applyCommand(engine, step);
      for (const step of times) applyCommand(restored, step);
      for (const each of [engine, restored]) each.advance(1_000_000);
      expect(second).toEqual(first);
      expect(restored.snapshot()).toEqual(engine.snapshot());
    }),
    { numRuns: runs(100) },
  );
});

test("a rejected command leaves the state hash as it was", () => {
  fc.assert(
    fc.property(commands(40), (steps) => {
      const events: EngineEvent[] = [];
      const engine = new MatchingEngine(instruments, engineRecorder(events), limits);
      for (const step of steps) {
        const hash = engine.stateHash();
        events.length = 0;
        applyCommand(engine, step);
        if (events[0]?.[0] === "rejected") expect(engine.stateHash()).toBe(hash);
      }
    }),
    { numRuns: runs(200) },
  );
});

test("a damaged snapshot is refused and leaves the engine as it was", () => {
  const engine = new MatchingEngine(instruments, engineRecorder([]));
  engine.limit(0, 1, "buy", 10, 5);
  engine.enter({ instrument: 0, orderId: 2, side: "sell", price: 12, quantity: 9, displayQuantity: 3 });
  const bytes = engine.snapshot();
  const empty = new MatchingEngine(instruments, engineRecorder([]));
  const hash = empty.stateHash();
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at]! ^= 0x10;
    expect(() => empty.restore(damaged)).toThrow(expect.objectContaining({ code: "invalid-snapshot" }));
    expect(() => empty.restore(bytes.subarray(0, at))).toThrow(
      expect.objectContaining({ code: "invalid-snapshot" }),
    );
  }
  expect(empty.stateHash()).toBe(hash);
  expect(() => engine.restore(bytes)).toThrow(expect.objectContaining({ code: "not-empty" }));
});
