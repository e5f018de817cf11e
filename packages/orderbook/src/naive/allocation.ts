import type { AllocationStep } from "../allocation-step.ts";

/** What an order shows at the price that is shared. */
export interface Share {
  readonly account: number;
  readonly isTop: boolean;
  /** Lots still without a counterpart. */
  open: number;
  /** Lots that it gets. */
  given: number;
  /** Whether the pro-rata step gave it nothing. */
  isLeftOut: boolean;
}

/** Shares a quantity step by step among orders, which are in time order. */
export function shareNaively(
  steps: readonly AllocationStep[],
  lotSize: number,
  quantity: number,
  orders: readonly Share[],
): void {
  let left = quantity;
  const give = (order: Share, wanted: number): number => {
    const part = Math.min(wanted, order.open, left);
    order.open -= part;
    order.given += part;
    left -= part;
    return part;
  };
  const byTime = (wanted: number, among: readonly Share[]): void => {
    let rest = wanted;
    for (const order of among) rest -= give(order, rest);
  };
  for (const step of [...steps, { step: "fifo" } as const]) {
    switch (step.step) {
      case "top-order":
        for (const order of orders) if (order.isTop) give(order, step.maximum ?? left);
        break;
      case "lead-market-makers": {
        const all = left;
        for (const { account, percent } of step.makers) {
          byTime(
            Math.floor((all * percent) / 100 / lotSize) * lotSize,
            orders.filter((order) => order.account === account),
          );
        }
        break;
      }
      case "fifo":
        byTime(Math.ceil((left * (step.percent ?? 100)) / 100 / lotSize) * lotSize, orders);
        break;
      case "pro-rata": {
        const all = BigInt(left);
        const total = BigInt(orders.reduce((sum, order) => sum + order.open, 0));
        for (const order of orders) {
          if (order.open === 0) continue;
          const lots = Number((BigInt(order.open) * all) / total / BigInt(lotSize)) * lotSize;
          const part = lots < (step.minimum ?? 1) ? 0 : give(order, lots);
          order.isLeftOut = part === 0;
        }
        break;
      }
      case "level":
        for (const order of orders.filter(({ isLeftOut }) => isLeftOut).sort((a, b) => b.open - a.open)) {
          give(order, lotSize);
          order.isLeftOut = false;
        }
        break;
    }
  }
}
