// npm run e2e: starts the exchange with `npm start`, looks at its page in headless Chromium, trades with the ticket and sees
// orders, position, phases and auctions, loses the connection, stops the exchange with Ctrl-C. Uses Chromium as the system
// installed it (CHROMIUM names another).
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const root = resolve(import.meta.dirname, "../..");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const screenshots = resolve(root, "coverage/e2e");
const PORT = 18_080;
const url = `http://127.0.0.1:${PORT}`;

function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`failed: ${what}`);
  console.log(`  ✓ ${what}`);
}

async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`failed within 30 s: ${what}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
  console.log(`  ✓ ${what}`);
}

function start(): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
  const ports = ["fix", "ouch", "itch", "itch-requests", "glimpse", "fast"].flatMap((name) => [
    `--${name}-port`,
    "0",
  ]);
  const args = ["--port", String(PORT), ...ports, "--journal", "memory", "--scenario", "auction"];
  // A process group of its own, so that Ctrl-C can be given to all of it, as a terminal does.
  const child = spawn("npm", ["start", "--", ...args], { cwd: root, detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += data;
    });
  }
  return { child, output: () => output, ended: new Promise((done) => child.on("close", done)) };
}

async function look(page: Page): Promise<void> {
  await page.goto(url);
  await page.waitForSelector("#status.live");
  const symbols = await page.locator(".instrument .symbol").allTextContents();
  assert(symbols.join() === "ACME,BOLT,CRUX", `three instruments are shown: ${symbols.join(", ")}`);
  for (const symbol of symbols) {
    const card = page.locator(`[data-symbol=${symbol}]`);
    await until(`${symbol}: the ladder has bids and asks`, async () => {
      const [bids, asks] = [await card.locator("td.bid").count(), await card.locator("td.ask").count()];
      return bids >= 5 && asks >= 5;
    });
    await until(`${symbol}: the tape moves`, async () => (await card.locator(".tape tr").count()) >= 3);
  }
  const before = await page.locator(".ladder").first().textContent();
  await until(
    "the ladder is live",
    async () => (await page.locator(".ladder").first().textContent()) !== before,
  );
}

/** `--scenario auction` takes the first instrument through its closing and opening auctions. */
async function auction(page: Page): Promise<void> {
  const card = page.locator("[data-symbol=ACME]");
  const phase = async (): Promise<string | null> => card.locator(".phase").getAttribute("data-phase");
  await until("ACME: the closing auction is called", async () => (await phase()) === "closing-auction");
  await until("ACME: the page says what the auction would be", async () =>
    /^[\d,]+ would trade at \d+\.\d\d now/.test((await card.locator(".indicative").textContent()) ?? ""),
  );
  await page.screenshot({ path: resolve(screenshots, "exchange-auction.png"), fullPage: true });
  await until("ACME: the auction crosses and the day is over", async () => (await phase()) === "closed");
  assert(await card.locator(".indicative").isHidden(), "ACME: outside of calls there is no indicative price");
  assert(
    (await card.locator(".tape .auction").count()) >= 1,
    "ACME: the auction is one trade on the tape, marked as one",
  );
  const volume = card.locator(".chart .volume");
  const before = await volume.getAttribute("d");
  await until(
    "ACME: the chart goes on while nothing trades",
    async () => (await volume.getAttribute("d")) !== before,
  );
}

/** Enters orders with the ticket, in an instrument that no scenario touches. */
async function trade(page: Page): Promise<void> {
  const ticket = page.locator("#ticket");
  const result = ticket.locator(".result");
  const send = async (fields: Record<string, string>, side: "Buy" | "Sell" = "Buy"): Promise<void> => {
    await ticket.getByLabel(side).check();
    for (const [name, value] of Object.entries(fields)) {
      const field = ticket.locator(`[name=${name}]`);
      if (name === "symbol" || name === "type") await field.selectOption(value);
      else await field.fill(value);
    }
    await ticket.getByRole("button", { name: "Send order" }).click();
  };

  await ticket.getByLabel("Price", { exact: true }).fill("196");
  await ticket.getByLabel("Instrument").selectOption("BOLT");
  assert(
    (await ticket.getByLabel("Price", { exact: true }).inputValue()) === "",
    "another instrument is not offered the price of the one before",
  );
  await send({ quantity: "-5", price: "40.00" });
  await until("a quantity that is none is refused in words beside the field", async () =>
    (await ticket.locator("#ticket-quantity-error").allTextContents()).includes(
      'quantity must be a whole number above 0, was "-5"',
    ),
  );

  await send({ symbol: "BOLT", type: "limit", quantity: "1,070", price: "40.02" });
  const error = ticket.locator("#ticket-price-error");
  await until("a price off the tick is refused in words beside the field", async () =>
    ((await error.textContent()) ?? "").includes("tick size 0.05"),
  );
  const price = ticket.getByLabel("Price", { exact: true });
  assert((await price.getAttribute("aria-invalid")) === "true", "the field is marked as wrong");

  await price.fill("40.00");
  assert((await error.count()) === 0, "the words go away with the next change");
  await price.press("Enter");
  const row = page.locator("#open-orders tbody tr");
  await until("the order appears among the open orders", async () => (await row.count()) === 1);
  assert(
    ((await row.textContent()) ?? "").includes("40.001,070 / 1,070"),
    "with its price and quantity, which may be written as the page writes it",
  );

  await row.getByRole("button", { name: "Change" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  assert(await dialog.getByLabel("Trigger price").isHidden(), "a limit order has no trigger price to change");
  await dialog.getByLabel("Total quantity").fill("0");
  await dialog.getByRole("button", { name: "Change order" }).click();
  await until("a change to nothing is refused in the dialog", () => dialog.locator(".error").isVisible());
  await dialog.getByLabel("Total quantity").fill("60");
  await dialog.getByLabel("Price", { exact: true }).fill("40.05");
  await dialog.getByRole("button", { name: "Change order" }).click();
  await until("the order has its new terms", async () =>
    ((await row.textContent()) ?? "").includes("40.0560 / 60"),
  );

  await row.getByRole("button", { name: "Cancel" }).click();
  await until("it is cancelled and no longer open", async () => (await row.count()) === 0);
  const closed = page.locator("#closed-orders tbody tr");
  await until("and stands among the closed ones", async () =>
    ((await closed.first().textContent()) ?? "").includes("cancelled"),
  );

  await send({ type: "stop", quantity: "60", triggerPrice: "40.00" }, "Sell");
  await until("a stop order waits", async () => (await row.getByText("waiting").count()) === 1);
  await row.getByRole("button", { name: "Change" }).click();
  await dialog.waitFor();
  assert(await dialog.getByLabel("Price", { exact: true }).isHidden(), "it has no price to change");
  await dialog.getByLabel("Trigger price").fill("40.05");
  await dialog.getByRole("button", { name: "Change order" }).click();
  await until("its trigger price is changed", async () =>
    ((await row.textContent()) ?? "").includes("market from 40.05"),
  );
  await row.getByRole("button", { name: "Cancel" }).click();
  await until("and it is cancelled", async () => (await row.count()) === 0);

  // A quantity that no participant uses, to know it again on the tape.
  await send({ type: "market", quantity: "1" });
  await until("a market order is filled", async () => / is filled/.test((await result.textContent()) ?? ""));
  const tape = page.locator("[data-symbol=BOLT] .tape tr td:nth-child(3)");
  await until("its trade appears on the tape", async () => (await tape.allTextContents()).includes("1"));
  await until("it makes a position", async () =>
    /^BOLT1\d/.test((await page.locator("#positions tbody tr").first().textContent()) ?? ""),
  );
  const cash = await page.locator("#account dd").first().textContent();
  assert(cash?.startsWith("-4"), `which was paid for: cash is ${cash}`);

  const best = page.locator("[data-symbol=CRUX] .ladder tr.best-bid");
  await best.click();
  assert(
    (await ticket.locator("[name=symbol]").inputValue()) === "CRUX" && (await price.inputValue()) !== "",
    "a row of a ladder puts its instrument and price into the ticket",
  );
}

/** On a telephone all of an order is in sight, and nothing of it covers another part. */
async function readOrders(page: Page): Promise<void> {
  const text = { symbol: "BOLT", side: "sell", type: "stop-limit", price: "40.00", triggerPrice: "40.05" };
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ ...text, quantity: 12_000, timeInForce: "gtc" });
  await fetch(`${url}/api/v1/orders`, { method: "POST", headers, body });
  for (const table of ["#open-orders", "#closed-orders"]) {
    const row = page.locator(`${table} tbody tr`).first();
    await row.waitFor();
    const boxes = await row.locator("td").evaluateAll((cells) =>
      cells.map((cell) => {
        const range = cell.ownerDocument.createRange();
        range.selectNodeContents(cell);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        return { left, right, top, bottom };
      }),
    );
    assert(
      boxes.every(({ left, right }) => left >= 0 && right <= 390 && right > left),
      `${table}: all of an order is in sight`,
    );
    const isCovered = boxes.some((a, index) =>
      boxes
        .slice(index + 1)
        .some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    assert(!isCovered, `${table}: no part of it covers another`);
  }
}

/** Who has more open orders than the page shows is told so. */
async function manyOrders(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${url}/#beta-key`);
  const headers = { "content-type": "application/json", authorization: "Bearer beta-key" };
  const enter = async (): Promise<void> => {
    const body = JSON.stringify({ symbol: "BOLT", side: "buy", price: "40.00", quantity: 1 });
    await fetch(`${url}/api/v1/orders`, { method: "POST", headers, body });
  };
  for (let count = 0; count < 100; count++) await enter();
  const row = page.locator("#open-orders tbody tr");
  await until("a hundred open orders are shown", async () => (await row.count()) === 100);
  const note = page.locator("#open-count");
  assert((await note.textContent()) === "", "and are all that there are");
  await enter();
  await until("with one more the page says that it shows the latest hundred only", async () =>
    ((await note.textContent()) ?? "").includes("the latest 100, more are open"),
  );
  await page.close();
}

/** The page of somebody whose key the exchange does, or does not, know. */
async function useKeys(browser: Browser): Promise<void> {
  const wrong = await browser.newPage();
  await wrong.goto(`${url}/#wrong-key`);
  await until("a wrong key in the page's address is told", () => wrong.locator("#alarm").isVisible());
  let asked = 0;
  wrong.on("request", () => asked++);
  await wrong.waitForTimeout(2_500);
  assert(asked === 0, "and the page asks no more");
  assert(await wrong.getByRole("button", { name: "Send order" }).isDisabled(), "nor takes an order");
  await wrong.close();

  const alfa = await browser.newPage();
  await alfa.goto(`${url}/#alfa-key`);
  await until("a firm's page says whose orders it shows", async () =>
    ((await alfa.locator("#orders .empty").first().textContent()) ?? "").includes("Those of the firm ALFA"),
  );
  await alfa.getByRole("link", { name: "Trade" }).click();
  assert(alfa.url().endsWith("#alfa-key"), "and keeps its key where one goes to another part of it");
  await alfa.close();
}

if (!existsSync(executablePath)) {
  console.error(
    `no Chromium at ${executablePath}; install it (Debian: apt-get install chromium) or set CHROMIUM`,
  );
  process.exit(1);
}
let exchange = start();
try {
  await until("npm start says where to look", () => exchange.output().includes(`${url}/`));
  const isRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(isRoot ? ["--no-sandbox"] : []),
    ],
  });
  const page = await browser.newPage({ viewport: { width: 1200, height: 860 }, colorScheme: "dark" });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  mkdirSync(screenshots, { recursive: true });
  await look(page);
  // Together, because the scenario waits for nobody.
  await Promise.all([trade(page), auction(page)]);
  await page.screenshot({ path: resolve(screenshots, "exchange-dark.png"), fullPage: true });
  // The browser reports each refused request by itself; the three that were provoked are no fault of the page.
  const isRefusal = (text: string): boolean => text.includes("status of 400");
  const faults = complaints.filter((text) => !isRefusal(text));
  assert(complaints.length - faults.length === 3, "three requests were refused, the three wrong ones");
  assert(faults.length === 0, `the page reports no errors${faults.map((text) => `\n    ${text}`).join("")}`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: resolve(screenshots, "exchange-phone-light.png"), fullPage: true });
  const overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
  assert(overflow === 0, "nothing is wider than a telephone");
  await readOrders(page);
  await page.screenshot({ path: resolve(screenshots, "exchange-phone-orders.png"), fullPage: true });
  await useKeys(browser);
  await manyOrders(browser);

  process.kill(-exchange.child.pid!, "SIGINT");
  await exchange.ended;
  assert(/stopped after \d+ trades\n$/.test(exchange.output()), "Ctrl-C stops it, and it says what it did");
  await fetch(url).then(
    () => assert(false, "nothing listens any more"),
    () => assert(true, "nothing listens any more"),
  );
  await until("the page says that the connection is lost", async () =>
    ((await page.locator("#status.lost").textContent()) ?? "").includes("Connection lost"),
  );
  const sendButton = page.getByRole("button", { name: "Send order" });
  assert(await sendButton.isDisabled(), "and lets nobody send an order");
  await page.screenshot({ path: resolve(screenshots, "exchange-lost.png"), fullPage: true });
  exchange = start();
  await until(
    "once the exchange is back, the page is live again",
    async () =>
      (await page.locator("#status.live").count()) === 1 &&
      (await page.locator("td.bid").count()) > 0 &&
      (await sendButton.isEnabled()),
  );
  await browser.close();
} catch (error) {
  console.error(`${(error as Error).message}\n--- npm start printed:\n${exchange.output()}`);
  process.exitCode = 1;
} finally {
  if (exchange.child.exitCode === null && exchange.child.signalCode === null) {
    process.kill(-exchange.child.pid!, "SIGKILL");
  }
}
