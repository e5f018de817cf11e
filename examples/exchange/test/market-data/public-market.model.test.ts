import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commands } from "../venue/support/commands-arbitrary.ts";
import { instruments, opened, SmallMarket } from "./support/small-market.ts";

test("the public market has the engine's depth, and its orders in priority, after every command", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const small = new SmallMarket();
      small.apply(...opened);
      for (const command of list) {
        small.apply(command);
        for (const instrument of instruments) {
          const shown = small.market.instruments[instrument]!;
          expect(shown.phase).toBe(small.venue.phase(instrument));
          expect(shown.lastPrice).toBe(small.venue.lastPrice(instrument));
          for (const side of ["buy", "sell"] as const) {
            const book = shown.side(side);
            const depth = small.venue.depth(instrument, side, 1_000);
            expect(book.depth(1_000)).toEqual(depth);
            expect(book.depth(2)).toEqual(depth.slice(0, 2));
            expect(book.best()?.price).toBe(small.venue.best(instrument, side));
            expect(book.inPriority().map(({ side: _, ...order }) => order)).toEqual(
              small.venue.shownOrders(instrument, side),
            );
          }
        }
      }
    }),
    { numRuns: runs(100) },
  );
});

test("a market that is opened late takes over what is there", () => {
  fc.assert(
    fc.property(commands, commands, (before, after) => {
      const early = new SmallMarket();
      early.apply(...opened, ...before);
      const late = early.openLate();
      early.apply(...after);
      for (const instrument of instruments) {
        for (const side of ["buy", "sell"] as const) {
          expect(late.instruments[instrument]!.side(side).inPriority()).toEqual(
            early.market.instruments[instrument]!.side(side).inPriority(),
          );
        }
      }
    }),
    { numRuns: runs(50) },
  );
});
