import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ItchMessage } from "@exchange-kit/itch";
import { outsideData } from "@exchange-kit/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../src/cli/run.ts";
import { parseTime, timeText } from "../src/cli/text.ts";
import { pcap } from "./support/captures.ts";
import { framed, make } from "./support/messages.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-itch-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function itch(...args: string[]): Promise<{ code: number; out: string; bytes: Buffer; notes: string }> {
  const chunks: Buffer[] = [];
  let notes = "";
  const code = await run(args, {
    async write(chunk) {
      chunks.push(Buffer.from(chunk as Uint8Array));
    },
    note(text) {
      notes += text;
    },
    isTerminal: true,
  });
  const bytes = Buffer.concat(chunks);
  return { code, out: bytes.toString(), bytes, notes };
}

const later = (message: ItchMessage): ItchMessage => ({ ...message, timestampNanos: 34_201_500_000_000 });
const messages: ItchMessage[] = [
  make.add(1, "B", 100, 1_234_500),
  make.add(2, "S", 50, 1_235_000),
  make.action("T", ""),
  make.execute(1, 40),
  { ...make.add(3, "B", 5, 9, "OTHER"), stockLocate: 8 } as ItchMessage,
  later(make.delete(1)),
];
function file(bytes: Uint8Array = framed(messages)): string {
  const path = join(folder, "day.itch");
  writeFileSync(path, bytes);
  return path;
}

test("book shows the levels of a symbol at a time of day", async () => {
  expect((await itch("book", file(), "--symbol", "ACME", "--at", "09:30:01")).out).toBe(
    [
      "ACME at 09:30:00.000000000, 2 live orders",
      "orders     shares          bid |          ask     shares orders",
      "     1         60     123.4500 |     123.5000         50      1",
      "",
    ].join("\n"),
  );
  const atEnd = await itch("book", file(), "--symbol", "ACME");
  expect(atEnd.out).toContain("at 09:30:01.500000000, 1 live orders");
  expect(atEnd.out).not.toContain("123.4500");
});

test("stats counts messages by type, and what traded in a symbol", async () => {
  const { code, out, notes } = await itch("stats", file(), "--symbol", "ACME");
  expect(code).toBe(0);
  expect(out).toMatch(/^A addOrder +3$/m);
  expect(out).toMatch(/^messages +6$/m);
  expect(out).toContain("ACME: 1 prints (0 crosses), 40 shares");
  expect(out).toContain("open 123.4500");
  expect(notes).toContain("M messages/s");
  expect((await itch("stats", file(), "--at", "09:30")).out).toMatch(/^messages +5$/m);
});

test("stats tells what was skipped", async () => {
  const unknown = [0, 3, 0x5a, 0, 0];
  const wrongLength = [0, 2, 0x41, 0];
  const unprintable = [0, 1, 0x07];
  const bytes = Uint8Array.from([
    ...unknown,
    ...framed(messages),
    ...wrongLength,
    ...unknown,
    ...unprintable,
  ]);
  const { code, out } = await itch("stats", file(bytes));
  expect(code).toBe(0);
  expect(out).toMatch(/^skipped frames +4 \(Z 2, A 1, 0x07 1\)$/m);
  expect((await itch("stats", file())).out).toMatch(/^skipped frames +0$/m);
  const noMessages = pcap([new Uint8Array(60)], { isLittle: true, isNanos: false });
  expect((await itch("stats", file(noMessages))).out).toMatch(/^packets without messages +1$/m);
});

test("dump writes a line a message, of one symbol where asked", async () => {
  const { out } = await itch("dump", file(), "--symbol", "OTHER");
  expect(out).toBe(
    "09:30:00.000000000 A addOrder locate=8 orderReferenceNumber=3 buySellIndicator=B shares=5 stock=OTHER price4=0.0009\n",
  );
  expect((await itch("dump", file(), "--symbol", "ACME")).out.split("\n")).toHaveLength(6);
  expect((await itch("dump", file(), "--types", "E", "--at", "34200000000000")).out.split("\n")).toHaveLength(
    2,
  );
});

test("convert writes NDJSON, CSV and the binary again", async () => {
  const ndjson = (await itch("convert", file())).out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(ndjson[0]).toMatchObject({ type: "A", orderReferenceNumber: "1", price4: 1_234_500 });
  const csv = (await itch("convert", file(), "--to", "csv", "--types", "DE")).out;
  expect(csv).toBe(
    [
      "type,stockLocate,trackingNumber,timestampNanos,orderReferenceNumber,executedShares,matchNumber",
      "E,7,0,34200000000000,1,40,1",
      "D,7,0,34201500000000,1,,",
      "",
    ].join("\r\n"),
  );
  const quoted = framed([make.add(1, "B", 1, 1, 'A,"B')]);
  expect((await itch("convert", file(quoted), "--to", "csv")).out).toContain(',"A,""B",');
  expect((await itch("convert", file(), "--to", "itch")).bytes.equals(framed(messages))).toBe(true);
});

test("a symbol that is not there: the counts are shown, and a fault that may have kept it out is told", async () => {
  const whole = await itch("stats", file(), "--symbol", "NOBODY");
  expect(whole).toMatchObject({ code: 2, notes: "itch: the file names no symbol NOBODY\n" });
  expect(whole.out).toContain("addOrder");
  const cut = file(framed(messages).subarray(0, -5));
  for (const command of ["stats", "book"]) {
    const { code, notes } = await itch(command, cut, "--symbol", "NOBODY");
    expect([code, notes]).toEqual([1, expect.stringContaining("the stream ends inside the frame")]);
  }
});

test("a truncated file shows what is there, and exits with 1", async () => {
  const cut = framed(messages).subarray(0, -1);
  const dumped = await itch("dump", file(cut));
  expect([dumped.code, dumped.out.split("\n").length]).toEqual([1, 6]);
  expect(dumped.notes).toContain("itch: truncated: the stream ends inside the frame at byte");
  expect((await itch("stats", file(cut))).code).toBe(1);
});

test("a wrong call exits with 2 and says why", async () => {
  expect(await itch()).toMatchObject({ code: 2, notes: expect.stringContaining("usage: itch") });
  expect(await itch("--help")).toMatchObject({ code: 0, out: expect.stringContaining("usage: itch") });
  expect((await itch("book", file())).notes).toContain("needs --symbol");
  expect((await itch("book", file(), "--symbol", "NONE")).notes).toContain("no symbol NONE");
  expect((await itch("stats", file(), "--at", "noon")).notes).toContain("HH:MM:SS");
  for (const time of ["24:00", "9:60", "9:30:60"]) {
    expect((await itch("stats", file(), "--at", time)).notes).toContain("HH:MM:SS");
  }
  expect((await itch("stats", file(), "--levels", "0")).notes).toContain("--levels");
  expect((await itch("stats", file(), "--format", "x")).notes).toContain("--format");
  expect((await itch("dump", file(), "--types", "z")).notes).toContain("no message type z");
  expect((await itch("stats", join(folder, "missing"))).notes).toContain("ENOENT");
  expect((await itch("stats", file(), "--unknown")).code).toBe(2);
});

test("times of day are read and written to the nanosecond", () => {
  expect(timeText(parseTime("9:30"))).toBe("09:30:00.000000000");
  expect(timeText(parseTime("16:00:01.000000001"))).toBe("16:00:01.000000001");
  expect(parseTime("1500")).toBe(1500);
});

const day = outsideData("itch/synth-seed1.itch");
describe.skipIf(!day)("a day of 360,000 messages (skipped where the outside vectors are missing)", () => {
  test("is counted with a progress bar, at a rate", async () => {
    const { code, out, notes } = await itch("stats", day!, "--format", "u16");
    expect(code).toBe(0);
    expect(out).toMatch(/^messages +361692$/m);
    expect(out).toMatch(/^shares printed +4418336$/m);
    expect(notes).toMatch(/M messages\/s/);
  });

  test("the program itself runs in a pipe", () => {
    const program = join(import.meta.dirname, "../src/cli/itch.ts");
    const tsx = join(import.meta.dirname, "../../../node_modules/.bin/tsx");
    const args = ["--conditions=@exchange-kit/source", program, "book", day!, "--symbol", "AAAU"];
    const out = execFileSync(tsx, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const expected = readFileSync(join(day!, "../expected/synth-seed1.books.txt"), "latin1");
    const [, , bid] = expected
      .split("\n")
      .find((line) => line.includes("|AAAU|"))!
      .split("|");
    expect(out).toContain(`${(Number(bid) / 10_000).toFixed(4)} |`);
  });
});
