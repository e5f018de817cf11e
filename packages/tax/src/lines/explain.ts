import { parseDay } from "../dates.ts";
import type { GainLine } from "./line.ts";
import type { LineKind } from "./line-table.ts";

/**
 * Says in words where each figure of a line comes from: lot, term, replacements, rule and what is still open.
 *
 * @example `disallowed 250.00: 100 shares bought 2014-07-05 (lot b2), 4 days after the sale; §1091(a)`
 */
export function explain(line: GainLine): string[] {
  const days = parseDay(line.sold) - parseDay(line.holdingFrom ?? line.acquired);
  const lines = [
    ...(RULES[line.kind] === undefined ? [] : [RULES[line.kind]!]),
    line.side === "short"
      ? `closed ${line.quantity} ${line.symbol} of short ${line.lot}, opened ${line.opened}, with shares bought ${line.acquired}`
      : `${line.kind}: ${line.quantity} ${line.symbol} of lot ${line.lot}, acquired ${line.isInherited ? "by inheritance" : line.acquired}`,
    `proceeds ${line.proceeds} − basis ${line.basis} + disallowed ${line.adjustment} = ${line.gain}`,
    termOf(line, days),
  ];
  if (line.holdingFrom !== undefined) {
    lines.push(
      `holding period counts from ${line.holdingFrom} instead of ${line.acquired}; §1223(3), §1233(b)`,
    );
  }
  for (const wash of line.washes) {
    const what = line.side === "short" ? "sold short" : "bought";
    const effect = wash.isPermanent
      ? `in account ${wash.account}, so the loss is gone for good; Rev. Rul. 2008-5`
      : "§1091(a)";
    lines.push(
      `disallowed ${wash.amount}: ${wash.quantity} shares ${what} ${wash.acquired} (lot ${wash.lot}), ${distance(parseDay(wash.acquired) - parseDay(line.sold))}; ${effect}`,
    );
  }
  if (line.isProvisional) {
    const what = line.side === "short" ? "short sale" : "purchase";
    lines.push(
      `provisional: a ${what} of ${line.symbol} until ${line.windowEnds} would wash up to ${line.exposedQuantity} shares; §1091(a)`,
    );
  }
  return lines;
}

/** What is special about a disposal that is not a sale. */
const RULES: Readonly<Partial<Record<LineKind, string>>> = {
  "cash-in-lieu": "the fraction of a share was paid out: sold for the cash",
  merger: "cash in a merger: gain up to the cash, no loss; §356 (all cash: a sale)",
  "return-of-capital": "capital returned beyond the basis: gain; §301(c)(3)",
  expiry: "expired: sold for nothing, or written and kept; §1234",
  worthless: "worthless: sold for nothing on the last day of the year; §165(g)",
  "constructive-sale": "taken as sold at market value; §1259(a)",
  exercise: "shares sold at the strike, with the option's premium; Pub. 550, Options",
};

function termOf(line: GainLine, days: number): string {
  if (line.isInherited) return "long-term: inherited; §1223(9)";
  if (line.side === "short") {
    return line.term === "S"
      ? "short-term: the shares delivered had just been bought; §1233(a)"
      : "long-term loss: such stock was held for more than a year at the short sale; §1233(d)";
  }
  return line.term === "L"
    ? `long-term: held ${days} days, more than one year; §1222(3)`
    : `short-term: held ${days} days, not more than one year; §1222(1)`;
}

function distance(days: number): string {
  if (days === 0) return "on the day of the sale";
  const count = Math.abs(days) === 1 ? "1 day" : `${Math.abs(days)} days`;
  return `${count} ${days > 0 ? "after" : "before"} the sale`;
}
