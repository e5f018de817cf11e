import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ItchEncoder } from "@exchange-kit/itch";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";

// Starts the real process, as `npm start` does.

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

const folder = mkdtempSync(join(tmpdir(), "exchange-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(...args: string[]) {
  const main = resolve(import.meta.dirname, "../src/main.ts");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=@exchange-kit/source", main, ...args],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  running.push(child);
  let output = "";
  let wake = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += data;
      wake();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    child,
    ended,
    output: () => output,
    /** Resolves once the process printed this. */
    async printed(pattern: RegExp): Promise<RegExpMatchArray> {
      for (;;) {
        const match = output.match(pattern);
        if (match) return match;
        await new Promise<void>((resolve) => {
          wake = resolve;
          void ended.then(() => resolve());
        });
        if (child.exitCode !== null && !pattern.test(output))
          throw new Error(`it ended and printed: ${output}`);
      }
    },
  };
}

test("says where it listens, trades, and stops cleanly on Ctrl-C", async () => {
  const exchange = start("--port", "0", "--journal", join(folder, "first"));
  const [, url] = await exchange.printed(/page +(http:\S+)\//);
  await exchange.printed(/first trade done/);
  const book = await (await fetch(`${url}/api/v1/book/CRUX`)).json();
  expect(book).toMatchObject({ symbol: "CRUX", bids: expect.anything() });

  const socket = new WebSocket(`${url!.replace("http", "ws")}/api/v1/market-data`);
  await new Promise((resolve) => socket.once("message", resolve));
  exchange.child.kill("SIGINT");
  expect(await exchange.ended).toBe(0);
  expect(exchange.output()).toMatch(/stopped after \d+ trades\n$/);
});

test("without participants nothing trades by itself", async () => {
  const exchange = start("--port", "0", "--journal", "memory", "--no-participants");
  const [, url] = await exchange.printed(/page +(http:\S+)\//);
  await vi.waitFor(
    async () => {
      const book = await (await fetch(`${url}/api/v1/book/ACME`)).json();
      expect(book).toMatchObject({ phase: "continuous", bids: [], asks: [] });
    },
    { timeout: 20_000, interval: 100 },
  );
  exchange.child.kill("SIGINT");
  expect(await exchange.ended).toBe(0);
  expect(exchange.output()).toMatch(/stopped after 0 trades\n$/);
});

test("a port in use is one clear line", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const exchange = start("--port", String(port), "--journal", "memory");
  expect(await exchange.ended).toBe(1);
  expect(exchange.output()).toBe(
    `port ${port} is already in use; choose another (npm start -- --help lists the options)\n`,
  );
  server.close();
});

test("a wrong option is two lines", async () => {
  const exchange = start("--port", "eighty");
  expect(await exchange.ended).toBe(1);
  expect(exchange.output()).toBe(
    '--port must be a number from 0 to 65535, was "eighty"\nnpm start -- --help lists the options\n',
  );
});

test.each(["--help", "-h"])("%s prints the options", async (option) => {
  const exchange = start(option);
  expect(await exchange.ended).toBe(0);
  expect(exchange.output()).toMatch(/^npm start \[-- OPTIONS\]\n/);
});

test("a journal that cannot be used is one clear line", async () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "");
  const exchange = start("--port", "0", "--journal", file);
  expect(await exchange.ended).toBe(1);
  expect(exchange.output()).toMatch(
    /^the journal cannot be used: ENOTDIR: .*a-file\/sessions'; use another folder: --journal FOLDER\n$/,
  );
});

test.each([
  ["--host", "nobody.invalid"],
  ["--itch-line", "nobody.invalid:9882"],
  ["--fast-snapshot-line", "nobody.invalid:9885"],
])("%s %s is one clear line", async (...args) => {
  const exchange = start("--port", "0", "--journal", "memory", ...args);
  expect(await exchange.ended).toBe(1);
  expect(exchange.output()).toMatch(/^the host nobody\.invalid is not found; .+\n$/);
});

test("what a journal file has of no batch is cut off, and it says so", async () => {
  const torn = join(folder, "torn");
  mkdirSync(torn);
  writeFileSync(join(torn, "commands-0000000000000001.log"), "hello");
  const exchange = start("--port", "0", "--journal", torn);
  await exchange.printed(/ {2}cut off the journal's last 5 bytes, which were never acknowledged\n/);
});

test("opens again what a scenario had halted when it was killed", async () => {
  const halted = join(folder, "halted");
  const first = start("--port", "0", "--journal", halted, "--scenario", "halt");
  await first.printed(/ACME: trading is halted/);
  // Halted, and durable.
  await new Promise((wake) => setTimeout(wake, 200));
  first.child.kill("SIGKILL");
  await first.ended;
  const second = start("--port", "0", "--journal", halted);
  const [, url] = await second.printed(/page +(http:\S+)\//);
  await vi.waitFor(
    async () => {
      const { instruments } = (await (await fetch(`${url}/api/v1/status`)).json()) as {
        instruments: { phase: string }[];
      };
      expect(instruments.map(({ phase }) => phase)).toEqual(["continuous", "continuous", "continuous"]);
    },
    { timeout: 20_000, interval: 100 },
  );
});

test("plays a recorded day again from its beginning, without what the day before it left in the books", async () => {
  const encoder = new ItchEncoder();
  const frame = new Uint8Array(64);
  const length = encoder.encodeFrame(
    {
      type: "A",
      stockLocate: 1,
      trackingNumber: 0,
      timestampNanos: 34_200_000_000_000,
      orderReferenceNumber: 1n,
      buySellIndicator: "B",
      shares: 300,
      stock: "XYZ",
      price4: 1_000_100,
    },
    frame,
  );
  const day = join(folder, "day.itch");
  writeFileSync(day, frame.subarray(0, length));
  const play = async (): Promise<unknown> => {
    const exchange = start("--port", "0", "--journal", join(folder, "played"), "--replay", day);
    const [, url] = await exchange.printed(/page +(http:\S+)\//);
    await exchange.printed(/the recorded day is over: 1 messages played/);
    await vi.waitFor(async () => {
      const status = await fetch(`${url}/api/v1/status`);
      expect(await status.json()).toMatchObject({ journal: { pending: 0 } });
    });
    const book = await fetch(`${url}/api/v1/book/XYZ`);
    const { bids } = (await book.json()) as { bids: unknown };
    exchange.child.kill("SIGINT");
    await exchange.ended;
    return bids;
  };
  expect(await play()).toEqual([["100.0100", 300, 1]]);
  expect(await play()).toEqual([["100.0100", 300, 1]]);
});

test("goes on where a killed one stopped", async () => {
  const killed = join(folder, "killed");
  const first = start("--port", "0", "--journal", killed);
  const [, url] = await first.printed(/page +(http:\S+)\//);
  await first.printed(/first trade done/);
  const response = await fetch(`${url}/api/v1/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      symbol: "ACME",
      side: "buy",
      price: "170.00",
      quantity: 7,
      clientOrderId: "mine",
    }),
  });
  expect(response.status).toBe(201);
  const { orderId } = (await response.json()) as { orderId: number };
  first.child.kill("SIGKILL");
  await first.ended;

  const second = start("--port", "0", "--journal", killed);
  const [, again] = await second.printed(/page +(http:\S+)\//);
  expect(second.output()).toMatch(/recovered in \d+\.\d+ s: snapshot of command 0, then \d+ commands/);
  expect(await (await fetch(`${again}/api/v1/orders/${orderId}`)).json()).toMatchObject({
    clientOrderId: "mine",
    status: "new",
    leavesQuantity: 7,
  });
  const third = start("--port", "0", "--journal", killed);
  expect(await third.ended).toBe(1);
  expect(third.output()).toMatch(/the journal cannot be used: process \d+ is using .*killed; stop it first/);

  const tradesOfBars = async (page: string): Promise<number> => {
    let sum = 0;
    for (const symbol of ["ACME", "BOLT", "CRUX"]) {
      const response = await fetch(`${page}/api/v1/bars/${symbol}?interval=1d`);
      const { bars } = (await response.json()) as { bars: { trades: number }[] };
      for (const { trades } of bars) sum += trades;
    }
    return sum;
  };
  const traded = await tradesOfBars(again!);
  expect(traded).toBeGreaterThan(0);
  const tradeIds = async (page: string, query: string): Promise<number[]> => {
    const response = await fetch(`${page}/api/v1/trades/ACME?${query}`);
    const { trades } = (await response.json()) as { trades: { tradeId: number }[] };
    return trades.map(({ tradeId }) => tradeId);
  };
  const [lastId] = await tradeIds(again!, "limit=1");
  second.child.kill("SIGINT");
  expect(await second.ended).toBe(0);
  const fourth = start("--port", "0", "--journal", killed);
  await fourth.printed(/recovered in \d+\.\d+ s: snapshot of command [1-9]\d*, then 0 commands/);
  const [, back] = await fourth.printed(/page +(http:\S+)\//);
  expect(await tradesOfBars(back!)).toBeGreaterThanOrEqual(traded);

  const socket = new WebSocket(`${back!.replace("http", "ws")}/api/v1/market-data`);
  const latest = new Promise<number[]>((resolve) => {
    socket.on("message", (data) => {
      const { type, trades } = JSON.parse(data.toString());
      if (type === "welcome") socket.send('{"op":"subscribe","channel":"trades","symbols":["ACME"]}');
      if (type === "snapshot") resolve(trades.map(({ tradeId }: { tradeId: number }) => tradeId));
    });
  });
  const ids = await latest;
  expect(ids).toContain(lastId);
  expect(ids).toEqual(await tradeIds(back!, `before=${ids.at(-1)! + 1}`));
});
