import { whole } from "../arguments.ts";
import { RiskError } from "../errors.ts";

/**
 * Limits of one node. Quantities are lots, money is in minor units of the base currency, all are inclusive; a limit
 * that is not set does not bind. An order must pass the limits of its account and of every node above it.
 */
export interface Limits {
  /** Fewest lots in one order. */
  readonly minOrderQuantity?: number;
  /** Most lots in one order. */
  readonly maxOrderQuantity?: number;
  /** Largest notional of one order. */
  readonly maxOrderNotional?: number;
  /** Most lots long in any one instrument, with every open buy filled. */
  readonly maxLong?: number;
  /** Most lots short in any one instrument, with every open sale filled. */
  readonly maxShort?: number;
  /** Most orders open at once. */
  readonly maxOpenOrders?: number;
  /** Largest notional of all open orders together. */
  readonly maxOpenNotional?: number;
  /** Gross credit threshold: notional traded since the day's start plus that of all open orders (15c3-5(c)(1)(i)). */
  readonly maxCredit?: number;
  /** Largest sum over instruments of |worst-case position| × mark. */
  readonly maxGrossExposure?: number;
  /** Largest |sum over instruments of position × mark|, with all buys or all sales filled, whichever is worse. */
  readonly maxNetExposure?: number;
  /** The same as `maxGrossExposure` within one sector. */
  readonly maxSectorGrossExposure?: number;
  /** The same as `maxNetExposure` within one sector. */
  readonly maxSectorNetExposure?: number;
  /** Capital that `maxConcentrationPpm` is a share of. */
  readonly capital?: number;
  /** Largest worst-case exposure to one instrument, in millionths of `capital`. */
  readonly maxConcentrationPpm?: number;
  /** Largest loss of one worst-case position under its instrument's `stressPpm`. */
  readonly maxSingleLoss?: number;
  /** Largest loss since the day's start, realised and unrealised, after which only reducing orders pass. */
  readonly maxDailyLoss?: number;
  /** The same order again less than this many milliseconds later is a duplicate. */
  readonly duplicateWindowMillis?: number;
  /** Most messages for each trade (at least one trade is assumed) since the day's start. */
  readonly maxOrderToTradeRatio?: number;
  /** Messages a day before `maxOrderToTradeRatio` binds. */
  readonly orderToTradeGrace?: number;
  /** Most executions within `executionWindowMillis`; one more locks the node until a person resets it. */
  readonly maxExecutions?: number;
  /** The window of `maxExecutions`. */
  readonly executionWindowMillis?: number;
}

/** Name of a limit. */
export type LimitName = keyof Limits;

/** Limits that may have a soft one below them. */
export const SOFT_LIMIT_NAMES: readonly SoftLimitName[] = [
  "maxOrderQuantity",
  "maxOrderNotional",
  "maxLong",
  "maxShort",
  "maxOpenOrders",
  "maxOpenNotional",
  "maxCredit",
  "maxGrossExposure",
  "maxNetExposure",
  "maxSectorGrossExposure",
  "maxSectorNetExposure",
  "maxConcentrationPpm",
  "maxSingleLoss",
  "maxDailyLoss",
];

/** Name of a limit that may have a soft one below it. */
export type SoftLimitName =
  | "maxOrderQuantity"
  | "maxOrderNotional"
  | "maxLong"
  | "maxShort"
  | "maxOpenOrders"
  | "maxOpenNotional"
  | "maxCredit"
  | "maxGrossExposure"
  | "maxNetExposure"
  | "maxSectorGrossExposure"
  | "maxSectorNetExposure"
  | "maxConcentrationPpm"
  | "maxSingleLoss"
  | "maxDailyLoss";

/**
 * Soft limits of one node: an order that goes beyond one, but not beyond the limit of the same name, is refused unless it
 * says that somebody decided so (`overridesSoftLimits`).
 *
 * @see Commission Delegated Regulation (EU) 2017/589, articles 15 and 16; FIA, best practices for automated trading risk
 * controls: soft limits
 */
export type SoftLimits = Pick<Limits, SoftLimitName>;

/** A limit that is not set. */
export const UNLIMITED: number = Number.MAX_SAFE_INTEGER;

/** Every limit. */
export const LIMIT_NAMES: readonly LimitName[] = [
  "minOrderQuantity",
  "maxOrderQuantity",
  "maxOrderNotional",
  "maxLong",
  "maxShort",
  "maxOpenOrders",
  "maxOpenNotional",
  "maxCredit",
  "maxGrossExposure",
  "maxNetExposure",
  "maxSectorGrossExposure",
  "maxSectorNetExposure",
  "capital",
  "maxConcentrationPpm",
  "maxSingleLoss",
  "maxDailyLoss",
  "duplicateWindowMillis",
  "maxOrderToTradeRatio",
  "orderToTradeGrace",
  "maxExecutions",
  "executionWindowMillis",
];

const UNSET_IS_ZERO: ReadonlySet<LimitName> = new Set<LimitName>([
  "minOrderQuantity",
  "capital",
  "duplicateWindowMillis",
  "orderToTradeGrace",
  "executionWindowMillis",
]);

/** What an unset limit reads as. */
export function unsetValue(name: LimitName): number {
  return UNSET_IS_ZERO.has(name) ? 0 : UNLIMITED;
}

/** [smaller, larger]: the first must not be above the second, else the second can never be reached or met. */
const ORDERED: readonly (readonly [LimitName, LimitName])[] = [
  ["minOrderQuantity", "maxOrderQuantity"],
  ["maxOrderNotional", "maxOpenNotional"],
  ["maxOpenNotional", "maxCredit"],
  ["maxNetExposure", "maxGrossExposure"],
  ["maxSectorNetExposure", "maxSectorGrossExposure"],
  ["maxSectorGrossExposure", "maxGrossExposure"],
];

/** [needs, needed]: the first says nothing without the second. */
const NEEDS: readonly (readonly [LimitName, LimitName])[] = [
  ["maxConcentrationPpm", "capital"],
  ["maxExecutions", "executionWindowMillis"],
];

/**
 * @throws RiskError `invalid-argument` for a value out of range, `contradictory-limits` with both names for a pair that
 * cannot hold together
 */
export function checkLimits(node: string, limits: Limits): void {
  for (const name of LIMIT_NAMES) {
    const value = limits[name];
    if (value !== undefined) whole(`${node}: ${name}`, value, name === "maxExecutions" ? 1 : 0);
  }
  for (const [smaller, larger] of ORDERED) {
    const [low, high] = [limits[smaller], limits[larger]];
    if (low !== undefined && high !== undefined && low > high) {
      contradiction(node, smaller, larger, `${smaller} ${low} is above ${larger} ${high}`);
    }
  }
  for (const [name, needed] of NEEDS) {
    if (limits[name] !== undefined && !limits[needed]) {
      contradiction(node, name, needed, `${name} is set without ${needed}`);
    }
  }
  const { minOrderQuantity = 0, maxLong, maxShort } = limits;
  if (maxLong !== undefined && maxShort !== undefined && minOrderQuantity > maxLong + maxShort) {
    const which = maxLong > maxShort ? "maxLong" : "maxShort";
    contradiction(
      node,
      "minOrderQuantity",
      which,
      `minOrderQuantity ${minOrderQuantity} is more than lies between maxShort ${maxShort} and maxLong ${maxLong}`,
    );
  }
}

/**
 * @throws RiskError `invalid-argument` for a value out of range, `contradictory-limits` with both names for a soft limit
 * above the limit itself, which it would never reach
 */
export function checkSoftLimits(node: string, soft: SoftLimits, limits: Limits): void {
  for (const name of SOFT_LIMIT_NAMES) {
    const [low, high] = [soft[name], limits[name]];
    if (low === undefined) continue;
    whole(`${node}: soft ${name}`, low, 0);
    if (high !== undefined && low > high) {
      contradiction(node, `soft ${name}`, name, `soft ${name} ${low} is above ${name} ${high}`);
    }
  }
  if (soft.maxConcentrationPpm !== undefined && !limits.capital) {
    contradiction(
      node,
      "soft maxConcentrationPpm",
      "capital",
      "soft maxConcentrationPpm is set without capital",
    );
  }
}

/** A child's least order against what the nodes above it allow. */
export function checkAgainstParent(node: string, limits: Limits, parent: string, above: Limits): void {
  const [low, high] = [limits.minOrderQuantity, above.maxOrderQuantity];
  if (low !== undefined && high !== undefined && low > high) {
    throw new RiskError(
      "contradictory-limits",
      `${node}: minOrderQuantity ${low} is above ${parent}: maxOrderQuantity ${high}`,
      { limits: [`${node}: minOrderQuantity`, `${parent}: maxOrderQuantity`] },
    );
  }
}

function contradiction(node: string, first: string, second: string, message: string): never {
  throw new RiskError("contradictory-limits", `${node}: ${message}`, { limits: [first, second] });
}
