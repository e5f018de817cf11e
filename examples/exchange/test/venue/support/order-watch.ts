import type { CancelOrder, ReplaceOrder } from "../../../src/venue/commands.ts";
import type { VenueListener } from "../../../src/venue/events.ts";
import type { OrderView } from "../../../src/venue/order-view.ts";

interface Life {
  status: string;
  cumulative: number;
  value: number;
  quantity: number;
  leaves: number;
  clientOrderId: string;
}

/**
 * Holds every report against the order state machine, from the reports alone, and counts what traded. Throws at the first
 * report that may not come.
 */
export class OrderWatch implements Partial<VenueListener> {
  readonly lives: Map<number, Life> = new Map();
  /** By account and instrument: what the trades say it holds. */
  readonly positions: Map<string, number> = new Map();
  #lastExecId = 0;
  #lastTradeId = 0;

  orderAccepted(order: OrderView, execId: number): void {
    this.#next(execId);
    must(!this.lives.has(order.orderId), `order ${order.orderId} is accepted twice`);
    must(order.status === "new" && order.cumulativeQuantity === 0, "a new order is new");
    this.lives.set(order.orderId, {
      status: "new",
      cumulative: 0,
      value: 0,
      quantity: order.quantity,
      leaves: order.quantity,
      clientOrderId: order.clientOrderId,
    });
    this.#same(order);
  }

  orderRejected(_command: unknown, execId: number): void {
    this.#next(execId);
  }

  orderTriggered(order: OrderView, execId: number): void {
    this.#next(execId);
    this.#open(order);
    this.#same(order);
  }

  orderExecuted(order: OrderView, execId: number, tradeId: number, price: number, quantity: number): void {
    this.#next(execId);
    must(tradeId >= this.#lastTradeId, "trade ids go up");
    this.#lastTradeId = tradeId;
    const life = this.#open(order);
    must(
      quantity > 0 && quantity <= life.leaves,
      `order ${order.orderId} trades ${quantity} of ${life.leaves}`,
    );
    if (order.price !== undefined && order.orderType === "limit") {
      must(order.side === "buy" ? price <= order.price : price >= order.price, "no trade through the limit");
    }
    life.cumulative += quantity;
    life.value += price * quantity;
    life.leaves -= quantity;
    life.status = life.leaves === 0 ? "filled" : "partially-filled";
    const key = `${order.account}/${order.instrument}`;
    const signed = order.side === "buy" ? quantity : -quantity;
    this.positions.set(key, (this.positions.get(key) ?? 0) + signed);
    this.#same(order);
  }

  orderCancelled(order: OrderView, execId: number, quantity: number, reason: string): void {
    this.#next(execId);
    const life = this.#open(order);
    must(quantity === life.leaves, `order ${order.orderId} ends with ${quantity} of ${life.leaves}`);
    life.leaves = 0;
    life.status = reason === "expired" ? "expired" : "cancelled";
    this.#same(order);
  }

  orderReplaced(order: OrderView, execId: number): void {
    this.#next(execId);
    const life = this.#open(order);
    must(order.origClientOrderId === life.clientOrderId, "the replace chain is whole");
    life.clientOrderId = order.clientOrderId;
    life.quantity = order.quantity;
    life.leaves = order.quantity - life.cumulative;
    must(life.leaves >= 0, "a total is not below what traded");
    if (life.leaves === 0) life.status = "filled";
    this.#same(order);
  }

  orderRestated(order: OrderView, execId: number): void {
    this.#next(execId);
    const life = this.#open(order);
    must(order.quantity <= life.quantity, "a restatement takes away");
    life.quantity = order.quantity;
    life.leaves = order.quantity - life.cumulative;
    must(life.leaves > 0, "a restated order is open");
    this.#same(order);
  }

  cancelRejected(command: CancelOrder | ReplaceOrder, execId: number, order: OrderView | undefined): void {
    this.#next(execId);
    if (order === undefined) return;
    must(order.account === command.account, "nobody sees another's order");
    this.#same(order);
  }

  massCancelled(_command: unknown, execId: number): void {
    this.#next(execId);
  }

  massCancelRejected(_command: unknown, execId: number): void {
    this.#next(execId);
  }

  #next(execId: number): void {
    must(execId === this.#lastExecId + 1, `execution id ${execId} follows ${this.#lastExecId}`);
    this.#lastExecId = execId;
  }

  #open(order: OrderView): Life {
    const life = this.lives.get(order.orderId);
    must(life !== undefined, `order ${order.orderId} was accepted before`);
    must(life.leaves > 0, `order ${order.orderId} is open, not ${life.status}`);
    return life;
  }

  /** The record says what the reports say. */
  #same(order: OrderView): void {
    const life = this.lives.get(order.orderId);
    if (life === undefined) return;
    must(order.status === life.status, `order ${order.orderId} is ${life.status}, not ${order.status}`);
    must(order.cumulativeQuantity === life.cumulative && order.tradedValue === life.value, "traded alike");
    must(order.leavesQuantity === life.leaves && order.quantity === life.quantity, "open alike");
  }
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}
