export { type BrokerCsvOptions, type BrokerRow, importBrokerCsv } from "./import/broker-csv.ts";
export { type FlexXmlOptions, importFlexXml } from "./import/flex-xml.ts";
export { type Discrepancy, type DiscrepancyCause, reconcile } from "./import/reconcile.ts";
export {
  type ImportProblem,
  type ImportResult,
  importTradesCsv,
  type TradesCsvOptions,
} from "./import/trades-csv.ts";
