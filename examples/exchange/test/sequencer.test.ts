import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Batch } from "../src/journal/batch.ts";
import { type Journal, JournalError, MemoryJournal } from "../src/journal/journal.ts";
import { Sequencer, type SequencerParts } from "../src/sequencer.ts";

/** A disk that is as fast, as slow and as full as a test wants. */
class TestJournal implements Journal {
  lastSequence = 0;
  readonly batches: number[] = [];
  readonly snapshots: number[] = [];
  isFull = false;
  #finish: ((error?: JournalError) => void) | undefined;

  append(batch: Batch, done: (error?: JournalError) => void): void {
    this.#finish = (error) => {
      this.#finish = undefined;
      if (!error) {
        this.lastSequence = batch.lastSequence;
        this.batches.push(batch.count);
      }
      done(error);
    };
  }

  /** The write under way ends. */
  finish(error?: JournalError): void {
    this.#finish!(error);
  }

  get isWriting(): boolean {
    return this.#finish !== undefined;
  }

  async hasRoom(): Promise<boolean> {
    return !this.isFull;
  }

  async saveSnapshot(sequence: number): Promise<void> {
    this.snapshots.push(sequence);
  }

  async close(): Promise<void> {}
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let journal: TestJournal;
let happened: string[];
beforeEach(() => {
  journal = new TestJournal();
  happened = [];
});

function sequencer(parts: Partial<SequencerParts<string>> = {}): Sequencer<string> {
  return new Sequencer<string>({
    journal,
    encode: (command, _source, bytes, offset) => Buffer.from(bytes.buffer, offset).write(command),
    apply: (command) => happened.push(`done ${command}`),
    refused: (command) => happened.push(`refused ${command}`),
    snapshot: () => new Uint8Array(1),
    stateChanged: (state) => happened.push(state),
    ...parts,
  });
}

describe("a command is carried out only when it is durable", () => {
  test("what arrives in one turn of the event loop is one batch", async () => {
    const venue = sequencer();
    for (const command of ["a", "b", "c"]) expect(venue.submit(command, 0)).toBeUndefined();
    await nextTurn();
    expect(happened).toEqual([]);
    expect(venue.pending).toBe(3);
    journal.finish();
    expect(happened).toEqual(["done a", "done b", "done c"]);
    expect(journal.batches).toEqual([3]);
    expect(venue.pending).toBe(0);
  });

  test("what arrives while a batch is written is the next batch", async () => {
    const venue = sequencer();
    venue.submit("a", 0);
    await nextTurn();
    venue.submit("b", 0);
    venue.submit("c", 0);
    await nextTurn();
    journal.finish();
    expect(happened).toEqual(["done a"]);
    journal.finish();
    expect(happened).toEqual(["done a", "done b", "done c"]);
    expect(journal.batches).toEqual([1, 2]);
  });

  test("the next batch is on its way while one is carried out", async () => {
    const venue: Sequencer<string> = sequencer({
      apply: (command) => happened.push(`${command} ${journal.isWriting ? "while" : "after"} writing`),
    });
    venue.submit("a", 0);
    await nextTurn();
    venue.submit("b", 0);
    journal.finish();
    expect(venue.pending).toBe(1);
    journal.finish();
    expect(happened).toEqual(["a while writing", "b after writing"]);
    expect(venue.pending).toBe(0);
  });

  test("in order too when the journal answers at once", async () => {
    const memory = new MemoryJournal();
    let isSlow = true;
    const venue = sequencer({
      journal: {
        lastSequence: 0,
        append: (batch, done) => (isSlow ? journal : memory).append(batch, done),
        hasRoom: async () => true,
        close: async () => {},
      },
    });
    venue.submit("a", 0);
    await nextTurn();
    venue.submit("b", 0);
    isSlow = false;
    journal.finish();
    expect(happened).toEqual(["done a", "done b"]);
  });

  test("a command that is submitted while others are carried out goes behind them", async () => {
    const venue: Sequencer<string> = sequencer({
      apply: (command) => {
        happened.push(command);
        if (command === "a") venue.submit("from a", 0);
      },
    });
    venue.submit("a", 0);
    venue.submit("b", 0);
    await nextTurn();
    journal.finish();
    await nextTurn();
    journal.finish();
    expect(happened).toEqual(["a", "b", "from a"]);
  });
});

describe("bounds", () => {
  test("a batch that is full makes the venue busy until it is on its way", async () => {
    const venue = sequencer({ encode: () => 60_000 });
    let taken = 0;
    while (venue.submit("large", 0) === undefined) taken++;
    expect(taken).toBeGreaterThan(50);
    expect(taken).toBeLessThan(100);
    expect(venue.submit("large", 0)).toBe("busy");
    await nextTurn();
    expect(venue.submit("large", 0)).toBeUndefined();
  });
});

describe("a full disk", () => {
  test("refuses what waits, and everything after it, until there is room; then the venue runs on", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const venue = sequencer();
      venue.submit("a", 0);
      await nextTurn();
      venue.submit("b", 0);
      journal.isFull = true;
      journal.finish(new JournalError("no-space", "ENOSPC"));
      expect(happened).toEqual(["halted", "refused a", "refused b"]);
      expect(venue.submit("c", 0)).toBe("halted");

      await vi.advanceTimersByTimeAsync(1_000);
      expect(journal.isWriting).toBe(false);
      journal.isFull = false;
      await vi.advanceTimersByTimeAsync(1_000);
      journal.finish();
      expect(venue.state).toBe("running");
      expect(venue.submit("d", 0)).toBeUndefined();
      await nextTurn();
      journal.finish();
      expect(happened).toEqual(["halted", "refused a", "refused b", "running", "done d"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("that has room again while the venue closes: the journal is closed with nothing on its way to it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      for (const isAppending of [false, true]) {
        journal = new TestJournal();
        const closing = vi.spyOn(journal, "close");
        let answer = (_hasRoom: boolean): void => {};
        const asked = new Promise<boolean>((resolve) => {
          answer = resolve;
        });
        vi.spyOn(journal, "hasRoom").mockReturnValue(asked);
        const venue = sequencer();
        venue.submit("a", 0);
        await nextTurn();
        journal.finish(new JournalError("no-space", "ENOSPC"));
        await vi.advanceTimersByTimeAsync(1_000);
        if (isAppending) answer(true);
        await nextTurn();
        expect(journal.isWriting).toBe(isAppending);

        const closed = venue.close();
        answer(true);
        await nextTurn();
        expect(closing).toHaveBeenCalledTimes(isAppending ? 0 : 1);
        if (isAppending) journal.finish();
        await closed;
        expect(journal.isWriting).toBe(false);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  test("any other failure ends it: what waited is neither carried out nor refused", async () => {
    const venue = sequencer();
    venue.submit("a", 0);
    await nextTurn();
    journal.finish(new JournalError("write-failed", "EIO"));
    expect(happened).toEqual(["failed"]);
    expect(venue.submit("b", 0)).toBe("failed");
  });

  test("that comes with the next batch does not touch the one that is durable", async () => {
    const venue = sequencer();
    venue.submit("a", 0);
    await nextTurn();
    venue.submit("b", 0);
    journal.finish();
    venue.submit("c", 0);
    journal.finish(new JournalError("no-space", "ENOSPC"));
    expect(happened).toEqual(["done a", "halted", "refused b", "refused c"]);
    expect(venue.pending).toBe(0);
    await venue.close();
  });

  test("so does a defect of the venue", async () => {
    const venue = sequencer({
      apply: () => {
        throw new Error("defect");
      },
    });
    venue.submit("a", 0);
    await nextTurn();
    venue.submit("b", 0);
    journal.finish();
    expect(happened).toEqual(["failed"]);
    journal.finish();
    expect(happened).toEqual(["failed"]);
  });
});

describe("a command that cannot be written down", () => {
  test("is refused, and nothing of it stays in the batch", async () => {
    const venue = sequencer({
      encode: (command, _source, bytes, offset) => {
        const length = Buffer.from(bytes.buffer, offset).write(command);
        if (command === "too large") throw new Error("no number for it");
        return length;
      },
    });
    expect(venue.submit("before", 0)).toBeUndefined();
    expect(venue.submit("too large", 0)).toBe("invalid");
    expect(venue.submit("after", 0)).toBeUndefined();
    await nextTurn();
    journal.finish();
    expect(happened).toEqual(["done before", "done after"]);
    expect(venue.state).toBe("running");
  });
});

describe("snapshots", () => {
  test("are due by the newest one, also when a recovery lies between", async () => {
    journal.lastSequence = 9;
    const venue = sequencer({ snapshotEvery: 10, lastSnapshot: 0 });
    venue.submit("tenth", 0);
    await nextTurn();
    journal.finish();
    await nextTurn();
    expect(journal.snapshots).toEqual([10]);
  });

  test("are taken after so many commands, one at a time, and at the end", async () => {
    const venue = sequencer({ snapshotEvery: 2 });
    for (const command of ["a", "b", "c", "d", "e"]) {
      venue.submit(command, 0);
      await nextTurn();
      journal.finish();
      await nextTurn();
    }
    expect(journal.snapshots).toEqual([2, 4]);
    await venue.close();
    expect(journal.snapshots).toEqual([2, 4, 5]);
  });

  test("that are on their way when it closes are finished before the last one is begun", async () => {
    let finish = (): void => {};
    const save = vi.spyOn(journal, "saveSnapshot").mockReturnValueOnce(
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    const venue = sequencer({ snapshotEvery: 2 });
    for (const command of ["a", "b", "c"]) {
      venue.submit(command, 0);
      await nextTurn();
      journal.finish();
    }
    const closed = venue.close();
    await nextTurn();
    expect(save.mock.calls.map(([sequence]) => sequence)).toEqual([2]);
    finish();
    await closed;
    expect(save.mock.calls.map(([sequence]) => sequence)).toEqual([2, 3]);
  });

  test("closing waits for what was taken", async () => {
    const memory = new Sequencer<string>({
      journal: new MemoryJournal(),
      encode: () => 1,
      apply: (command) => happened.push(command),
      refused: () => {},
      snapshot: () => new Uint8Array(1),
    });
    memory.submit("last", 0);
    await memory.close();
    expect(happened).toEqual(["last"]);
  });
});
