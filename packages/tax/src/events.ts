import type { DecimalInput } from "./numbers.ts";

/** How lots are chosen when a disposal does not name them. */
export type LotMethod = "fifo" | "lifo" | "hifo" | "lofo" | "tax-efficient" | "average";

/** What every event carries. */
export interface EventBase {
  /** Unique among the ledger's events; lots and lines are named after it. */
  readonly id: string;
  /** Trade date in the exchange's zone, `YYYY-MM-DD`. */
  readonly date: string;
  /** The security, such as a ticker or CUSIP. */
  readonly symbol: string;
  /** The account; the ledger's first account when left out. */
  readonly account?: string;
  /** ISO currency; must be the ledger's when given. */
  readonly currency?: string;
}

/** What something cost or brought: either a price for one, or the total. */
export interface Consideration {
  /** Price of one share (or of one unit of a contract's underlying, with `multiplier`). */
  readonly price?: DecimalInput;
  /** Total before fees, instead of `price`. */
  readonly amount?: DecimalInput;
  /** Commission and fees, in money: they raise a cost and lower proceeds. */
  readonly fee?: DecimalInput;
}

/** Names part of a lot, for specific identification. */
export interface LotPick {
  /** The lot's id: that of the event that opened it. */
  readonly lot: string;
  /** How much of it. */
  readonly quantity: DecimalInput;
}

/** A purchase, a reinvested dividend, or shares from compensation: all count as acquisitions for wash sales. */
export interface BuyEvent extends EventBase, Consideration {
  /** The kind of acquisition; taxed alike. */
  readonly type: "buy" | "reinvest";
  /** Shares or contracts bought. */
  readonly quantity: DecimalInput;
  /** Fills with the same order are one purchase (Rev. Rul. 56-602). */
  readonly order?: string;
  /** Units in one contract; the amount is price × quantity × multiplier. */
  readonly multiplier?: DecimalInput;
  /** The stock that this option is a contract to acquire: buying it washes a loss on that stock, share for share. */
  readonly underlying?: string;
}

/** A sale of shares that are held. */
export interface SellEvent extends EventBase, Consideration {
  /** Sale. */
  readonly type: "sell";
  /** Shares or contracts sold. */
  readonly quantity: DecimalInput;
  /** Fills with the same order are one disposal. */
  readonly order?: string;
  /** Units in one contract. */
  readonly multiplier?: DecimalInput;
  /** Specific identification; the parts must add up to `quantity`. */
  readonly lots?: readonly LotPick[];
  /** A standing order for this disposal alone. */
  readonly method?: LotMethod;
  /** Date on which the lots were identified; checked against `settlementDate` (digital assets: the trade date). */
  readonly identifiedOn?: string;
  /** Settlement date; the trade date when left out. */
  readonly settlementDate?: string;
}

/** Opens a short position. */
export interface ShortEvent extends EventBase, Consideration {
  /** Short sale. */
  readonly type: "short";
  /** Shares or contracts sold short. */
  readonly quantity: DecimalInput;
  /** Fills with the same order are one short sale. */
  readonly order?: string;
  /** Units in one contract. */
  readonly multiplier?: DecimalInput;
  /**
   * The stock that a written put is a contract to acquire. Give it for a put so deep in the money that it is nearly
   * certain to be assigned: selling it washes a loss on that stock, share for share, and lowers its premium by the loss
   * (Rev. Rul. 85-87).
   */
  readonly underlying?: string;
}

/** Closes a short position with shares bought for it. */
export interface CoverEvent extends EventBase, Consideration {
  /** Purchase that closes a short. */
  readonly type: "cover";
  /** Shares or contracts bought back. */
  readonly quantity: DecimalInput;
  /** Fills with the same order are one disposal. */
  readonly order?: string;
  /** Units in one contract. */
  readonly multiplier?: DecimalInput;
  /** Which short lots are closed; first opened first when left out. */
  readonly lots?: readonly LotPick[];
}

/** A split, reverse split or stock dividend, in every account (or in `account` alone). */
export interface SplitEvent extends EventBase {
  /** Split. */
  readonly type: "split";
  /** New shares for one old: `"2"`, `"1.5"`, `"1/10"`. */
  readonly ratio: DecimalInput;
  /** Price at which each account's fraction of a share was paid out. */
  readonly cashInLieuPrice?: DecimalInput;
}

/** A tax-free spin-off (IRC 355). */
export interface SpinOffEvent extends EventBase {
  /** Spin-off. */
  readonly type: "spin-off";
  /** Symbol of the company spun off. */
  readonly child: string;
  /** Child shares for one parent share. */
  readonly ratio: DecimalInput;
  /** Part of the basis that goes to the child, 0 to 1 (Form 8937). */
  readonly basisFractionToChild: DecimalInput;
  /** Price at which each account's fraction of a child share was paid out. */
  readonly cashInLieuPrice?: DecimalInput;
}

/** A merger for stock, for stock and cash (IRC 356), or for cash alone (`ratio` 0, a sale). */
export interface MergerEvent extends EventBase {
  /** Merger. */
  readonly type: "merger";
  /** Symbol of the shares received. */
  readonly newSymbol: string;
  /** New shares for one old; `"0"` when only cash is paid. */
  readonly ratio: DecimalInput;
  /** Boot: cash for one old share. */
  readonly cashPerShare?: DecimalInput;
  /** Market value of one new share; needed with boot. */
  readonly fmvPerNewShare?: DecimalInput;
}

/** A return of capital: lowers the basis, and is gain beyond it. */
export interface ReturnOfCapitalEvent extends EventBase {
  /** Return of capital. */
  readonly type: "return-of-capital";
  /** Paid on one share. */
  readonly perShare: DecimalInput;
}

/** A new name for the same shares; nothing is taxed. */
export interface SymbolChangeEvent extends EventBase {
  /** Symbol change. */
  readonly type: "symbol-change";
  /** The new symbol. */
  readonly newSymbol: string;
}

/** Moves shares to another account of the same taxpayer; lots, dates and basis go along. */
export interface TransferEvent extends EventBase {
  /** Transfer. */
  readonly type: "transfer";
  /** The account that receives. */
  readonly toAccount: string;
  /** Shares moved. */
  readonly quantity: DecimalInput;
  /** Which lots; first in, first out when left out. */
  readonly lots?: readonly LotPick[];
}

/** Shares that came without a purchase: a gift or an inheritance. They never wash a loss. */
export interface ReceiveEvent extends EventBase {
  /** Receipt without purchase. */
  readonly type: "receive";
  /** A gift keeps the giver's date and basis; inherited property is always long-term (IRC 1223). */
  readonly reason: "gift" | "inheritance";
  /** Shares received. */
  readonly quantity: DecimalInput;
  /** Their total basis. */
  readonly basis: DecimalInput;
  /** Gift: the giver's acquisition date. */
  readonly acquired?: string;
}

/** A bought option is used, or a written one is assigned: shares change hands at the strike. */
export interface ExerciseEvent extends EventBase {
  /** `exercise` by the holder, `assignment` to the writer. `symbol` is the option. */
  readonly type: "exercise" | "assignment";
  /** Call or put. */
  readonly right: "call" | "put";
  /** Contracts. */
  readonly quantity: DecimalInput;
  /** The stock. */
  readonly underlying: string;
  /** Price of one share. */
  readonly strike: DecimalInput;
  /** Shares in one contract. */
  readonly multiplier: DecimalInput;
  /** Commission and fees. */
  readonly fee?: DecimalInput;
}

/** Options that ended without value (long: a sale for 0; written: the premium is gain), or shares found worthless. */
export interface ExpiryEvent extends EventBase {
  /** `worthless` counts as a sale on 31 December (IRC 165(g)), so that must be its date. */
  readonly type: "expiry" | "worthless";
  /** How much; all of the account's position when left out. */
  readonly quantity?: DecimalInput;
}

/**
 * Held shares that the law takes as sold at their market value although they stay, such as those behind a short sale.
 * Only gains are recognised.
 *
 * @see IRC 1259
 */
export interface ConstructiveSaleEvent extends EventBase, Omit<Consideration, "fee"> {
  /** Constructive sale; `price` or `amount` is the market value. */
  readonly type: "constructive-sale";
  /** Shares taken as sold. */
  readonly quantity: DecimalInput;
  /** Which lots; the earliest purchases first when left out. */
  readonly lots?: readonly LotPick[];
  /** Id of the short sale that stands against them. */
  readonly short?: string;
}

/** What happened, in the order in which it happened. */
export type TaxEvent =
  | BuyEvent
  | SellEvent
  | ShortEvent
  | CoverEvent
  | SplitEvent
  | SpinOffEvent
  | MergerEvent
  | ReturnOfCapitalEvent
  | SymbolChangeEvent
  | TransferEvent
  | ReceiveEvent
  | ExerciseEvent
  | ExpiryEvent
  | ConstructiveSaleEvent;
