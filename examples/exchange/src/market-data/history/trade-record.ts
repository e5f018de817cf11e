import type { PublicTrade } from "../public/public-market.ts";

/** Bytes of a trade on disk: time, number, price, quantity (doubles), instrument, taker side, spare; little-endian. */
export const TRADE_BYTES = 40;

const TAKERS = ["buy", "sell", "auction"] as const;

export function writeTrade(trade: PublicTrade, view: DataView, at: number): void {
  view.setFloat64(at, trade.timeMicros, true);
  view.setFloat64(at + 8, trade.tradeId, true);
  view.setFloat64(at + 16, trade.price, true);
  view.setFloat64(at + 24, trade.quantity, true);
  view.setUint32(at + 32, trade.instrument, true);
  view.setUint32(at + 36, TAKERS.indexOf(trade.takerSide), true);
}

export function readTrade(view: DataView, at: number): PublicTrade {
  return {
    timeMicros: view.getFloat64(at, true),
    tradeId: view.getFloat64(at + 8, true),
    price: view.getFloat64(at + 16, true),
    quantity: view.getFloat64(at + 24, true),
    instrument: view.getUint32(at + 32, true),
    takerSide: TAKERS[view.getUint32(at + 36, true)] ?? "auction",
  };
}
