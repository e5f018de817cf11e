import type { FixView } from "@exchange-kit/fix";

/**
 * Fields that would make it another order than the venue can keep: an amount of money or a percentage in place of a
 * quantity, a start in the future, discretion, an algorithm, a trigger of another kind, a settlement date of its own, a
 * limit of price levels, a display quantity that varies.
 */
const NEVER = new Set([64, 152, 168, 388, 516, 847, 1085, 1086, 1088, 1090, 1100, 1102]);
/** Fields that may only say what holds for every order here: regular settlement, common stock, prices a unit, units. */
const ONLY: ReadonlyMap<number, string> = new Map([
  [63, "0"],
  [167, "CS"],
  [423, "2"],
  [854, "0"],
  [1084, "1"],
]);
/** Currency and SettlCurrency. */
const CURRENCIES = new Set([15, 120]);
const MAX_FLOOR = 111;
const MAX_SHOW = 210;

/** Whether an order or replace has a field that would make it another order, which must not be passed over. */
export function hasForeignField(view: FixView, currency: string): boolean {
  for (let index = 0; index < view.size; index++) {
    const tag = view.tagAt(index);
    if (NEVER.has(tag)) return true;
    const only = CURRENCIES.has(tag) ? currency : ONLY.get(tag);
    if (only !== undefined && !view.equals(tag, only)) return true;
    // What is shown is told by MaxFloor.
    if (tag === MAX_SHOW && view.string(MAX_SHOW) !== view.string(MAX_FLOOR)) return true;
  }
  return false;
}
