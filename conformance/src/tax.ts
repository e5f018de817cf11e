import { readFileSync } from "node:fs";
import {
  type Account,
  type GainLine,
  type LotMethod,
  netGains,
  type OpenLot,
  type Section1256Event,
  section1256,
  type TaxEvent,
  TaxLedger,
  unitedKingdom,
} from "@exchange-kit/tax";
import type { Subject } from "./subject.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Case {
  readonly id: string;
  readonly config: {
    readonly method?: string;
    readonly kind?: string;
    readonly washSales?: boolean;
    readonly accounts?: readonly Account[];
    readonly substantiallyIdentical?: readonly (readonly string[])[];
    readonly assetClass?: string;
    readonly rounding?: string;
    readonly multiplier?: string;
    readonly annualLimit?: string;
  };
  readonly input?: Record<string, string>;
  readonly events?: readonly Fields[];
}

/** Decimals kept and shown where a case rounds nothing: what is exact to 12 decimals is shown so. */
const INNER_DECIMALS = 30;
const SHOWN_DECIMALS = 12;

const TYPES: Readonly<Record<string, string>> = {
  BUY: "buy",
  REINVEST: "reinvest",
  SELL: "sell",
  SHORT: "short",
  COVER: "cover",
  SPLIT: "split",
  SPINOFF: "spin-off",
  MERGER: "merger",
  ROC: "return-of-capital",
  SYMBOL_CHANGE: "symbol-change",
  TRANSFER: "transfer",
  MARK: "mark",
};

/** Runs the cases of a file and prints each with the figures that the package finds. */
export const tax: Subject = {
  usage: "tax CASES.json",
  run([path], print) {
    if (!path) throw new Error("no file of cases was named");
    const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: readonly Case[] };
    print(JSON.stringify({ cases: cases.map((one) => ({ id: one.id, ...(solve(one) as object) })) }));
  },
};

function solve({ config, input, events = [] }: Case): unknown {
  if (config.kind === "netting") {
    const limit = config.annualLimit === undefined ? {} : { annualLimit: config.annualLimit };
    return netGains({ shortTerm: "0", longTerm: "0", ...input, ...limit });
  }
  if (config.kind === "1256") {
    return {
      years: section1256(events.map(toEvent) as unknown as Section1256Event[], {
        moneyDecimals: 12,
        ...(config.multiplier === undefined ? {} : { multiplier: config.multiplier }),
      }),
    };
  }
  if (config.method === "UK_S104") {
    const { matches, pools, totalGain } = unitedKingdom(events.map(toEvent));
    const renamed = Object.values(pools).map(({ quantity, cost }) => ({ qty: quantity, cost }));
    const names = Object.keys(pools);
    return {
      matches: matches.map(({ quantity, symbol, sold, rule, matchedDate, proceeds, cost, gain }) => ({
        ...(names.length > 1 ? { symbol } : {}),
        sold,
        rule,
        matchedDate,
        qty: quantity,
        proceeds,
        cost,
        gain,
      })),
      pool:
        names.length === 1 ? renamed[0] : Object.fromEntries(names.map((name, at) => [name, renamed[at]])),
      totalGain,
    };
  }
  return lots(config, events.map(toEvent));
}

function toEvent(fields: Fields): TaxEvent {
  const { qty, type, lots: picks, ...rest } = fields as Fields & { type: string };
  return {
    ...rest,
    type: TYPES[type] ?? type,
    ...(qty === undefined ? {} : { quantity: qty }),
    ...(picks === undefined
      ? {}
      : { lots: (picks as Fields[]).map((pick) => ({ lot: pick.lot, quantity: pick.qty })) }),
  } as unknown as TaxEvent;
}

function lots(config: Case["config"], events: readonly TaxEvent[]): unknown {
  const isCents = config.rounding === "conserving-cents";
  const ledger = new TaxLedger({
    method: (config.method ?? "FIFO").toLowerCase().replace("_", "-") as LotMethod,
    averageCost: "any",
    moneyDecimals: isCents ? 2 : INNER_DECIMALS,
    quantityDecimals: INNER_DECIMALS,
    ...(config.washSales === undefined ? {} : { washSales: config.washSales }),
    ...(config.assetClass === "digital" ? { assetClass: "digital" as const } : {}),
    ...(config.accounts === undefined ? {} : { accounts: config.accounts }),
    ...(config.substantiallyIdentical === undefined
      ? {}
      : { substantiallyIdentical: config.substantiallyIdentical }),
  });
  ledger.applyAll(events);
  const namesAccounts = config.accounts !== undefined;
  const totals = Object.entries(ledger.totals()).map(([name, value]) => [name, money(value)]);
  return {
    lines: ledger.lines().map((line) => lineOf(line, namesAccounts)),
    remaining: merged(ledger.lots()).map((lot) => remainingOf(lot, namesAccounts)),
    totals: Object.fromEntries(totals),
  };
}

function lineOf(line: GainLine, namesAccounts: boolean): unknown {
  return {
    disposal: line.disposal,
    lot: line.lot,
    symbol: line.symbol,
    ...(namesAccounts ? { account: line.account } : {}),
    ...(line.opened === undefined ? {} : { opened: line.opened }),
    acquired: line.acquired,
    ...(line.holdingFrom === undefined ? {} : { holdingFrom: line.holdingFrom }),
    sold: line.sold,
    ...(line.side === "short" ? { side: "short" } : {}),
    qty: quantity(line.quantity),
    proceeds: money(line.proceeds),
    basis: money(line.basis),
    code: line.code,
    adjustment: money(line.adjustment),
    ...(line.code === "W" ? { washQty: quantity(line.washQuantity) } : {}),
    ...(Number(line.permanentlyDisallowed) > 0
      ? { permanentlyDisallowed: money(line.permanentlyDisallowed) }
      : {}),
    gain: money(line.gain),
    term: line.term,
  };
}

/** Parts of a lot that differ in nothing but whether they replaced others (in an IRA) are one in the vectors. */
function merged(open: readonly OpenLot[]): OpenLot[] {
  const result: OpenLot[] = [];
  for (const lot of open) {
    const last = result.at(-1);
    const isAlike =
      last?.lot === lot.lot &&
      last.account === lot.account &&
      last.holdingFrom === lot.holdingFrom &&
      last.isReplacement !== lot.isReplacement &&
      last.washDeferred === lot.washDeferred &&
      scaled(last.amount) * scaled(lot.quantity) === scaled(lot.amount) * scaled(last.quantity);
    if (!isAlike) result.push(lot);
    else {
      result[result.length - 1] = {
        ...last,
        quantity: decimal(scaled(last.quantity) + scaled(lot.quantity), INNER_DECIMALS),
        amount: decimal(scaled(last.amount) + scaled(lot.amount), INNER_DECIMALS),
      };
    }
  }
  return result;
}

function remainingOf(lot: OpenLot, namesAccounts: boolean): unknown {
  const isShort = lot.side === "short";
  const deferred = Number(lot.washDeferred) > 0 ? { washDeferred: money(lot.washDeferred) } : {};
  return {
    lot: lot.lot,
    symbol: lot.symbol,
    ...(namesAccounts ? { account: lot.account } : {}),
    ...(isShort
      ? { side: "short", opened: lot.acquired }
      : { acquired: lot.acquired, holdingFrom: lot.holdingFrom }),
    qty: quantity(lot.quantity),
    ...(isShort ? { proceeds: money(lot.amount) } : { basis: money(lot.amount) }),
    ...deferred,
  };
}

function money(text: string): string {
  return shown(text, 2);
}

function quantity(text: string): string {
  return shown(text, 0);
}

/** Rounds what has more decimals than are exact, and drops zeros behind the point. */
function shown(text: string, minimum: number): string {
  const unit = 10n ** BigInt(INNER_DECIMALS - SHOWN_DECIMALS);
  const value = scaled(text);
  const half = value < 0n ? -unit / 2n : unit / 2n;
  const [whole, fraction = ""] = decimal((value + half) / unit, SHOWN_DECIMALS).split(".");
  const kept = fraction.replace(/0+$/, "").padEnd(minimum, "0");
  return kept === "" ? whole! : `${whole}.${kept}`;
}

function scaled(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(INNER_DECIMALS, "0"));
}

function decimal(value: bigint, decimals: number): string {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
