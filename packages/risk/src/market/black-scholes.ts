import { RiskError } from "../errors.ts";
import { normalDensity, normalDistribution } from "./distributions.ts";
import { checkFinite } from "./series.ts";

/** A European option on an asset with a continuous yield. */
export interface EuropeanOption {
  /** Right. */
  readonly type: "call" | "put";
  /** Price of the asset, positive. */
  readonly spot: number;
  /** Strike, positive. */
  readonly strike: number;
  /** Continuous interest rate a year. */
  readonly rate: number;
  /** Continuous dividend yield a year; for an option on a future, the rate (Black 1976). Default 0. */
  readonly dividendYield?: number;
  /** Years to expiry, 0 or more. */
  readonly years: number;
}

/** Value and sensitivities of an option. */
export interface OptionValue {
  /** Value. */
  readonly price: number;
  /** Change for 1.00 of the asset's price. */
  readonly delta: number;
  /** Change of delta for 1.00 of the asset's price. */
  readonly gamma: number;
  /** Change for 1.00 of volatility (100 points). */
  readonly vega: number;
  /** Change for one year of time passing. */
  readonly theta: number;
  /** Change for 1.00 of the rate. */
  readonly rho: number;
}

/**
 * Black–Scholes–Merton value and Greeks. At expiry or without volatility it is the discounted payoff of the forward:
 * gamma and vega are then 0.
 *
 * @param volatility - a year, as a fraction, 0 or more
 * @throws RiskError `invalid-argument`
 * @see Hull, "Options, Futures, and Other Derivatives", chapters 15, 17 and 19
 */
export function blackScholes(option: EuropeanOption, volatility: number): OptionValue {
  checkOption(option);
  if (!(volatility >= 0 && Number.isFinite(volatility))) {
    throw new RiskError("invalid-argument", `volatility must be 0 or more, was ${volatility}`, {
      value: volatility,
    });
  }
  const { spot, strike, rate, dividendYield: yielded = 0, years } = option;
  const sign = option.type === "call" ? 1 : -1;
  const assetNow = spot * Math.exp(-yielded * years);
  const strikeNow = strike * Math.exp(-rate * years);
  const deviation = volatility * Math.sqrt(years);
  if (deviation === 0) {
    const isInMoney = sign * (assetNow - strikeNow) > 0 ? 1 : 0;
    return {
      price: Math.max(0, sign * (assetNow - strikeNow)),
      delta: isInMoney * sign * Math.exp(-yielded * years),
      gamma: 0,
      vega: 0,
      theta: isInMoney * sign * (yielded * assetNow - rate * strikeNow),
      rho: isInMoney * sign * years * strikeNow,
    };
  }
  const d1 = Math.log(assetNow / strikeNow) / deviation + deviation / 2;
  const d2 = d1 - deviation;
  const inAsset = normalDistribution(sign * d1);
  const inMoney = normalDistribution(sign * d2);
  const density = normalDensity(d1);
  return {
    price: sign * (assetNow * inAsset - strikeNow * inMoney),
    delta: sign * Math.exp(-yielded * years) * inAsset,
    gamma: (Math.exp(-yielded * years) * density) / (spot * deviation),
    vega: assetNow * density * Math.sqrt(years),
    theta:
      (-assetNow * density * volatility) / (2 * Math.sqrt(years)) +
      sign * (yielded * assetNow * inAsset - rate * strikeNow * inMoney),
    rho: sign * years * strikeNow * inMoney,
  };
}

/**
 * The volatility at which {@link blackScholes} gives a price: Newton's method kept within a bracket by bisection.
 *
 * @param price - of the option
 * @returns volatility a year, as a fraction
 * @throws RiskError `no-solution` for a price that is not between the option's least and most value, or at expiry;
 * `invalid-argument`
 */
export function impliedVolatility(option: EuropeanOption, price: number): number {
  checkOption(option);
  checkFinite("price", price);
  const least = blackScholes(option, 0).price;
  const { spot, strike, rate, dividendYield: yielded = 0, years } = option;
  const most = option.type === "call" ? spot * Math.exp(-yielded * years) : strike * Math.exp(-rate * years);
  if (years === 0 || price < least || price >= most) {
    throw new RiskError(
      "no-solution",
      `price must be from ${least} to below ${most} before expiry, was ${price}`,
      {
        value: price,
      },
    );
  }
  if (price === least) return 0;
  let low = 0;
  let high = 1;
  while (blackScholes(option, high).price < price) {
    if (high > 1e6) throw new RiskError("no-solution", `no volatility gives ${price}`, { value: price });
    high *= 2;
  }
  // The inflection point: Newton's steps from it cannot overshoot (Manaster and Koehler 1982).
  let guess = Math.sqrt((2 * Math.abs(Math.log(spot / strike) + (rate - yielded) * years)) / years);
  if (!(guess > low && guess < high)) guess = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const value = blackScholes(option, guess);
    const error = value.price - price;
    if (error === 0) return guess;
    if (error > 0) high = guess;
    else low = guess;
    let next = guess - error / value.vega;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - guess) <= 1e-15 * next || next === low || next === high) return next;
    guess = next;
  }
  return guess;
}

function checkOption(option: EuropeanOption): void {
  const { type, spot, strike, rate, dividendYield = 0, years } = option;
  if (type !== "call" && type !== "put") {
    throw new RiskError("invalid-argument", `type must be call or put, was ${String(type)}`, { value: type });
  }
  if (!(spot > 0 && strike > 0 && Number.isFinite(spot) && Number.isFinite(strike))) {
    throw new RiskError("invalid-argument", `spot and strike must be positive, were ${spot} and ${strike}`);
  }
  if (!(years >= 0))
    throw new RiskError("invalid-argument", `years must be 0 or more, was ${years}`, { value: years });
  checkFinite("years", years);
  checkFinite("rate", rate);
  checkFinite("dividendYield", dividendYield);
}
