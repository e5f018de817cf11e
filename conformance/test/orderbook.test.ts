import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outsideTool } from "@exchange-kit/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { orderbook } from "../src/orderbook.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-conform-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function conform(path: string): Promise<unknown> {
  const lines: string[] = [];
  await orderbook.run([path], (line) => lines.push(line));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!);
}

describe("a workload written out by hand", () => {
  const header = [0x4b424f31, 1, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  function workload(...records: number[][]): string {
    const path = join(folder, "hand.bin");
    writeFileSync(path, Buffer.from(Int32Array.from([...header, ...records.flat()]).buffer));
    return path;
  }

  test("counts trades and volume, and ignores a cancel of an unknown id", async () => {
    const path = workload(
      [1, 0, 1, 1, 100, 10],
      [2, 0, 9, 0, 0, 0],
      [1, 0, 2, 0, 101, 4],
      [5, 0, 1, 1, 100, 1],
    );
    expect(await conform(path)).toMatchObject({ trades: 1, volume: 4, resting: 1 });
  });

  test("hashes an empty workload to the FNV offset", async () => {
    expect(await conform(workload())).toEqual({
      trades: 0,
      volume: 0,
      tradeHash: "811c9dc5",
      resting: 0,
      bookHash: "811c9dc5",
    });
  });

  test("refuses a file that is not a workload", async () => {
    const path = join(folder, "other.bin");
    writeFileSync(path, "not a workload!!");
    await expect(conform(path)).rejects.toThrow("not an order book workload");
    await expect(conform(join(folder, "missing.bin"))).rejects.toThrow("ENOENT");
    await expect(conform(workload([9, 0, 1, 0, 1, 1]))).rejects.toThrow("unknown operation 9");
    await expect(conform(workload([1, 5, 1, 0, 1, 1]))).rejects.toThrow("symbol 5 of 1");
    await expect(conform(workload([1, 0, 1, 2, 1, 1]))).rejects.toThrow("side must be 0 or 1, was 2");
  });

  test("refuses a file that is cut off, whose figures would look like a result", async () => {
    await expect(conform(workload([1, 0, 1, 1, 100, 10], [1, 0, 2]))).rejects.toThrow("ends inside");
    const path = join(folder, "header.bin");
    writeFileSync(path, Buffer.from(Int32Array.from(header.slice(0, 10)).buffer));
    await expect(conform(path)).rejects.toThrow("ends inside");
  });
});

const generator = outsideTool("bench/orderbook/gen.mjs");
describe.skipIf(!generator)("the oracle's answer (skipped where the outside generator is missing)", () => {
  test.each([
    ["flow", 7, 20_000],
    ["deep", 8, 2_000],
    ["multi", 9, 20_000],
    ["reduce", 10, 20_000],
  ])(
    "workload %s, seed %d, %d operations",
    async (kind, seed, operations) => {
      const path = join(folder, `${kind}.bin`);
      execFileSync(process.execPath, [generator!, kind, path, String(seed), String(operations)], {
        stdio: "pipe",
      });
      const { levels, ...expected } = JSON.parse(readFileSync(`${path}.json`, "utf8")).expect;
      expect(await conform(path)).toEqual(expected);
    },
    120_000,
  );
});
