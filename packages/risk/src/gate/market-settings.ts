import { positive, whole } from "../arguments.ts";
import { RiskError } from "../errors.ts";
import { INSTRUMENT_WIDTH, Instrument } from "./fields.ts";
import { fresh, GateCore } from "./gate-core.ts";
import type {
  Change,
  GateListener,
  GateOptions,
  InstrumentDefinition,
  SessionDefinition,
} from "./gate-types.ts";
import { UNLIMITED } from "./limits.ts";
import { RejectCode } from "./reject-code.ts";
import { Throttle } from "./throttle.ts";

const MILLION = 1_000_000;

/** What may be changed about an instrument while trading. */
export interface InstrumentChange {
  /** Open for trading. */
  readonly tradable?: boolean;
  /** On the venue's restricted list. */
  readonly restricted?: boolean;
  /** Reg SHO rule 201 price test in force. */
  readonly shortSaleRestricted?: boolean;
  /** LULD bands in price units, or `null` for none. */
  readonly bands?: {
    /** Lower band, in price units. */
    readonly lower: number;
    /** Upper band, in price units. */
    readonly upper: number;
  } | null;
  /** See {@link InstrumentDefinition.staticCollarPpm}. */
  readonly staticCollarPpm?: number;
  /** See {@link InstrumentDefinition.dynamicCollarPpm}. */
  readonly dynamicCollarPpm?: number;
  /** See {@link InstrumentDefinition.fatFingerPpm}. */
  readonly fatFingerPpm?: number;
  /** See {@link InstrumentDefinition.circuitBreakerPpm}. */
  readonly circuitBreakerPpm?: number;
  /** See {@link InstrumentDefinition.minQuantity}. */
  readonly minQuantity?: number;
  /** See {@link InstrumentDefinition.maxQuantity}. */
  readonly maxQuantity?: number;
}

const FLAGS = ["tradable", "restricted", "shortSaleRestricted"] as const;
const PLACES = {
  staticCollarPpm: Instrument.staticPpm,
  dynamicCollarPpm: Instrument.dynamicPpm,
  fatFingerPpm: Instrument.fatFingerPpm,
  circuitBreakerPpm: Instrument.breakerPpm,
  minQuantity: Instrument.minQuantity,
  maxQuantity: Instrument.maxQuantity,
} as const;
const NUMBERS = Object.keys(PLACES) as (keyof typeof PLACES)[];

/** Currencies, instruments, sessions and prices of a gate. Use {@link PreTradeGate}. */
export class MarketSettings extends GateCore {
  /** As {@link PreTradeGate}. */
  constructor(options: GateOptions, listener: GateListener = {}) {
    super(options, listener);
    this.addCurrency(options.baseCurrency, 1);
  }

  /**
   * @param name - such as `EUR`
   * @param rate - base currency minor units for one of its minor units, positive
   * @throws RiskError `invalid-argument` for a known name or a rate that is not positive
   */
  addCurrency(name: string, rate: number): void {
    fresh("currency", this.currencyNames, name);
    positive("rate", rate);
    this.currencyNames.push(name);
    this.rates.push(rate);
  }

  /**
   * Changes a rate; positions are revalued, open orders keep what they reserved.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setRate(name: string, rate: number, change: Change): void {
    positive("rate", rate);
    const currency = this.currencyOf(name);
    this.changed(name, "rate", this.rates[currency], rate, change);
    this.rates[currency] = rate;
    const { data, count } = this.exposure.instruments;
    for (let index = 0; index < count; index++) {
      const i = index * INSTRUMENT_WIDTH;
      if (data[i + Instrument.currency] !== currency) continue;
      data[i + Instrument.rate] = rate;
      this.exposure.revalue(index);
    }
  }

  /**
   * @returns the instrument's index: 0, 1, …
   * @throws RiskError `invalid-argument`, `unknown-id` (currency), `contradictory-limits` (sizes)
   */
  addInstrument(definition: InstrumentDefinition): number {
    const d = {
      multiplier: 1,
      currency: this.options.baseCurrency,
      sector: 0,
      permission: 0,
      tickSize: 1,
      lotSize: 1,
      minQuantity: 1,
      maxQuantity: UNLIMITED,
      staticCollarPpm: 0,
      dynamicCollarPpm: 0,
      fatFingerPpm: 0,
      marginPpm: MILLION,
      stressPpm: 0,
      circuitBreakerPpm: 0,
      ...definition,
    };
    fresh("instrument", this.instrumentNames, d.name);
    for (const name of ["multiplier", "tickSize", "lotSize", "minQuantity", "maxQuantity"] as const) {
      whole(`${d.name}: ${name}`, d[name], 1);
    }
    for (const name of [
      "staticCollarPpm",
      "dynamicCollarPpm",
      "fatFingerPpm",
      "marginPpm",
      "stressPpm",
      "circuitBreakerPpm",
    ] as const) {
      whole(`${d.name}: ${name}`, d[name], 0);
    }
    within(`${d.name}: sector`, d.sector, this.options.sectors);
    within(`${d.name}: permission`, d.permission, 32);
    checkPrice(d.referencePrice);
    checkSizes(d.name, d.minQuantity, d.maxQuantity, d.lotSize);
    const currency = this.currencyOf(d.currency);
    const throttle = d.throttle && new Throttle(d.throttle, this.clock);

    const index = this.exposure.newInstrument();
    const { data } = this.exposure.instruments;
    const i = index * INSTRUMENT_WIDTH;
    this.instrumentNames.push(d.name);
    this.instrumentThrottles.push(throttle);
    data[i + Instrument.multiplier] = d.multiplier;
    data[i + Instrument.currency] = currency;
    data[i + Instrument.rate] = this.rates[currency]!;
    data[i + Instrument.sector] = d.sector;
    data[i + Instrument.permission] = d.permission;
    data[i + Instrument.tickSize] = d.tickSize;
    data[i + Instrument.lotSize] = d.lotSize;
    data[i + Instrument.minQuantity] = d.minQuantity;
    data[i + Instrument.maxQuantity] = d.maxQuantity;
    data[i + Instrument.staticPpm] = d.staticCollarPpm;
    data[i + Instrument.dynamicPpm] = d.dynamicCollarPpm;
    data[i + Instrument.fatFingerPpm] = d.fatFingerPpm;
    data[i + Instrument.marginPpm] = d.marginPpm;
    data[i + Instrument.stressPpm] = d.stressPpm;
    data[i + Instrument.isShortMarked] = d.isShortMarked ? 1 : 0;
    data[i + Instrument.needsLocate] = d.needsLocate ? 1 : 0;
    data[i + Instrument.isStopSided] = d.refusesTriggeredStops ? 1 : 0;
    data[i + Instrument.allowsAnyPrice] = d.allowsNegativePrices ? 1 : 0;
    data[i + Instrument.breakerPpm] = d.circuitBreakerPpm;
    data[i + Instrument.tradable] = 1;
    data[i + Instrument.bid] = -UNLIMITED;
    data[i + Instrument.ask] = UNLIMITED;
    data[i + Instrument.bandLow] = -UNLIMITED;
    data[i + Instrument.bandHigh] = UNLIMITED;
    data[i + Instrument.reference] = d.referencePrice;
    data[i + Instrument.mark] = d.referencePrice;
    this.#setCollars(index);
    this.exposure.revalue(index);
    return index;
  }

  /**
   * @returns the session's index: 0, 1, …
   * @throws RiskError `invalid-argument`
   */
  addSession(definition: SessionDefinition): number {
    fresh("session", this.sessionNames, definition.name);
    this.sessionThrottles.push(definition.throttle && new Throttle(definition.throttle, this.clock));
    return this.sessionNames.push(definition.name) - 1;
  }

  /**
   * Changes what an instrument allows.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`, `contradictory-limits`
   */
  setInstrument(instrument: number, changes: InstrumentChange, change: Change): void {
    this.checkInstrument(instrument);
    const { data } = this.exposure.instruments;
    const i = instrument * INSTRUMENT_WIDTH;
    const name = this.instrumentNames[instrument]!;
    for (const key of NUMBERS) {
      const value = changes[key];
      if (value !== undefined) whole(`${name}: ${key}`, value, key.endsWith("Quantity") ? 1 : 0);
    }
    checkSizes(
      name,
      changes.minQuantity ?? data[i + Instrument.minQuantity]!,
      changes.maxQuantity ?? data[i + Instrument.maxQuantity]!,
      data[i + Instrument.lotSize]!,
    );
    const { bands } = changes;
    if (bands) checkBands(name, bands.lower, bands.upper);

    for (const key of FLAGS) {
      const value = changes[key];
      if (value === undefined) continue;
      const at = i + Instrument[key];
      this.changed(name, key, data[at] === 1, value, change);
      data[at] = value ? 1 : 0;
    }
    for (const key of NUMBERS) {
      const value = changes[key];
      if (value === undefined) continue;
      const at = i + PLACES[key];
      this.changed(name, key, data[at], value, change);
      data[at] = value;
    }
    if (bands !== undefined) {
      const lower = data[i + Instrument.bandLow]!;
      const upper = data[i + Instrument.bandHigh]!;
      this.changed(name, "bands", lower === -UNLIMITED ? null : { lower, upper }, bands, change);
      data[i + Instrument.bandLow] = bands?.lower ?? -UNLIMITED;
      data[i + Instrument.bandHigh] = bands?.upper ?? UNLIMITED;
    }
    this.#setCollars(instrument);
  }

  /**
   * Best bid and offer in price units; a side that is not there is negative (bid) or positive (ask) infinity.
   */
  setQuote(instrument: number, bid: number, ask: number): void {
    this.checkInstrument(instrument);
    if (Number.isNaN(bid) || Number.isNaN(ask)) {
      throw new RiskError("invalid-argument", `bid ${bid} and ask ${ask} must be numbers`);
    }
    const { data } = this.exposure.instruments;
    const i = instrument * INSTRUMENT_WIDTH;
    data[i + Instrument.bid] = Math.max(bid, -UNLIMITED);
    data[i + Instrument.ask] = Math.min(ask, UNLIMITED);
  }

  /**
   * Last price: centre of the dynamic collar, and mark of positions. When it is further from the reference price than
   * the circuit breaker allows, the instrument is no longer tradable until `setInstrument` says so: `changed` fires with
   * the actor `circuit breaker`, and `alert` with the node -1.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setLast(instrument: number, price: number): void {
    this.checkInstrument(instrument);
    checkPrice(price);
    const { data } = this.exposure.instruments;
    data[instrument * INSTRUMENT_WIDTH + Instrument.mark] = price;
    this.#setDynamicCollar(instrument);
    this.exposure.revalue(instrument);
    this.#breakCircuit(instrument, price);
  }

  #breakCircuit(instrument: number, price: number): void {
    const { data } = this.exposure.instruments;
    const i = instrument * INSTRUMENT_WIDTH;
    const ppm = data[i + Instrument.breakerPpm]!;
    if (ppm === 0 || data[i + Instrument.tradable] === 0) return;
    const reference = data[i + Instrument.reference]!;
    const distance = Math.abs(price - reference);
    const most = collar(reference, ppm);
    if (distance <= most) return;
    const change = { timeMillis: this.clock[0]!, actor: "circuit breaker" };
    this.changed(this.instrumentNames[instrument]!, "tradable", true, false, change);
    data[i + Instrument.tradable] = 0;
    this.listener.alert?.("breach", RejectCode.Halted, -1, instrument, distance, most);
  }

  /**
   * Reference price: centre of the static collar and of the fat-finger check.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setReference(instrument: number, price: number): void {
    this.checkInstrument(instrument);
    checkPrice(price);
    this.exposure.instruments.data[instrument * INSTRUMENT_WIDTH + Instrument.reference] = price;
    this.#setCollars(instrument);
  }

  #setCollars(instrument: number): void {
    const { data } = this.exposure.instruments;
    const i = instrument * INSTRUMENT_WIDTH;
    const reference = data[i + Instrument.reference]!;
    const around = collar(reference, data[i + Instrument.staticPpm]!);
    data[i + Instrument.staticLow] = reference - around;
    data[i + Instrument.staticHigh] = reference + around;
    const fat = collar(reference, data[i + Instrument.fatFingerPpm]!);
    data[i + Instrument.fatSell] = reference - fat;
    data[i + Instrument.fatBuy] = reference + fat;
    this.#setDynamicCollar(instrument);
  }

  #setDynamicCollar(instrument: number): void {
    const { data } = this.exposure.instruments;
    const i = instrument * INSTRUMENT_WIDTH;
    const last = data[i + Instrument.mark]!;
    const around = collar(last, data[i + Instrument.dynamicPpm]!);
    data[i + Instrument.dynamicLow] = last - around;
    data[i + Instrument.dynamicHigh] = last + around;
  }
}

/** Largest whole distance within `ppm` millionths of the price; without a collar, as far as numbers go. */
function collar(price: number, ppm: number): number {
  if (ppm === 0) return UNLIMITED;
  const product = Math.abs(price) * ppm;
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / MILLION);
  return Math.min(UNLIMITED, Number((BigInt(Math.abs(price)) * BigInt(ppm)) / BigInt(MILLION)));
}

function checkBands(name: string, lower: number, upper: number): void {
  checkPrice(lower);
  checkPrice(upper);
  if (lower <= upper) return;
  throw new RiskError("contradictory-limits", `${name}: lower band ${lower} is above upper band ${upper}`, {
    limits: ["bands.lower", "bands.upper"],
  });
}

function checkSizes(name: string, least: number, most: number, lot: number): void {
  // The largest multiple of the lot that is allowed must not be below the least quantity.
  if (most !== UNLIMITED && Math.floor(most / lot) * lot < least) {
    throw new RiskError(
      "contradictory-limits",
      `${name}: no multiple of lotSize ${lot} lies between minQuantity ${least} and maxQuantity ${most}`,
      { limits: ["minQuantity", "maxQuantity"] },
    );
  }
}

/** Throws `invalid-argument` unless a price is whole. */
export function checkPrice(price: number): void {
  if (!Number.isSafeInteger(price)) {
    throw new RiskError("invalid-argument", `price must be a safe integer of price units, was ${price}`, {
      value: price,
    });
  }
}

/** Throws `invalid-argument` unless 0 ≤ value < bound. */
export function within(name: string, value: number, bound: number): void {
  if (!(Number.isInteger(value) && value >= 0 && value < bound)) {
    throw new RiskError("invalid-argument", `${name} must be 0 … ${bound - 1}, was ${value}`, { value });
  }
}
