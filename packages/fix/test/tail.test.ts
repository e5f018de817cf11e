import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "@exchange-kit/fix/cli";
import { expect, test, vi } from "vitest";
import { wire } from "./support/wire.ts";

const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

// The thread that has read the second message is slow to say so.
vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  const open = async (path: string): Promise<Pick<FileHandle, "read" | "close">> => {
    const file = await real.open(path);
    return {
      close: () => file.close(),
      read: (async (buffer: Buffer, ...rest: [number, number, null]) => {
        const result = await file.read(buffer, ...rest);
        if (result.bytesRead > 0 && buffer.includes("34=2\x01")) await sleep(200);
        return result;
      }) as FileHandle["read"],
    };
  };
  return { ...real, open };
});

test("tail prints in the order of the file, however the reads come back", async () => {
  const folder = mkdtempSync(join(tmpdir(), "exchange-kit-fix-tail-"));
  const path = join(folder, "tail.fix");
  writeFileSync(path, wire("35=0|34=1|"));
  const stop = new AbortController();
  const numbers: (string | undefined)[] = [];
  const tailed = runCli(["tail", path], {
    print(line) {
      numbers.push(/MsgSeqNum \(34\) = (\d)/.exec(line)?.[1]);
      if (numbers.length === 3) stop.abort();
    },
    complain: () => {},
    isColoured: false,
    signal: stop.signal,
  });
  while (numbers.length === 0) await sleep(5);
  for (const n of [2, 3]) {
    await sleep(50);
    appendFileSync(path, wire(`35=0|34=${n}|`));
  }
  await tailed;
  rmSync(folder, { recursive: true });
  expect(numbers).toEqual(["1", "2", "3"]);
});
