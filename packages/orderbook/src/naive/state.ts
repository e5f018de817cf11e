import type { CancelReason, EngineListener } from "../engine-listener.ts";
import type { EngineRejectReason } from "../engine-reject-reason.ts";
import type { EngineOptions, InstrumentOptions, OrderLimit } from "../instrument-options.ts";
import { isMarket } from "../order-rules.ts";
import { MAX_ORDERS } from "../order-store.ts";
import { nextRandomState, randomSize } from "../random.ts";
import type { Side } from "../side.ts";
import type { Instrument } from "./instrument.ts";
import { compare, type List, type Order, rank, standing } from "./order.ts";

/** What the engine knows, and how an order comes to its place, changes there and leaves it. */
export class NaiveState {
  readonly listener: EngineListener;
  readonly instruments: Instrument[];
  readonly maximumOrders: number;
  readonly orderLimit: OrderLimit | undefined;
  orders: Order[] = [];
  /** Orders whose trigger was met, in the order in which they will act. */
  elected: Order[] = [];
  /** Orders entered in this interval, by session. */
  entered: Map<number, number> = new Map();
  counter = 0;
  now = 0;

  constructor(
    instruments: readonly InstrumentOptions[],
    listener: EngineListener,
    { maximumOrders = MAX_ORDERS, orderLimit }: EngineOptions,
  ) {
    this.listener = listener;
    this.maximumOrders = maximumOrders;
    this.orderLimit = orderLimit;
    this.instruments = instruments.map((rules) => ({
      rules,
      phase: rules.phase ?? "continuous",
      last: rules.referencePrice,
      trades: [],
      auctionEnds: undefined,
      told: undefined,
      top: { buy: undefined, sell: undefined },
      reference: rules.referencePrice,
      referenceSince: 0,
      recent: [],
      limitState: "none",
      limitSince: 0,
    }));
  }

  /** The orders of a side that could trade, in priority. */
  queue(instrument: number, side: Side): Order[] {
    return this.orders
      .filter((order) => order.instrument === instrument && order.side === side && order.place === "book")
      .sort((a, b) => compare(rank(a), rank(b)) || standing(a) - standing(b) || a.priority - b.priority);
  }

  /** Those of them that take part in auctions. */
  auctionQueue(instrument: number, side: Side): Order[] {
    return this.queue(instrument, side).filter((order) => !order.allOrNone);
  }

  /** Orders that wait: for a trigger, the close, something to follow, a parent; each as they were entered. */
  held(instrument: number): Order[] {
    return (["trigger", "close", "peg", "parent"] as const).flatMap((place) =>
      this.bySequence(instrument).filter((order) => order.place === place),
    );
  }

  bySequence(instrument: number): Order[] {
    return this.orders
      .filter((order) => order.instrument === instrument)
      .sort((a, b) => a.sequence - b.sequence);
  }

  /** All open orders: by instrument, buys, sells, held. */
  inOrder(): Order[] {
    return this.instruments.flatMap((_, index) => [
      ...this.queue(index, "buy"),
      ...this.queue(index, "sell"),
      ...this.held(index),
    ]);
  }

  find(orderId: number): Order | undefined {
    return this.orders.find((order) => order.id === orderId);
  }

  leavesOf(orderId: number): number {
    return this.find(orderId)?.leaves ?? 0;
  }

  remove(order: Order): void {
    this.orders = this.orders.filter((other) => other !== order);
    this.elected = this.elected.filter((other) => other !== order);
    const { top } = this.instruments[order.instrument]!;
    if (top[order.side] === order) top[order.side] = undefined;
  }

  end(order: Order, reason: CancelReason): number {
    this.remove(order);
    this.cancelled(order, reason);
    return order.leaves;
  }

  cancelled(order: Order, reason: CancelReason): void {
    const { list } = order;
    this.listener.cancelled(order.instrument, order.id, order.leaves, reason);
    if (!list || !order.isParent || reason === "replaced" || reason === "repriced") return;
    for (const child of this.members(list)) if (child !== order) this.end(child, "contingency");
  }

  /** Open orders of a list, as they were entered. */
  members(list: List): Order[] {
    return this.orders.filter((order) => order.list === list).sort((a, b) => a.sequence - b.sequence);
  }

  /** Takes from what is shown, or from a hidden order. */
  fill(order: Order, quantity: number): void {
    order.leaves -= quantity;
    order.displayed = Math.max(order.displayed - quantity, 0);
    order.filled += quantity;
    if (order.leaves === 0) this.remove(order);
  }

  /** An iceberg whose shown part traded shows the next one, at the back. */
  refresh(order: Order): void {
    if (order.leaves === 0 || order.displayed > 0 || !order.display) return;
    const { rules, top } = this.instruments[order.instrument]!;
    let shown = order.display;
    if (order.displayLow !== undefined) {
      order.random = nextRandomState(order.random);
      shown = randomSize(order.random, order.displayLow, order.displayHigh, rules.lotSize ?? 1);
    }
    order.displayed = Math.min(shown, order.leaves);
    order.priority = ++this.counter;
    if (top[order.side] === order) top[order.side] = undefined;
    this.listener.refreshed(order.instrument, order.id, order.displayed);
  }

  /** Keeps the place in the queue; the reserve goes first. */
  shrink(order: Order, by: number): void {
    order.leaves -= by;
    order.displayed = Math.min(order.displayed, order.leaves);
    this.listener.reduced(order.instrument, order.id, order.leaves, order.displayed);
  }

  rest(order: Order): void {
    order.place = "book";
    order.minimum = 0;
    order.priority = ++this.counter;
    if (!this.orders.includes(order)) this.orders.push(order);
    const { instrument, id, side, price, leaves } = order;
    if (price === undefined) {
      this.listener.held(instrument, id, side, leaves);
      return;
    }
    // A market order with protection is one to the end of the call that it waits for.
    if (!order.peg && !isMarket(order.type)) order.type = "limit";
    order.displayed = order.allOrNone ? 0 : Math.min(order.display ?? leaves, leaves);
    this.#noteTop(order);
    this.listener.added(instrument, id, side, price, leaves, order.displayed);
  }

  /** Whether an order that begins to rest betters the market. */
  #noteTop(order: Order): void {
    const { rules, phase, top } = this.instruments[order.instrument]!;
    const step = rules.allocation?.find((each) => each.step === "top-order");
    if (!step || phase !== "continuous" || order.displayed === 0) return;
    const others = this.queue(order.instrument, order.side).filter(
      (other) => other !== order && other.displayed > 0,
    );
    const best = others[0]?.price;
    const isBetter = best === undefined || (order.side === "buy" ? order.price! > best : order.price! < best);
    if (isBetter) top[order.side] = order.leaves >= (step.minimum ?? 1) ? order : undefined;
  }

  hold(order: Order, place: "trigger" | "close" | "peg" | "parent"): void {
    order.place = place;
    order.displayed = 0;
    if (place === "peg") order.price = undefined;
    this.orders.push(order);
    this.listener.held(order.instrument, order.id, order.side, order.leaves);
  }

  reject(instrument: number, orderId: number, reason: EngineRejectReason): 0 {
    this.listener.rejected(instrument, orderId, reason);
    return 0;
  }
}
