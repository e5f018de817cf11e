import { execFileSync } from "node:child_process";
import type { Prepare, SelfMeasured, Suite } from "@exchange-kit/bench";
import {
  FastDecoder,
  type FastDecoderOptions,
  FastEncoder,
  type FastListener,
  type FieldInfo,
} from "@exchange-kit/fast";
import { outsideData, outsideTool } from "@exchange-kit/test-support";
import { complex30000, type Feed, forts, messagesOf } from "./feeds.ts";

const FORTS_MESSAGES = 16_202;
const COMPLEX_MESSAGES = 30_001;

/** Decodes a whole feed into objects. */
function objects(
  feed: Feed | undefined,
  mode: FastDecoderOptions["mode"] = "generated",
): ReturnType<Prepare> {
  if (!feed) return undefined;
  const { registry, bytes, preamble, reset } = feed;
  const decoder = new FastDecoder(registry, { mode, reset });
  return () => {
    decoder.reset();
    let last: unknown;
    for (let at = preamble; at < bytes.length; at += decoder.bytesRead + preamble)
      last = decoder.decode(bytes, at);
    return last;
  };
}

/** Sums the fields that the yardstick sums. */
class SumListener implements FastListener {
  sum = 0.5;
  readonly #summed: readonly boolean[];
  constructor(fields: ReadonlySet<number>) {
    this.#summed = Array.from({ length: Math.max(0, ...fields) + 1 }, (_, index) => fields.has(index));
  }
  beginMessage(): void {}
  integer(field: { readonly index: number }, value: number | bigint): void {
    if (this.#summed[field.index]) this.sum += value as number;
  }
  decimal(): void {}
  string(): void {}
  bytes(): void {}
  beginGroup(): void {}
  endGroup(): void {}
  beginSequence(): void {}
  beginElement(): void {}
  endSequence(): void {}
  endMessage(): void {}
  abandonMessage(): void {}
}

/** Indexes of the fields that the yardstick sums, found by looking at the feed once. */
function summedFields({ registry, bytes, preamble, reset }: Feed): Set<number> {
  const found = new Set<number>();
  const finder = new SumListener(found);
  finder.integer = (field: FieldInfo): void => {
    if (field.name === "RptSeq" || field.name === "MDEntryTime") found.add(field.index);
  };
  const decoder = new FastDecoder(registry, { reset });
  for (let at = preamble; at < bytes.length; ) at += decoder.read(finder, bytes, at) + preamble;
  return found;
}

function listened(feed: Feed | undefined): ReturnType<Prepare> {
  if (!feed) return undefined;
  const { registry, bytes, preamble, reset } = feed;
  const decoder = new FastDecoder(registry, { reset });
  const listener = new SumListener(summedFields(feed));
  return () => {
    decoder.reset();
    for (let at = preamble; at < bytes.length; ) at += decoder.read(listener, bytes, at) + preamble;
    return listener.sum;
  };
}

function encoded(feed: Feed | undefined): ReturnType<Prepare> {
  if (!feed) return undefined;
  const messages = messagesOf(feed);
  const encoder = new FastEncoder(feed.registry, { reset: feed.reset });
  const target = new Uint8Array(65_536);
  return () => {
    let bytes = 0;
    for (const message of messages) bytes += encoder.encodeInto(message, target);
    return bytes;
  };
}

/** A row of the yardstick, which decodes the same file by hand-written code with few checks, in a process of its own. */
function yardstick(row: "fields only" | "objects"): SelfMeasured {
  return {
    measure({ isSmoke }) {
      const tool = outsideTool("bench/fast/yardstick.mjs");
      const data = outsideData("fast/moex-forts/increment_a.dat");
      if (!tool || !data) return undefined;
      const text = execFileSync(process.execPath, [tool, data, isSmoke ? "10" : "30", isSmoke ? "3" : "5"], {
        encoding: "utf8",
      });
      const [, millions] = new RegExp(`js fast ${row}: ([0-9.]+) Mmsg/s`).exec(text) ?? [];
      if (millions === undefined) throw new Error(`the yardstick printed no row "${row}"`);
      const nanos = 1_000 / Number(millions);
      return { p50: nanos, p99: nanos };
    },
  };
}

/** Our own rate on the other feed, in time for each of its messages. */
const fortsObjects: SelfMeasured = {
  async measure({ isSmoke }) {
    const run = await objects(forts());
    if (!run) return undefined;
    const times = Array.from({ length: isSmoke ? 5 : 60 }, () => {
      const start = performance.now();
      run();
      return ((performance.now() - start) * 1e6) / FORTS_MESSAGES;
    }).sort((a, b) => a - b);
    return { p50: times[times.length >> 1]!, p99: times.at(-1)! };
  },
};

const suite: Suite = {
  name: "fast",
  scenarios: [
    {
      name: "decode FORTS increments into objects",
      operations: FORTS_MESSAGES,
      subject: () => objects(forts()),
      peers: { yardstick: yardstick("objects") },
      // The rate is to be 0.85 of the yardstick's.
      targets: [{ measure: "ratio", to: "yardstick", atMost: 1 / 0.85 }],
    },
    {
      name: "decode FORTS increments, listener",
      operations: FORTS_MESSAGES,
      subject: () => listened(forts()),
      peers: { yardstick: yardstick("fields only") },
      targets: [{ measure: "ratio", to: "yardstick", atMost: 1 / 0.85 }],
    },
    {
      name: "decode complex30000 into objects",
      operations: COMPLEX_MESSAGES,
      subject: () => objects(complex30000()),
      peers: { "FORTS, objects": fortsObjects },
      // mFAST's own quotient between the two feeds is 0.43.
      targets: [{ measure: "ratio", to: "FORTS, objects", atMost: 1 / 0.43 }],
    },
    {
      name: "encode FORTS increments",
      operations: FORTS_MESSAGES,
      subject: () => encoded(forts()),
      peers: { "decode, objects": () => objects(forts()) },
      targets: [{ measure: "ratio", to: "decode, objects", atMost: 2 }],
    },
    {
      name: "decode FORTS increments into objects by closures (no code generation)",
      operations: FORTS_MESSAGES,
      subject: () => objects(forts(), "closures"),
      peers: { generated: () => objects(forts()) },
      targets: [],
    },
  ],
};
export default suite;
