import type { InstrumentConfig, VenueConfig } from "./config.ts";
import { VenueError } from "./venue-error.ts";

/** Largest value of one order in minor units, so that sums of many stay safe integers. */
const MAX_ORDER_VALUE = 2 ** 46;
/** What the matching engine's records have room for. */
const MAX_WORD = 2 ** 30 - 1;

/** An instrument with every option resolved. */
export interface Instrument extends Required<InstrumentConfig> {
  /** Minor units of the currency that one price unit of one lot is worth. */
  readonly multiplier: number;
}

/** The configuration checked, with every name resolved to its index. */
export class Directory {
  readonly config: VenueConfig;
  readonly instruments: readonly Instrument[];
  /** Firm of each account and of each session. */
  readonly firmOfAccount: readonly number[];
  readonly firmOfSession: readonly number[];

  /** @throws VenueError `invalid-config` */
  constructor(config: VenueConfig) {
    this.config = config;
    const { currency, firms, accounts, sessions } = config;
    if (!isWhole(currency.decimals, 0, 6)) fail(`currency.decimals must be 0 … 6, was ${currency.decimals}`);
    if (config.instruments.length === 0) fail("there must be an instrument");
    unique(
      "instrument",
      config.instruments.map(({ symbol }) => symbol),
    );
    unique(
      "firm",
      firms.map(({ name }) => name),
    );
    unique(
      "account",
      accounts.map(({ name }) => name),
    );
    unique(
      "session",
      sessions.map(({ name }) => name),
    );
    this.instruments = config.instruments.map((instrument) => resolve(instrument, currency.decimals));
    const firmIndex = (owner: string, firm: string): number => {
      const index = firms.findIndex(({ name }) => name === firm);
      if (index < 0) fail(`${owner}: there is no firm ${firm}`);
      return index;
    };
    this.firmOfAccount = accounts.map(({ name, firm }) => firmIndex(`account ${name}`, firm));
    this.firmOfSession = sessions.map(({ name, firm }) => firmIndex(`session ${name}`, firm));
  }

  /** Whether an index is one of an instrument: anything may come in a command. */
  isInstrument(index: unknown): index is number {
    return typeof index === "number" && this.instruments[index] !== undefined;
  }

  isAccount(index: unknown): index is number {
    return typeof index === "number" && this.firmOfAccount[index] !== undefined;
  }

  isSession(index: unknown): index is number {
    return typeof index === "number" && this.firmOfSession[index] !== undefined;
  }

  isFirm(index: unknown): index is number {
    return typeof index === "number" && this.config.firms[index] !== undefined;
  }

  /** Index of an account, −1 when there is none of this name. */
  account(name: string): number {
    return this.config.accounts.findIndex((account) => account.name === name);
  }

  /** Index of a session, −1 when there is none of this name. */
  session(name: string): number {
    return this.config.sessions.findIndex((session) => session.name === name);
  }

  /** Index of a firm, −1 when there is none of this name. */
  firm(name: string): number {
    return this.config.firms.findIndex((firm) => firm.name === name);
  }

  /** Accounts of a firm, by index. */
  accountsOf(firm: number): number[] {
    return [...this.firmOfAccount.keys()].filter((account) => this.firmOfAccount[account] === firm);
  }
}

/** Whether a symbol is one that the wire formats have room for. */
export function isSymbol(symbol: unknown): symbol is string {
  return typeof symbol === "string" && /^[A-Z0-9.]{1,8}$/.test(symbol);
}

function resolve(config: InstrumentConfig, currencyDecimals: number): Instrument {
  const { symbol, priceDecimals, tickSize, referencePrice, maximumQuantity } = config;
  if (!isSymbol(symbol)) fail(`instrument ${symbol}: the symbol must be 1 to 8 of A–Z, 0–9 and dot`);
  if (!isWhole(priceDecimals, 0, currencyDecimals)) {
    fail(`${symbol}: priceDecimals must be 0 … ${currencyDecimals}, was ${priceDecimals}`);
  }
  const instrument: Instrument = {
    lotSize: 1,
    lowestPrice: tickSize,
    highestPrice: Math.min(referencePrice * 100, MAX_WORD),
    staticCollarPpm: 0,
    dynamicCollarPpm: 0,
    fatFingerPpm: 0,
    isShortMarked: false,
    volatilityInterruption: undefined,
    priceLimits: undefined,
    ...config,
    multiplier: 10 ** (currencyDecimals - priceDecimals),
  };
  const { lowestPrice, highestPrice, multiplier } = instrument;
  const check = (name: keyof Instrument, low: number, high: number): void => {
    const value = instrument[name];
    if (!isWhole(value, low, high)) {
      fail(`${symbol}: ${name} must be an integer from ${low} to ${high}, was ${value}`);
    }
  };
  check("tickSize", 1, MAX_WORD);
  check("lotSize", 1, MAX_WORD);
  check("maximumQuantity", instrument.lotSize, MAX_WORD);
  check("lowestPrice", 1, MAX_WORD);
  check("highestPrice", lowestPrice, MAX_WORD);
  check("referencePrice", lowestPrice, highestPrice);
  if (referencePrice % tickSize !== 0)
    fail(`${symbol}: referencePrice must be a multiple of tickSize ${tickSize}`);
  const value = highestPrice * maximumQuantity * multiplier;
  if (value > MAX_ORDER_VALUE) {
    fail(`${symbol}: highestPrice × maximumQuantity is ${value} minor units, more than ${MAX_ORDER_VALUE}`);
  }
  return instrument;
}

function isWhole(value: unknown, low: number, high: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
}

function unique(kind: string, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (name === "") fail(`${kind} ${index}: the name must not be empty`);
    if (names.indexOf(name) !== index) fail(`there are two of ${kind} ${name}`);
  }
}

function fail(message: string): never {
  throw new VenueError("invalid-config", message);
}
