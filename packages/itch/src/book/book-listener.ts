import type { NetOrderImbalance } from "../itch/trades.ts";
import type { ItchOrder, ItchSide, SymbolBook } from "./symbol-book.ts";

/** Why an order lost shares; `replaced` also when its reference was added again. */
export type ReductionCause = "executed" | "cancelled" | "deleted" | "replaced";

/** Where a print came from: a displayed order, a trade against a hidden one, or a cross. */
export type PrintSource = "displayed" | "hidden" | "cross";

/**
 * What an `ItchBook` tells; every method is optional. The book is already changed when a method is called. For one
 * message the calls come in this order: order, level, best price, trade. A replace is a reduction, then an addition.
 */
export interface ItchBookListener {
  /** L3: an order joined the end of the queue at its price. */
  orderAdded?(book: SymbolBook, order: ItchOrder): void;
  /**
   * L3: an order lost shares.
   *
   * @param book - of its symbol
   * @param order - as it is now; with 0 shares it has left the book
   * @param shares - how many it lost
   * @param cause - why
   */
  orderReduced?(book: SymbolBook, order: ItchOrder, shares: number, cause: ReductionCause): void;
  /**
   * L2: the total at a price changed.
   *
   * @param book - of the symbol
   * @param side - which side
   * @param price4 - in ten-thousandths of a dollar
   * @param shares - at this price now
   * @param orders - at this price now; 0 when the level is gone
   */
  levelChanged?(book: SymbolBook, side: ItchSide, price4: number, shares: number, orders: number): void;
  /** L1: price, shares or orders of a side's best level changed; read them by `book.best(side)`. */
  bestChanged?(book: SymbolBook, side: ItchSide): void;
  /**
   * A print.
   *
   * @param book - of the symbol
   * @param price4 - in ten-thousandths of a dollar
   * @param shares - printed; a cross beyond 2^53 shares is rounded
   * @param source - where it came from
   * @param timestampNanos - nanoseconds since midnight
   */
  traded?(
    book: SymbolBook,
    price4: number,
    shares: number,
    source: PrintSource,
    timestampNanos: number,
  ): void;
  /** A net order imbalance was told; it is also in `book.imbalance`. */
  imbalanceChanged?(book: SymbolBook, imbalance: NetOrderImbalance): void;
  /** Trading was halted, paused or resumed, on all markets or on one; read `book.tradingState`, `book.operationalHalts`. */
  tradingStateChanged?(book: SymbolBook): void;
}
