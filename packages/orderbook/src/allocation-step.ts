/**
 * One step of sharing an incoming order among the orders that are shown at a price. A step gets what the steps before it
 * left, and what they left open of the resting orders; what is left after the last step is shared by time.
 *
 * @see CME Group, "CME Globex Matching Algorithm Steps"
 */
export type AllocationStep = TopOrderStep | LeadMarketMakersStep | FifoStep | ProRataStep | LevelStep;

/** The order that bettered the market comes first. */
export interface TopOrderStep {
  /** Names the step. */
  readonly step: "top-order";
  /** Lots that it must have when it betters the market; 1 when left out. */
  readonly minimum?: number;
  /** Most lots that it gets in this step; all when left out. */
  readonly maximum?: number;
}

/** Each lead market maker gets its share, in whole lots, for its orders by time. */
export interface LeadMarketMakersStep {
  /** Names the step. */
  readonly step: "lead-market-makers";
  /** Their percents are 100 together at most. */
  readonly makers: readonly LeadMarketMaker[];
}

/** Orders by time. */
export interface FifoStep {
  /** Names the step. */
  readonly step: "fifo";
  /** Only this share of the quantity, 1 … 100, rounded up to a lot (CME's split); all of it when left out. */
  readonly percent?: number;
}

/** Orders by their shown quantity, in whole lots. */
export interface ProRataStep {
  /** Names the step. */
  readonly step: "pro-rata";
  /** A share of less than this many lots is nothing; 1 when left out. */
  readonly minimum?: number;
}

/** A lot for each order to which the pro-rata step before gave nothing, the largest first, then by time. */
export interface LevelStep {
  /** Names the step. */
  readonly step: "level";
}

/** A participant who is given a share of each incoming order. */
export interface LeadMarketMaker {
  /** The account of its orders, 1 … 2^31 − 1. */
  readonly account: number;
  /** Its share of what is left when the step begins, 1 … 100. */
  readonly percent: number;
}

/** A matching algorithm of CME Globex (FIX 1142 MatchAlgorithm). */
export type CmeAlgorithm = "F" | "K" | "C" | "A" | "T" | "O" | "Q" | "S";

/** The parameters that CME sets for each product; those that an algorithm does not have are not looked at. */
export interface CmeParameters {
  /** Smallest order that can become the top order; 1 when left out. */
  readonly topMinimum?: number;
  /** Most lots that the top order gets before others; all when left out. */
  readonly topMaximum?: number;
  /** The lead market makers; none when left out. */
  readonly leadMarketMakers?: readonly LeadMarketMaker[];
  /** For K: the share that goes by time, the rest goes pro rata; 0 when left out. */
  readonly fifoPercent?: number;
  /** Smallest pro-rata share that is given; 2 for A, 1 for others, when left out. */
  readonly proRataMinimum?: number;
  /** For K: whether orders without a share are levelled; `false` when left out. */
  readonly levels?: boolean;
}

/**
 * The steps of a matching algorithm of CME Globex: F (FIFO), K (configurable: top, lead market makers, split of FIFO and
 * pro-rata, levelling), C (pro-rata), A (allocation: top, pro-rata of at least 2), T (lead market makers, FIFO), O
 * (threshold pro-rata: top, pro-rata), Q (the same with lead market makers) and S (top, lead market makers, FIFO).
 *
 * @see CME Group, "CME Globex Matching Algorithm Steps", algorithm matrix
 */
export function cmeAllocation(algorithm: CmeAlgorithm, parameters: CmeParameters = {}): AllocationStep[] {
  const { topMinimum = 1, topMaximum, leadMarketMakers = [], fifoPercent = 0, levels = false } = parameters;
  const top: AllocationStep = {
    step: "top-order",
    minimum: topMinimum,
    ...(topMaximum === undefined ? {} : { maximum: topMaximum }),
  };
  const makers: AllocationStep = { step: "lead-market-makers", makers: leadMarketMakers };
  const proRata: AllocationStep = {
    step: "pro-rata",
    minimum: parameters.proRataMinimum ?? (algorithm === "A" ? 2 : 1),
  };
  const fifo: AllocationStep = { step: "fifo" };
  const split: AllocationStep[] = [
    ...(fifoPercent > 0 ? [{ step: "fifo", percent: fifoPercent } as const] : []),
    ...(fifoPercent < 100 ? [proRata] : []),
    ...(levels && fifoPercent < 100 ? [{ step: "level" } as const] : []),
  ];
  switch (algorithm) {
    case "F":
      return [fifo];
    case "K":
      return [top, makers, ...split, fifo];
    case "C":
      return [proRata, fifo];
    case "A":
      return [top, proRata, fifo];
    case "T":
      return [makers, fifo];
    case "O":
      return [top, proRata, fifo];
    case "Q":
      return [top, makers, proRata, fifo];
    case "S":
      return [top, makers, fifo];
  }
}
