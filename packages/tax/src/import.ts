export { type BrokerCsvOptions, type BrokerRow, importBrokerCsv } from "./broker-csv.ts";
export { type FlexXmlOptions, importFlexXml } from "./flex-xml.ts";
export { type Discrepancy, type DiscrepancyCause, reconcile } from "./reconcile.ts";
export {
  type ImportProblem,
  type ImportResult,
  importTradesCsv,
  type TradesCsvOptions,
} from "./trades-csv.ts";
