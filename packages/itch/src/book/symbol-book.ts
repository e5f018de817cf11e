import type { NetOrderImbalance } from "../itch/trades.ts";
import { CHARACTERS } from "../itch/wire.ts";
import {
  ATTRIBUTION,
  FIRST,
  HIGH,
  LEVEL_STRIDE,
  LOW,
  NEXT,
  ORDER_STRIDE,
  ORDERS,
  type OrderStore,
  PRICE,
  SHARES,
  TOTAL,
  TOTAL_STRIDE,
} from "./order-store.ts";
import { TradeStatistics } from "./trade-statistics.ts";

/** Side of the book. */
export type ItchSide = "buy" | "sell";

/** One price of one side. */
export interface ItchLevel {
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** Shares of all orders at this price. */
  readonly shares: number;
  /** Number of orders at this price. */
  readonly orders: number;
}

/** An order on the book. */
export interface ItchOrder {
  /** Reference of the order. */
  readonly orderReferenceNumber: bigint;
  /** Side it rests on. */
  readonly side: ItchSide;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** Shares left. */
  readonly shares: number;
  /** Market participant it is attributed to; empty when it is not. */
  readonly attribution: string;
}

/** The book of one symbol, and what the feed told about it. Read it at any time; it follows the feed. */
export class SymbolBook {
  /** Locate code of the symbol. */
  readonly stockLocate: number;
  /** What traded. */
  readonly trades: TradeStatistics = new TradeStatistics();
  /** Symbol as its first directory, order or trade message names it; empty until then. */
  symbol = "";
  /** True once a message named the symbol. */
  isNamed = false;
  /** Trading state of the last such message: `T`, `H`, `P` or `Q`; empty before the first. */
  tradingState = "";
  /** Reason that came with the trading state. */
  tradingStateReason = "";
  /** Nanoseconds since midnight of the last trading state; -1 before the first. */
  tradingStateNanos = -1;
  /** Times the state became halted (`H`) or paused (`P`). */
  halts = 0;
  /** Market codes on which an operational halt is in effect, such as `QB`; empty when there is none. */
  operationalHalts = "";
  /** Short-sale price test state (`0`, `1`, `2`); empty when unknown. */
  regShoAction = "";
  /** Last net order imbalance, with the time it was told; `undefined` before the first. */
  imbalance: NetOrderImbalance | undefined = undefined;
  readonly #store: OrderStore;

  /** @internal */
  constructor(store: OrderStore, stockLocate: number) {
    this.#store = store;
    this.stockLocate = stockLocate;
  }

  /**
   * The best price of a side.
   *
   * @returns `undefined` when the side is empty
   */
  best(side: ItchSide): ItchLevel | undefined {
    const level = this.#store.ladders.best(this.#ladder(side));
    return level === 0 ? undefined : this.#level(level);
  }

  /** True when there is no trading: halted or paused. */
  get isHalted(): boolean {
    return this.tradingState === "H" || this.tradingState === "P";
  }

  /**
   * Price levels from the best on.
   *
   * @param side - which side
   * @param limit - at most so many levels; all by default
   */
  depth(side: ItchSide, limit: number = Number.POSITIVE_INFINITY): ItchLevel[] {
    const { ladders } = this.#store;
    const ladder = this.#ladder(side);
    const levels: ItchLevel[] = [];
    const count = Math.min(limit, ladders.count(ladder));
    for (let depth = 0; depth < count; depth++) levels.push(this.#level(ladders.levelAt(ladder, depth)));
    return levels;
  }

  /**
   * Orders in the order in which they would trade: best price first, then by time.
   *
   * @param side - which side
   * @param price4 - only those at this price, in ten-thousandths of a dollar
   */
  orders(side: ItchSide, price4?: number): ItchOrder[] {
    const { orders, levels, ladders } = this.#store;
    const ladder = this.#ladder(side);
    const found: ItchOrder[] = [];
    for (let depth = 0; depth < ladders.count(ladder); depth++) {
      const at = ladders.levelAt(ladder, depth) * LEVEL_STRIDE;
      if (price4 !== undefined && levels[at + PRICE] !== price4) continue;
      for (let slot = levels[at + FIRST]!; slot !== 0; slot = orders[slot * ORDER_STRIDE + NEXT]!) {
        found.push(orderAt(this.#store, slot, side, levels[at + PRICE]!));
      }
    }
    return found;
  }

  /** Number of live orders, both sides. */
  get liveOrders(): number {
    let total = 0;
    for (const side of ["buy", "sell"] as const) {
      for (const level of this.depth(side)) total += level.orders;
    }
    return total;
  }

  #ladder(side: ItchSide): number {
    return this.stockLocate * 2 + (side === "sell" ? 1 : 0);
  }

  #level(level: number): ItchLevel {
    const { levels, levelTotals } = this.#store;
    const at = level * LEVEL_STRIDE;
    return {
      price4: levels[at + PRICE]!,
      shares: levelTotals[level * TOTAL_STRIDE + TOTAL]!,
      orders: levels[at + ORDERS]!,
    };
  }
}

/** Copies an order out of the store. */
export function orderAt(store: OrderStore, slot: number, side: ItchSide, price4: number): ItchOrder {
  const at = slot * ORDER_STRIDE;
  const { orders } = store;
  return {
    orderReferenceNumber: (BigInt(orders[at + HIGH]!) << 32n) | BigInt(orders[at + LOW]!),
    side,
    price4,
    shares: orders[at + SHARES]!,
    attribution: mpidText(orders[at + ATTRIBUTION]!),
  };
}

function mpidText(bytes: number): string {
  if (bytes === 0) return "";
  let text = "";
  for (let shift = 24; shift >= 0; shift -= 8) text += CHARACTERS[(bytes >>> shift) & 0xff];
  return text.trimEnd();
}
