import type { GainLine } from "../lines/line.ts";
import { formatReportAmount, parseReportAmount } from "../numbers.ts";
import type { BrokerRow } from "./broker-csv.ts";

/**
 * Why a figure differs, as far as can be told.
 *
 * - `not-on-1099`: we have a line, the broker has none
 * - `not-in-ledger`: the broker has a row, we have none
 * - `fees`: proceeds differ, and basis does not: selling costs on one side only (code E)
 * - `cross-account-wash`: we disallow more than the broker, who sees one account and CUSIP only (code W)
 * - `broker-wash`: the broker disallows more than we do
 * - `transferred-basis`: the broker has no basis (box B or E)
 * - `basis`: basis differs, by another lot method or an earlier wash sale (code B)
 * - `term`: the holding period differs, usually by tacking (code T)
 * - `date`: the acquisition date differs
 */
export type DiscrepancyCause =
  | "not-on-1099"
  | "not-in-ledger"
  | "fees"
  | "cross-account-wash"
  | "broker-wash"
  | "transferred-basis"
  | "basis"
  | "term"
  | "date";

/** A figure on which the ledger and the broker differ. */
export interface Discrepancy {
  /** The likely cause. */
  readonly cause: DiscrepancyCause;
  /** The broker's row, if there is one. */
  readonly row?: BrokerRow;
  /** Our line, if there is one. */
  readonly line?: GainLine;
  /** What we have. */
  readonly ours: string;
  /** What the broker has. */
  readonly theirs: string;
  /** In words. */
  readonly text: string;
}

function units(text: string): bigint {
  return parseReportAmount(text === "" ? "0" : text);
}

/**
 * Matches a broker's rows with report lines (same symbol, sale date and quantity; the nearest basis when there are
 * several) and lists what differs.
 */
export function reconcile(lines: readonly GainLine[], rows: readonly BrokerRow[]): Discrepancy[] {
  const found: Discrepancy[] = [];
  const open = new Map<string, GainLine[]>();
  for (const line of lines) {
    const key = keyOf(line);
    const list = open.get(key);
    if (list) list.push(line);
    else open.set(key, [line]);
  }
  for (const row of rows) {
    const line = takeNearest(open.get(keyOf(row)) ?? [], row);
    if (line) found.push(...compare(line, row));
    else {
      const text = `row ${row.row}: no line sells ${row.quantity} ${row.symbol} on ${row.sold}`;
      found.push({ cause: "not-in-ledger", row, ours: "", theirs: row.proceeds, text });
    }
  }
  for (const line of [...open.values()].flat()) {
    const text = `${line.disposal}: the broker reports no sale of ${line.quantity} ${line.symbol} on ${line.sold}`;
    found.push({ cause: "not-on-1099", line, ours: line.proceeds, theirs: "", text });
  }
  return found;
}

function keyOf(one: { readonly symbol: string; readonly sold: string; readonly quantity: string }): string {
  return `${one.symbol} ${one.sold} ${units(one.quantity)}`;
}

function takeNearest(lines: GainLine[], row: BrokerRow): GainLine | undefined {
  const distance = (line: GainLine): bigint => {
    const difference = units(line.basis) - units(row.basis);
    return difference < 0n ? -difference : difference;
  };
  let best = -1;
  for (const [at, line] of lines.entries()) {
    if (best < 0 || distance(line) < distance(lines[best]!)) best = at;
  }
  return best < 0 ? undefined : lines.splice(best, 1)[0];
}

function compare(line: GainLine, row: BrokerRow): Discrepancy[] {
  const found: Discrepancy[] = [];
  const report = (cause: DiscrepancyCause, ours: string, theirs: string, what: string): void => {
    const text = `row ${row.row}, ${line.disposal}: ${what}: ours ${ours}, broker's ${theirs}`;
    found.push({ cause, row, line, ours, theirs, text });
  };
  if (units(line.proceeds) !== units(row.proceeds)) {
    report("fees", line.proceeds, row.proceeds, "proceeds differ, selling costs are likely on one side only");
  }
  if (row.basis === "") report("transferred-basis", line.basis, "none", "the broker knows no basis");
  else if (units(line.basis) !== units(row.basis)) {
    report("basis", line.basis, row.basis, "basis differs, by lot method or an earlier wash sale");
  }
  const more = units(line.adjustment) - units(row.washDisallowed);
  if (more > 0n) {
    const what = `the broker misses ${formatReportAmount(more)} washed by ${line.washes.map((wash) => `${wash.lot} in ${wash.account}`).join(", ")}`;
    report("cross-account-wash", line.adjustment, row.washDisallowed, what);
  } else if (more < 0n) {
    report("broker-wash", line.adjustment, row.washDisallowed, "the broker disallows more than the ledger");
  }
  if (row.term !== undefined && row.term !== line.term)
    report("term", line.term, row.term, "the term differs");
  // A 1099-B may show the real date or the tacked one.
  if (row.acquired !== "" && row.acquired !== line.acquired && row.acquired !== line.holdingFrom) {
    report("date", line.acquired, row.acquired, "the acquisition date differs");
  }
  return found;
}
