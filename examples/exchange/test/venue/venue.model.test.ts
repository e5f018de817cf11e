import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CommandCodec } from "../../src/venue/command-codec.ts";
import type { VenueCommand } from "../../src/venue/commands.ts";
import { fanOut, silentListener } from "../../src/venue/events.ts";
import { Venue } from "../../src/venue/venue.ts";
import { commands } from "./support/commands-arbitrary.ts";
import { recorder, smallConfig } from "./support/desk.ts";
import { OrderWatch } from "./support/order-watch.ts";
import { PublicRebuild } from "./support/public-rebuild.ts";

const opened: readonly VenueCommand[] = [
  { type: "start-day", timeMicros: 1, date: 0 },
  { type: "transfer-securities", timeMicros: 2, account: 0, instrument: 0, quantity: 2_000, price: 10_000 },
  { type: "transfer-securities", timeMicros: 2, account: 2, instrument: 1, quantity: 20_000, price: 500 },
  { type: "phase", timeMicros: 3, instrument: -1, phase: "continuous" },
];

function applyAll(venue: Venue, list: readonly VenueCommand[]): void {
  for (const command of list) venue.apply(command);
}

test("reports obey the state machine, ledgers sum to zero and every part agrees on positions", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const watch = new OrderWatch();
      const moved = new Map<string, number>();
      const venue = new Venue(
        smallConfig,
        fanOut([
          watch,
          {
            securitiesMoved: (account, instrument, quantity) => {
              const key = `${account}/${instrument}`;
              moved.set(key, (moved.get(key) ?? 0) + quantity);
            },
          },
        ]),
      );
      for (const command of [...opened, ...list]) {
        venue.apply(command);
        venue.audit();
      }
      // What an account holds is what it traded and what was transferred to it.
      for (const account of smallConfig.accounts.keys()) {
        for (const instrument of smallConfig.instruments.keys()) {
          const key = `${account}/${instrument}`;
          const expected = (watch.positions.get(key) ?? 0) + (moved.get(key) ?? 0);
          expect(venue.position(account, instrument).quantity).toBe(expected);
        }
      }
    }),
    { numRuns: runs(100) },
  );
});

test("when every order has ended, nothing is reserved", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const venue = new Venue(smallConfig, silentListener);
      applyAll(venue, [...opened, ...list]);
      const end = { type: "mass-cancel", account: -1, ofSession: -1, instrument: -1, side: "both" } as const;
      for (const session of [0, 1]) {
        venue.apply({ ...end, session, clientOrderId: "", timeMicros: venue.timeMicros });
      }
      expect(venue.reservations()).toEqual({ openOrders: 0, openNotional: 0 });
    }),
    { numRuns: runs(100) },
  );
});

test("replaying the encoded commands gives the same events and the same state", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const codec = new CommandCodec();
      const bytes = new Uint8Array(1_000);
      const [first, second]: [string[], string[]] = [[], []];
      const venue = new Venue(smallConfig, recorder(first));
      const replica = new Venue(smallConfig, recorder(second));
      for (const command of [...opened, ...list]) {
        const length = codec.encode(command, bytes, 3);
        venue.apply(command);
        replica.apply(codec.decode(bytes, 3, length));
      }
      expect(second).toEqual(first);
      expect(replica.stateHash()).toBe(venue.stateHash());
    }),
    { numRuns: runs(60) },
  );
});

test("a snapshot in mid-sequence changes nothing", () => {
  fc.assert(
    fc.property(commands, fc.nat(80), (list, at) => {
      const [first, second]: [string[], string[]] = [[], []];
      const venue = new Venue(smallConfig, recorder(first));
      applyAll(venue, [...opened, ...list.slice(0, at)]);
      first.length = 0;
      const snapshot = venue.snapshot();
      const restored = Venue.restore(smallConfig, recorder(second), snapshot);
      expect(restored.stateHash()).toBe(venue.stateHash());
      applyAll(venue, list.slice(at));
      applyAll(restored, list.slice(at));
      expect(second).toEqual(first);
      expect(restored.stateHash()).toBe(venue.stateHash());
    }),
    { numRuns: runs(60) },
  );
});

test("the public events rebuild the books that the engine shows, in its order", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const rebuild = new PublicRebuild();
      const venue = new Venue(smallConfig, fanOut([rebuild]));
      for (const command of [...opened, ...list]) {
        venue.apply(command);
        for (const instrument of smallConfig.instruments.keys()) {
          for (const side of ["buy", "sell"] as const) {
            expect(rebuild.orders(instrument, side)).toEqual(venue.shownOrders(instrument, side));
          }
        }
      }
    }),
    { numRuns: runs(60) },
  );
});

test("fields of the wrong kind are refused: apply never throws, and loses nothing", () => {
  const junk = fc.oneof(
    fc.constantFrom(
      null,
      undefined,
      -1,
      0.5,
      2 ** 31,
      2 ** 53,
      "x",
      "",
      true,
      Number.NaN,
      "__proto__",
      "length",
    ),
    fc.integer(),
    fc.constant([]),
    fc.constant({}),
  );
  const spoilt = fc
    .tuple(commands, fc.array(fc.tuple(fc.nat(150), fc.nat(12), junk), { minLength: 1, maxLength: 20 }))
    .map(([list, faults]) => {
      const all: Record<string, unknown>[] = list.map((command) => ({ ...command }));
      for (const [index, field, value] of faults) {
        const command = all[index % Math.max(1, all.length)];
        const names = Object.keys(command ?? {}).filter((name) => name !== "type" && name !== "timeMicros");
        const name = names[field % Math.max(1, names.length)];
        if (command !== undefined && name !== undefined) command[name] = value;
      }
      return all as unknown as VenueCommand[];
    });
  fc.assert(
    fc.property(spoilt, (list) => {
      const venue = new Venue(smallConfig, silentListener);
      for (const command of [...opened, ...list]) venue.apply(command);
      venue.audit();
    }),
    { numRuns: runs(100), endOnFailure: true },
  );
});
