import type { TimeInForce } from "@exchange-kit/orderbook";
import type { Capacity, OrderSide } from "../../venue/commands.ts";

// What the venue's words are in FIX, for what is written and what is read alike.

/** Side(54). */
export const sideCodes: Readonly<Record<OrderSide, string>> = {
  buy: "1",
  sell: "2",
  "sell-short": "5",
  "sell-short-exempt": "6",
};

/** TimeInForce(59). */
export const timeInForceCodes: Readonly<Record<TimeInForce, string>> = {
  day: "0",
  gtc: "1",
  opg: "2",
  ioc: "3",
  fok: "4",
  gtd: "6",
  cls: "7",
  auction: "B",
};

/** OrderCapacity(528), and the two of Rule80A(47) that mean the same in FIX 4.2. */
export const capacityCodes: Readonly<Record<Capacity, string>> = {
  agency: "A",
  principal: "P",
  "riskless-principal": "R",
};

/** The words by the character code of what stands for them. */
export function byCharCode<Word extends string>(
  codes: Readonly<Record<Word, string>>,
): Readonly<Record<number, Word>> {
  const words = Object.keys(codes) as Word[];
  return Object.fromEntries(words.map((word) => [codes[word].charCodeAt(0), word]));
}
