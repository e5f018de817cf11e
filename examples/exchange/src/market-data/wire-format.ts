import type { Phase } from "@exchange-kit/orderbook";
import { formatPrice } from "../prices.ts";
import type { Bar } from "./bars/bar-series.ts";
import type { PublicLevel } from "./public/book-side.ts";
import type { MarketInstrument, PublicInstrument, PublicTrade } from "./public/public-market.ts";

/** `[price, quantity, orders]`, the price as a decimal string. */
export type Row = readonly [price: string, quantity: number, orders: number];

export interface TradeJson {
  readonly tradeId: number;
  readonly price: string;
  readonly quantity: number;
  readonly takerSide: PublicTrade["takerSide"];
  readonly time: string;
}

export interface BarJson {
  readonly start: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: number;
  readonly trades: number;
  /** Volume-weighted average price, with four digits more than a price has. */
  readonly vwap: string;
}

export interface StatusJson {
  readonly phase: Phase;
  /** Why it is halted; empty otherwise. */
  readonly haltReason: string;
  /** While a call is on: what the auction would be. The price is null when nothing would trade. */
  readonly indicative: {
    readonly price: string | null;
    readonly volume: number;
    /** Positive to buy, negative to sell. */
    readonly imbalance: number;
  } | null;
}

/** ISO 8601 in UTC, with microseconds. */
export function timeText(micros: number): string {
  const millis = Math.floor(micros / 1000);
  const rest = String(micros - millis * 1000).padStart(3, "0");
  return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`;
}

/** Microseconds since 1970 of an ISO 8601 time with at most six decimals. */
export function timeMicros(text: string): number {
  // Date would keep three decimals only.
  const decimals = /\.(\d+)/.exec(text)?.[1] ?? "";
  return Date.parse(text.replace(/\.\d+/, "")) * 1000 + Number(decimals.padEnd(6, "0"));
}

export function statusJson({ phase, haltReason, indicative, rules }: PublicInstrument): StatusJson {
  if (indicative === undefined) return { phase, haltReason, indicative: null };
  const { price, volume, imbalance } = indicative;
  const written = price === undefined ? null : formatPrice(rules, price);
  return { phase, haltReason, indicative: { price: written, volume, imbalance } };
}

export function rowOf(rules: MarketInstrument, { price, quantity, orders }: PublicLevel): Row {
  return [formatPrice(rules, price), quantity, orders];
}

export function tradeJson(rules: MarketInstrument, trade: PublicTrade): TradeJson {
  const { tradeId, price, quantity, takerSide, timeMicros } = trade;
  return { tradeId, price: formatPrice(rules, price), quantity, takerSide, time: timeText(timeMicros) };
}

export function barJson(rules: MarketInstrument, bar: Bar): BarJson {
  const price = (units: number): string => formatPrice(rules, units);
  const { priceDecimals } = rules;
  return {
    start: timeText(bar.startMicros),
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
    volume: bar.volume,
    trades: bar.trades,
    vwap: (bar.value / bar.volume / 10 ** priceDecimals).toFixed(priceDecimals + 4),
  };
}
