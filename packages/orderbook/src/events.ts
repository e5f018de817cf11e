import { EventEmitter } from "eventemitter3";
import type { CancelReason, EngineListener, LimitState } from "./engine-listener.ts";
import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { Phase } from "./instrument-options.ts";
import type { Side } from "./side.ts";

/** The events of an engine as objects, by name; what their fields mean stands at {@link EngineListener}. */
export interface EngineEvents {
  /** See {@link EngineListener.added}. */
  added: (event: {
    instrument: number;
    orderId: number;
    side: Side;
    price: number;
    quantity: number;
    displayed: number;
  }) => void;
  /** See {@link EngineListener.held}. */
  held: (event: { instrument: number; orderId: number; side: Side; quantity: number }) => void;
  /** See {@link EngineListener.triggered}. */
  triggered: (event: { instrument: number; orderId: number }) => void;
  /** See {@link EngineListener.traded}. */
  traded: (event: {
    instrument: number;
    makerId: number;
    takerId: number;
    takerSide: Side;
    price: number;
    quantity: number;
    makerLeaves: number;
  }) => void;
  /** See {@link EngineListener.crossed}. */
  crossed: (event: {
    instrument: number;
    buyId: number;
    sellId: number;
    price: number;
    quantity: number;
    buyLeaves: number;
    sellLeaves: number;
  }) => void;
  /** See {@link EngineListener.refreshed}. */
  refreshed: (event: { instrument: number; orderId: number; displayed: number }) => void;
  /** See {@link EngineListener.reduced}. */
  reduced: (event: { instrument: number; orderId: number; leaves: number; displayed: number }) => void;
  /** See {@link EngineListener.cancelled}. */
  cancelled: (event: { instrument: number; orderId: number; quantity: number; reason: CancelReason }) => void;
  /** See {@link EngineListener.rejected}. */
  rejected: (event: { instrument: number; orderId: number; reason: EngineRejectReason }) => void;
  /** See {@link EngineListener.phaseChanged}. */
  phaseChanged: (event: { instrument: number; phase: Phase }) => void;
  /** See {@link EngineListener.indicative}. */
  indicative: (event: {
    instrument: number;
    price: number | undefined;
    volume: number;
    imbalance: number;
    farPrice: number | undefined;
  }) => void;
  /** See {@link EngineListener.limitStateChanged}. */
  limitStateChanged: (event: { instrument: number; state: LimitState }) => void;
}

/**
 * A listener that emits each event as an object, for those who prefer `on("traded", …)`. An object is made only for an
 * event that somebody listens to.
 *
 * @example
 * ```ts
 * import { MatchingEngine } from "@exchange-kit/orderbook";
 * import { EngineEmitter } from "@exchange-kit/orderbook/events";
 *
 * const emitter = new EngineEmitter();
 * emitter.on("traded", ({ makerId, takerId, price }) => console.log(makerId, takerId, price));
 * const engine = new MatchingEngine([{}], emitter.listener);
 * engine.limit(0, 1, "sell", 100, 5);
 * engine.market(0, 2, "buy", 5); // → 1 2 100
 * ```
 */
export class EngineEmitter extends EventEmitter<EngineEvents> {
  /** Give this to the engine. */
  readonly listener: Required<EngineListener> = {
    added: (instrument, orderId, side, price, quantity, displayed) => {
      if (this.listenerCount("added") > 0)
        this.emit("added", { instrument, orderId, side, price, quantity, displayed });
    },
    held: (instrument, orderId, side, quantity) => {
      if (this.listenerCount("held") > 0) this.emit("held", { instrument, orderId, side, quantity });
    },
    triggered: (instrument, orderId) => {
      if (this.listenerCount("triggered") > 0) this.emit("triggered", { instrument, orderId });
    },
    traded: (instrument, makerId, takerId, takerSide, price, quantity, makerLeaves) => {
      if (this.listenerCount("traded") > 0)
        this.emit("traded", { instrument, makerId, takerId, takerSide, price, quantity, makerLeaves });
    },
    crossed: (instrument, buyId, sellId, price, quantity, buyLeaves, sellLeaves) => {
      if (this.listenerCount("crossed") > 0)
        this.emit("crossed", { instrument, buyId, sellId, price, quantity, buyLeaves, sellLeaves });
    },
    refreshed: (instrument, orderId, displayed) => {
      if (this.listenerCount("refreshed") > 0) this.emit("refreshed", { instrument, orderId, displayed });
    },
    reduced: (instrument, orderId, leaves, displayed) => {
      if (this.listenerCount("reduced") > 0) this.emit("reduced", { instrument, orderId, leaves, displayed });
    },
    cancelled: (instrument, orderId, quantity, reason) => {
      if (this.listenerCount("cancelled") > 0)
        this.emit("cancelled", { instrument, orderId, quantity, reason });
    },
    rejected: (instrument, orderId, reason) => {
      if (this.listenerCount("rejected") > 0) this.emit("rejected", { instrument, orderId, reason });
    },
    phaseChanged: (instrument, phase) => {
      if (this.listenerCount("phaseChanged") > 0) this.emit("phaseChanged", { instrument, phase });
    },
    indicative: (instrument, price, volume, imbalance, farPrice) => {
      if (this.listenerCount("indicative") > 0)
        this.emit("indicative", { instrument, price, volume, imbalance, farPrice });
    },
    limitStateChanged: (instrument, state) => {
      if (this.listenerCount("limitStateChanged") > 0) this.emit("limitStateChanged", { instrument, state });
    },
  };
}
