import type { OuchAppendage } from "./appendage.ts";
import { OuchCodec, type OuchRow } from "./codec.ts";

/** Enters an order. OUCH 5.0 inbound, type `O`. */
export interface Ouch50EnterOrder {
  /** Message type on the wire. */
  readonly type: "O";
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly side: string;
  /** Number of shares. */
  readonly quantity: number;
  /** Symbol. */
  readonly symbol: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How long the order lives. */
  readonly timeInForce: string;
  /** How the order is displayed. */
  readonly display: string;
  /** `A` agency, `P` principal, `R` riskless principal, `O` other. */
  readonly capacity: string;
  /** `Y` eligible, `N` not. */
  readonly intermarketSweepEligibility: string;
  /** `N` continuous market, `O` opening, `C` closing, `H` halt or IPO; other codes per specification. */
  readonly crossType: string;
  /** Free text of the client, echoed. */
  readonly clOrdId: string;
  /** Optional fields, in wire order. */
  readonly appendages: readonly OuchAppendage[];
}

/** Replaces an order by one with another size or price. OUCH 5.0 inbound, type `U`. */
export interface Ouch50ReplaceOrder {
  /** Message type on the wire. */
  readonly type: "U";
  /** Number of the order that is replaced. */
  readonly origUserRefNum: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Number of shares. */
  readonly quantity: number;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How long the order lives. */
  readonly timeInForce: string;
  /** How the order is displayed. */
  readonly display: string;
  /** `Y` eligible, `N` not. */
  readonly intermarketSweepEligibility: string;
  /** Free text of the client, echoed. */
  readonly clOrdId: string;
  /** Optional fields, in wire order. */
  readonly appendages: readonly OuchAppendage[];
}

/** Reduces an order to a number of shares; 0 cancels it. OUCH 5.0 inbound, type `X`. */
export interface Ouch50CancelOrder {
  /** Message type on the wire. */
  readonly type: "X";
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Number of shares. */
  readonly quantity: number;
}

/** Changes the side of a sell order, or its size, and keeps its priority. OUCH 5.0 inbound, type `M`. */
export interface Ouch50ModifyOrder {
  /** Message type on the wire. */
  readonly type: "M";
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly side: string;
  /** Number of shares. */
  readonly quantity: number;
}

/** Asks for the smallest user reference number that can be used. OUCH 5.0 inbound, type `Q`. */
export interface Ouch50AccountQuery {
  /** Message type on the wire. */
  readonly type: "Q";
}

/** What a client sends in OUCH 5.0, told apart by `type`. */
export type Ouch50Inbound =
  | Ouch50EnterOrder
  | Ouch50ReplaceOrder
  | Ouch50CancelOrder
  | Ouch50ModifyOrder
  | Ouch50AccountQuery;

/** The day began or ended. OUCH 5.0 outbound, type `S`. */
export interface Ouch50SystemEvent {
  /** Message type on the wire. */
  readonly type: "S";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** `S` start of day, `E` end of day. */
  readonly eventCode: string;
}

/** An order was accepted. OUCH 5.0 outbound, type `A`. */
export interface Ouch50OrderAccepted {
  /** Message type on the wire. */
  readonly type: "A";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly side: string;
  /** Number of shares. */
  readonly quantity: number;
  /** Symbol. */
  readonly symbol: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How long the order lives. */
  readonly timeInForce: string;
  /** How the order is displayed. */
  readonly display: string;
  /** Reference of the order on the exchange, as in ITCH. */
  readonly orderReferenceNumber: bigint;
  /** `A` agency, `P` principal, `R` riskless principal, `O` other. */
  readonly capacity: string;
  /** `Y` eligible, `N` not. */
  readonly intermarketSweepEligibility: string;
  /** `N` continuous market, `O` opening, `C` closing, `H` halt or IPO; other codes per specification. */
  readonly crossType: string;
  /** `L` live, `D` dead: accepted and cancelled at once. */
  readonly orderState: string;
  /** Free text of the client, echoed. */
  readonly clOrdId: string;
  /** Optional fields, in wire order. */
  readonly appendages: readonly OuchAppendage[];
}

/** An order was replaced. OUCH 5.0 outbound, type `U`. */
export interface Ouch50Replaced {
  /** Message type on the wire. */
  readonly type: "U";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number of the order that is replaced. */
  readonly origUserRefNum: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly side: string;
  /** Number of shares. */
  readonly quantity: number;
  /** Symbol. */
  readonly symbol: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How long the order lives. */
  readonly timeInForce: string;
  /** How the order is displayed. */
  readonly display: string;
  /** Reference of the order on the exchange, as in ITCH. */
  readonly orderReferenceNumber: bigint;
  /** `A` agency, `P` principal, `R` riskless principal, `O` other. */
  readonly capacity: string;
  /** `Y` eligible, `N` not. */
  readonly intermarketSweepEligibility: string;
  /** `N` continuous market, `O` opening, `C` closing, `H` halt or IPO; other codes per specification. */
  readonly crossType: string;
  /** `L` live, `D` dead: accepted and cancelled at once. */
  readonly orderState: string;
  /** Free text of the client, echoed. */
  readonly clOrdId: string;
  /** Optional fields, in wire order. */
  readonly appendages: readonly OuchAppendage[];
}

/** An order lost shares, some or all, without trading. OUCH 5.0 outbound, type `C`. */
export interface Ouch50Canceled {
  /** Message type on the wire. */
  readonly type: "C";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Number of shares. */
  readonly quantity: number;
  /** Why: `U` by the user, `I` immediate or cancel, `T` timeout, `S` by supervisor, `D` regulatory, `Q` self-match prevention, and others. */
  readonly cancelOrderReason: string;
}

/** An order lost shares because it would have traded with its own firm. OUCH 5.0 outbound, type `D`. */
export interface Ouch50AiqCanceled {
  /** Message type on the wire. */
  readonly type: "D";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Shares taken off the order. */
  readonly decrementShares: number;
  /** Why: `U` by the user, `I` immediate or cancel, `T` timeout, `S` by supervisor, `D` regulatory, `Q` self-match prevention, and others. */
  readonly cancelOrderReason: string;
  /** Shares that would have traded with an order of the same firm. */
  readonly quantityPreventedFromTrading: number;
  /** Price of the execution in ten-thousandths of a dollar. */
  readonly executionPrice4: number;
  /** `A` added, `R` removed, and finer codes per specification. */
  readonly liquidityFlag: string;
}

/** An order traded. OUCH 5.0 outbound, type `E`. */
export interface Ouch50OrderExecuted {
  /** Message type on the wire. */
  readonly type: "E";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Number of shares. */
  readonly quantity: number;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** `A` added, `R` removed, and finer codes per specification. */
  readonly liquidityFlag: string;
  /** Number of the match, as in ITCH. */
  readonly matchNumber: bigint;
  /** Optional fields, in wire order. */
  readonly appendages: readonly OuchAppendage[];
}

/** An execution was broken. OUCH 5.0 outbound, type `B`. */
export interface Ouch50BrokenTrade {
  /** Message type on the wire. */
  readonly type: "B";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Number of the match, as in ITCH. */
  readonly matchNumber: bigint;
  /** Why the trade was broken. */
  readonly brokenTradeReason: string;
  /** Free text of the client, echoed. */
  readonly clOrdId: string;
}

/** An execution was corrected. OUCH 5.0 outbound, type `F`. */
export interface Ouch50TradeCorrection {
  /** Message type on the wire. */
  readonly type: "F";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Number of shares. */
  readonly quantity: number;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** `A` added, `R` removed, and finer codes per specification. */
  readonly liquidityFlag: string;
  /** Number of the match, as in ITCH. */
  readonly matchNumber: bigint;
  /** Why the trade was corrected. */
  readonly tradeCorrectionReason: string;
  /** Free text of the client, echoed. */
  readonly clOrdId: string;
}

/** An order was rejected. OUCH 5.0 outbound, type `J`. */
export interface Ouch50RejectedOrder {
  /** Message type on the wire. */
  readonly type: "J";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Why the order was rejected, as the exchange codes it. */
  readonly rejectedOrderReason: number;
  /** Free text of the client, echoed. */
  readonly clOrdId: string;
}

/** A cancel waits, since the order is in a cross that cannot be left. OUCH 5.0 outbound, type `P`. */
export interface Ouch50CancelPending {
  /** Message type on the wire. */
  readonly type: "P";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
}

/** A cancel was refused. OUCH 5.0 outbound, type `I`. */
export interface Ouch50CancelReject {
  /** Message type on the wire. */
  readonly type: "I";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
}

/** An order got a new place or price on the book. OUCH 5.0 outbound, type `T`. */
export interface Ouch50OrderPriorityUpdate {
  /** Message type on the wire. */
  readonly type: "T";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How the order is displayed. */
  readonly display: string;
  /** Reference of the order on the exchange, as in ITCH. */
  readonly orderReferenceNumber: bigint;
}

/** A modify was done. OUCH 5.0 outbound, type `M`. */
export interface Ouch50OrderModified {
  /** Message type on the wire. */
  readonly type: "M";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly side: string;
  /** Number of shares. */
  readonly quantity: number;
}

/** The exchange changed an order by itself. OUCH 5.0 outbound, type `R`. */
export interface Ouch50OrderRestated {
  /** Message type on the wire. */
  readonly type: "R";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Number that the client gave the order; rises strictly from 1 within the day. */
  readonly userRefNum: number;
  /** Why the order was restated. */
  readonly orderRestatedReason: string;
  /** Optional fields, in wire order. */
  readonly appendages: readonly OuchAppendage[];
}

/** Answer to an account query. OUCH 5.0 outbound, type `Q`. */
export interface Ouch50AccountQueryResponse {
  /** Message type on the wire. */
  readonly type: "Q";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Smallest number that the next order may have. */
  readonly nextUserRefNum: number;
}

/** What the exchange sends in OUCH 5.0, told apart by `type`. */
export type Ouch50Outbound =
  | Ouch50SystemEvent
  | Ouch50OrderAccepted
  | Ouch50Replaced
  | Ouch50Canceled
  | Ouch50AiqCanceled
  | Ouch50OrderExecuted
  | Ouch50BrokenTrade
  | Ouch50TradeCorrection
  | Ouch50RejectedOrder
  | Ouch50CancelPending
  | Ouch50CancelReject
  | Ouch50OrderPriorityUpdate
  | Ouch50OrderModified
  | Ouch50OrderRestated
  | Ouch50AccountQueryResponse;

const INBOUND: readonly OuchRow[] = [
  [
    "O",
    "userRefNum:u32 side:char quantity:u32 symbol:alpha8 price4:price timeInForce:char display:char capacity:char intermarketSweepEligibility:char crossType:char clOrdId:alpha14 appendages",
  ],
  [
    "U",
    "origUserRefNum:u32 userRefNum:u32 quantity:u32 price4:price timeInForce:char display:char intermarketSweepEligibility:char clOrdId:alpha14 appendages",
  ],
  ["X", "userRefNum:u32 quantity:u32"],
  ["M", "userRefNum:u32 side:char quantity:u32"],
  ["Q", ""],
];

const OUTBOUND: readonly OuchRow[] = [
  ["S", "timestampNanos:nanos eventCode:char"],
  [
    "A",
    "timestampNanos:nanos userRefNum:u32 side:char quantity:u32 symbol:alpha8 price4:price timeInForce:char display:char orderReferenceNumber:u64 capacity:char intermarketSweepEligibility:char crossType:char orderState:char clOrdId:alpha14 appendages",
  ],
  [
    "U",
    "timestampNanos:nanos origUserRefNum:u32 userRefNum:u32 side:char quantity:u32 symbol:alpha8 price4:price timeInForce:char display:char orderReferenceNumber:u64 capacity:char intermarketSweepEligibility:char crossType:char orderState:char clOrdId:alpha14 appendages",
  ],
  ["C", "timestampNanos:nanos userRefNum:u32 quantity:u32 cancelOrderReason:char"],
  [
    "D",
    "timestampNanos:nanos userRefNum:u32 decrementShares:u32 cancelOrderReason:char quantityPreventedFromTrading:u32 executionPrice4:price liquidityFlag:char",
  ],
  [
    "E",
    "timestampNanos:nanos userRefNum:u32 quantity:u32 price4:price liquidityFlag:char matchNumber:u64 appendages",
  ],
  ["B", "timestampNanos:nanos userRefNum:u32 matchNumber:u64 brokenTradeReason:char clOrdId:alpha14"],
  [
    "F",
    "timestampNanos:nanos userRefNum:u32 quantity:u32 price4:price liquidityFlag:char matchNumber:u64 tradeCorrectionReason:char clOrdId:alpha14",
  ],
  ["J", "timestampNanos:nanos userRefNum:u32 rejectedOrderReason:u16 clOrdId:alpha14"],
  ["P", "timestampNanos:nanos userRefNum:u32"],
  ["I", "timestampNanos:nanos userRefNum:u32"],
  ["T", "timestampNanos:nanos userRefNum:u32 price4:price display:char orderReferenceNumber:u64"],
  ["M", "timestampNanos:nanos userRefNum:u32 side:char quantity:u32"],
  ["R", "timestampNanos:nanos userRefNum:u32 orderRestatedReason:char appendages"],
  ["Q", "timestampNanos:nanos nextUserRefNum:u32"],
];

/**
 * The codec of OUCH 5.0: inbound messages travel in unsequenced SoupBinTCP packets, outbound ones in sequenced packets.
 *
 * @see Nasdaq OUCH 5.0 specification
 */
export const ouch50: OuchCodec<Ouch50Inbound, Ouch50Outbound> = /* @__PURE__ */ new OuchCodec(
  INBOUND,
  OUTBOUND,
);
