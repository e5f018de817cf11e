import { pbkdf2 } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FixEncoder, FixSession, isFixError, MemoryStore } from "@exchange-kit/fix";
import { runCli } from "@exchange-kit/fix/cli";
import { createFileLog, createFileStore } from "@exchange-kit/fix/file";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Redactor } from "../src/file/redactor.ts";
import { settings } from "./support/pair.ts";
import { latin, text } from "./support/wire.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-fix-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fill(path: string): void {
  const store = createFileStore(path);
  store.reset(1234);
  for (let n = 1; n <= 5; n++) {
    const bytes = latin(`message ${n}`);
    store.append(n, bytes, 0, bytes.length);
    store.nextTargetSeqNum = n + 1;
    store.flush();
  }
}

test("a store that is opened again has everything", async () => {
  const path = join(folder, "again");
  fill(path);
  const store = createFileStore(path, { sync: "batch" });
  expect([store.nextSenderSeqNum, store.nextTargetSeqNum, store.createdAtMillis]).toEqual([6, 6, 1234]);
  expect(text(store.get(3)!)).toBe("message 3");
  expect([store.get(0), store.get(6)]).toEqual([undefined, undefined]);
  const bytes = new Uint8Array(200_000).fill(65);
  store.append(6, bytes, 0, bytes.length);
  expect(store.get(6)).toHaveLength(200_000);
  await store.flush();
  expect(store.get(6)).toHaveLength(200_000);
  store.reset(99);
  expect([store.nextSenderSeqNum, store.nextTargetSeqNum, store.get(1)]).toEqual([1, 1, undefined]);
  await store.close();
  expect(createFileStore(path).createdAtMillis).toBe(99);
});

test("a reset or a close while the disk is busy fails no flush", async () => {
  const store = createFileStore(join(folder, "busy"), { sync: "batch" });
  // The threads that would call the disk are all taken.
  const occupy = (): void => {
    for (let n = 0; n < 8; n++) pbkdf2("a", "b", 20_000, 64, "sha512", () => {});
  };
  const flushes: unknown[] = [];
  for (const end of [() => store.reset(1), () => store.close()]) {
    occupy();
    store.append(1, latin("message"), 0, 7);
    flushes.push(store.flush());
    await end();
  }
  expect(await Promise.all(flushes)).toEqual([undefined, undefined]);
});

test("cut off at any byte, a store has whole records only and can go on", () => {
  const path = join(folder, "cut");
  fill(path);
  const whole = readFileSync(path);
  let last = 0;
  for (let length = 0; length <= whole.length; length++) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    const store = createFileStore(path);
    const next = store.nextSenderSeqNum;
    expect(next).toBeGreaterThanOrEqual(last);
    last = next;
    for (let n = 1; n < next; n++) expect(text(store.get(n)!)).toBe(`message ${n}`);
    expect(store.nextTargetSeqNum === next || store.nextTargetSeqNum === next - 1).toBe(true);
    const bytes = latin("after");
    store.append(next, bytes, 0, 5);
    store.flush();
    expect(text(createFileStore(path).get(next)!)).toBe("after");
  }
  expect(last).toBe(6);
});

test("a store may be longer than a buffer, and its batches longer than what is read at once", async () => {
  const path = join(folder, "long");
  const store = createFileStore(path);
  for (let n = 1; n <= 30; n++) {
    const bytes = new Uint8Array([10, 300_000, 2_500_000][n % 3]!).fill(n);
    store.append(n, bytes, 0, bytes.length);
    store.nextTargetSeqNum = n + 1;
    store.flush();
  }
  await store.close();
  // What a crash leaves behind the last batch may be anything, and no bytes on the disk.
  truncateSync(path, 2 ** 31 + 5);
  const again = createFileStore(path);
  expect([again.nextSenderSeqNum, again.nextTargetSeqNum]).toEqual([31, 31]);
  for (let n = 1; n <= 30; n++) expect(again.get(n)?.at(-1)).toBe(n);
  expect(again.firstSentAfter(20)).toBe(20);
  await again.close();
  rmSync(path);
});

test("a record that was damaged ends the store before it", () => {
  const path = join(folder, "damaged");
  fill(path);
  const bytes = readFileSync(path);
  bytes[bytes.indexOf("message 4")] = 0;
  writeFileSync(path, bytes);
  expect(createFileStore(path).nextSenderSeqNum).toBe(4);
  appendFileSync(path, "torn");
  expect(createFileStore(path).nextSenderSeqNum).toBe(4);
});

test("a file that is something else is left alone", () => {
  const path = join(folder, "other");
  for (const content of ["hello", "hello, this is no store of messages"]) {
    writeFileSync(path, content);
    try {
      createFileStore(path);
      expect.unreachable();
    } catch (error) {
      expect(isFixError(error) && error.code).toBe("store-corrupt");
    }
    expect(readFileSync(path, "utf8")).toBe(content);
  }
});

test("a memory store forgets the oldest when it is full", () => {
  const store = new MemoryStore(512 * 1024);
  const bytes = new Uint8Array(100_000);
  for (let n = 1; n <= 20; n++) store.append(n, bytes.fill(n), 0, bytes.length);
  expect(store.nextSenderSeqNum).toBe(21);
  const kept = Array.from({ length: 22 }, (_, n) => store.get(n)?.[99_999]);
  // Two in each of two blocks.
  expect(kept.map((byte, n) => [n, byte]).filter(([, byte]) => byte !== undefined)).toEqual([
    [17, 17],
    [18, 18],
    [19, 19],
    [20, 20],
  ]);
  const long = new Uint8Array(300_000).fill(21);
  store.append(21, long, 0, long.length);
  expect([store.get(18), store.get(19)?.[0], store.get(21)?.length]).toEqual([undefined, 19, 300_000]);
  store.reset(1);
  expect([store.nextSenderSeqNum, store.get(20)]).toEqual([1, undefined]);
});

test("with a checkpoint, a batch is kept as a whole or not at all", async () => {
  const path = join(folder, "checkpoint");
  const store = createFileStore(path);
  store.reset(1);
  const ends: number[] = [readFileSync(path).length];
  for (let batch = 1; batch <= 3; batch++) {
    for (let n = 0; n < 2; n++) store.append(store.nextSenderSeqNum, latin("abc"), 0, 3);
    store.nextTargetSeqNum = batch * 10;
    store.checkpoint = batch * 100;
    store.flush();
    ends.push(readFileSync(path).length);
  }
  await store.close();
  const whole = readFileSync(path);
  for (let length = ends[1]!; length <= whole.length; length++) {
    writeFileSync(path, whole.subarray(0, length));
    const batches = ends.findLastIndex((end) => end <= length);
    const again = createFileStore(path);
    expect([again.checkpoint, again.nextSenderSeqNum, again.nextTargetSeqNum]).toEqual([
      batches * 100,
      batches * 2 + 1,
      batches * 10,
    ]);
    expect(text(again.get(batches * 2)!)).toBe("abc");
    again.append(again.nextSenderSeqNum, latin("xy"), 0, 2);
    again.forceToDisk();
    await again.close();
    expect(text(createFileStore(path).get(batches * 2 + 1)!)).toBe("xy");
  }
});

test("a store knows what was sent after a message of the peer was received", () => {
  const path = join(folder, "since");
  fill(path);
  const store = createFileStore(path);
  store.append(6, latin("unwritten"), 0, 9);
  // Each message was sent with the peer's of the same number.
  expect([0, 1, 3, 5, 6].map((seqNum) => store.firstSentAfter(seqNum))).toEqual([1, 1, 3, 5, 6]);
  store.nextTargetSeqNum = 9;
  store.flush();
  expect([6, 8, 9].map((seqNum) => store.firstSentAfter(seqNum))).toEqual([6, 6, 7]);
});

test("the number of the peer's last message can wait for the next message that is sent, or for the close", async () => {
  const path = join(folder, "received");
  const onDisk = (): number => createFileStore(path).nextTargetSeqNum;
  const store = createFileStore(path, { received: "with-messages" });
  store.reset(1);
  store.nextTargetSeqNum = 2;
  store.flush();
  expect(onDisk()).toBe(1);
  store.append(1, latin("abc"), 0, 3);
  store.flush();
  expect(onDisk()).toBe(2);
  store.nextTargetSeqNum = 3;
  store.forceToDisk();
  expect(onDisk()).toBe(3);
  store.nextTargetSeqNum = 4;
  await store.close();
  expect(onDisk()).toBe(4);
});

test("a checkpoint outlives a reset", () => {
  const path = join(folder, "checkpoint-reset");
  const store = createFileStore(path);
  store.checkpoint = 7;
  store.reset(5);
  const again = createFileStore(path);
  expect([again.checkpoint, again.nextSenderSeqNum, again.createdAtMillis]).toEqual([7, 1, 5]);
});

test("a log hides passwords", async () => {
  const path = join(folder, "log");
  const log = createFileLog(path, { now: () => 0 });
  const session = new FixSession(settings("A"));
  log.incoming(latin("8=FIX.4.4\x01554=secret\x0158=x\x01"), session);
  log.outgoing(latin("35=0\x01"), session);
  await log.close();
  expect(readFileSync(path, "utf8")).toBe(
    "1970-01-01T00:00:00.000Z < I 8=FIX.4.4|554=***|58=x|\n1970-01-01T00:00:00.000Z > I 35=0|\n",
  );
});

test("a password is hidden wherever a read cuts it", async () => {
  const message = "8=FIX.4.4\x01553=user\x01554=secret\x0110=000\x01";
  for (let at = 1; at < message.length; at++) {
    const path = join(folder, `log-${at}`);
    const log = createFileLog(path, { now: () => 0 });
    const session = new FixSession(settings("A"));
    log.incoming(latin(message.slice(0, at)), session);
    log.incoming(latin(message.slice(at)), session);
    await log.close();
    const written = readFileSync(path, "utf8")
      .replaceAll(/^\S+ < I /gm, "")
      .replaceAll("\n", "");
    expect(written).toBe("8=FIX.4.4|553=user|554=***|10=000|");
  }
});

test("a secret that holds SOH is hidden by its length, wherever a read cuts it", async () => {
  const path = join(folder, "log-raw");
  const told = (pieces: string[]): string => {
    const redactor = new Redactor([554, 96]);
    return `${pieces.map((piece) => redactor.next(piece)).join("")}${redactor.end()}`.replaceAll("\x01", "|");
  };
  const message = "8=FIX.4.4\x0195=12\x0196=se\x01cr=\x01et\x0195\x01554=p\x0110=000\x01";
  for (let at = 0; at < message.length; at++) {
    expect(told([message.slice(0, at), message.slice(at)])).toBe("8=FIX.4.4|95=12|96=***|554=***|10=000|");
  }
  expect(told([...message])).toBe("8=FIX.4.4|95=12|96=***|554=***|10=000|");
  // A length that is not true hides the rest of its own message, at most.
  expect(told(["95=99\x0196=a\x0110=001\x018=FIX.4.4\x01", "95=2\x0158=x\x01"])).toBe(
    "95=99|96=***|10=001|8=FIX.4.4|95=2|58=x|",
  );
  const log = createFileLog(path, { now: () => 0 });
  log.incoming(latin("35=A\x0195=3\x0196=a\x01b\x0198=0\x01"), new FixSession(settings("A")));
  await log.close();
  expect(readFileSync(path, "utf8")).toContain("< I 35=A|95=3|96=***|98=0|\n");
});

test("a value with line breaks writes no line or field of its own, and is read back", async () => {
  const path = join(folder, "log-lines");
  const log = createFileLog(path, { now: () => 0 });
  const session = new FixSession({ ...settings("A"), targetCompId: "I\nX" });
  const value = "a\n1970-01-01T00:00:00.000Z > I 35=D|38=1\r";
  const encoder = new FixEncoder(new Uint8Array(1024));
  encoder.begin("FIX.4.4", "B").int(34, 1).string(148, value);
  const length = encoder.end();
  log.incoming(encoder.buffer.subarray(encoder.start, encoder.start + length), session);
  await log.close();
  const written = readFileSync(path, "latin1");
  expect(written.split(/[\r\n]/)).toHaveLength(2);
  expect(written).not.toContain("|38=1");
  const printed: string[] = [];
  await runCli(["decode", path], { print: (line) => printed.push(line), complain() {}, isColoured: false });
  expect(printed).toHaveLength(1);
  expect(printed[0]).toContain("Headline (148) = a␊1970-01-01T00:00:00.000Z > I 35=D|38=1␍");
});

test("a log waits for no end of a field that has none", async () => {
  const path = join(folder, "log-endless");
  const log = createFileLog(path, { now: () => 0 });
  const session = new FixSession(settings("A"));
  for (let n = 0; n < 10; n++) log.incoming(latin(`${n === 0 ? "554=" : ""}${"x".repeat(20_000)}`), session);
  log.incoming(latin("\x0158=after\x01"), session);
  log.incoming(latin("554=cut"), session);
  await log.close();
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.slice(29));
  expect(lines).toEqual(["554=***", "|58=after|", "554=***", ""]);
});

test("a log that the disk cannot keep up with leaves lines out and says how many", async () => {
  const path = join(folder, "log-slow");
  const log = createFileLog(path, { now: () => 0, maxWaitingBytes: 50 });
  const session = new FixSession(settings("A"));
  // Within one turn of the event loop nothing reaches the disk.
  for (let n = 0; n < 10; n++) log.incoming(latin(`58=line ${n}\x01`), session);
  await new Promise((resolve) => setTimeout(resolve, 50));
  log.incoming(latin("58=later\x01"), session);
  await log.close();
  const lines = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(25));
  expect(lines).toEqual([
    "< I 58=line 0|",
    "< I 58=line 1|",
    "8 lines left out: the disk was too slow",
    "< I 58=later|",
  ]);
});
