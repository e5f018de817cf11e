export {
  type CalendarDate,
  type Day,
  formatDay,
  isLongTerm,
  parseDay,
  toCalendar,
  toDay,
  yearOf,
} from "./dates.ts";
export { isTaxError, TaxError, type TaxErrorCode, type TaxErrorPlace } from "./errors.ts";
export type {
  BuyEvent,
  Consideration,
  ConstructiveSaleEvent,
  CoverEvent,
  EventBase,
  ExerciseEvent,
  ExpiryEvent,
  LotMethod,
  LotPick,
  MergerEvent,
  ReceiveEvent,
  ReturnOfCapitalEvent,
  SellEvent,
  ShortEvent,
  SpinOffEvent,
  SplitEvent,
  SymbolChangeEvent,
  TaxEvent,
  TransferEvent,
} from "./events.ts";
export {
  type Adjustment,
  type AdjustmentCode,
  type Box,
  boxOf,
  type Form8949,
  type Form8949Options,
  type Form8949Page,
  type Form8949Row,
  type FormTotals,
  form8949,
  type Reporting,
} from "./forms/form-8949.ts";
export { form8949Csv } from "./forms/form-csv.ts";
export { boxTitles, columnTitles } from "./forms/form-text.ts";
export { form8949Txf } from "./forms/form-txf.ts";
export {
  type CarryoverWorksheet,
  type Form6781,
  form6781,
  type ScheduleD,
  type ScheduleDInput,
  type ScheduleDLine,
  scheduleD,
} from "./forms/schedule-d.ts";
export { type Jurisdiction, type UnitedStatesReport, usJurisdiction } from "./jurisdiction.ts";
export type { JournalEntry } from "./ledger/journal.ts";
export type { TaxListener } from "./ledger/listener.ts";
export { type LedgerSnapshot, type LineFilter, TaxLedger } from "./ledger/tax-ledger.ts";
export { explain } from "./lines/explain.ts";
export type { GainLine, OpenLot, Totals, Wash } from "./lines/line.ts";
export type { LineKind } from "./lines/line-table.ts";
export { PlainLots, type PlainLotsListener, type PlainMethod } from "./lots/plain-lots.ts";
export type { DecimalInput } from "./numbers.ts";
export type { Account, AccountType, AssetClass, ResolvedOptions, TaxLedgerOptions } from "./options.ts";
export {
  estimateYear,
  type HarvestCandidate,
  harvestCandidates,
  type WashExposure,
  type WhatIf,
  washExposure,
  whatIf,
  type YearEstimate,
} from "./planning/what-if.ts";
export { type NettingInput, type NettingResult, netGains } from "./tax-year/netting.ts";
export {
  capitalLossLimits,
  type FilingStatus,
  longTermRates,
  maximumRates,
  netInvestmentIncomeThresholds,
  type RateBands,
} from "./tax-year/rates.ts";
export {
  type Section1256Event,
  type Section1256Options,
  type Section1256Year,
  section1256,
} from "./tax-year/section-1256.ts";
export {
  type MatchRule,
  type ShareMatch,
  type SharePool,
  type UnitedKingdomOptions,
  type UnitedKingdomReport,
  ukJurisdiction,
  unitedKingdom,
} from "./united-kingdom/united-kingdom.ts";
