import { formatDay } from "../dates.ts";
import type { Engine } from "../ledger/engine.ts";
import { isInheritance } from "../lots/lot.ts";
import type { Units } from "../numbers.ts";
import type { AssetClass } from "../options.ts";
import { WASH_DAYS } from "../wash-sales/wash-book.ts";
import type { LineKind } from "./line-table.ts";

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

const NO_WASHES: readonly Wash[] = [];

/** Writes an engine's line for the world; `asOf` is the last day whose events are known. */
export function toGainLine(engine: Engine, line: number, asOf: number): GainLine {
  const { numbers, lines, washTable } = engine;
  const lot = lines.lots[line]!;
  const position = lines.positionOf(line);
  const { isShort } = position;
  const sold = lines.sold[line]!;
  const heldFrom = lines.heldFrom[line]!;
  const proceeds = lines.proceeds.at(line);
  const basis = lines.basis.at(line);
  let { zero: disallowed, zero: washQuantity, zero: permanent } = numbers;
  for (let at = lines.lastWash[line]!; at >= 0; at = washTable.previous[at]!) {
    disallowed += washTable.amount.at(at);
    washQuantity += washTable.quantity.at(at);
    if (!washTable.positionOf(at).account.isTaxable) permanent += washTable.amount.at(at);
  }
  const exposed = asOf <= sold + WASH_DAYS ? lines.exposed.get(line) : undefined;
  const written: Mutable<GainLine> = {
    disposal: lines.events[line]!,
    kind: lines.kindOf(line),
    lot: lot.id,
    symbol: position.symbol,
    assetClass: engine.classOf(position.symbol),
    account: position.account.id,
    side: isShort ? "short" : "long",
    acquired: formatDay(isShort ? sold : lot.acquired),
    sold: formatDay(sold),
    isInherited: isInheritance(lot, heldFrom),
    quantity: numbers.formatQuantity(lines.quantity.at(line)),
    proceeds: numbers.formatMoney(proceeds),
    basis: numbers.formatMoney(basis),
    code: disallowed > 0 ? "W" : "",
    adjustment: numbers.formatMoney(disallowed),
    washQuantity: numbers.formatQuantity(washQuantity),
    permanentlyDisallowed: numbers.formatMoney(permanent),
    gain: numbers.formatMoney(proceeds - basis + disallowed),
    term: lines.isLong[line] ? "L" : "S",
    isProvisional: exposed !== undefined,
    exposedQuantity: exposed === undefined ? "0" : numbers.formatQuantity(exposed),
    windowEnds: formatDay(sold + WASH_DAYS),
    washes: lines.lastWash[line]! < 0 ? NO_WASHES : washesOf(engine, line),
  };
  if (isShort) written.opened = formatDay(lot.acquired);
  else if (heldFrom !== lot.acquired) written.holdingFrom = formatDay(heldFrom);
  return written;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What is disallowed of a line's loss. */
export function disallowedOf({ numbers, lines, washTable }: Engine, line: number): Units {
  let total = numbers.zero;
  for (let at = lines.lastWash[line]!; at >= 0; at = washTable.previous[at]!)
    total += washTable.amount.at(at);
  return total;
}

/** The washed parts of a line, in the order in which they were matched. */
function washesOf(engine: Engine, line: number): Wash[] {
  const washes: Wash[] = [];
  for (let at = engine.lines.lastWash[line]!; at >= 0; at = engine.washTable.previous[at]!) {
    washes.push(toWash(engine, at));
  }
  return washes.reverse();
}

/** Writes an engine's wash for the world. */
export function toWash({ numbers, washTable }: Engine, at: number): Wash {
  const lot = washTable.lots[at]!;
  const { account, symbol } = washTable.positionOf(at);
  return {
    quantity: numbers.formatQuantity(washTable.quantity.at(at)),
    amount: numbers.formatMoney(washTable.amount.at(at)),
    lot: lot.id,
    account: account.id,
    symbol,
    acquired: formatDay(lot.acquired),
    isPermanent: !account.isTaxable,
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
