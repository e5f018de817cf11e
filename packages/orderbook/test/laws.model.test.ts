import { MatchingEngine, type NewOrder, type Phase } from "@exchange-kit/orderbook";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyCommand, type Command, commands, venue } from "./support/engine-command.ts";
import { type EngineEvent, engineRecorder } from "./support/engine-recorder.ts";

/** The order that a command enters, in the form of `enter`. */
function entryOf(step: Command): NewOrder | undefined {
  if (step[0] === "enter") return step[1];
  if (step[0] === "limit") {
    return { instrument: step[1], orderId: step[2], side: step[3], price: step[4], quantity: step[5] };
  }
  if (step[0] !== "market") return undefined;
  return { instrument: step[1], orderId: step[2], side: step[3], quantity: step[4], type: "market" };
}

/** The orders that a command enters. */
function entriesOf(step: Command): readonly NewOrder[] {
  if (step[0] === "enterList") return step[2];
  const entry = entryOf(step);
  return entry ? [entry] : [];
}

test("every lot is accounted for, no trade is through a limit, no auction off the tick, own orders do not trade, no book stays crossed", () => {
  fc.assert(
    fc.property(commands(60), fc.constantFrom<Phase>("continuous", "opening-auction"), (steps, phase) => {
      const events: EngineEvent[] = [];
      const engine = new MatchingEngine(
        venue.map((rules) => ({ ...rules, phase })),
        engineRecorder(events),
      );
      const open = new Map<number, number>();
      const entries = new Map<number, NewOrder>();
      const trade = (orderId: number, quantity: number, leaves?: number): void => {
        const left = open.get(orderId)! - quantity;
        expect(left).toBeGreaterThanOrEqual(0);
        if (leaves !== undefined) expect(leaves).toBe(left);
        if (left > 0) open.set(orderId, left);
        else open.delete(orderId);
      };
      const within = (orderId: number, price: number): void => {
        const entry = entries.get(orderId)!;
        // A slid post-only order is behind its limit; a market order without protection has none.
        if (entry.price === undefined) return;
        if (entry.side === "buy") expect(price).toBeLessThanOrEqual(entry.price);
        else expect(price).toBeGreaterThanOrEqual(entry.price);
      };
      // Replaced orders would need their own book-keeping; the naive engine checks those.
      for (const step of steps.filter(([name]) => name !== "replace" && name !== "amend")) {
        const entered = entriesOf(step);
        const news = entered.filter(({ orderId }) => engine.order(orderId) === undefined);
        for (const entry of news) {
          open.set(entry.orderId, entry.quantity);
          entries.set(entry.orderId, entry);
        }
        events.length = 0;
        applyCommand(engine, step);
        for (const [name, instrument, ...args] of events) {
          const [first, second, third, fourth, fifth, sixth] = args as number[];
          if (name === "rejected") for (const { orderId } of news) open.delete(orderId);
          else if (name === "cancelled") {
            expect(second).toBe(open.get(first!));
            if ((args as unknown[])[2] !== "repriced") open.delete(first!);
          } else if (name === "reduced") {
            expect(second).toBeLessThan(open.get(first!)!);
            open.set(first!, second!);
          } else if (name === "traded") {
            const [makerGroup, takerGroup] = [first!, second!].map(
              (id) => entries.get(id)!.selfTradeGroup ?? 0,
            );
            if (makerGroup !== 0) expect(takerGroup).not.toBe(makerGroup);
            within(first!, fourth!);
            within(second!, fourth!);
            trade(first!, fifth!, sixth);
            trade(second!, fifth!);
          } else if (name === "crossed") {
            within(first!, third!);
            within(second!, third!);
            const { tickSize = 1, tickBands = [] } = venue[instrument as number]!;
            const band = tickBands.findLast(({ from }) => from <= third!);
            expect(third! % (band?.tickSize ?? tickSize) === 0).toBe(true);
            trade(first!, fourth!, fifth);
            trade(second!, fourth!, sixth);
          }
        }
        expect(engine.size).toBe(open.size);
        for (const [orderId, leaves] of open) expect(engine.order(orderId)?.leavesQuantity).toBe(leaves);
        for (const instrument of venue.keys()) {
          // Orders that want all or none stand aside.
          const [bids, asks] = (["buy", "sell"] as const).map((side) =>
            engine.orders(instrument, side).filter(({ orderId }) => !entries.get(orderId)?.allOrNone),
          );
          const [bid, ask] = [bids![0], asks![0]];
          if (engine.phase(instrument) === "continuous" && bid && ask)
            expect(bid.price).toBeLessThan(ask.price!);
          for (const side of ["buy", "sell"] as const) {
            for (const { price, quantity, orders } of engine.depth(instrument, side, 99)) {
              const shown = engine
                .orders(instrument, side)
                .filter((order) => order.price === price && order.displayedQuantity > 0);
              expect(orders).toBe(shown.length);
              expect(quantity).toBe(shown.reduce((sum, { displayedQuantity }) => sum + displayedQuantity, 0));
            }
          }
        }
      }
    }),
    { numRuns: runs(200) },
  );
});

test("a shown order that trades is the first one at the best price, where time decides", () => {
  fc.assert(
    fc.property(commands(60), (steps) => {
      const events: EngineEvent[] = [];
      const engine = new MatchingEngine(venue, engineRecorder(events));
      /** What is shown, by instrument: [order id, side, price, quantity], in the order of arrival at the price. */
      const shown = venue.map((): [number, string, number, number][] => []);
      for (const step of steps) {
        events.length = 0;
        applyCommand(engine, step);
        for (const [name, instrument, ...args] of events) {
          const rows = shown[instrument as number];
          if (!rows) continue;
          const rowOf = (orderId: unknown) => rows.find(([id]) => id === orderId);
          const drop = (orderId: unknown): void => {
            if (rowOf(orderId)) rows.splice(rows.indexOf(rowOf(orderId)!), 1);
          };
          if (name === "added") {
            const [orderId, side, price, , displayed] = args as [number, string, number, number, number];
            if (displayed > 0) rows.push([orderId, side, price, displayed]);
          } else if (name === "refreshed" && rowOf(args[0])) {
            const [, side, price] = rowOf(args[0])!;
            drop(args[0]);
            rows.push([args[0] as number, side, price, args[1] as number]);
          } else if (name === "reduced" && rowOf(args[0])) rowOf(args[0])![3] = args[2] as number;
          else if (name === "cancelled") drop(args[0]);
          else if (name === "traded") {
            const maker = rowOf(args[0]);
            if (!maker) continue;
            const same = rows.filter(([, side, , quantity]) => side === maker[1] && quantity > 0);
            const sign = maker[1] === "buy" ? 1 : -1;
            const best = Math.max(...same.map(([, , price]) => price * sign));
            expect(maker[2] * sign).toBe(best);
            const isShared = venue[instrument as number]!.allocation !== undefined;
            if (!isShared) expect(same.find(([, , price]) => price * sign === best)).toBe(maker);
            maker[3] -= args[4] as number;
            if ((args[5] as number) === 0) drop(args[0]);
          } else if (name === "crossed") {
            for (const [orderId, leaves] of [
              [args[0], args[4]],
              [args[1], args[5]],
            ]) {
              const row = rowOf(orderId);
              if (row) row[3] -= args[3] as number;
              if (leaves === 0) drop(orderId);
            }
          }
        }
      }
    }),
    { numRuns: runs(150) },
  );
});
