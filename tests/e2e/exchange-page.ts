// npm run e2e: starts the exchange with `npm start`, looks at its page in headless Chromium, trades through REST and sees
// the trade arrive, stops it with Ctrl-C. Uses Chromium as the system installed it (CHROMIUM names another).
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { chromium, type Page } from "playwright-core";

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
  // A process group of its own, so that Ctrl-C can be given to all of it, as a terminal does.
  const child = spawn("npm", ["start", "--", "--port", String(PORT), "--journal", "memory"], {
    cwd: root,
    detached: true,
  });
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

async function trade(page: Page): Promise<void> {
  const response = await fetch(`${url}/api/v1/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    // A quantity that no participant uses, to know it again on the tape.
    body: JSON.stringify({ symbol: "ACME", side: "buy", type: "market", quantity: 1 }),
  });
  const report = (await response.json()) as { status: string };
  assert(report.status === "filled", "a market order through REST is filled");
  const tape = page.locator("[data-symbol=ACME] .tape tr td:nth-child(3)");
  await until("its trade appears on the tape", async () => (await tape.allTextContents()).includes("1"));
}

if (!existsSync(executablePath)) {
  console.error(
    `no Chromium at ${executablePath}; install it (Debian: apt-get install chromium) or set CHROMIUM`,
  );
  process.exit(1);
}
const exchange = start();
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
  await look(page);
  await trade(page);
  assert(
    complaints.length === 0,
    `the page reports no errors${complaints.map((text) => `\n    ${text}`).join("")}`,
  );
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: resolve(screenshots, "exchange-dark.png") });
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: resolve(screenshots, "exchange-phone-light.png") });
  await browser.close();

  process.kill(-exchange.child.pid!, "SIGINT");
  await exchange.ended;
  assert(/stopped after \d+ trades\n$/.test(exchange.output()), "Ctrl-C stops it, and it says what it did");
  await fetch(url).then(
    () => assert(false, "nothing listens any more"),
    () => assert(true, "nothing listens any more"),
  );
} catch (error) {
  console.error(`${(error as Error).message}\n--- npm start printed:\n${exchange.output()}`);
  process.exitCode = 1;
} finally {
  if (exchange.child.exitCode === null && exchange.child.signalCode === null) {
    process.kill(-exchange.child.pid!, "SIGKILL");
  }
}
