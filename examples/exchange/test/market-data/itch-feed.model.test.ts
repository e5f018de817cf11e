import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ItchBook, ItchDecoder } from "@exchange-kit/itch";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { History } from "../../src/market-data/history/history.ts";
import { ItchFeed } from "../../src/market-data/itch/itch-feed.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import type { VenueCommand } from "../../src/venue/commands.ts";
import { commands } from "../venue/support/commands-arbitrary.ts";
import { smallConfig } from "../venue/support/desk.ts";
import { opened } from "./support/small-market.ts";

/** A reader of the feed's messages. As each file of the history does, it begins each day with an empty book. */
class Reader extends History {
  book = new ItchBook();
  #decoder = new ItchDecoder(this.book);

  override begin(): void {
    this.book = new ItchBook();
    this.#decoder = new ItchDecoder(this.book);
  }

  override record(message: Uint8Array): void {
    this.#decoder.decode(message, 0, message.length);
  }
}

test("the book that is rebuilt from the ITCH feed has the engine's orders in priority, after every command", async () => {
  const folder = mkdtempSync(join(tmpdir(), "itch-model-"));
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const sequenced = new SequencedVenue({ config: smallConfig, journal: "memory" });
      const reader = new Reader(folder, "DAY1", () => {});
      const feed = new ItchFeed(sequenced, "DAY1", {
        host: "127.0.0.1",
        ports: { soup: 0, requests: 0, glimpse: 0 },
        lines: [],
        history: reader,
      });
      sequenced.add(feed);
      await sequenced.open();
      await feed.listen();
      const carryOut = async (command: VenueCommand): Promise<void> => {
        expect(sequenced.submit(command)).toBeUndefined();
        await new Promise((wake) => setImmediate(wake));
        expect(sequenced.pending).toBe(0);
      };
      try {
        for (const command of opened) await carryOut(command);
        for (const command of list) {
          await carryOut(command);
          for (const [instrument, { priceDecimals }] of smallConfig.instruments.entries()) {
            // By locate: the books keep the name that a day began with, as the reference decoder does.
            const book = reader.book.books().find(({ stockLocate }) => stockLocate === instrument + 1)!;
            for (const side of ["buy", "sell"] as const) {
              const rebuilt = book.orders(side).map(({ orderReferenceNumber, price4, shares }) => ({
                reference: Number(orderReferenceNumber),
                price: price4 / 10 ** (4 - priceDecimals),
                quantity: shares,
              }));
              expect(rebuilt).toEqual(sequenced.venue.shownOrders(instrument, side));
            }
          }
          const { orphans, duplicateAdds, overReductions } = reader.book;
          expect({ orphans, duplicateAdds, overReductions }).toEqual({
            orphans: 0,
            duplicateAdds: 0,
            overReductions: 0,
          });
        }
      } finally {
        await feed.close();
        await sequenced.close();
      }
    }),
    { numRuns: runs(100) },
  );
  rmSync(folder, { recursive: true });
});
