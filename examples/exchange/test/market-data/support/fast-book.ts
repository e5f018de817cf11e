import {
  FastStream,
  type MarketDataMessage,
  marketDataMessage,
  marketDataTemplates,
  TemplateRegistry,
} from "@exchange-kit/fast";

type Sequenced = Exclude<MarketDataMessage, { template: "Reset" }>;

interface Order {
  readonly side: "buy" | "sell";
  readonly price: number;
  quantity: number;
}

interface Instrument {
  /** Orders in priority at each price. */
  orders: Map<number, Order>;
  /** Number of the last incremental that is in the book; −1 before the first snapshot. */
  sequence: number;
  state: string;
}

/** A client by the rules of the guide: incrementals are kept while there is a gap, a snapshot closes it. */
export class FastBook {
  readonly instruments: Instrument[];
  readonly trades: { instrument: number; tradeId: number; price: number; quantity: number }[] = [];
  /** Gaps that were seen in the incrementals. */
  gaps = 0;
  /** Number of the last incremental that was received. */
  last = 0;
  readonly #incrementals: FastStream;
  readonly #snapshots: FastStream;
  #kept: Sequenced[] = [];
  #lastSnapshot = 0;
  /** A part of this instrument's snapshot was lost. */
  #isBroken = false;
  /** Parts of the snapshot that is being told. */
  #parts: Map<number, Order> = new Map();

  constructor(instruments: number) {
    this.instruments = Array.from({ length: instruments }, () => ({
      orders: new Map(),
      sequence: -1,
      state: "",
    }));
    const registry = new TemplateRegistry(marketDataTemplates);
    const stream = (take: (message: Sequenced) => void): FastStream =>
      new FastStream(registry, {
        message: (decoded) => {
          const message = marketDataMessage(decoded);
          if (message.template !== "Reset") take(message);
        },
        error: (error) => {
          throw error;
        },
      });
    this.#incrementals = stream((message) => this.#incremental(message));
    this.#snapshots = stream((message) => this.#snapshot(message));
  }

  takeIncrementals(packet: Uint8Array): void {
    this.#incrementals.push(packet);
  }

  takeSnapshots(packet: Uint8Array): void {
    this.#snapshots.push(packet);
  }

  /** TCP: snapshots first, then incrementals; a snapshot's numbers are its own. */
  takeStream(): (chunk: Uint8Array) => void {
    const registry = new TemplateRegistry(marketDataTemplates);
    const stream = new FastStream(registry, {
      message: (decoded) => {
        const message = marketDataMessage(decoded);
        if (message.template === "Reset") return;
        const isSnapshot = this.instruments.some(({ sequence }) => sequence < 0);
        if (isSnapshot) this.#snapshot(message);
        else this.#incremental(message);
      },
      error: (error) => {
        throw error;
      },
    });
    return (chunk) => stream.push(chunk);
  }

  /** What a side shows at each price, best first. */
  depth(instrument: number, side: "buy" | "sell"): { price: number; quantity: number; orders: number }[] {
    const levels = new Map<number, { price: number; quantity: number; orders: number }>();
    for (const order of this.instruments[instrument]!.orders.values()) {
      if (order.side !== side) continue;
      const level = levels.get(order.price) ?? { price: order.price, quantity: 0, orders: 0 };
      level.quantity += order.quantity;
      level.orders++;
      levels.set(order.price, level);
    }
    return [...levels.values()].sort((a, b) => (side === "buy" ? b.price - a.price : a.price - b.price));
  }

  #incremental(message: Sequenced): void {
    const sequence = Number(message.fields.sequence);
    if (this.last !== 0 && sequence !== this.last + 1) this.gaps++;
    this.last = sequence;
    this.#kept.push(message);
    this.#applyKept();
  }

  #snapshot(message: Sequenced): void {
    if (Number(message.fields.sequence) !== this.#lastSnapshot + 1) this.#isBroken = true;
    this.#lastSnapshot = Number(message.fields.sequence);
    // An instrument's snapshot begins with its status.
    if (message.template === "Status") {
      this.#isBroken = false;
      this.#parts = new Map();
      this.instruments[message.fields.instrument]!.state = message.fields.state;
      return;
    }
    if (message.template !== "OrderSnapshot") throw new Error(`a ${message.template} among the snapshots`);
    const { instrument, lastSequence, orders, continues } = message.fields;
    for (const { orderId, side, price, quantity } of orders) {
      this.#parts.set(Number(orderId), { side, price: Number(price), quantity: Number(quantity) });
    }
    if (continues || this.#isBroken) return;
    const known = this.instruments[instrument]!;
    if (Number(lastSequence) >= known.sequence) {
      known.orders = this.#parts;
      known.sequence = Number(lastSequence);
    }
    this.#applyKept();
  }

  /** Applies to each instrument what follows its book without a gap. */
  #applyKept(): void {
    for (const [instrument, known] of this.instruments.entries()) {
      if (known.sequence < 0) continue;
      for (const message of this.#kept) {
        const sequence = Number(message.fields.sequence);
        if (sequence <= known.sequence) continue;
        if (sequence !== known.sequence + 1) break;
        this.#apply(instrument, known, message);
        known.sequence = sequence;
      }
    }
    const all = Math.min(...this.instruments.map(({ sequence }) => sequence));
    this.#kept = this.#kept.filter(({ fields }) => Number(fields.sequence) > all);
  }

  #apply(instrument: number, known: Instrument, message: Sequenced): void {
    if (message.template === "OrderIncremental") {
      for (const update of message.fields.updates) {
        if (update.instrument !== instrument) continue;
        const id = Number(update.orderId);
        const order = known.orders.get(id);
        if (update.action === "new") {
          if (order) throw new Error(`order ${id} is new twice`);
          const quantity = Number(update.quantity);
          known.orders.set(id, { side: update.side, price: Number(update.price), quantity });
        } else if (!order) throw new Error(`order ${id} is not known`);
        else if (update.action === "change") order.quantity = Number(update.quantity);
        else known.orders.delete(id);
      }
    } else if (message.template === "Trade" && message.fields.instrument === instrument) {
      const { tradeId, price, quantity } = message.fields;
      this.trades.push({
        instrument,
        tradeId: Number(tradeId),
        price: Number(price),
        quantity: Number(quantity),
      });
    } else if (message.template === "Status" && message.fields.instrument === instrument) {
      known.state = message.fields.state;
    }
  }
}
