import type { AuctionResult } from "./auction-price.ts";
import type { EngineListener } from "./engine-listener.ts";
import type { EngineOptions, InstrumentOptions, Phase } from "./instrument-options.ts";
import { amend, reduce, replace } from "./naive/amending.ts";
import { indicative } from "./naive/auction.ts";
import { cancel, cancelAll, disconnect } from "./naive/cancelling.ts";
import { advance } from "./naive/clock.ts";
import { enter, enterList } from "./naive/entering.ts";
import { setPhase } from "./naive/phases.ts";
import { priceLimits, setLastPrice } from "./naive/price-limits.ts";
import { ahead, best, depth, levelStatistics, openOrder } from "./naive/reading.ts";
import { NaiveState } from "./naive/state.ts";
import type { PriceLevel } from "./naive-order-book.ts";
import type { CancelFilter, Contingency, NewOrder } from "./new-order.ts";
import type { OpenOrder } from "./open-order.ts";
import { checkOptions } from "./option-rules.ts";
import type { CurrentPriceLimits, LevelStatistics, OrderVisitor } from "./price-level.ts";
import type { ReusableOrder } from "./reusable-order.ts";
import type { Side } from "./side.ts";

/**
 * The matching engine as plainly as it can be said: all open orders are one array that is filtered and sorted whenever
 * somebody wants to know. It is the oracle of {@link MatchingEngine}, whose methods it has and whose events it gives.
 */
export class NaiveMatchingEngine {
  readonly #state: NaiveState;

  /**
   * @param instruments - their rules; commands and events name them by index
   * @param listener - is told everything that happens
   * @throws EngineError `invalid-option`
   */
  constructor(
    instruments: readonly InstrumentOptions[],
    listener: EngineListener,
    options: EngineOptions = {},
  ) {
    checkOptions(instruments, options);
    this.#state = new NaiveState(instruments, listener, options);
  }

  /** See {@link MatchingEngine.size}. */
  get size(): number {
    return this.#state.orders.length;
  }

  /** See {@link MatchingEngine.limit}. */
  limit(instrument: number, orderId: number, side: Side, price: number, quantity: number): number {
    return this.enter({ instrument, orderId, side, price, quantity });
  }

  /** See {@link MatchingEngine.market}. */
  market(instrument: number, orderId: number, side: Side, quantity: number): number {
    return this.enter({ instrument, orderId, side, quantity, type: "market" });
  }

  /** See {@link MatchingEngine.enter}. */
  enter(entry: NewOrder | ReusableOrder): number {
    return enter(this.#state, entry as NewOrder);
  }

  /** See {@link MatchingEngine.enterList}. */
  enterList(contingency: Contingency, entries: readonly NewOrder[]): number {
    return enterList(this.#state, contingency, entries);
  }

  /** See {@link MatchingEngine.cancel}. */
  cancel(orderId: number): number {
    return cancel(this.#state, orderId);
  }

  /** See {@link MatchingEngine.cancelAll}. */
  cancelAll(filter: CancelFilter = {}): number {
    return cancelAll(this.#state, filter);
  }

  /** See {@link MatchingEngine.disconnect}. */
  disconnect(session: number): number {
    return disconnect(this.#state, session);
  }

  /** See {@link MatchingEngine.replace}. */
  replace(orderId: number, price: number, quantity: number): number {
    return replace(this.#state, orderId, price, quantity);
  }

  /** See {@link MatchingEngine.amend}. */
  amend(orderId: number, price: number, totalQuantity: number, displayQuantity?: number): number {
    return amend(this.#state, orderId, price, totalQuantity, displayQuantity);
  }

  /** See {@link MatchingEngine.reduce}. */
  reduce(orderId: number, by: number): number {
    return reduce(this.#state, orderId, by);
  }

  /** See {@link MatchingEngine.advance}. */
  advance(time: number): void {
    advance(this.#state, time);
  }

  /** See {@link MatchingEngine.setPhase}. */
  setPhase(instrument: number, phase: Phase): void {
    setPhase(this.#state, instrument, phase);
  }

  /** See {@link MatchingEngine.phase}. */
  phase(instrument: number): Phase | undefined {
    return this.#state.instruments[instrument]?.phase;
  }

  /** See {@link MatchingEngine.lastPrice}. */
  lastPrice(instrument: number): number | undefined {
    return this.#state.instruments[instrument]?.last;
  }

  /** See {@link MatchingEngine.setLastPrice}. */
  setLastPrice(instrument: number, price: number): void {
    setLastPrice(this.#state, instrument, price);
  }

  /** See {@link MatchingEngine.priceLimits}. */
  priceLimits(instrument: number): CurrentPriceLimits | undefined {
    return priceLimits(this.#state, instrument);
  }

  /** See {@link MatchingEngine.indicative}. */
  indicative(instrument: number): AuctionResult | undefined {
    return indicative(this.#state, instrument);
  }

  /** See {@link MatchingEngine.best}. */
  best(instrument: number, side: Side): number | undefined {
    return best(this.#state, instrument, side);
  }

  /** See {@link MatchingEngine.depth}. */
  depth(instrument: number, side: Side, levels: number): PriceLevel[] {
    return depth(this.#state, instrument, side, levels);
  }

  /** See {@link MatchingEngine.imbalance}. */
  imbalance(instrument: number, levels = 1): number | undefined {
    const total = (side: Side): number =>
      depth(this.#state, instrument, side, levels).reduce((sum, { quantity }) => sum + quantity, 0);
    const [bids, asks] = [total("buy"), total("sell")];
    return bids + asks === 0 ? undefined : (bids - asks) / (bids + asks);
  }

  /** See {@link MatchingEngine.levelStatistics}. */
  levelStatistics(instrument: number, side: Side, price: number): LevelStatistics | undefined {
    return levelStatistics(this.#state, instrument, side, price);
  }

  /** See {@link MatchingEngine.orders}. */
  orders(instrument: number, side: Side): OpenOrder[] {
    return this.#state.queue(instrument, side).map(openOrder);
  }

  /** See {@link MatchingEngine.eachOrder}. */
  eachOrder(instrument: number, side: Side, visit: OrderVisitor): void {
    for (const { id, price, leaves, displayed } of this.#state.queue(instrument, side)) {
      visit(id, price, leaves, displayed);
    }
  }

  /** See {@link MatchingEngine.heldOrders}. */
  heldOrders(instrument: number): OpenOrder[] {
    return this.#state.held(instrument).map(openOrder);
  }

  /** See {@link MatchingEngine.order}. */
  order(orderId: number): OpenOrder | undefined {
    const order = this.#state.find(orderId);
    return order && openOrder(order);
  }

  /** See {@link MatchingEngine.volumeAhead}. */
  volumeAhead(orderId: number): number | undefined {
    return ahead(this.#state, orderId)?.reduce((sum, other) => sum + (other.displayed || other.leaves), 0);
  }

  /** See {@link MatchingEngine.queuePosition}. */
  queuePosition(orderId: number): number | undefined {
    return ahead(this.#state, orderId)?.length;
  }
}
