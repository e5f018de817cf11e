import {
  type GateListener,
  type InstrumentDefinition,
  isRiskError,
  type Limits,
  type NodeDefinition,
  type OrderRequest,
  PreTradeGate,
  type RiskError,
  rejectName,
} from "@exchange-kit/risk";

export const CHANGE: { readonly timeMillis: number; readonly actor: string } = {
  timeMillis: 0,
  actor: "risk officer",
};

export interface SmallGate {
  readonly gate: PreTradeGate;
  readonly firm: number;
  readonly account: number;
  readonly session: number;
  readonly instrument: number;
  /** An order that buys 10 at 100.00, but for `terms`, with the next id. */
  order(terms?: Partial<OrderRequest>): OrderRequest;
  /** Enters it. @returns the name of what the gate says */
  send(terms?: Partial<OrderRequest>): string;
}

/** A firm with one account and one instrument at 100.00 (prices in cents). */
export function gateWith(
  options: {
    limits?: Limits;
    instrument?: Partial<InstrumentDefinition>;
    account?: Partial<NodeDefinition>;
    listener?: GateListener;
  } = {},
): SmallGate {
  const gate = new PreTradeGate({ baseCurrency: "USD", sectors: 2 }, options.listener);
  const firm = gate.addNode({ name: "firm", level: "firm" });
  const account = gate.addNode({
    name: "account",
    level: "account",
    parent: firm,
    limits: options.limits ?? {},
    ...options.account,
  });
  const session = gate.addSession({ name: "session" });
  const instrument = gate.addInstrument({ name: "XYZ", referencePrice: 10_000, ...options.instrument });
  let orderId = 0;
  const order = (terms: Partial<OrderRequest> = {}): OrderRequest => ({
    orderId: ++orderId,
    account,
    session,
    instrument,
    side: "buy",
    type: "limit",
    price: 10_000,
    stopPrice: 0,
    quantity: 10,
    timeMillis: 0,
    ...terms,
  });
  const send = (terms: Partial<OrderRequest> = {}) => rejectName(gate.newOrder(order(terms)));
  return { gate, firm, account, session, instrument, order, send };
}

/** The error that an action throws. */
export function codeOf(action: () => unknown): RiskError {
  try {
    action();
  } catch (error) {
    if (isRiskError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
