import { RiskError } from "../errors.ts";
import { blackScholes } from "./black-scholes.ts";
import { checkFinite } from "./series.ts";

/** A position in a future, or in an option on it. */
export type SpanPosition =
  | {
      /** A future. */
      readonly type: "future";
      /** Contracts, negative when short. */
      readonly quantity: number;
    }
  | {
      /** An option on the future. */
      readonly type: "option";
      /** Right. */
      readonly right: "call" | "put";
      /** Contracts, negative when short. */
      readonly quantity: number;
      /** Strike, positive. */
      readonly strike: number;
      /** Volatility a year. */
      readonly volatility: number;
      /** Years to expiry. */
      readonly years: number;
    };

/** How far a scan looks. */
export interface SpanScan {
  /** Price of the future. */
  readonly futurePrice: number;
  /** Price scan range, in price. */
  readonly priceScan: number;
  /** Volatility scan range, absolute (0.04 is four points). */
  readonly volatilityScan: number;
  /** Share of the loss that the two extreme scenarios count for. Default 0.33. */
  readonly extremeCover?: number;
  /** What is margined. */
  readonly positions: readonly SpanPosition[];
}

/** Scanning risk of a portfolio. */
export interface SpanResult {
  /** **Losses, positive**, of the 16 scenarios. */
  readonly losses: readonly number[];
  /** The largest of them, 0 when none is a loss. */
  readonly scanRisk: number;
}

/** Price moves in scan ranges, each with volatility up, then down. */
const MOVES = [0, 1 / 3, -1 / 3, 2 / 3, -2 / 3, 1, -1];
/** Extreme moves, with volatility unchanged. */
const EXTREMES = [3, -3];

/**
 * SPAN-like scanning risk: 16 scenarios (price 0, ±1/3, ±2/3, ±3/3 of the range, each with volatility up and down;
 * then price ±3 ranges at `extremeCover`), options by Black 1976 without interest, no decay of time. Volatility does not
 * fall below 0; a price that would not be positive values options at their limit.
 *
 * @throws RiskError `invalid-argument`
 * @see CME Group, "SPAN methodology"
 */
export function spanScan(scan: SpanScan): SpanResult {
  const { futurePrice, priceScan, volatilityScan, extremeCover = 0.33 } = scan;
  for (const [name, value] of Object.entries({ futurePrice, priceScan, volatilityScan, extremeCover })) {
    checkFinite(name, value);
  }
  if (!(futurePrice > 0 && priceScan >= 0 && volatilityScan >= 0)) {
    throw new RiskError(
      "invalid-argument",
      `futurePrice must be positive, scans not negative, were ${futurePrice}, ${priceScan}, ${volatilityScan}`,
    );
  }
  const loss = (move: number, volatilityMove: number): number => {
    let sum = 0;
    for (const position of scan.positions) {
      const moved = value(position, futurePrice + move * priceScan, volatilityMove);
      sum -= position.quantity * (moved - value(position, futurePrice, 0));
    }
    // Minus zero would print as such.
    return sum === 0 ? 0 : sum;
  };
  const losses = MOVES.flatMap((move) => [loss(move, volatilityScan), loss(move, -volatilityScan)]);
  for (const move of EXTREMES) losses.push(loss(move, 0) * extremeCover);
  return { losses, scanRisk: Math.max(0, ...losses) };
}

function value(position: SpanPosition, price: number, volatilityMove: number): number {
  checkFinite("quantity", position.quantity);
  if (position.type === "future") return price;
  const { right, strike, years } = position;
  if (price <= 0) return right === "call" ? 0 : strike - price;
  const volatility = Math.max(0, position.volatility + volatilityMove);
  return blackScholes({ type: right, spot: price, strike, rate: 0, years }, volatility).price;
}
