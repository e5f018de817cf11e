import { formatDay } from "./dates.ts";
import type { LineKind, LineState } from "./line-state.ts";
import type { Numbers } from "./numbers.ts";
import type { AssetClass } from "./options.ts";
import { WASH_DAYS } from "./wash-book.ts";

/** A washed part of a line's loss. Amounts are exact decimals. */
export interface Wash {
  /** Shares of the line that were replaced. */
  readonly quantity: string;
  /** Loss disallowed for them. */
  readonly amount: string;
  /** The lot that replaced them. */
  readonly lot: string;
  /** Its account. */
  readonly account: string;
  /** Its symbol. */
  readonly symbol: string;
  /** When it was bought (shorts: opened). */
  readonly acquired: string;
  /** True when no basis takes the loss up, as the replacement is in a retirement or another's account. */
  readonly isPermanent: boolean;
}

/** One disposal of one lot's like shares: a row of Form 8949. Amounts are exact decimals. */
export interface GainLine {
  /** Id of the event that disposed. */
  readonly disposal: string;
  /** What kind of disposal it was. */
  readonly kind: LineKind;
  /** Id of the lot. */
  readonly lot: string;
  /** Symbol on the day of the disposal. */
  readonly symbol: string;
  /** What the law sees in the symbol. */
  readonly assetClass: AssetClass;
  /** The account. */
  readonly account: string;
  /** `short` when a short position was closed. */
  readonly side: "long" | "short";
  /** Shorts: day of the short sale. */
  readonly opened?: string;
  /** Day of the purchase; shorts: of the purchase that closed it. */
  readonly acquired: string;
  /** Day of the disposal. */
  readonly sold: string;
  /** Start of the holding period where tacking or a short sale moved it. */
  readonly holdingFrom?: string;
  /** True for inherited property, whose date is "INHERITED" on the form. */
  readonly isInherited: boolean;
  /** Shares. */
  readonly quantity: string;
  /** Amount realised, after selling costs. */
  readonly proceeds: string;
  /** Cost or adjusted basis; shorts: cost of the cover. */
  readonly basis: string;
  /** `W` when part of the loss is disallowed. */
  readonly code: "" | "W";
  /** Disallowed loss, zero or more. */
  readonly adjustment: string;
  /** Shares whose loss is disallowed. */
  readonly washQuantity: string;
  /** The part of `adjustment` that is lost for good. */
  readonly permanentlyDisallowed: string;
  /** proceeds − basis + adjustment. */
  readonly gain: string;
  /** `S` one year or less, `L` more. */
  readonly term: "S" | "L";
  /** True while a later purchase could still wash part of the loss. */
  readonly isProvisional: boolean;
  /** Shares of the loss that such a purchase could still wash. */
  readonly exposedQuantity: string;
  /** Last day on which a purchase could. */
  readonly windowEnds: string;
  /** Which purchases replaced which part. */
  readonly washes: readonly Wash[];
}

/** Writes an engine's line for the world; `asOf` is the last day whose events are known. */
export function toGainLine(
  line: LineState,
  numbers: Numbers,
  asOf: number,
  assetClass: AssetClass,
): GainLine {
  const { lot } = line;
  const { isShort } = lot.position;
  const isOpen = line.exposed > 0 && asOf <= line.sold + WASH_DAYS;
  const acquired = formatDay(isShort ? line.sold : lot.acquired);
  return {
    disposal: line.event,
    kind: line.kind,
    lot: lot.id,
    symbol: line.symbol,
    assetClass,
    account: line.account,
    side: isShort ? "short" : "long",
    ...(isShort ? { opened: formatDay(lot.acquired) } : {}),
    acquired,
    sold: formatDay(line.sold),
    ...(!isShort && line.heldFrom !== lot.acquired ? { holdingFrom: formatDay(line.heldFrom) } : {}),
    isInherited: lot.isInherited,
    quantity: numbers.formatQuantity(line.quantity),
    proceeds: numbers.formatMoney(line.proceeds),
    basis: numbers.formatMoney(line.basis),
    code: line.disallowed > 0 ? "W" : "",
    adjustment: numbers.formatMoney(line.disallowed),
    washQuantity: numbers.formatQuantity(line.washQuantity),
    permanentlyDisallowed: numbers.formatMoney(line.permanent),
    gain: numbers.formatMoney(line.proceeds - line.basis + line.disallowed),
    term: line.isLong ? "L" : "S",
    isProvisional: isOpen,
    exposedQuantity: numbers.formatQuantity(isOpen ? line.exposed : numbers.zero),
    windowEnds: formatDay(line.sold + WASH_DAYS),
    washes: line.washes.map((wash) => ({
      quantity: numbers.formatQuantity(wash.quantity),
      amount: numbers.formatMoney(wash.amount),
      lot: wash.lot.id,
      account: wash.account,
      symbol: wash.symbol,
      acquired: formatDay(wash.lot.acquired),
      isPermanent: wash.isPermanent,
    })),
  };
}

/** Like shares of an open lot. Amounts are exact decimals. */
export interface OpenLot {
  /** Id of the event that opened it. */
  readonly lot: string;
  /** The symbol. */
  readonly symbol: string;
  /** The account. */
  readonly account: string;
  /** Held or sold short. */
  readonly side: "long" | "short";
  /** Day of the purchase or short sale. */
  readonly acquired: string;
  /** Start of the holding period. */
  readonly holdingFrom: string;
  /** Shares. */
  readonly quantity: string;
  /** Long: total adjusted basis. Short: opening proceeds less deferred losses. */
  readonly amount: string;
  /** Loss from wash sales in `amount`. */
  readonly washDeferred: string;
  /** Whether these shares already replaced others. */
  readonly isReplacement: boolean;
}

/** Sums over lines and open lots; exact decimals. */
export interface Totals {
  /** Sum of proceeds. */
  readonly proceeds: string;
  /** Sum of basis. */
  readonly basis: string;
  /** Sum of disallowed losses. */
  readonly washDisallowed: string;
  /** Net short-term gain. */
  readonly shortTerm: string;
  /** Net long-term gain. */
  readonly longTerm: string;
  /** Both. */
  readonly net: string;
  /** Basis of the open long lots. */
  readonly remainingBasis: string;
}
