import { OuchCodec, type OuchRow } from "./codec.ts";

/** Enters an order. OUCH 4.2 inbound, type `O`. */
export interface Ouch42EnterOrder {
  /** Message type on the wire. */
  readonly type: "O";
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly buySellIndicator: string;
  /** Number of shares. */
  readonly shares: number;
  /** Symbol. */
  readonly stock: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How long the order lives. */
  readonly timeInForce: number;
  /** Firm on whose behalf the order is entered. */
  readonly firm: string;
  /** How the order is displayed. */
  readonly display: string;
  /** `A` agency, `P` principal, `R` riskless principal, `O` other. */
  readonly capacity: string;
  /** `Y` eligible, `N` not. */
  readonly intermarketSweepEligibility: string;
  /** Least shares that an execution must have. */
  readonly minimumQuantity: number;
  /** `N` continuous market, `O` opening, `C` closing, `H` halt or IPO; other codes per specification. */
  readonly crossType: string;
  /** `R` retail, `N` not, space for the default of the port. */
  readonly customerType: string;
}

/** Replaces an order by one with another size or price. OUCH 4.2 inbound, type `U`. */
export interface Ouch42ReplaceOrder {
  /** Message type on the wire. */
  readonly type: "U";
  /** Token of the order to replace. */
  readonly existingOrderToken: string;
  /** Token of the order that takes its place. */
  readonly replacementOrderToken: string;
  /** Number of shares. */
  readonly shares: number;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How long the order lives. */
  readonly timeInForce: number;
  /** How the order is displayed. */
  readonly display: string;
  /** `Y` eligible, `N` not. */
  readonly intermarketSweepEligibility: string;
  /** Least shares that an execution must have. */
  readonly minimumQuantity: number;
}

/** Reduces an order to a number of shares; 0 cancels it. OUCH 4.2 inbound, type `X`. */
export interface Ouch42CancelOrder {
  /** Message type on the wire. */
  readonly type: "X";
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** Number of shares. */
  readonly shares: number;
}

/** Changes the side of a sell order, or its size, and keeps its priority. OUCH 4.2 inbound, type `M`. */
export interface Ouch42ModifyOrder {
  /** Message type on the wire. */
  readonly type: "M";
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly buySellIndicator: string;
  /** Number of shares. */
  readonly shares: number;
}

/** Asks that a resting order trade now, where it can. OUCH 4.2 inbound, type `N`. */
export interface Ouch42TradeNow {
  /** Message type on the wire. */
  readonly type: "N";
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
}

/** What a client sends in OUCH 4.2, told apart by `type`. */
export type Ouch42Inbound =
  | Ouch42EnterOrder
  | Ouch42ReplaceOrder
  | Ouch42CancelOrder
  | Ouch42ModifyOrder
  | Ouch42TradeNow;

/** The day began or ended. OUCH 4.2 outbound, type `S`. */
export interface Ouch42SystemEvent {
  /** Message type on the wire. */
  readonly type: "S";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** `S` start of day, `E` end of day. */
  readonly eventCode: string;
}

/** An order was accepted. OUCH 4.2 outbound, type `A`. */
export interface Ouch42Accepted {
  /** Message type on the wire. */
  readonly type: "A";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly buySellIndicator: string;
  /** Number of shares. */
  readonly shares: number;
  /** Symbol. */
  readonly stock: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How long the order lives. */
  readonly timeInForce: number;
  /** Firm on whose behalf the order is entered. */
  readonly firm: string;
  /** How the order is displayed. */
  readonly display: string;
  /** Reference of the order on the exchange, as in ITCH. */
  readonly orderReferenceNumber: bigint;
  /** `A` agency, `P` principal, `R` riskless principal, `O` other. */
  readonly capacity: string;
  /** `Y` eligible, `N` not. */
  readonly intermarketSweepEligibility: string;
  /** Least shares that an execution must have. */
  readonly minimumQuantity: number;
  /** `N` continuous market, `O` opening, `C` closing, `H` halt or IPO; other codes per specification. */
  readonly crossType: string;
  /** `L` live, `D` dead: accepted and cancelled at once. */
  readonly orderState: string;
  /** How the order compares with the best bid and offer. */
  readonly bboWeightIndicator: string;
}

/** An order was replaced. OUCH 4.2 outbound, type `U`. */
export interface Ouch42Replaced {
  /** Message type on the wire. */
  readonly type: "U";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token of the order that takes its place. */
  readonly replacementOrderToken: string;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly buySellIndicator: string;
  /** Number of shares. */
  readonly shares: number;
  /** Symbol. */
  readonly stock: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How long the order lives. */
  readonly timeInForce: number;
  /** Firm on whose behalf the order is entered. */
  readonly firm: string;
  /** How the order is displayed. */
  readonly display: string;
  /** Reference of the order on the exchange, as in ITCH. */
  readonly orderReferenceNumber: bigint;
  /** `A` agency, `P` principal, `R` riskless principal, `O` other. */
  readonly capacity: string;
  /** `Y` eligible, `N` not. */
  readonly intermarketSweepEligibility: string;
  /** Least shares that an execution must have. */
  readonly minimumQuantity: number;
  /** `N` continuous market, `O` opening, `C` closing, `H` halt or IPO; other codes per specification. */
  readonly crossType: string;
  /** `L` live, `D` dead: accepted and cancelled at once. */
  readonly orderState: string;
  /** Token of the order that was replaced. */
  readonly previousOrderToken: string;
  /** How the order compares with the best bid and offer. */
  readonly bboWeightIndicator: string;
}

/** An order lost shares, some or all, without trading. OUCH 4.2 outbound, type `C`. */
export interface Ouch42Canceled {
  /** Message type on the wire. */
  readonly type: "C";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** Shares taken off the order. */
  readonly decrementShares: number;
  /** Why: `U` by the user, `I` immediate or cancel, `T` timeout, `S` by supervisor, `D` regulatory, `Q` self-match prevention, and others. */
  readonly cancelOrderReason: string;
}

/** An order lost shares because it would have traded with its own firm. OUCH 4.2 outbound, type `D`. */
export interface Ouch42AiqCanceled {
  /** Message type on the wire. */
  readonly type: "D";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
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

/** An order traded. OUCH 4.2 outbound, type `E`. */
export interface Ouch42Executed {
  /** Message type on the wire. */
  readonly type: "E";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** Shares executed. */
  readonly executedShares: number;
  /** Price of the execution in ten-thousandths of a dollar. */
  readonly executionPrice4: number;
  /** `A` added, `R` removed, and finer codes per specification. */
  readonly liquidityFlag: string;
  /** Number of the match, as in ITCH. */
  readonly matchNumber: bigint;
}

/** An execution was broken. OUCH 4.2 outbound, type `B`. */
export interface Ouch42BrokenTrade {
  /** Message type on the wire. */
  readonly type: "B";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** Number of the match, as in ITCH. */
  readonly matchNumber: bigint;
  /** Why the trade was broken. */
  readonly brokenTradeReason: string;
}

/** An order traded at a price taken from a reference. OUCH 4.2 outbound, type `G`. */
export interface Ouch42ExecutedWithReferencePrice {
  /** Message type on the wire. */
  readonly type: "G";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** Shares executed. */
  readonly executedShares: number;
  /** Price of the execution in ten-thousandths of a dollar. */
  readonly executionPrice4: number;
  /** `A` added, `R` removed, and finer codes per specification. */
  readonly liquidityFlag: string;
  /** Number of the match, as in ITCH. */
  readonly matchNumber: bigint;
  /** Reference price in ten-thousandths of a dollar. */
  readonly referencePrice4: number;
  /** What the reference price is. */
  readonly referencePriceType: string;
}

/** An execution was corrected. OUCH 4.2 outbound, type `F`. */
export interface Ouch42TradeCorrection {
  /** Message type on the wire. */
  readonly type: "F";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** Shares executed. */
  readonly executedShares: number;
  /** Price of the execution in ten-thousandths of a dollar. */
  readonly executionPrice4: number;
  /** `A` added, `R` removed, and finer codes per specification. */
  readonly liquidityFlag: string;
  /** Number of the match, as in ITCH. */
  readonly matchNumber: bigint;
  /** Why the trade was corrected. */
  readonly reason: string;
}

/** An order was rejected. OUCH 4.2 outbound, type `J`. */
export interface Ouch42RejectedOrder {
  /** Message type on the wire. */
  readonly type: "J";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** Why the order was rejected, as the exchange codes it. */
  readonly rejectedOrderReason: string;
}

/** A cancel waits, since the order is in a cross that cannot be left. OUCH 4.2 outbound, type `P`. */
export interface Ouch42CancelPending {
  /** Message type on the wire. */
  readonly type: "P";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
}

/** A cancel was refused. OUCH 4.2 outbound, type `I`. */
export interface Ouch42CancelReject {
  /** Message type on the wire. */
  readonly type: "I";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
}

/** An order got a new place or price on the book. OUCH 4.2 outbound, type `T`. */
export interface Ouch42OrderPriorityUpdate {
  /** Message type on the wire. */
  readonly type: "T";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** How the order is displayed. */
  readonly display: string;
  /** Reference of the order on the exchange, as in ITCH. */
  readonly orderReferenceNumber: bigint;
}

/** A modify was done. OUCH 4.2 outbound, type `M`. */
export interface Ouch42OrderModified {
  /** Message type on the wire. */
  readonly type: "M";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
  /** `B` buy, `S` sell, `T` sell short, `E` sell short exempt. */
  readonly buySellIndicator: string;
  /** Number of shares. */
  readonly shares: number;
}

/** A trade-now request was taken. OUCH 4.2 outbound, type `N`. */
export interface Ouch42SequencedTradeNow {
  /** Message type on the wire. */
  readonly type: "N";
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
  /** Token that the client gave the order, unique within the day. */
  readonly orderToken: string;
}

/** What the exchange sends in OUCH 4.2, told apart by `type`. */
export type Ouch42Outbound =
  | Ouch42SystemEvent
  | Ouch42Accepted
  | Ouch42Replaced
  | Ouch42Canceled
  | Ouch42AiqCanceled
  | Ouch42Executed
  | Ouch42BrokenTrade
  | Ouch42ExecutedWithReferencePrice
  | Ouch42TradeCorrection
  | Ouch42RejectedOrder
  | Ouch42CancelPending
  | Ouch42CancelReject
  | Ouch42OrderPriorityUpdate
  | Ouch42OrderModified
  | Ouch42SequencedTradeNow;

const INBOUND: readonly OuchRow[] = [
  [
    "O",
    "orderToken:alpha14 buySellIndicator:char shares:u32 stock:alpha8 price4:u32 timeInForce:u32 firm:alpha4 display:char capacity:char intermarketSweepEligibility:char minimumQuantity:u32 crossType:char customerType:char",
  ],
  [
    "U",
    "existingOrderToken:alpha14 replacementOrderToken:alpha14 shares:u32 price4:u32 timeInForce:u32 display:char intermarketSweepEligibility:char minimumQuantity:u32",
  ],
  ["X", "orderToken:alpha14 shares:u32"],
  ["M", "orderToken:alpha14 buySellIndicator:char shares:u32"],
  ["N", "orderToken:alpha14"],
];

const OUTBOUND: readonly OuchRow[] = [
  ["S", "timestampNanos:nanos eventCode:char"],
  [
    "A",
    "timestampNanos:nanos orderToken:alpha14 buySellIndicator:char shares:u32 stock:alpha8 price4:u32 timeInForce:u32 firm:alpha4 display:char orderReferenceNumber:u64 capacity:char intermarketSweepEligibility:char minimumQuantity:u32 crossType:char orderState:char bboWeightIndicator:char",
  ],
  [
    "U",
    "timestampNanos:nanos replacementOrderToken:alpha14 buySellIndicator:char shares:u32 stock:alpha8 price4:u32 timeInForce:u32 firm:alpha4 display:char orderReferenceNumber:u64 capacity:char intermarketSweepEligibility:char minimumQuantity:u32 crossType:char orderState:char previousOrderToken:alpha14 bboWeightIndicator:char",
  ],
  ["C", "timestampNanos:nanos orderToken:alpha14 decrementShares:u32 cancelOrderReason:char"],
  [
    "D",
    "timestampNanos:nanos orderToken:alpha14 decrementShares:u32 cancelOrderReason:char quantityPreventedFromTrading:u32 executionPrice4:u32 liquidityFlag:char",
  ],
  [
    "E",
    "timestampNanos:nanos orderToken:alpha14 executedShares:u32 executionPrice4:u32 liquidityFlag:char matchNumber:u64",
  ],
  ["B", "timestampNanos:nanos orderToken:alpha14 matchNumber:u64 brokenTradeReason:char"],
  [
    "G",
    "timestampNanos:nanos orderToken:alpha14 executedShares:u32 executionPrice4:u32 liquidityFlag:char matchNumber:u64 referencePrice4:u32 referencePriceType:char",
  ],
  [
    "F",
    "timestampNanos:nanos orderToken:alpha14 executedShares:u32 executionPrice4:u32 liquidityFlag:char matchNumber:u64 reason:char",
  ],
  ["J", "timestampNanos:nanos orderToken:alpha14 rejectedOrderReason:char"],
  ["P", "timestampNanos:nanos orderToken:alpha14"],
  ["I", "timestampNanos:nanos orderToken:alpha14"],
  ["T", "timestampNanos:nanos orderToken:alpha14 price4:u32 display:char orderReferenceNumber:u64"],
  ["M", "timestampNanos:nanos orderToken:alpha14 buySellIndicator:char shares:u32"],
  ["N", "timestampNanos:nanos orderToken:alpha14"],
];

/**
 * The codec of OUCH 4.2: inbound messages travel in unsequenced SoupBinTCP packets, outbound ones in sequenced packets.
 *
 * @see Nasdaq OUCH 4.2 specification
 */
export const ouch42: OuchCodec<Ouch42Inbound, Ouch42Outbound> = /* @__PURE__ */ new OuchCodec(
  INBOUND,
  OUTBOUND,
);
