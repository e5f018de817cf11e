import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outsideData, outsideTool } from "@exchange-kit/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fix } from "../src/fix.ts";
import { startAcceptor } from "../src/fix-acceptor.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-conform-fix-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function wire(body: string): string {
  const inner = body.replaceAll("|", "\x01");
  const head = `8=FIX.4.4\x019=${inner.length}\x01${inner}`;
  const sum = [...head].reduce((total, character) => total + character.charCodeAt(0), 0);
  return `${head}10=${String(sum & 255).padStart(3, "0")}\x01`;
}

async function decode(content: string, ...args: string[]): Promise<unknown[]> {
  const path = join(folder, "messages.fix");
  writeFileSync(path, content, "latin1");
  const lines: unknown[] = [];
  await fix.run([path, ...args], (line) => lines.push(JSON.parse(line)));
  return lines;
}

describe("decoding a file", () => {
  test("gives fields in wire order, and groups where there is a dictionary", async () => {
    const message = wire("35=D|453=2|448=A|802=1|523=S|803=4|452=1|448=B|11=X|");
    const [plain] = (await decode(`${message}\n`)) as [Record<string, unknown>];
    expect(plain).toMatchObject({ ok: true, msgType: "D" });
    expect(plain).not.toHaveProperty("groups");
    const [grouped] = (await decode(message, "--dictionary", "FIX44")) as [{ groups: unknown }];
    expect(grouped.groups).toEqual({
      453: [
        [
          [448, "A"],
          [802, "1"],
          {
            tag: 802,
            entries: [
              [
                [523, "S"],
                [803, "4"],
              ],
            ],
          },
          [452, "1"],
        ],
        [[448, "B"]],
      ],
    });
  });

  test("reports what is no message and goes on", async () => {
    const good = wire("35=0|");
    const lines = await decode(`${good.replace("10=", "10=9")}${good}\n8=FIX`);
    expect(lines.at(-2)).toMatchObject({ ok: true });
    expect(lines.at(-1)).toMatchObject({ ok: false, code: "truncated" });
    await expect(decode(good, "--dictionary", "FIX99")).rejects.toThrow("neither a version nor a file");
  });
});

const tool = outsideTool("tools/fix-at.mjs");
const definitions = outsideData("fix-at");
describe.skipIf(!tool || !definitions)("the acceptance scripts (skipped where they are not there)", () => {
  // Those that wait for heartbeats take minutes: the whole suite is run by hand and in CI.
  test("all but the timed ones pass", { timeout: 120_000 }, async () => {
    const acceptor = await startAcceptor(0);
    const { port } = acceptor;
    await new Promise((resolve) => createConnection(port, "127.0.0.1").once("connect", resolve).unref());
    const args = ["--port", String(port), "--parallel", "--defs", definitions!, "--only", "/\\/(?!4a_|6_)/"];
    const runner = spawn(process.execPath, [tool!, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    runner.stdout.on("data", (chunk) => {
      output += chunk;
    });
    await new Promise((resolve) => runner.once("close", resolve));
    await acceptor.close();
    expect(output.split("\n").filter((line) => line.startsWith("FAIL"))).toEqual([]);
    expect(output).toMatch(/[1-9]\d* passed, 0 failed\n$/);
  });
});
