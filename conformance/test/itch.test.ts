import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outsideData } from "@exchange-kit/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { itch } from "../src/itch.ts";
import { itchEncode } from "../src/itch-encode.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-itch-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function conform(...args: string[]): Promise<Record<string, unknown>> {
  const lines: string[] = [];
  await itch.run(args, (line) => lines.push(line));
  return JSON.parse(lines.join("\n"));
}

const systemEvent = [0, 12, 0x53, 0, 0, 0, 1, 0, 0, 0, 0, 0, 9, 0x4f];

describe("a file written out by hand", () => {
  test("counts what is no message, and the bytes of a frame that is cut off", async () => {
    const path = join(folder, "hand.itch");
    writeFileSync(path, Buffer.from([...systemEvent, 0, 3, 0x7a, 1, 2, 0, 2, 0x53, 0, 0, 12, 0x53]));
    const textPath = join(folder, "hand.txt");
    expect(await conform(path, "--text", textPath)).toMatchObject({
      messages: 3,
      bytes: 26,
      tailBytes: 3,
      bad: { "z/3": 1, "S/2": 1 },
      types: { S: { count: 1 } },
    });
    expect(readFileSync(textPath, "latin1")).toBe("S|0|1|9|O\n");
  });

  test("ends at a frame of length zero", async () => {
    const path = join(folder, "zero.itch");
    writeFileSync(path, Buffer.from([...systemEvent, 0, 0, ...systemEvent]));
    expect(await conform(path)).toMatchObject({ messages: 1, tailBytes: 16 });
  });

  test("refuses what cannot work", async () => {
    await expect(conform()).rejects.toThrow("no file");
    await expect(conform("x", "--framing", "u32")).rejects.toThrow("--framing");
    const path = join(folder, "bad.txt");
    writeFileSync(path, "S|0|1|9|O\nS|0|1\n");
    expect(() => itchEncode.run([path, join(folder, "out")], () => {})).toThrow("line 2");
    writeFileSync(path, "S|0|70000|9|O\n");
    expect(() => itchEncode.run([path, join(folder, "out")], () => {})).toThrow("trackingNumber");
    writeFileSync(path, "!|0|0\n");
    expect(() => itchEncode.run([path, join(folder, "out")], () => {})).toThrow("no message type");
    expect(() => itchEncode.run([], () => {})).toThrow("must be named");
  });
});

const files: [file: string, expected: string, framing: string][] = [
  ["edge.itch", "edge", "u16"],
  ["real-head1000.itch", "real-head1000", "u16"],
  [
    "Nasdaq.Equities.TotalView.Itch.v5.0.from-pcap.itch",
    "Nasdaq.Equities.TotalView.Itch.v5.0.from-pcap",
    "u16",
  ],
  [
    "Nasdaq.Equities.TotalView.Itch.v5.0.20230822.from-pcap.itch",
    "Nasdaq.Equities.TotalView.Itch.v5.0.20230822.from-pcap",
    "u16",
  ],
  ["ritch-ex20101224.itch-ritchframed", "ritch-ex20101224", "bare"],
  ["synth-seed1.itch", "synth-seed1", "u16"],
];
const data = outsideData("itch");
describe.skipIf(!data)(
  "the reference decoder's answer (skipped where the outside vectors are missing)",
  () => {
    test.each(files)(
      "%s",
      async (file, expected, framing) => {
        const [textPath, booksPath] = [join(folder, "text"), join(folder, "books")];
        const args = ["--framing", framing, "--text", textPath, "--books", booksPath];
        const result = await conform(join(data!, file), ...args);
        expect(result).toEqual(JSON.parse(readFileSync(join(data!, "expected", `${expected}.json`), "utf8")));
        if (expected === "synth-seed1") {
          const books = readFileSync(join(data!, "expected/synth-seed1.books.txt"), "latin1");
          expect(readFileSync(booksPath, "latin1")).toBe(books);
        }
        // Encoding the text gives back the file; a bare file comes back with lengths in place of its zeros.
        const out = join(folder, "encoded");
        itchEncode.run([textPath, out], () => {});
        if (framing === "u16") {
          expect(readFileSync(out).equals(readFileSync(join(data!, file)))).toBe(true);
        } else {
          expect((await conform(out)).sha256).toBe(result.sha256);
        }
      },
      120_000,
    );
  },
);
