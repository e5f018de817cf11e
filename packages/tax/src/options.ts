import { TaxError } from "./errors.ts";
import type { LotMethod } from "./events.ts";
import { type Arithmetic, checkDecimals } from "./numbers.ts";

/**
 * What an account is to the taxpayer.
 *
 * - `taxable`: its disposals are reported
 * - `ira`: IRA or Roth; no lines, and a replacement bought in it loses the deduction for good (Rev. Rul. 2008-5)
 * - `spouse`, `controlled`: another taxpayer's account whose purchases count against this one, with the same effect
 */
export type AccountType = "taxable" | "ira" | "spouse" | "controlled";

/** An account of the ledger. */
export interface Account {
  /** Named by events. */
  readonly id: string;
  /** What it is to the taxpayer. */
  readonly type: AccountType;
  /** Its standing order for lots; the ledger's when left out. */
  readonly method?: LotMethod;
}

/**
 * What the law sees in a symbol: `security` (shares, options, tokenised shares), `fund` (may use average cost) or
 * `digital` (no wash sales so far; own boxes on Form 8949 from 2025).
 */
export type AssetClass = "security" | "fund" | "digital";

/** How a ledger counts and which policy it follows where the law leaves a choice. */
export interface TaxLedgerOptions {
  /** Standing order for lots; `fifo` when left out, as the law has it. */
  readonly method?: LotMethod;
  /**
   * Whether a sale that names its lots, or an order of its own for them, must say when they were identified
   * (`identifiedOn`). `assumed`, the default, checks the date only where it is given.
   */
  readonly identification?: "assumed" | "required";
  /** The accounts; one taxable account `main` when left out. The first is that of events without one. */
  readonly accounts?: readonly Account[];
  /** Whether IRC 1091 is applied; true when left out. */
  readonly washSales?: boolean;
  /** Class of symbols not in `assetClasses`; `security` when left out. */
  readonly assetClass?: AssetClass;
  /** Class by symbol. */
  readonly assetClasses?: Readonly<Record<string, AssetClass>>;
  /** Applies wash sales to digital assets too; false when left out, as the law stands. */
  readonly digitalWashSales?: boolean;
  /** Groups of symbols that are substantially identical; other symbols only to themselves. */
  readonly substantiallyIdentical?: readonly (readonly string[])[];
  /** `broker` sees what a 1099-B does: one account and one symbol. `taxpayer`, the default, sees everything. */
  readonly view?: "taxpayer" | "broker";
  /** Whether shares bought in the window but before the lot that was sold replace it; true when left out. */
  readonly countEarlierPurchases?: boolean;
  /** Applies IRC 1233(b) and (d) to shorts beside long positions; true when left out. */
  readonly shortSaleRules?: boolean;
  /** `funds-only`, the default, allows average cost for class `fund` alone (26 CFR 1.1012-1(e)). */
  readonly averageCost?: "funds-only" | "any";
  /** Decimals of the money unit: 2, cents, when left out. Every amount is a whole number of units. */
  readonly moneyDecimals?: number;
  /** Decimals of the quantity unit: 8 when left out; digital assets may need 18. */
  readonly quantityDecimals?: number;
  /**
   * `auto`, the default, counts in safe integers until a sum leaves their range, and from then on in `bigint`;
   * `bigint` does so from the start. Both give the same figures.
   */
  readonly arithmetic?: "auto" | "bigint";
  /** The ledger's currency; events in another one are refused. */
  readonly currency?: string;
}

/** Options with every default filled in. */
export interface ResolvedOptions extends Required<Omit<TaxLedgerOptions, "currency">> {
  /** The ledger's currency, if it has one. */
  readonly currency: string | undefined;
}

/** Every standing order. */
export const METHODS: readonly LotMethod[] = ["fifo", "lifo", "hifo", "lofo", "tax-efficient", "average"];
const ACCOUNT_TYPES: readonly AccountType[] = ["taxable", "ira", "spouse", "controlled"];
const ASSET_CLASSES: readonly AssetClass[] = ["security", "fund", "digital"];

/** How an engine counts. */
export interface Precision {
  readonly arithmetic: Arithmetic;
  readonly quantityDecimals: number;
}

/** Beyond this many decimals a safe integer holds too little to be worth a try. */
const NUMBER_DECIMALS = 12;

/**
 * The ways in which a ledger may count, cheapest first: whole shares and money as safe integers (which the machine
 * keeps in 32 bits as long as they fit), then parts of shares too, then `bigint` without limits. All give the
 * same figures; a ledger goes to the next when an event does not fit.
 */
export function precisionsOf(options: ResolvedOptions): readonly Precision[] {
  const { quantityDecimals } = options;
  const precisions: Precision[] = [{ arithmetic: "bigint", quantityDecimals }];
  if (options.arithmetic === "bigint" || options.moneyDecimals > NUMBER_DECIMALS) return precisions;
  if (quantityDecimals <= NUMBER_DECIMALS) precisions.unshift({ arithmetic: "number", quantityDecimals });
  if (quantityDecimals > 0) precisions.unshift({ arithmetic: "number", quantityDecimals: 0 });
  return precisions;
}

/** Checks options and fills in the defaults. */
export function resolveOptions(options: TaxLedgerOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    method: options.method ?? "fifo",
    identification: options.identification ?? "assumed",
    accounts: options.accounts ?? [{ id: "main", type: "taxable" }],
    washSales: options.washSales ?? true,
    assetClass: options.assetClass ?? "security",
    assetClasses: options.assetClasses ?? {},
    digitalWashSales: options.digitalWashSales ?? false,
    substantiallyIdentical: options.substantiallyIdentical ?? [],
    view: options.view ?? "taxpayer",
    countEarlierPurchases: options.countEarlierPurchases ?? true,
    shortSaleRules: options.shortSaleRules ?? true,
    averageCost: options.averageCost ?? "funds-only",
    moneyDecimals: options.moneyDecimals ?? 2,
    quantityDecimals: options.quantityDecimals ?? 8,
    arithmetic: options.arithmetic ?? "auto",
    currency: options.currency,
  };
  oneOf(METHODS, resolved.method, "method");
  oneOf(["taxpayer", "broker"], resolved.view, "view");
  oneOf(["assumed", "required"], resolved.identification, "identification");
  oneOf(["auto", "bigint"], resolved.arithmetic, "arithmetic");
  oneOf(["funds-only", "any"], resolved.averageCost, "averageCost");
  oneOf(ASSET_CLASSES, resolved.assetClass, "assetClass");
  checkDecimals(resolved.moneyDecimals, "moneyDecimals");
  checkDecimals(resolved.quantityDecimals, "quantityDecimals");
  for (const value of Object.values(resolved.assetClasses)) oneOf(ASSET_CLASSES, value, "assetClasses");
  if (resolved.accounts.length === 0) {
    throw new TaxError("invalid-field", "there must be at least one account", { field: "accounts" });
  }
  const ids = new Set<string>();
  for (const account of resolved.accounts) {
    oneOf(ACCOUNT_TYPES, account.type, "accounts");
    if (account.method !== undefined) oneOf(METHODS, account.method, "accounts");
    if (ids.has(account.id)) {
      throw new TaxError("invalid-field", `account ${account.id} is there twice`, { field: "accounts" });
    }
    ids.add(account.id);
  }
  const symbols = new Set<string>();
  for (const symbol of resolved.substantiallyIdentical.flat()) {
    if (symbols.has(symbol)) {
      throw new TaxError("invalid-field", `${symbol} is in two groups`, { field: "substantiallyIdentical" });
    }
    symbols.add(symbol);
  }
  return resolved;
}

/** Checks a value against its union. */
export function oneOf<T extends string>(
  allowed: readonly T[],
  value: T,
  field: string,
  event?: string,
): void {
  if (allowed.includes(value)) return;
  throw new TaxError("invalid-field", `must be one of ${allowed.join(", ")}, was ${String(value)}`, {
    field,
    ...(event === undefined ? {} : { event }),
  });
}
