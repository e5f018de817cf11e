import type { AllocationStep } from "../allocation-step.ts";

const BY_TIME: AllocationStep = { step: "fifo" };

/**
 * Shares a quantity among the orders shown at a price.
 *
 * @param open - lots that each order shows, in time order; changed
 * @param accounts - of each order
 * @param top - index of the top order, −1 for none
 * @returns lots for each order
 */
export function share(
  steps: readonly AllocationStep[],
  lotSize: number,
  quantity: number,
  open: number[],
  accounts: readonly number[],
  top: number,
): number[] {
  const given = open.map(() => 0);
  let leftOut: number[] = [];
  let left = quantity;
  const give = (index: number, wanted: number): number => {
    const part = Math.min(wanted, open[index]!, left);
    open[index]! -= part;
    given[index]! += part;
    left -= part;
    return part;
  };
  const byTime = (wanted: number, account?: number): void => {
    let rest = wanted;
    for (let index = 0; index < open.length && rest > 0; index++) {
      if (account === undefined || accounts[index] === account) rest -= give(index, rest);
    }
  };
  for (let at = 0; at <= steps.length && left > 0; at++) {
    const step = steps[at] ?? BY_TIME;
    switch (step.step) {
      case "top-order":
        if (top >= 0) give(top, step.maximum ?? left);
        break;
      case "lead-market-makers": {
        const all = left;
        for (const { account, percent } of step.makers) {
          const part = Math.floor((all * percent) / 100);
          byTime(part - (part % lotSize), account);
        }
        break;
      }
      case "fifo": {
        const part = Math.ceil((left * (step.percent ?? 100)) / 100);
        byTime(Math.ceil(part / lotSize) * lotSize);
        break;
      }
      case "pro-rata":
        leftOut = proRata(step.minimum ?? 1, lotSize, left, open, give);
        break;
      case "level":
        // Sorting keeps the time order of equals.
        for (const index of leftOut.sort((a, b) => open[b]! - open[a]!)) give(index, lotSize);
        leftOut = [];
        break;
    }
  }
  return given;
}

/** @returns who got nothing */
function proRata(
  minimum: number,
  lotSize: number,
  quantity: number,
  open: readonly number[],
  give: (index: number, wanted: number) => number,
): number[] {
  const total = open.reduce((sum, lots) => sum + lots, 0);
  const leftOut: number[] = [];
  for (let index = 0; index < open.length; index++) {
    const lots = open[index]!;
    if (lots === 0) continue;
    const part = shareOf(lots, quantity, total);
    const whole = part - (part % lotSize);
    if (whole < minimum || give(index, whole) === 0) leftOut.push(index);
  }
  return leftOut;
}

/** ⌊lots · quantity / total⌋, exactly. */
function shareOf(lots: number, quantity: number, total: number): number {
  const product = lots * quantity;
  return Number.isSafeInteger(product)
    ? Math.floor(product / total)
    : Number((BigInt(lots) * BigInt(quantity)) / BigInt(total));
}
