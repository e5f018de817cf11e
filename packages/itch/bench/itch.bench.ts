import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MeasureContext, Measurement, SelfMeasured, Suite } from "@exchange-kit/bench";
import { ItchBook, ItchDecoder, type ItchListener, itchObjects } from "@exchange-kit/itch";
import { outsideData, outsideTool } from "@exchange-kit/test-support";
import { deepDay } from "./deep-day.ts";
import { EveryField } from "./every-field.ts";

const FULL_MEGABYTES = 256;
const SMOKE_MEGABYTES = 32;
/** Passes over the bytes in one round; the middle one counts, as in the yardstick. */
const PASSES = 3;

/** One day's bytes, and the same day again and again up to a size. */
interface Workload {
  readonly path: string;
  readonly day: Uint8Array;
  readonly copies: (megabytes: number) => number;
}

function workload(path: string): Workload {
  const day = new Uint8Array(readFileSync(path));
  return { path, day, copies: (megabytes) => Math.max(1, Math.floor((megabytes * 2 ** 20) / day.length)) };
}

/** Makes a thing when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const folder = once(() => {
  const path = mkdtempSync(join(tmpdir(), "exchange-kit-itch-bench-"));
  process.on("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
});
const synthetic = once(() => {
  const path = outsideData("itch/synth-seed1.itch");
  return path === undefined ? undefined : workload(path);
});
const deep = once(() => {
  const path = join(folder(), "deep.itch");
  writeFileSync(path, deepDay(250_000, 500_000));
  return workload(path);
});
/** The yardstick in C, compiled; `undefined` without its source or a compiler. */
const yardstick = once(() => {
  const source = outsideTool("bench/itch/limit.c");
  if (!source) return undefined;
  const program = join(folder(), "limit");
  try {
    execFileSync("cc", ["-O3", "-march=native", "-o", program, source], { stdio: "ignore" });
    return program;
  } catch {
    return undefined;
  }
});

const megabytesOf = ({ isSmoke }: MeasureContext): number => (isSmoke ? SMOKE_MEGABYTES : FULL_MEGABYTES);

function measurement(messagesPerSecond: number): Measurement {
  const nanos = 1e9 / messagesPerSecond;
  return { p50: nanos, p99: nanos, operationsPerSecond: messagesPerSecond };
}

function inC(line: "parse" | "parse+book", data: () => Workload | undefined): SelfMeasured {
  return {
    measure(context) {
      const [program, input] = [yardstick(), data()];
      if (!program || !input) return undefined;
      const args = [input.path, String(megabytesOf(context)), String(PASSES)];
      const output = execFileSync(program, args, { encoding: "utf8" });
      const found = output.split("\n").find((text) => text.startsWith(`C ${line} `));
      return measurement(Number(/([\d.]+) Mmsg\/s/.exec(found!)![1]) * 1e6);
    },
  };
}

/** Times passes over the workload; `pass` returns messages and milliseconds. */
function timed(
  data: () => Workload | undefined,
  pass: (input: Workload, copies: number) => { messages: number; millis: number },
): SelfMeasured {
  return {
    measure(context) {
      const input = data();
      if (!input) return undefined;
      const rates = Array.from({ length: PASSES }, () => {
        const { messages, millis } = pass(input, input.copies(megabytesOf(context)));
        return (messages / millis) * 1000;
      }).sort((a, b) => a - b);
      return measurement(rates[PASSES >> 1]!);
    },
  };
}

const replicated = once(() => new Map<string, Uint8Array>());

/** The workload's copies behind each other in memory, as the yardstick has them. */
function bytesOf({ path, day }: Workload, copies: number): Uint8Array {
  const key = `${path} ${copies}`;
  let bytes = replicated().get(key);
  if (!bytes) {
    bytes = new Uint8Array(day.length * copies);
    for (let copy = 0; copy < copies; copy++) bytes.set(day, copy * day.length);
    replicated().clear();
    replicated().set(key, bytes);
  }
  return bytes;
}

/** Decodes everything into a listener that is made for each pass. */
function decoding(listener: () => ItchListener): SelfMeasured {
  return timed(synthetic, (input, copies) => {
    const bytes = bytesOf(input, copies);
    const decoder = new ItchDecoder(listener());
    const begun = performance.now();
    decoder.decodeFrames(bytes);
    return { messages: decoder.messages, millis: performance.now() - begun };
  });
}

const sink = { checksum: 0 };

function books(data: () => Workload | undefined): SelfMeasured {
  const book = new ItchBook();
  return timed(data, (input, copies) => {
    const bytes = bytesOf(input, copies);
    const decoder = new ItchDecoder(book);
    let millis = 0;
    for (let copy = 0; copy < copies; copy++) {
      // As in the yardstick, every day begins empty, and emptying is not timed.
      book.clear();
      const begun = performance.now();
      decoder.decodeFrames(bytes, copy * input.day.length, (copy + 1) * input.day.length);
      millis += performance.now() - begun;
    }
    sink.checksum += book.liveOrders;
    return { messages: decoder.messages, millis };
  });
}

const suite: Suite = {
  name: "itch",
  scenarios: [
    {
      name: "decode: a callback a message that reads every field, 256 MB",
      operations: 1,
      subject: decoding(() => new EveryField()),
      peers: { "C parse": inC("parse", synthetic) },
      targets: [{ measure: "ratio", to: "C parse", atMost: 2.5 }],
    },
    {
      name: "decode: plain objects, 256 MB",
      operations: 1,
      subject: decoding(() =>
        itchObjects((message) => {
          sink.checksum += message.timestampNanos;
        }),
      ),
      targets: [{ measure: "operations per second", atLeast: 1_500_000 }],
    },
    {
      name: "books: every symbol of a day with 30,000 live orders, 256 MB",
      operations: 1,
      subject: books(synthetic),
      peers: { "C parse and book": inC("parse+book", synthetic) },
      targets: [{ measure: "ratio", to: "C parse and book", atMost: 2 }],
    },
    {
      name: "books: 250,000 live orders in 1,000 symbols, 256 MB",
      operations: 1,
      subject: books(deep),
      peers: { "C parse and book": inC("parse+book", deep) },
      targets: [{ measure: "ratio", to: "C parse and book", atMost: 2 }],
    },
  ],
};
export default suite;
