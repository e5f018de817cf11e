import { type ChildProcess, execFile, spawn } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

// The clients of the README's tour, against the real process: each is a program of its own that prints what it sees.

const node = ["--import", "tsx", "--conditions=@exchange-kit/source"];
let exchange: ChildProcess;
let printed = "";

beforeAll(async () => {
  const main = resolve(import.meta.dirname, "../src/main.ts");
  exchange = spawn(process.execPath, [...node, main, "--port", "0", "--journal", "memory"]);
  await new Promise<void>((trading, fail) => {
    exchange.stdout!.on("data", (data) => {
      printed += data;
      if (printed.includes("first trade done")) trading();
    });
    exchange.once("close", () => fail(new Error(`the exchange ended and printed: ${printed}`)));
  });
});
afterAll(() => exchange.kill("SIGKILL"));

async function run(client: string, ports: RegExp): Promise<string> {
  const path = resolve(import.meta.dirname, `../clients/${client}.ts`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...node, path, ...ports.exec(printed)!.slice(1)],
    {
      timeout: 25_000,
    },
  );
  return stdout;
}

test("the FIX client buys at the market", async () => {
  const output = await run("fix", /FIX +127\.0\.0\.1:(\d+)/);
  expect(output).toMatch(/^logged on\norder \d+ is NEW\n(order \d+ is PARTIALLY_FILLED, \d+ @ \S+\n)*/);
  expect(output).toMatch(/order \d+ is FILLED, \d+ @ 18\d\.\d+\n$/);
});

test("the OUCH client enters an order and cancels it", async () => {
  const output = await run("ouch", /OUCH 5\.0 +127\.0\.0\.1:(\d+)/);
  expect(output).toBe("accepted: buy 50 BOLT at 40.00\ncancelled: 50, reason U\n");
});

test("the ITCH client rebuilds the books", async () => {
  const output = await run(
    "itch-book",
    /ITCH 5\.0 +127\.0\.0\.1:(\d+)[\s\S]+snapshots on 127\.0\.0\.1:(\d+) \(GLIMPSE/,
  );
  const best = /bid \d+ @ ([\d.]+), ask \d+ @ ([\d.]+)/;
  for (const line of output.split("\n").slice(0, 3)) {
    const [, bid, ask] = best.exec(line)!;
    expect(Number(bid)).toBeLessThan(Number(ask));
  }
  expect(output).toMatch(/\n\d+ messages, \d+ orders on the books, 0 orphans\n$/);
});

test.each(["fix", "ouch", "itch-book", "web-socket"])(
  "the %s client says that nobody listens",
  async (client) => {
    const path = resolve(import.meta.dirname, `../clients/${client}.ts`);
    const ended = await new Promise<{ error: unknown; stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, [...node, path, "1", "1"], { timeout: 25_000 }, (error, stdout, stderr) =>
        done({ error, stdout, stderr }),
      );
    });
    expect(ended).toMatchObject({ error: { code: 1 }, stdout: "" });
    expect(ended.stderr).toMatch(/^.*connect ECONNREFUSED 127\.0\.0\.1:1\n$/);
  },
);

test("the WebSocket client hears phase, prices and trades", async () => {
  const output = await run("web-socket", /ws:\/\/127\.0\.0\.1:(\d+)/);
  expect(output).toMatch(/^ACME is in phase continuous\nbid \d+ @ \S+, ask \d+ @ \S+\n/);
});
