import { NaiveOrderBook, type PriceLevel, type Side } from "@exchange-kit/orderbook";
import type { Instrument } from "./instruments.ts";

/** Who entered an order: only its own owner can cancel it. */
export type Owner = "client" | "simulation";

export interface NewOrder {
  readonly symbol: string;
  readonly side: Side;
  /** In lots. */
  readonly quantity: number;
  /** Limit in ticks; without one it is a market order. */
  readonly price?: number;
  readonly owner: Owner;
}

export interface Fill {
  /** In ticks. */
  readonly price: number;
  /** In lots. */
  readonly quantity: number;
}

export interface OrderReport {
  readonly orderId: number;
  readonly status: "new" | "partially-filled" | "filled" | "cancelled";
  readonly cumulativeQuantity: number;
  readonly leavesQuantity: number;
  readonly fills: readonly Fill[];
}

export interface Trade extends Fill {
  readonly symbol: string;
  /** Counts the trades of the exchange: 1, 2, 3, … */
  readonly tradeId: number;
  readonly takerSide: Side;
  readonly timeMillis: number;
}

export interface EngineListener {
  traded(trade: Trade): void;
  /** The resting orders of an instrument are no longer what they were. */
  bookChanged(symbol: string): void;
}

export type EngineFault = "unknown-symbol" | "unknown-order" | "book-full";

interface OpenOrder {
  readonly symbol: string;
  readonly owner: Owner;
}

/** So that nobody can make the process grow without bound. */
const MAX_RESTING_ORDERS = 10_000;

/**
 * The exchange without its edges: one book an instrument, commands in, trades and book changes out. It reads no clock,
 * so time comes with each command.
 */
export class Engine {
  readonly #books = new Map<string, NaiveOrderBook>();
  readonly #open = new Map<number, OpenOrder>();
  readonly #listener: EngineListener;
  #lastOrderId = 0;
  #lastTradeId = 0;
  #timeMillis = 0;
  #fills: Fill[] = [];

  constructor(instruments: readonly Instrument[], listener: EngineListener) {
    this.#listener = listener;
    for (const { symbol } of instruments) this.#books.set(symbol, this.#openBook(symbol));
  }

  /** Enters an order and says what became of it at once. Price and quantity must have been checked. */
  submit(order: NewOrder, timeMillis: number): OrderReport | EngineFault {
    const book = this.#books.get(order.symbol);
    if (!book) return "unknown-symbol";
    if (book.size >= MAX_RESTING_ORDERS) return "book-full";
    this.#timeMillis = timeMillis;
    this.#fills = [];
    const orderId = ++this.#lastOrderId;
    const isLimit = order.price !== undefined;
    if (isLimit) this.#open.set(orderId, { symbol: order.symbol, owner: order.owner });
    const leavesQuantity = isLimit
      ? book.limit(orderId, order.side, order.price, order.quantity)
      : book.market(orderId, order.side, order.quantity);
    if (leavesQuantity === 0) this.#open.delete(orderId);
    const cumulativeQuantity = order.quantity - leavesQuantity;
    return {
      orderId,
      status: statusOf(isLimit, cumulativeQuantity, leavesQuantity),
      cumulativeQuantity,
      // What a market order could not trade is cancelled, so nothing of it stays open.
      leavesQuantity: isLimit ? leavesQuantity : 0,
      fills: this.#fills,
    };
  }

  /**
   * Cancels an open order of this owner. An order that has traded, was cancelled, or is someone else's is unknown.
   *
   * @returns lots that were still open
   */
  cancel(orderId: number, owner: Owner): number | EngineFault {
    const order = this.#open.get(orderId);
    if (order?.owner !== owner) return "unknown-order";
    this.#open.delete(orderId);
    return this.#books.get(order.symbol)!.cancel(orderId);
  }

  /** The best `levels` prices of a side; none of an unknown symbol. */
  depth(symbol: string, side: Side, levels: number): PriceLevel[] {
    return this.#books.get(symbol)?.depth(side, levels) ?? [];
  }

  isOpen(orderId: number): boolean {
    return this.#open.has(orderId);
  }

  #openBook(symbol: string): NaiveOrderBook {
    const changed = (): void => this.#listener.bookChanged(symbol);
    return new NaiveOrderBook({
      added: changed,
      reduced: changed,
      cancelled: changed,
      traded: (makerId, _takerId, takerSide, price, quantity, makerLeaves) => {
        if (makerLeaves === 0) this.#open.delete(makerId);
        this.#fills.push({ price, quantity });
        this.#listener.traded({
          symbol,
          tradeId: ++this.#lastTradeId,
          takerSide,
          price,
          quantity,
          timeMillis: this.#timeMillis,
        });
        changed();
      },
      rejected: (orderId, reason) => {
        // Every command was checked before it came here, so this is a defect and must not pass unseen.
        throw new Error(`${symbol}: order ${orderId} was refused: ${reason}`);
      },
    });
  }
}

function statusOf(isLimit: boolean, cumulative: number, leaves: number): OrderReport["status"] {
  if (leaves === 0) return "filled";
  if (!isLimit) return "cancelled";
  return cumulative === 0 ? "new" : "partially-filled";
}
