import type { Exposure } from "./exposure.ts";
import { INSTRUMENT_WIDTH, Instrument, ROW_WIDTH, Row } from "./fields.ts";
import { UNLIMITED } from "./limits.ts";
import { BUY, LIMIT, MARKET, type OrderTerms, SELL, SHORT, STOP, STOP_LIMIT } from "./order-terms.ts";
import { RejectCode } from "./reject-code.ts";
import type { Verdict } from "./verdict.ts";

// Folded into the machine code: see `exposure.ts`.
const [I, R] = [INSTRUMENT_WIDTH, ROW_WIDTH];
const { tickSize, lotSize, minQuantity, maxQuantity, mark, bid, ask, tradable, restricted } = Instrument;
const { dynamicLow, dynamicHigh, staticLow, staticHigh, fatSell, fatBuy, bandLow, bandHigh } = Instrument;
const { dynamicPpm, isShortMarked, needsLocate, isStopSided, shortSaleRestricted } = Instrument;
const { position, openSell, locates } = Row;

/** What the instrument asks of the size: tick, lot, least and most. */
export function checkSize(exposure: Exposure, terms: OrderTerms, verdict: Verdict): void {
  const instruments = exposure.instruments.data;
  const i = terms.instrument * I;
  const { quantity, price, stopPrice } = terms;
  const tick = instruments[i + tickSize]!;
  if (!isMultiple(price, tick)) verdict.fail(RejectCode.TickSize, price, tick);
  if (!isMultiple(stopPrice, tick)) verdict.fail(RejectCode.TickSize, stopPrice, tick);
  const lot = instruments[i + lotSize]!;
  if (!isMultiple(quantity, lot)) verdict.fail(RejectCode.LotSize, quantity, lot);
  const least = instruments[i + minQuantity]!;
  if (quantity < least) verdict.fail(RejectCode.MinQuantity, quantity, least);
  const most = instruments[i + maxQuantity]!;
  // Fewer lots than before are not refused for being too many.
  if (quantity > most && quantity > terms.oldQuantity) verdict.fail(RejectCode.MaxQuantity, quantity, most);
}

/** Restricted list, prices, trading state and short sales. */
export function checkInstrument(exposure: Exposure, terms: OrderTerms, verdict: Verdict): void {
  const instruments = exposure.instruments.data;
  const i = terms.instrument * I;
  if (instruments[i + restricted] !== 0) verdict.fail(RejectCode.Restricted, 1, 0);
  if (instruments[i + tradable] === 0) verdict.fail(RejectCode.Halted, 1, 0);
  if (terms.type !== MARKET) checkPrice(instruments, i, terms, verdict);
  if (terms.side !== BUY) checkShortSale(exposure, i, terms, verdict);
}

function checkPrice(instruments: Float64Array, i: number, terms: OrderTerms, verdict: Verdict): void {
  const { type, side, price, stopPrice } = terms;
  const lowest = instruments[i + dynamicLow]!;
  const highest = instruments[i + dynamicHigh]!;
  const staticLowest = instruments[i + staticLow]!;
  const staticHighest = instruments[i + staticHigh]!;
  if (type !== STOP) {
    if (price < lowest) verdict.fail(RejectCode.PriceCollar, price, lowest);
    if (price > highest) verdict.fail(RejectCode.PriceCollar, price, highest);
    if (price < staticLowest) verdict.fail(RejectCode.StaticCollar, price, staticLowest);
    if (price > staticHighest) verdict.fail(RejectCode.StaticCollar, price, staticHighest);
    const aggressive = side === BUY ? instruments[i + fatBuy]! : instruments[i + fatSell]!;
    const band = side === BUY ? instruments[i + bandHigh]! : instruments[i + bandLow]!;
    if (side === BUY ? price > aggressive : price < aggressive) {
      verdict.fail(RejectCode.FatFinger, price, aggressive);
    }
    if (side === BUY ? price > band : price < band) verdict.fail(RejectCode.LuldBand, price, band);
  }
  if (type >= STOP) {
    if (stopPrice < lowest) verdict.fail(RejectCode.PriceCollar, stopPrice, lowest);
    if (stopPrice > highest) verdict.fail(RejectCode.PriceCollar, stopPrice, highest);
    if (stopPrice < staticLowest) verdict.fail(RejectCode.StaticCollar, stopPrice, staticLowest);
    if (stopPrice > staticHighest) verdict.fail(RejectCode.StaticCollar, stopPrice, staticHighest);
    const last = instruments[i + mark]!;
    const isBeyond = side === BUY ? stopPrice > last : stopPrice < last;
    if (!isBeyond && instruments[i + isStopSided] !== 0) verdict.fail(RejectCode.StopPrice, stopPrice, last);
  }
}

function checkShortSale(exposure: Exposure, i: number, terms: OrderTerms, verdict: Verdict): void {
  const instruments = exposure.instruments.data;
  const rows = exposure.rows.data;
  const r = terms.row * R;
  const { side, quantity, price, oldQuantity } = terms;
  if (side === SELL) {
    if (instruments[i + isShortMarked] === 0) return;
    const covered = rows[r + position]! - rows[r + openSell]! + oldQuantity;
    if (quantity > covered) verdict.fail(RejectCode.ShortMarking, quantity, covered);
    return;
  }
  if (side === SHORT && instruments[i + shortSaleRestricted] !== 0) {
    const best = instruments[i + bid]!;
    if (!(terms.hasLimit && price > best)) verdict.fail(RejectCode.ShortSaleRestricted, price, best);
  }
  if (instruments[i + needsLocate] === 0) return;
  const located = rows[r + locates]! + oldQuantity;
  if (quantity > located) verdict.fail(RejectCode.NoLocate, quantity, located);
}

/** What the order could cost for one lot, in price units: its limit, or for a market order the far end of the collar. */
export function worstPrice(instruments: Float64Array, terms: OrderTerms): number {
  if (terms.type === LIMIT || terms.type === STOP_LIMIT) return Math.abs(terms.price);
  const i = terms.instrument * I;
  const trigger = Math.abs(terms.stopPrice);
  if (instruments[i + dynamicPpm]! > 0) {
    const far = Math.max(Math.abs(instruments[i + dynamicHigh]!), Math.abs(instruments[i + dynamicLow]!));
    return Math.max(far, trigger);
  }
  const offer = instruments[i + ask]!;
  const offered = offer === UNLIMITED ? 0 : Math.abs(offer);
  return Math.max(Math.abs(instruments[i + mark]!), offered, trigger);
}

/** `%` of two doubles is a call into the C library. A quotient that rounds to a whole number fails the product. */
function isMultiple(value: number, step: number): boolean {
  return step === 1 || Math.floor(value / step) * step === value;
}
