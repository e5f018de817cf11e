import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SessionStream } from "../../src/gateways/ouch/session-stream.ts";

/** Bytes that the disk still takes. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    writeSync: (file: number, bytes: Uint8Array, from = 0) => {
      if (disk.room === 0)
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      const length = Math.min(bytes.length - from, disk.room);
      disk.room -= length;
      return fs.writeSync(file, bytes, from, length);
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stream-"));
});
afterEach(() => {
  disk.room = Number.POSITIVE_INFINITY;
  rmSync(folder, { recursive: true });
});

const message = (text: string): Uint8Array => Buffer.from(text);
const texts = ({ messages }: SessionStream): string[] =>
  Array.from({ length: messages.nextSequence - 1 }, (_, index) =>
    Buffer.from(messages.message(index + 1)!).toString(),
  );

test.each([0, 5, 25])(
  "what a full disk did not take is written when there is room, once (it took %d bytes of it)",
  (room) => {
    const path = join(folder, "ALFA.ouch");
    const stream = new SessionStream(path);
    stream.append(1, message("first"));
    stream.flush(1, false);
    disk.room = room;
    stream.append(2, message("second"));
    stream.flush(2, false);
    stream.append(3, message("third"));
    stream.flush(3, false);
    expect(texts(stream)).toEqual(["first", "second", "third"]);
    disk.room = Number.POSITIVE_INFINITY;
    stream.flush(3, false);
    stream.close();
    const length = readFileSync(path).length;
    const again = new SessionStream(path);
    expect(texts(again)).toEqual(["first", "second", "third"]);
    // Nothing of it was cut off, and recovery tells none of it again.
    expect(readFileSync(path)).toHaveLength(length);
    again.append(3, message("third"));
    expect(texts(again)).toHaveLength(3);
    again.close();
  },
);

test("what was told before the first command is kept", () => {
  const path = join(folder, "ALFA.ouch");
  const stream = new SessionStream(path);
  stream.appendLocal(0, message("refused"));
  stream.flush(0, false);
  stream.append(1, message("first"));
  stream.flush(1, false);
  stream.close();
  const again = new SessionStream(path);
  expect(texts(again)).toEqual(["refused", "first"]);
  again.close();
});

test("zeros that a loss of power left at the end are no messages", () => {
  const path = join(folder, "ALFA.ouch");
  const stream = new SessionStream(path);
  stream.append(7, message("first"));
  stream.flush(7, false);
  stream.close();
  appendFileSync(path, Buffer.alloc(40));
  const again = new SessionStream(path);
  again.append(7, message("first"));
  again.append(8, message("second"));
  expect(texts(again)).toEqual(["first", "second"]);
  again.close();
});

test("a snapshot waits until the disk has taken all of it", () => {
  const stream = new SessionStream(join(folder, "ALFA.ouch"));
  stream.append(1, message("first"));
  disk.room = 0;
  expect(() => stream.flush(1, true)).toThrow("ENOSPC");
  disk.room = Number.POSITIVE_INFINITY;
  expect(() => stream.flush(1, true)).not.toThrow();
  stream.close();
});
