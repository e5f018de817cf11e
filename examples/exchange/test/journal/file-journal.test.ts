import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Batch } from "../../src/journal/batch.ts";
import { type FileJournalOptions, openFileJournal } from "../../src/journal/file-journal.ts";
import type { Journal, JournalError } from "../../src/journal/journal.ts";
import { openJournalFile, RESERVED_BYTES } from "../../src/journal/journal-file.ts";
import { filesThat, noSpace } from "./support/failing-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Opened {
  readonly journal: Journal;
  readonly snapshot: string | undefined;
  readonly records: string[];
  readonly tornBytes: number;
}

/** Opens the journal of `folder` and keeps what it gives back. */
async function open(options: Partial<FileJournalOptions> = {}): Promise<Opened> {
  let snapshot: string | undefined;
  const records: string[] = [];
  const { journal, recovery } = await openFileJournal(
    { folder, sync: "never", ...options },
    {
      restore: (state) => {
        snapshot = Buffer.from(state).toString();
      },
      apply: (bytes, start, end, sequence) =>
        records.push(`${sequence} ${Buffer.from(bytes.subarray(start, end)).toString()}`),
    },
  );
  expect(recovery.records).toBe(records.length);
  return { journal, snapshot, records, tornBytes: recovery.tornBytes };
}

function append(journal: Journal, ...records: string[]): Promise<JournalError | undefined> {
  const batch = new Batch();
  batch.begin(journal.lastSequence + 1);
  for (const record of records) {
    const bytes = Buffer.from(record);
    batch.bytes.set(bytes, batch.recordOffset);
    batch.commit(bytes.length);
  }
  return new Promise((resolve) => journal.append(batch, resolve));
}

function segments(): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith("commands-"))
    .sort()
    .map((name) => join(folder, name));
}

describe("what was appended comes back", () => {
  test("in order and with its sequence numbers, over several openings", async () => {
    const first = await open();
    expect(await append(first.journal, "buy", "sell")).toBeUndefined();
    expect(await append(first.journal, "cancel")).toBeUndefined();
    await first.journal.close();

    const second = await open();
    expect(second.records).toEqual(["1 buy", "2 sell", "3 cancel"]);
    await append(second.journal, "halt");
    await second.journal.close();

    const third = await open();
    expect(third.records).toEqual(["1 buy", "2 sell", "3 cancel", "4 halt"]);
    expect(third.journal.lastSequence).toBe(4);
    await third.journal.close();
  });

  test("over files that are begun when one is full", async () => {
    const { journal } = await open({ segmentBytes: 100 });
    for (let index = 1; index <= 20; index++) await append(journal, `command ${index}`);
    await journal.close();
    expect(segments().length).toBeGreaterThan(5);

    const again = await open({ segmentBytes: 100 });
    expect(again.records).toEqual(
      Array.from({ length: 20 }, (_, index) => `${index + 1} command ${index + 1}`),
    );
    await again.journal.close();
  });

  test("forced to the disk when the policy is `batch`", async () => {
    const { journal } = await open({ sync: "batch" });
    expect(await append(journal, "durable")).toBeUndefined();
    await journal.close();
    const again = await open({ sync: "batch" });
    expect(again.records).toEqual(["1 durable"]);
    await again.journal.close();
  });
});

describe("snapshots", () => {
  test("recovery begins with the newest one and carries out what came after it", async () => {
    const { journal } = await open();
    await append(journal, "a", "b");
    await journal.saveSnapshot!(2, Buffer.from("state of a, b"));
    await append(journal, "c");
    await journal.close();

    const again = await open();
    expect(again.snapshot).toBe("state of a, b");
    expect(again.records).toEqual(["3 c"]);
    await again.journal.close();
  });

  test("a damaged one is passed over for the one before it", async () => {
    const { journal } = await open();
    await append(journal, "a");
    await journal.saveSnapshot!(1, Buffer.from("state 1"));
    await append(journal, "b");
    await journal.saveSnapshot!(2, Buffer.from("state 2"));
    await journal.close();
    appendFileSync(join(folder, "snapshot-0000000000000002.bin"), "!");

    const again = await open();
    expect(again.snapshot).toBe("state 1");
    expect(again.records).toEqual(["2 b"]);
    await again.journal.close();
  });

  test("one that a crash left unfinished is removed", async () => {
    writeFileSync(join(folder, "snapshot-0000000000000009.bin.new"), "half");
    const { journal } = await open();
    await journal.close();
    expect(readdirSync(folder).filter((name) => name.includes("snapshot"))).toEqual([]);
  });

  test("none that is whole, and no records either, is no new venue", async () => {
    writeFileSync(join(folder, "snapshot-0000000000000009.bin"), "damaged");
    await expect(open()).rejects.toMatchObject({ code: "corrupt" });
  });

  test("only the last two are kept, with the records behind the older of them", async () => {
    const { journal } = await open({ segmentBytes: 40 });
    for (let sequence = 1; sequence <= 5; sequence++) {
      await append(journal, `a command that fills a file ${sequence}`);
      await journal.saveSnapshot!(sequence, Buffer.from(`state ${sequence}`));
    }
    await journal.close();
    expect(readdirSync(folder).filter((name) => name.startsWith("snapshot-"))).toEqual([
      "snapshot-0000000000000004.bin",
      "snapshot-0000000000000005.bin",
    ]);
    rmSync(join(folder, "snapshot-0000000000000005.bin"));
    const again = await open();
    expect(again.snapshot).toBe("state 4");
    expect(again.records).toEqual(["5 a command that fills a file 5"]);
    await again.journal.close();
  });
});

describe("a crash while a batch is written", () => {
  test.each([
    ["", 0],
    [" in room that was reserved", 1_000],
  ])("at any byte%s leaves everything before the batch and nothing of it", async (_where, zeros) => {
    const { journal } = await open();
    await append(journal, "kept");
    await append(journal, "torn", "too");
    await journal.close();
    const [path] = segments();
    const whole = readFileSync(path!);
    const kept = 24 + 4 + "kept".length;
    for (let length = kept; length < whole.length; length++) {
      writeFileSync(path!, Buffer.concat([whole.subarray(0, length), Buffer.alloc(zeros)]));
      const { journal: recovered, records, tornBytes } = await open();
      expect(records).toEqual(["1 kept"]);
      // Zeros at the end count as room, even those that the batch itself wrote.
      const lastByte = whole.subarray(kept, length).findLastIndex((byte) => byte !== 0);
      expect(tornBytes).toBe(lastByte + 1);
      expect(await append(recovered, "next")).toBeUndefined();
      await recovered.close();
      const after = await open();
      expect(after.records).toEqual(["1 kept", "2 next"]);
      await after.journal.close();
    }
  });

  test("may leave a hole of zeros in it, as a disk does that writes pages out of order", async () => {
    const { journal } = await open();
    await append(journal, "kept");
    await append(journal, "x".repeat(10_000));
    await journal.close();
    const [path] = segments();
    const bytes = readFileSync(path!);
    bytes.fill(0, 32, 4_096);
    writeFileSync(path!, bytes);
    const again = await open();
    expect(again.records).toEqual(["1 kept"]);
    await again.journal.close();
  });
});

describe("room that is reserved", () => {
  const long = "x".repeat(60_000);

  test("lies behind the records while the file is open, and is cut off when it is closed", async () => {
    const { journal } = await open({ sync: "batch" });
    // More than is reserved at a time, so that batches meet a reservation on its way.
    const names = Array.from(
      { length: (RESERVED_BYTES / long.length) * 3 },
      (_, index) => `${index} ${long}`,
    );
    for (const name of names) expect(await append(journal, name)).toBeUndefined();
    const [path] = segments();
    const whileOpen = readFileSync(path!);
    await journal.close();
    const closed = readFileSync(path!);
    expect(whileOpen.length).toBeGreaterThan(closed.length);
    expect(whileOpen.subarray(closed.length).every((byte) => byte === 0)).toBe(true);

    // As a crash leaves it.
    writeFileSync(path!, whileOpen);
    const again = await open({ sync: "batch" });
    expect(again.tornBytes).toBe(0);
    expect(again.records).toEqual(names.map((name, index) => `${index + 1} ${name}`));
    await append(again.journal, "next");
    await again.journal.close();
    const third = await open();
    expect(third.records.at(-1)).toBe(`${names.length + 1} next`);
    await third.journal.close();
  });

  test("is given back when a batch is cut off", async () => {
    const path = join(folder, "file");
    const file = await openJournalFile(path, "batch", 0);
    await new Promise((done) => file.append(Buffer.from("kept"), done));
    await new Promise((done) => file.append(Buffer.from("refused"), done));
    await file.truncate(4);
    expect(readFileSync(path, "utf8")).toBe("kept");
    await new Promise((done) => file.append(Buffer.from(" on"), done));
    await file.close();
    expect(readFileSync(path, "utf8")).toBe("kept on");
  });
});

describe("damage that no crash leaves stops recovery with file and byte", () => {
  test("a flipped bit in a batch that others follow", async () => {
    const { journal } = await open();
    await append(journal, "one");
    await append(journal, "two");
    await append(journal, "three");
    await journal.close();
    const [path] = segments();
    const bytes = readFileSync(path!);
    bytes[60]! ^= 1;
    writeFileSync(path!, bytes);
    await expect(open()).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringContaining("is damaged at byte 31, before its last batch"),
    });
    // Nothing was cut off.
    expect(readFileSync(path!)).toEqual(bytes);
  });

  test("a file that is missing", async () => {
    const { journal } = await open({ segmentBytes: 10 });
    for (const name of ["one", "two", "three"]) await append(journal, name);
    await journal.close();
    rmSync(segments()[1]!);
    await expect(open()).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringContaining("record 2 is missing"),
    });
  });

  test("a cut in a file that another follows", async () => {
    const { journal } = await open({ segmentBytes: 10 });
    for (const name of ["one", "two", "three"]) await append(journal, name);
    await journal.close();
    truncateSync(segments()[1]!, 20);
    await expect(open()).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe("one process at a time", () => {
  test("a folder whose lock belongs to a living process is refused", async () => {
    writeFileSync(join(folder, "lock"), String(process.ppid));
    await expect(open()).rejects.toMatchObject({ code: "locked" });
  });

  test("also when it is this one", async () => {
    const { journal } = await open();
    await expect(open()).rejects.toMatchObject({ code: "locked" });
    await journal.close();
    await (await open()).journal.close();
  });

  test("a lock with our own number, which a process before us had, is taken over", async () => {
    writeFileSync(join(folder, "lock"), String(process.pid));
    await (await open()).journal.close();
  });

  test("the lock of a process that is gone is taken over", async () => {
    writeFileSync(join(folder, "lock"), "4194304999");
    const { journal } = await open();
    await journal.close();
    expect(readdirSync(folder)).not.toContain("lock");
  });
});

describe("a full disk", () => {
  test("the batch is cut off again and can be refused: it never comes back", async () => {
    let isFull = false;
    const { journal } = await open({
      openFile: filesThat((file, bytes, done) => {
        if (!isFull) return file.append(bytes, done);
        // Some of it still fits, as on a real disk.
        file.append(bytes.subarray(0, 30), () => done(noSpace()));
      }),
    });
    await append(journal, "before");
    isFull = true;
    expect(await append(journal, "refused")).toMatchObject({ code: "no-space" });
    expect(journal.lastSequence).toBe(1);
    isFull = false;
    expect(await journal.hasRoom()).toBe(true);
    expect(await append(journal, "after")).toBeUndefined();
    await journal.close();

    const again = await open();
    expect(again.records).toEqual(["1 before", "2 after"]);
    await again.journal.close();
  });

  test("any other failure leaves it open what is durable, and says so", async () => {
    const { journal } = await open({
      openFile: filesThat((_file, _bytes, done) =>
        done(Object.assign(new Error("EIO: i/o error, write"), { code: "EIO" })),
      ),
    });
    expect(await append(journal, "lost?")).toMatchObject({ code: "write-failed" });
    await journal.close();
  });
});
