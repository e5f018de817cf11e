import { type FastError, type FastFraming, FastStream, type FastStreamOptions } from "@exchange-kit/fast";
import { describe, expect, test } from "vitest";
import { hex, Recorder, templateOf, toHex } from "./support/bytes.ts";

const registry = templateOf('<uInt32 name="V"><copy value="1"/></uInt32>');

function streamOf(
  framing: FastFraming,
  options: FastStreamOptions = {},
): { stream: FastStream; events: string[] } {
  const events: string[] = [];
  const stream = new FastStream(
    registry,
    {
      message: ({ fields }, offset) => events.push(`V=${fields.V} at ${offset}`),
      preamble: (bytes, start, end) => events.push(`preamble ${toHex(bytes.subarray(start, end))}`),
      error: (error: FastError) => events.push(`${error.code} at ${error.messageOffset}`),
    },
    { framing, ...options },
  );
  return { stream, events };
}

describe.each([1, 2, 3, 100])("in chunks of %d bytes", (size) => {
  function run(framing: FastFraming, text: string, options?: FastStreamOptions): string[] {
    const { stream, events } = streamOf(framing, options);
    const bytes = hex(text);
    for (let at = 0; at < bytes.length; at += size) stream.push(bytes.subarray(at, at + size));
    stream.end();
    return events;
  }

  test("no framing: an error stops the stream, and what is cut off at the end is told", () => {
    expect(run({ kind: "none" }, "e0 81 85 80 80")).toEqual(["V=5 at 0", "V=5 at 3", "V=5 at 4"]);
    expect(run({ kind: "none" }, "e0 81 85 c0 89 80")).toEqual(["V=5 at 0", "D9 at 3"]);
    expect(run({ kind: "none" }, "e0 81 85 a0 01")).toEqual(["V=5 at 0", "truncated at 3"]);
  });

  test("a preamble before each message", () => {
    expect(run({ kind: "preamble", bytes: 4 }, "01 00 00 00 e0 81 85 02 00 00 00 80")).toEqual([
      "preamble 01 00 00 00",
      "V=5 at 4",
      "preamble 02 00 00 00",
      "V=5 at 11",
    ]);
    expect(run({ kind: "preamble", bytes: 4 }, "01 00 00 00 e0 81 85 02 00")).toContain("truncated at 7");
  });

  test("lengths before frames: after an error decoding goes on with the next frame", () => {
    expect(
      run({ kind: "length", bytes: 2, endian: "big" }, "00 04 e0 81 85 80  00 02 c0 89  00 01 80"),
    ).toEqual(["V=5 at 2", "V=5 at 5", "D9 at 8", "V=5 at 12"]);
    expect(
      run(
        { kind: "length", bytes: 4, endian: "little" },
        "02 00 00 00 e0 81  01 00 00 00 c0  02 00 00 00 c0 81",
      ),
    ).toEqual(["truncated at 4", "truncated at 10", "V=1 at 15"]);
  });

  test("blocks: an empty one is D12, an overlong size is fine, an endless one stops the stream", () => {
    expect(run({ kind: "block" }, "83 e0 81 85  80  00 81 80")).toEqual(["V=5 at 1", "D12 at 4", "V=5 at 7"]);
    expect(run({ kind: "block" }, "7f 7f 7f 7f 7f 7f 80")).toEqual(["D2 at 0"]);
    expect(run({ kind: "block" }, "0f 7f 7f 7f ff")).toEqual(["message-too-long at 0"]);
  });

  test("a reset before every packet", () => {
    const framing: FastFraming = { kind: "length", bytes: 1, endian: "big" };
    expect(run(framing, "03 e0 81 85  03 c0 81 80", { reset: "packet" })).toEqual([
      "V=5 at 1",
      "V=1 at 5",
      "V=1 at 7",
    ]);
  });
});

test("packets: each push is one, and a bad one does not harm the next", () => {
  const { stream, events } = streamOf({ kind: "packet", preamble: 1 }, { reset: "packet" });
  for (const text of ["07 e0 81 85 80", "08 c0 81", "09 c0", "", "0a c0 81 80"]) stream.push(hex(text));
  expect(events).toEqual([
    "preamble 07",
    "V=5 at 1",
    "V=5 at 4",
    "preamble 08",
    "V=1 at 6",
    "preamble 09",
    "truncated at 9",
    "truncated at 10",
    "preamble 0a",
    "V=1 at 11",
    "V=1 at 13",
  ]);
});

test("a stopped stream takes nothing until it is restarted", () => {
  const { stream, events } = streamOf({ kind: "none" });
  stream.push(hex("c0 89 80"));
  stream.push(hex("c0 81"));
  stream.end();
  expect(stream.isStopped).toBe(true);
  stream.restart();
  stream.push(hex("c0 81"));
  expect(events).toEqual(["D9 at 0", "V=1 at 3"]);
  expect(stream.isStopped).toBe(false);
});

test.each([
  ["none", { kind: "none" }, "e0 81 85  c0 89  80", "c0 81"],
  ["preamble", { kind: "preamble", bytes: 1 }, "01 e0 81 85  02 c0 89  03 80", "04 c0 81"],
] as const)("an error handler may restart the stream: %s", (_, framing, text, next) => {
  const events: string[] = [];
  const stream: FastStream = new FastStream(
    registry,
    {
      message: ({ fields }, offset) => events.push(`V=${fields.V} at ${offset}`),
      error: ({ code }) => {
        events.push(code);
        stream.restart();
      },
    },
    { framing },
  );
  stream.push(hex(text));
  const dropped = hex(text).length;
  stream.push(hex(next));
  const start = hex(next).length - 2;
  expect(events).toEqual([`V=5 at ${start}`, "D9", `V=1 at ${dropped + start}`]);
  expect(stream.position).toBe(dropped + hex(next).length);
});

test.each([
  ["none", { kind: "none" }, "e0 81 85  80", "80"],
  ["length", { kind: "length", bytes: 1, endian: "big" }, "03 e0 81 85  01 80", "01 80"],
] as const)(
  "a handler that throws loses no message but the one it was told: %s",
  (_, framing, text, next) => {
    const offsets: number[] = [];
    const stream = new FastStream(
      registry,
      {
        message: (_message, offset) => {
          offsets.push(offset);
          if (offsets.length === 1) throw new Error("no disk");
        },
        error: (error) => {
          throw error;
        },
      },
      { framing },
    );
    expect(() => stream.push(hex(text))).toThrow("no disk");
    stream.push(hex(next));
    const start = hex(next).length - 1;
    expect(offsets).toEqual([start, 3 + 2 * start, 4 + 3 * start]);
  },
);

test("a handler may stop the stream between messages", () => {
  const values: unknown[] = [];
  const stream = new FastStream(registry, {
    message: ({ fields }) => {
      values.push(fields.V);
      stream.stop();
    },
    error: (error) => {
      throw error;
    },
  });
  stream.push(hex("e0 81 85 80"));
  expect(values).toEqual([5]);
  expect(stream.position).toBe(3);
});

test("reset() clears dictionaries when the feed says so out of band", () => {
  const { stream, events } = streamOf({ kind: "none" });
  stream.push(hex("e0 81 85"));
  stream.reset();
  stream.push(hex("c0 81"));
  expect(events).toEqual(["V=5 at 0", "V=1 at 3"]);
});

test("a listener takes the place of messages", () => {
  const recorder = new Recorder();
  const { stream, events } = streamOf({ kind: "preamble", bytes: 1 }, { listener: recorder });
  stream.push(hex("07 e0 81 85"));
  expect(events).toEqual(["preamble 07"]);
  expect(recorder.calls).toEqual(["T at 1", "V=5", "end T"]);
});

test("a listener's stream tells a preamble once, however its message is cut", () => {
  const recorder = new Recorder();
  const { stream, events } = streamOf({ kind: "preamble", bytes: 1 }, { listener: recorder });
  for (const byte of hex("07 e0 81 05 85 08 80")) stream.push(Uint8Array.of(byte));
  expect(events).toEqual(["preamble 07", "preamble 08"]);
  expect(recorder.calls.filter((call) => call.startsWith("end"))).toHaveLength(2);
});

test("a message at whose end a listener throws is not read again", () => {
  const recorder = new Recorder();
  const { stream } = streamOf({ kind: "none" }, { listener: recorder });
  const endMessage = recorder.endMessage.bind(recorder);
  recorder.endMessage = () => {
    throw new Error("full");
  };
  expect(() => stream.push(hex("e0 81 85"))).toThrow("full");
  recorder.endMessage = endMessage;
  recorder.calls.length = 0;
  stream.push(hex("80"));
  expect(recorder.calls).toEqual(["T at 0", "V=5", "end T"]);
});

test("unknown framings are refused", () => {
  expect(() => streamOf({ kind: "xml" } as never)).toThrow("unknown framing");
  expect(() => streamOf({ kind: "length", bytes: 3 as never, endian: "big" })).toThrow("unknown framing");
});
