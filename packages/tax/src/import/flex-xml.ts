import sax from "sax";
import { parseDay } from "../dates.ts";
import { isTaxError, TaxError } from "../errors.ts";
import type { TaxEvent } from "../events.ts";
import { divideRounded, formatReportAmount, parseReportAmount, REPORT_DECIMALS } from "../numbers.ts";
import type { ImportProblem, ImportResult, TradesCsvOptions } from "./trades-csv.ts";

/** How a Flex report is read. */
export interface FlexXmlOptions extends TradesCsvOptions {
  /** Only this currency is read; `USD` when left out. Trades in others are problems. */
  readonly currency?: string;
}

const STATEMENT = "FlexQueryResponse/FlexStatements/FlexStatement";

const UNIT = 10n ** BigInt(REPORT_DECIMALS);
/** Commissions come in parts of cents, which the money of a ledger need not have. */
const CENT = UNIT / 100n;

type Attributes = Readonly<Record<string, string | undefined>>;

/**
 * Reads the executions of an Interactive Brokers Flex Query report (XML, section Trades). A trade that opens a
 * position becomes `buy` or `short`, one that closes it `sell` or `cover`; a trade that does both (`C;O`) becomes
 * a problem, as its parts are not in the report, and so does one that takes another back (`BUY (Ca.)`). Fills of one
 * `ibOrderID` keep it as their order. Commissions are rounded to cents; a rebate lowers the cost, or raises the proceeds,
 * of its trade, which then has an amount and no price.
 *
 * @throws TaxError `bad-file` when it is no Flex report, `bad-row` for the first bad trade unless `keepGoodRows`
 */
export function importFlexXml(xml: string, options: FlexXmlOptions = {}): ImportResult<TaxEvent> {
  const found: { event: TaxEvent; row: number }[] = [];
  const problems: ImportProblem[] = [];
  let row = 0;
  for (const trade of readTrades(xml)) {
    row++;
    if (trade.levelOfDetail !== undefined && trade.levelOfDetail !== "EXECUTION") continue;
    try {
      found.push({ event: toEvent(trade, row, options.currency ?? "USD"), row });
    } catch (thrown) {
      if (!isTaxError(thrown)) throw thrown;
      const error = new TaxError("bad-row", thrown.reason, { ...thrown.place, row });
      if (!options.keepGoodRows) throw error;
      problems.push({ row, error });
    }
  }
  found.sort((a, b) => (a.event.date < b.event.date ? -1 : a.event.date > b.event.date ? 1 : 0));
  return { rows: found.map(({ event }) => event), rowNumbers: found.map(({ row }) => row), problems };
}

/** The attributes of each Trade of each statement. */
function readTrades(xml: string): Attributes[] {
  const trades: Attributes[] = [];
  const path: string[] = [];
  let hasStatement = false;
  const parser = sax.parser(true, {});
  parser.onerror = (error) => {
    throw new TaxError("bad-file", `not XML: ${error.message.replaceAll("\n", ", ")}`);
  };
  parser.onopentag = ({ name, attributes }) => {
    path.push(name);
    const where = path.join("/");
    hasStatement ||= where === STATEMENT;
    if (where === `${STATEMENT}/Trades/Trade`) trades.push(attributes as Attributes);
  };
  parser.onclosetag = () => void path.pop();
  parser.write(xml).close();
  if (!hasStatement) throw new TaxError("bad-file", "no FlexStatement inside FlexQueryResponse");
  return trades;
}

function toEvent(trade: Attributes, row: number, currency: string): TaxEvent {
  const need = (name: string): string => {
    const value = trade[name];
    if (value) return value;
    throw new TaxError("bad-row", "the attribute is missing", { row, field: name });
  };
  if (need("currency") !== currency) {
    throw new TaxError("mixed-currencies", `${currency} expected, was ${trade.currency}`, {
      row,
      field: "currency",
    });
  }
  const date = need("tradeDate").replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
  parseDay(date, { row, field: "tradeDate" });
  const isBuy = need("buySell") === "BUY";
  if (!isBuy && trade.buySell !== "SELL") {
    throw new TaxError("bad-row", `must be BUY or SELL, was ${trade.buySell}`, { row, field: "buySell" });
  }
  const isOpening = need("openCloseIndicator") === "O";
  if (!isOpening && trade.openCloseIndicator !== "C") {
    throw new TaxError("bad-row", `must be O or C, was ${trade.openCloseIndicator}`, {
      row,
      field: "openCloseIndicator",
    });
  }
  const quantity = absolute(need("quantity"), row, "quantity");
  const price = need("tradePrice");
  const pricePaid = parseReportAmount(price, { row, field: "tradePrice" });
  const paid = parseReportAmount(trade.ibCommission || "0", { row, field: "ibCommission" });
  const commission = divideRounded(paid, CENT) * CENT;
  const size =
    parseReportAmount(quantity) * parseReportAmount(trade.multiplier || "1", { row, field: "multiplier" });
  const gross = divideRounded(pricePaid * size, UNIT * UNIT * CENT) * CENT;
  const isOption = trade.assetCategory === "OPT";
  const isCall = trade.putCall === "C";
  const event = {
    type: isBuy ? (isOpening ? "buy" : "cover") : isOpening ? "short" : "sell",
    id: need("tradeID"),
    date,
    symbol: need("symbol"),
    account: need("accountId"),
    quantity,
    ...(commission > 0n
      ? { amount: formatReportAmount(isBuy ? gross - commission : gross + commission) }
      : { price, fee: formatReportAmount(-commission) }),
    ...(trade.ibOrderID ? { order: trade.ibOrderID } : {}),
    ...(trade.multiplier && trade.multiplier !== "1" ? { multiplier: trade.multiplier } : {}),
    ...(isOption && isCall && isBuy && isOpening && trade.underlyingSymbol
      ? { underlying: trade.underlyingSymbol }
      : {}),
  };
  return event as TaxEvent;
}

function absolute(text: string, row: number, field: string): string {
  const value = parseReportAmount(text, { row, field });
  const written = formatReportAmount(value < 0n ? -value : value);
  return written.replace(/\.?0+$/, "") || "0";
}
