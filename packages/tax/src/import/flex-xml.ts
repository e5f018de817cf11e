import sax from "sax";
import { parseDay } from "../dates.ts";
import { isTaxError, TaxError } from "../errors.ts";
import type { ExerciseEvent, TaxEvent } from "../events.ts";
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

/** An event and where it stood: `row` names it, `at` is its place among those of its day. */
interface Found {
  readonly event: TaxEvent;
  readonly at: number;
  readonly row: number;
}

/** One of the two trades of an exercise or assignment. */
interface Delivery extends Found {
  readonly trade: Attributes;
  readonly event: TradeEvent;
}

type TradeEvent = Extract<TaxEvent, { type: "buy" | "sell" | "short" | "cover" }>;

/** Assignment, exercise (also automatic or by hand for a dividend), and either of offsetting positions. */
const DELIVERY_CODES: ReadonlySet<string> = new Set(["A", "Ex", "AEx", "MEx", "GEA"]);

/**
 * Reads the executions of an Interactive Brokers Flex Query report (XML, section Trades). A trade that opens a
 * position becomes `buy` or `short`, one that closes it `sell` or `cover`; a trade that does both (`C;O`) becomes
 * a problem, as its parts are not in the report, and so does one that takes another back (`BUY (Ca.)`). Fills of one
 * `ibOrderID` keep it as their order. Commissions and taxes together are rounded to cents; a rebate lowers the cost, or
 * raises the proceeds, of its trade, which then has an amount and no price.
 *
 * An exercise or assignment is two trades there (`notes` `Ex` or `A`): the option's closing at 0 and the stock's at the
 * strike. Both become one `exercise` or `assignment`, with the option's `tradeID`. One without the other is a problem, as
 * is one whose stock opens a short position or closes one, which the ledger does not know, and an option that closes at
 * 0 in a report without `notes`, since that may be an expiry.
 *
 * @throws TaxError `bad-file` when it is no Flex report, `bad-row` for the first bad trade unless `keepGoodRows`
 */
export function importFlexXml(xml: string, options: FlexXmlOptions = {}): ImportResult<TaxEvent> {
  const found: Found[] = [];
  const contracts: Delivery[] = [];
  const stocks: Delivery[] = [];
  const problems: ImportProblem[] = [];
  const attempt = (row: number, read: () => void): void => {
    try {
      read();
    } catch (thrown) {
      if (!isTaxError(thrown)) throw thrown;
      problems.push({ row, error: new TaxError("bad-row", thrown.reason, { ...thrown.place, row }) });
    }
  };
  for (const [at, trade] of readTrades(xml).entries()) {
    if (trade.levelOfDetail !== undefined && trade.levelOfDetail !== "EXECUTION") continue;
    const row = at + 1;
    attempt(row, () => {
      const event = toEvent(trade, row, options.currency ?? "USD");
      if (!isDelivery(trade, row)) found.push({ event, at, row });
      else if (isOption(trade)) contracts.push({ trade, event, at, row });
      else stocks.push({ trade, event, at, row });
    });
  }
  for (const contract of contracts) {
    attempt(contract.row, () => found.push(delivered(contract, stocks)));
  }
  for (const { row } of stocks) {
    attempt(row, () => {
      throw new TaxError("bad-row", "no option that this exercise or assignment belongs to", {
        row,
        field: "notes",
      });
    });
  }
  problems.sort((a, b) => a.row - b.row);
  if (problems[0] && !options.keepGoodRows) throw problems[0].error;
  found.sort((a, b) => (a.event.date < b.event.date ? -1 : a.event.date > b.event.date ? 1 : a.at - b.at));
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

function isOption(trade: Attributes): boolean {
  return trade.assetCategory === "OPT" || Boolean(trade.putCall);
}

/** Whether a trade is part of an exercise or assignment; an option settled in cash closes at what it was worth. */
function isDelivery(trade: Attributes, row: number): boolean {
  const isForNothing = parseReportAmount(trade.tradePrice!) === 0n;
  if (isOption(trade) && !(isForNothing && trade.openCloseIndicator === "C")) return false;
  if (isOption(trade) && trade.notes === undefined) {
    throw new TaxError("bad-row", "the attribute is missing: the option closes at 0", {
      row,
      field: "notes",
    });
  }
  return (trade.notes ?? "").split(/[;,]/).some((code) => DELIVERY_CODES.has(code.trim()));
}

/** The event that an option's trade and its stock's make together; takes the stock's off the list. */
function delivered(contract: Delivery, stocks: Delivery[]): Found {
  const { trade, event, row } = contract;
  const place = { row, field: "notes" };
  const [strike, underlying, putCall] = ["strike", "underlyingSymbol", "putCall"].map((name) =>
    needed(trade, name, row),
  );
  if (putCall !== "C" && putCall !== "P") {
    throw new TaxError("bad-row", `must be C or P, was ${putCall}`, { row, field: "putCall" });
  }
  const isWritten = event.type === "cover";
  const isPurchase = (putCall === "C") !== isWritten;
  const multiplier = trade.multiplier || "1";
  const shares = parseReportAmount(event.quantity) * parseReportAmount(multiplier);
  const price = parseReportAmount(strike!, { row, field: "strike" });
  const at = stocks.findIndex(
    ({ trade: other, event: stock }) =>
      stock.symbol === underlying &&
      stock.account === event.account &&
      stock.date === event.date &&
      (other.buySell === "BUY") === isPurchase &&
      parseReportAmount(stock.quantity) * UNIT === shares &&
      parseReportAmount(other.tradePrice!) === price,
  );
  if (at < 0) {
    const side = isPurchase ? "bought" : "sold";
    throw new TaxError(
      "bad-row",
      `no trade of the stock that was ${side} at the strike for this exercise or assignment`,
      place,
    );
  }
  const [stock] = stocks.splice(at, 1) as [Delivery];
  if (stock.event.type === "short" || stock.event.type === "cover") {
    const what = stock.event.type === "short" ? "opens" : "closes";
    throw new TaxError("bad-row", `its stock (row ${stock.row}) ${what} a short position`, place);
  }
  const fees = [event, stock.event].map(({ fee }) => fee);
  if (fees.includes(undefined))
    throw new TaxError("bad-row", `a rebate (here or in row ${stock.row}) cannot be part of it`, place);
  const exercise: ExerciseEvent = {
    type: isWritten ? "assignment" : "exercise",
    id: event.id,
    date: event.date,
    symbol: event.symbol,
    account: event.account!,
    right: putCall === "C" ? "call" : "put",
    quantity: event.quantity,
    underlying: underlying!,
    strike: strike!,
    multiplier,
    fee: formatReportAmount(fees.reduce<bigint>((sum, fee) => sum + parseReportAmount(fee!), 0n)),
  };
  // Behind both: reports list the stocks' trades of a day apart from the options'.
  return { event: exercise, at: Math.max(contract.at, stock.at), row };
}

function needed(trade: Attributes, name: string, row: number): string {
  const value = trade[name];
  if (value) return value;
  throw new TaxError("bad-row", "the attribute is missing", { row, field: name });
}

function toEvent(trade: Attributes, row: number, currency: string): TradeEvent {
  const need = (name: string): string => needed(trade, name, row);
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
  if (trade.ibCommissionCurrency && trade.ibCommissionCurrency !== currency && Number(trade.ibCommission)) {
    throw new TaxError("mixed-currencies", `${currency} expected, was ${trade.ibCommissionCurrency}`, {
      row,
      field: "ibCommissionCurrency",
    });
  }
  const paid = ["ibCommission", "taxes"].reduce(
    (sum, field) => sum + parseReportAmount(trade[field] || "0", { row, field }),
    0n,
  );
  const commission = divideRounded(paid, CENT) * CENT;
  const size =
    parseReportAmount(quantity) * parseReportAmount(trade.multiplier || "1", { row, field: "multiplier" });
  const gross = divideRounded(pricePaid * size, UNIT * UNIT * CENT) * CENT;
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
    ...(isOption(trade) && isCall && isBuy && isOpening && trade.underlyingSymbol
      ? { underlying: trade.underlyingSymbol }
      : {}),
  };
  return event as TradeEvent;
}

function absolute(text: string, row: number, field: string): string {
  const value = parseReportAmount(text, { row, field });
  const written = formatReportAmount(value < 0n ? -value : value);
  return written.replace(/\.?0+$/, "") || "0";
}
