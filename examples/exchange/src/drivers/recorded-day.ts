import type { ItchListener } from "@exchange-kit/itch";
import { decodeItchFile } from "@exchange-kit/itch/file";
import type { InstrumentConfig, VenueConfig } from "../venue/config.ts";
import { isSymbol } from "../venue/directory.ts";
import { referenceConfig } from "../venue/reference-config.ts";

/** Instruments taken from a recorded day: those with the most orders. */
const MOST_INSTRUMENTS = 50;
const MAXIMUM_QUANTITY = 100_000;
/** Prices are ten-thousandths of a dollar, as in the file; above this an order's value would be too large to sum up. */
const HIGHEST_PRICE = 700_000_000;

interface Seen {
  orders: number;
  price4: number;
}

/**
 * The venue for a recorded ITCH day: its busiest instruments, in the file's own price units, and the members of the
 * reference venue.
 *
 * @throws Error when the file cannot be read or holds no orders
 */
export async function recordedDayConfig(path: string): Promise<VenueConfig> {
  const seen = new Map<string, Seen>();
  const count = (symbol: string, price4: number): void => {
    const one = seen.get(symbol);
    if (one) one.orders++;
    else if (isSymbol(symbol) && price4 > 0 && price4 < HIGHEST_PRICE)
      seen.set(symbol, { orders: 1, price4 });
  };
  const listener: ItchListener = {
    addOrder: ({ stock, price4 }) => count(stock, price4),
    addOrderWithMpid: ({ stock, price4 }) => count(stock, price4),
  };
  const { fault } = await decodeItchFile(path, listener);
  const busiest = [...seen].sort(([, a], [, b]) => b.orders - a.orders).slice(0, MOST_INSTRUMENTS);
  if (busiest.length === 0) {
    throw new Error(`${path} holds no orders${fault ? `: ${fault.message}` : ""}`);
  }
  return {
    ...referenceConfig,
    currency: { code: "USD", decimals: 4 },
    instruments: busiest.map(
      ([symbol, { price4 }]): InstrumentConfig => ({
        symbol,
        name: symbol,
        priceDecimals: 4,
        tickSize: 1,
        maximumQuantity: MAXIMUM_QUANTITY,
        referencePrice: price4,
        lowestPrice: 1,
        highestPrice: HIGHEST_PRICE,
      }),
    ),
  };
}
