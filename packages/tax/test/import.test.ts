import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TaxLedger } from "@exchange-kit/tax";
import { runCli } from "@exchange-kit/tax/cli";
import { importBrokerCsv, importFlexXml, importTradesCsv, reconcile } from "@exchange-kit/tax/import";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buy, sell } from "./support/events.ts";

const TRADES = `date,type,symbol,quantity,price,fee,account,lots
2025-01-06,buy,XYZ,100,10.00,1.00,,
2026-03-02,buy,XYZ,50,9.00,1.00,,
2026-03-09,sell,XYZ,100,8.00,2.00,,row2:100
2026-04-01,buy,XYZ,25,8.50,,ira,
`;

describe("a CSV of events", () => {
  test("names events after their rows and reads picks", () => {
    const { rows, problems } = importTradesCsv(TRADES);
    expect(problems).toEqual([]);
    expect(rows[2]).toEqual({
      type: "sell",
      id: "row4",
      date: "2026-03-09",
      symbol: "XYZ",
      quantity: "100",
      price: "8.00",
      fee: "2.00",
      lots: [{ lot: "row2", quantity: "100" }],
    });
  });

  test.each([
    ["2026-13-01,buy,X,1,1,,,", "row 6, date"],
    ["2026-03-01,give,X,1,1,,,", "row 6, type"],
    ["2026-03-01,buy,,1,1,,,", "row 6, symbol"],
    ["2026-03-01,buy,X,one,1,,,", "row 6, quantity"],
    ["2026-03-01,buy,X,1", "row 6: 8 cells expected"],
    ["2026-03-01,sell,X,1,1,,,b1", "row 6, lots"],
  ])("refuses the row %s", (row, message) => {
    expect(() => importTradesCsv(`${TRADES}${row}\n`)).toThrow(message);
    const { rows, problems } = importTradesCsv(`${TRADES}${row}\n`, { keepGoodRows: true });
    expect([rows.length, problems[0]?.row, problems[0]?.error.code]).toEqual([4, 6, "bad-row"]);
  });

  test("counts empty lines, so that a row is where its number says", () => {
    const { rows, rowNumbers, problems } = importTradesCsv(
      "\ufeffdate,type,symbol,quantity,price\r\n\r\n2026-01-05,buy,X,1,1\r\n\r\n2026-13-05,buy,X,1,1\r\n",
      { keepGoodRows: true },
    );
    expect([rows[0]?.id, rowNumbers, problems[0]?.row]).toEqual(["row3", [3], 5]);
  });

  test("refuses a column that is there twice, of those that are read", () => {
    const csv = "date,type,symbol,quantity,price,note,note,price\n2026-01-05,buy,X,1,1,a,b,2\n";
    expect(() => importTradesCsv(csv)).toThrow("row 1, price: there are two columns of this name");
    expect(importTradesCsv(csv.replace("note,price", "note,more")).rows).toMatchObject([{ price: "1" }]);
    const broker = "symbol,quantity,sold,proceeds,basis,state,state,proceeds\nX,1,2026-01-05,1,1,,,2\n";
    expect(() => importBrokerCsv(broker)).toThrow("row 1, proceeds: there are two columns");
    expect(importBrokerCsv(broker.replace("state,proceeds", "state,more")).rows).toHaveLength(1);
  });

  test("refuses what is no such file", () => {
    expect(() => importTradesCsv("a,b\n1,2\n")).toThrow("the column is missing");
    expect(() => importTradesCsv('date,"type\n')).toThrow("not a CSV file");
  });
});

const FLEX = `<FlexQueryResponse><FlexStatements count="1"><FlexStatement accountId="U1"><Trades>
<Trade accountId="U1" currency="USD" assetCategory="STK" symbol="XYZ" tradeID="1" tradeDate="20260105" quantity="100" tradePrice="10" ibCommission="-1" buySell="BUY" openCloseIndicator="O" ibOrderID="7" levelOfDetail="EXECUTION" />
<Trade accountId="U1" currency="USD" assetCategory="OPT" putCall="C" symbol="XYZ C" underlyingSymbol="XYZ" multiplier="100" tradeID="2" tradeDate="20260106" quantity="1" tradePrice="2.5" ibCommission="-0.65" buySell="BUY" openCloseIndicator="O" levelOfDetail="EXECUTION" />
<Trade accountId="U1" currency="USD" assetCategory="STK" symbol="XYZ" tradeID="3" tradeDate="2026-02-02" quantity="-40" tradePrice="12" ibCommission="-1" buySell="SELL" openCloseIndicator="C" levelOfDetail="EXECUTION" />
<Trade symbol="XYZ" levelOfDetail="ORDER" />
</Trades></FlexStatement></FlexStatements></FlexQueryResponse>`;

describe("an Interactive Brokers Flex report", () => {
  test("gives events that a ledger takes", () => {
    const { rows } = importFlexXml(FLEX);
    expect(rows.map((row) => [row.type, row.symbol, "order" in row ? row.order : ""])).toEqual([
      ["buy", "XYZ", "7"],
      ["buy", "XYZ C", ""],
      ["sell", "XYZ", ""],
    ]);
    const ledger = new TaxLedger({ accounts: [{ id: "U1", type: "taxable" }] });
    ledger.applyAll(rows);
    expect(ledger.lines()).toMatchObject([{ proceeds: "479.00", basis: "400.40" }]);
    expect(ledger.lots().map((lot) => lot.amount)).toEqual(["600.60", "250.65"]);
  });

  test("rounds commissions to cents; a rebate lowers the cost and raises the proceeds", () => {
    const rebates = FLEX.replace(
      'ibCommission="-1" buySell="BUY"',
      'ibCommission="-0.35507875" buySell="BUY"',
    )
      .replace('ibCommission="-0.65"', 'ibCommission="0.2"')
      .replace('ibCommission="-1" buySell="SELL"', 'ibCommission="0.125" buySell="SELL"');
    const ledger = new TaxLedger({ accounts: [{ id: "U1", type: "taxable" }] });
    ledger.applyAll(importFlexXml(rebates).rows);
    expect(ledger.lines()).toMatchObject([{ proceeds: "480.13", basis: "400.14" }]);
    expect(ledger.lots().map((lot) => lot.amount)).toEqual(["600.22", "249.80"]);
  });

  test("lists what it cannot read", () => {
    const bad = FLEX.replace('tradeID="3"', "")
      .replace('openCloseIndicator="O" ibOrderID', 'openCloseIndicator="C;O" ibOrderID')
      .replace('currency="USD" assetCategory="OPT"', 'currency="EUR" assetCategory="OPT"');
    expect(
      importFlexXml(bad, { keepGoodRows: true }).problems.map(({ row, error }) => [row, error.place.field]),
    ).toEqual([
      [1, "openCloseIndicator"],
      [2, "currency"],
      [3, "tradeID"],
    ]);
    expect(() => importFlexXml(bad)).toThrow("row 1");
    // The broker's way to take a trade back: another one of the same kind, its quantity negative.
    expect(() => importFlexXml(FLEX.replace('buySell="BUY"', 'buySell="BUY (Ca.)"'))).toThrow(
      "row 1, buySell: must be BUY or SELL, was BUY (Ca.)",
    );
    expect(() => importFlexXml("<a/>")).toThrow("no FlexStatement");
    expect(() => importFlexXml("<a")).toThrow(/XML|FlexStatement/);
  });
});

/** As Flex writes them: the stocks' trades first, an option that ends closes at 0 by a BookTrade. */
function flexOf(...trades: string[]): string {
  const rows = trades.map(
    (trade) => `<Trade accountId="U1" currency="USD" levelOfDetail="EXECUTION" ${trade}/>`,
  );
  return `<FlexQueryResponse><FlexStatements><FlexStatement><Trades>${rows.join("\n")}</Trades></FlexStatement></FlexStatements></FlexQueryResponse>`;
}

const stock = (id: string, day: string, side: string, quantity: number, price: string, more = ""): string =>
  `assetCategory="STK" symbol="XYZ" underlyingSymbol="" putCall="" strike="" multiplier="1" tradeID="${id}" tradeDate="${day}" buySell="${side}" quantity="${side === "BUY" ? "" : "-"}${quantity}" tradePrice="${price}" ${more}`;
const option = (id: string, day: string, right: string, side: string, price: string, more = ""): string =>
  `assetCategory="OPT" symbol="XYZ   260116${right}00020000" underlyingSymbol="XYZ" putCall="${right}" strike="20" multiplier="100" tradeID="${id}" tradeDate="${day}" buySell="${side}" quantity="${side === "BUY" ? "" : "-"}1" tradePrice="${price}" ${more}`;
const opens = 'ibCommission="-1" openCloseIndicator="O"';
const exercised = 'transactionType="BookTrade" ibCommission="0" openCloseIndicator="C" notes="Ex"';

describe("exercise and assignment in a Flex report", () => {
  const ledgerOf = (xml: string): TaxLedger => {
    const ledger = new TaxLedger({ accounts: [{ id: "U1", type: "taxable" }] });
    ledger.applyAll(importFlexXml(xml).rows);
    return ledger;
  };

  test("an exercised call's cost is part of the stock's basis", () => {
    const xml = flexOf(
      stock("4", "20260116", "BUY", 100, "20.0", 'ibCommission="-0.7" openCloseIndicator="O" notes="Ex"'),
      option("1", "20260105", "C", "BUY", "3", opens),
      option("3", "20260116", "C", "SELL", "0", exercised),
    );
    const { rows, rowNumbers } = importFlexXml(xml);
    expect(rowNumbers).toEqual([2, 3]);
    expect(rows[1]).toEqual({
      type: "exercise",
      id: "3",
      date: "2026-01-16",
      symbol: "XYZ   260116C00020000",
      account: "U1",
      right: "call",
      quantity: "1",
      underlying: "XYZ",
      strike: "20",
      multiplier: "100",
      fee: "0.70",
    });
    const ledger = ledgerOf(xml);
    expect(ledger.lines()).toEqual([]);
    expect(ledger.lots()).toMatchObject([{ symbol: "XYZ", quantity: "100", amount: "2301.70" }]);
  });

  test("an exercised put's cost lowers, an assigned call's premium raises what the stock brings", () => {
    for (const [right, first, last, note, gain] of [
      ["P", "BUY", "SELL", "Ex", "698.00"],
      ["C", "SELL", "BUY", "A", "1298.00"],
    ] as const) {
      const ledger = ledgerOf(
        flexOf(
          stock("1", "20260105", "BUY", 100, "10", opens),
          stock("4", "20260116", "SELL", 100, "20", `openCloseIndicator="C" notes="${note}"`),
          option("2", "20260106", right, first, "3", opens),
          option("3", "20260116", right, last, "0", `openCloseIndicator="C" notes="P;${note}"`),
        ),
      );
      expect(ledger.lines()).toMatchObject([{ kind: "exercise", symbol: "XYZ", gain }]);
      expect(ledger.lots()).toEqual([]);
    }
  });

  test("an assigned put's premium lowers the basis; what expires is sold or covered for nothing", () => {
    const ended = (right: string, id: string, note: string): string =>
      option(id, "20260116", right, "BUY", "0", `openCloseIndicator="C" notes="${note}"`);
    const ledger = ledgerOf(
      flexOf(
        stock("5", "20260116", "BUY", 100, "20", 'openCloseIndicator="O" notes="A"'),
        option("1", "20260105", "P", "SELL", "3", opens),
        option("2", "20260105", "C", "SELL", "2", opens),
        ended("P", "3", "A"),
        ended("C", "4", "Ep"),
      ),
    );
    expect(ledger.lines()).toMatchObject([{ disposal: "4", gain: "199.00" }]);
    expect(ledger.lots()).toMatchObject([{ symbol: "XYZ", amount: "1701.00" }]);
  });

  test("an option that is settled in cash closes at what it was worth", () => {
    const cash = option("2", "20260116", "C", "SELL", "4.5", 'openCloseIndicator="C" notes="Ex"');
    expect(ledgerOf(flexOf(option("1", "20260105", "C", "BUY", "3", opens), cash)).lines()).toMatchObject([
      { kind: "sale", gain: "149.00" },
    ]);
  });

  test("one half alone, a short position and a report without notes are bad rows", () => {
    const bought = stock("4", "20260116", "BUY", 100, "20", 'openCloseIndicator="O" notes="Ex"');
    const closed = option("3", "20260116", "C", "SELL", "0", exercised);
    expect(() => importFlexXml(flexOf(closed))).toThrow(
      "row 1, notes: no trade of the stock that was bought",
    );
    expect(() => importFlexXml(flexOf(bought))).toThrow("row 1, notes: no option that this exercise");
    const others = [
      bought.replace('"20"', '"21"'),
      bought.replace('"100"', '"90"'),
      bought.replace("0116", "0115"),
    ];
    for (const other of others) {
      const { rows, problems } = importFlexXml(flexOf(other, closed), { keepGoodRows: true });
      expect([rows, problems.map(({ row }) => row)]).toEqual([[], [1, 2]]);
    }
    const naked = [
      stock("4", "20260116", "SELL", 100, "20", 'openCloseIndicator="O" notes="A"'),
      option("3", "20260116", "C", "BUY", "0", 'openCloseIndicator="C" notes="A"'),
    ];
    expect(() => importFlexXml(flexOf(...naked))).toThrow(
      "row 2, notes: its stock (row 1) opens a short position",
    );
    expect(() => importFlexXml(flexOf(closed.replace('notes="Ex"', "")))).toThrow(
      "row 1, notes: the attribute is missing",
    );
    expect(() => importFlexXml(flexOf(closed.replace('strike="20"', ""), bought))).toThrow("row 1, strike");
  });

  test("taxes are costs as commissions are, which must be in the trade's currency", () => {
    const taxed = flexOf(
      stock("1", "20260105", "BUY", 100, "10", 'ibCommission="-1" taxes="-5.004" openCloseIndicator="O"'),
      stock("2", "20260106", "SELL", 100, "11", 'ibCommission="-1" taxes="-0.03" openCloseIndicator="C"'),
    );
    expect(ledgerOf(taxed).lines()).toMatchObject([{ basis: "1006.00", proceeds: "1098.97" }]);
    const euros = taxed.replace('taxes="-5.004"', 'ibCommissionCurrency="EUR"');
    expect(() => importFlexXml(euros)).toThrow("row 1, ibCommissionCurrency: USD expected, was EUR");
  });
});

describe("a broker's 1099-B", () => {
  const columns = { symbol: "CUSIP", proceeds: "Box 1d" } as const;
  const csv = `CUSIP,quantity,acquired,sold,Box 1d,basis,washDisallowed,term,isBasisReported
X,100,01/02/2024,03/04/2024,$800.00,"1,000.00",0,Short,Y
X,10,various,2024-05-01,99.00,,0,L,N
X,7,2024-01-05,2024-06-03,70.00,60.00,5.00,S,Y
Z,1,2024-01-05,2024-06-03,(1.00),60.00,,,
`;
  test("is matched line by line, with the likely cause of each difference", () => {
    const { rows } = importBrokerCsv(csv, { columns });
    expect(rows[0]).toMatchObject({
      acquired: "2024-01-02",
      basis: "1000.00",
      term: "S",
      isBasisReported: true,
    });
    expect(rows[3]).toMatchObject({ proceeds: "-1.00" });
    const ledger = new TaxLedger({
      accounts: [
        { id: "a", type: "taxable" },
        { id: "b", type: "taxable" },
      ],
    });
    ledger.applyAll([
      buy("b1", "2024-01-02", 100, "10"),
      sell("s1", "2024-03-04", 100, "8"),
      buy("b2", "2024-03-05", 30, "8", { account: "b" }),
      sell("s2", "2024-05-01", 10, "10", { account: "b" }),
      sell("s3", "2024-06-03", 7, "10", { account: "b" }),
      sell("s4", "2024-06-04", 1, "10", { account: "b" }),
    ]);
    const found = reconcile(ledger.lines(), rows);
    expect(found.map(({ cause, row, line }) => [cause, row?.row, line?.disposal])).toEqual([
      ["cross-account-wash", 2, "s1"],
      ["fees", 3, "s2"],
      ["transferred-basis", 3, "s2"],
      ["term", 3, "s2"],
      ["basis", 4, "s3"],
      ["broker-wash", 4, "s3"],
      ["date", 4, "s3"],
      ["not-in-ledger", 5, undefined],
      ["not-on-1099", undefined, "s4"],
    ]);
    expect(found[0]?.text).toBe(
      "row 2, s1: the broker misses 60.00 washed by b2 in b: ours 60.00, broker's 0.00",
    );
  });

  test("refuses rows without a symbol, quantity or date", () => {
    expect(() => importBrokerCsv(csv.replace("\nX,100", "\n,100"), { columns })).toThrow("row 2, symbol");
    for (const quantity of ["", "lots", "-100", "0"]) {
      const bad = csv.replace("\nX,100", `\nX,${quantity}`);
      expect(() => importBrokerCsv(bad, { columns })).toThrow("row 2, quantity");
    }
    expect(() => importBrokerCsv(csv.replace("03/04/2024", "13/40/2024"), { columns })).toThrow(
      "row 2, sold",
    );
    expect(() => importBrokerCsv(csv)).toThrow("the column is missing");
  });
});

describe("the command line", () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "exchange-kit-tax-"));
    file = join(folder, "trades.csv");
    writeFileSync(file, TRADES);
    writeFileSync(join(folder, "flex.xml"), FLEX);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
    const out: string[] = [];
    const error: string[] = [];
    const code = await runCli(args, { out: (line) => out.push(line), error: (line) => error.push(line) });
    return { code, out: out.join("\n"), error: error.join("\n") };
  }

  test("reports a year in words", async () => {
    const { code, out } = await run(
      "report",
      file,
      "--year",
      "2026",
      "--method",
      "hifo",
      "--ira",
      "ira",
      "--explain",
    );
    expect(code).toBe(0);
    expect(out).toContain(
      "disallowed 101.50: 50 shares bought 2026-03-02 (lot row3), 7 days before the sale; §1091(a)",
    );
    expect(out).toContain(
      "disallowed 50.75: 25 shares bought 2026-04-01 (lot row5), 23 days after the sale; in account ira",
    );
    expect(out).toMatch(/net long-term gain or loss \(line 15\) +\(50\.75\)\n/);
    expect(out).toMatch(/^row4 +row2 +100 +XYZ .* 152\.25 +\(50\.75\) +long \?$/m);
    expect(out).toContain("Not tax advice.");
  });

  test("writes JSON, CSV, TXF, HTML and PDF", async () => {
    const base = ["report", file, "--year", "2026", "--ira", "ira", "--format"];
    expect(JSON.parse((await run(...base, "json")).out).scheduleD.line16).toBe("-50.75");
    expect((await run(...base, "csv")).out).toContain("F,100 sh. XYZ");
    expect((await run(...base, "txf")).out).toContain("D04/01/2026");
    const page = join(folder, "page.html");
    expect(await run(...base, "html", "--output", page)).toMatchObject({ code: 0, out: "" });
    expect(readFileSync(page, "utf8")).toContain("Capital Gains and Losses (Form 1040)");
    expect((await run(...base, "pdf")).error).toContain("needs --output");
    const pdf = join(folder, "form.pdf");
    expect((await run(...base, "pdf", "--output", pdf)).code).toBe(0);
    expect(readFileSync(pdf).subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("reads a Flex report, and United Kingdom rules", async () => {
    expect((await run("report", join(folder, "flex.xml"), "--year", "2026")).out).toContain("78.60");
    const kingdom = ["report", file, "--method", "uk-s104"];
    expect(JSON.parse((await run(...kingdom)).out).matches).toHaveLength(2);
    const written = join(folder, "kingdom.json");
    expect(await run(...kingdom, "--output", written)).toMatchObject({ code: 0, out: "" });
    expect(JSON.parse(readFileSync(written, "utf8")).matches).toHaveLength(2);
    for (const [name, value] of [
      ["year", "2026"],
      ["format", "csv"],
      ["ira", "ira"],
    ]) {
      expect(await run(...kingdom, `--${name}`, value!)).toMatchObject({
        code: 2,
        error: `bad-usage: ${name}: does not go with --method uk-s104, which gives all years as JSON`,
      });
    }
  });

  test("a row that the ledger refuses is named with its row, field and rule, and left out if asked", async () => {
    const refused = join(folder, "refused.csv");
    writeFileSync(refused, `${TRADES}2026-05-01,sell,XYZ,999,1,,,\n2026-06-30,worthless,XYZ,,,,,\n`);
    const base = ["report", refused, "--year", "2026", "--ira", "ira"];
    expect(await run(...base)).toMatchObject({
      code: 1,
      error: "not-enough: row 6, event row6, quantity: 999 of XYZ wanted, 50 held in main",
    });
    const { code, out, error } = await run(...base, "--keep-good-rows");
    expect(code).toBe(0);
    expect(error).toBe(
      "left out, row 6, event row6, quantity: 999 of XYZ wanted, 50 held in main\n" +
        "left out, row 7, event row7, date: worthless shares count as sold on 31 December (IRC 165(g))",
    );
    expect(out).toContain("row4");
  });

  test("accounts, identical symbols and the known days are told on the line", async () => {
    const other = join(folder, "other.csv");
    writeFileSync(
      other,
      `date,type,symbol,quantity,price,account
2026-01-05,buy,A,10,10,main
2026-03-02,sell,A,10,8,main
2026-03-03,buy,B,4,8,wife
`,
    );
    const base = ["report", other, "--year", "2026", "--reporting", "basis"];
    expect((await run(...base)).out).toMatch(/\(20\.00\) +short \?/);
    expect((await run(...base, "--as-of", "2026-04-02")).out).toMatch(/\(20\.00\) +short$/m);
    const washedOut = (await run(...base, "--identical", "A,B", "--spouse", "wife", "--explain")).out;
    expect(washedOut).toContain("in account wife, so the loss is gone for good");
    expect((await run(...base, "--format", "csv")).out).toContain("A,10 sh. A");
    expect((await run(...base, "--format", "html", "--name", "A. Trader")).out).toContain("A. Trader");
    expect((await run("report", other, "--year", "2025")).out).toContain("Nothing was sold in 2025.");
    expect(await run("report", other, "--year", "2026", "--reporting", "maybe")).toMatchObject({ code: 2 });
  });

  test("refuses an account that no event is in", async () => {
    for (const kind of ["ira", "spouse"]) {
      expect(await run("report", file, "--year", "2026", `--${kind}`, "iar")).toMatchObject({
        code: 2,
        error: `bad-usage: ${kind}: no event is in account iar; there are main, ira`,
      });
    }
  });

  test("says what it does not understand", async () => {
    for (const year of ["", "0000", "02026"]) {
      expect(await run("report", file, "--year", year)).toMatchObject({ code: 2, out: "" });
    }
    expect(await run()).toMatchObject({ code: 2 });
    expect(await run("--help")).toMatchObject({ code: 0 });
    expect(await run("report", "--help")).toMatchObject({
      code: 0,
      out: expect.stringContaining("usage: tax"),
    });
    expect(await run("report", file)).toMatchObject({ code: 2 });
    expect(await run("report", file, "--year", "26")).toMatchObject({
      code: 2,
      error: "bad-usage: year: must be a year such as 2026, was 26",
    });
    expect(await run("report", file, "--yaer", "2026")).toMatchObject({ code: 2 });
    expect(await run("report", join(folder, "none.csv"), "--year", "2026")).toMatchObject({ code: 1 });
    expect((await run("report", file, "--year", "2026", "--format", "docx")).error).toContain(
      "unknown format",
    );
    writeFileSync(join(folder, "bad.csv"), `${TRADES}2026-05-01,buy,XYZ,x,1,,,\n`);
    expect(await run("report", join(folder, "bad.csv"), "--year", "2026")).toMatchObject({
      code: 1,
      error: 'bad-row: row 6, quantity: must be a decimal such as "12.50", was "x"',
    });
    expect(await run("report", join(folder, "bad.csv"), "--year", "2026", "--keep-good-rows")).toMatchObject({
      code: 0,
    });
  });
});
