import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  ItchBook,
  ItchDecoder,
  ItchFrameReader,
  type ItchFraming,
  type ItchListener,
  type ItchMessage,
  itchObjects,
  type SymbolBook,
} from "@exchange-kit/itch";
import { canonicalLine } from "./itch-text.ts";
import type { Subject } from "./subject.ts";

/** Decodes a file into canonical text and books, and prints both as hashes and counts. */
export const itch: Subject = {
  usage: "itch FILE [--framing u16|bare] [--text OUT] [--books OUT]",
  run(args, print) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        framing: { type: "string", default: "u16" },
        text: { type: "string" },
        books: { type: "string" },
      },
    });
    const [path] = positionals;
    if (!path) throw new Error("no file was named");
    const framing = values.framing;
    if (framing !== "u16" && framing !== "bare")
      throw new Error(`--framing must be u16 or bare, was ${framing}`);
    print(JSON.stringify(summarise(path, framing, values.text, values.books)));
  },
};

function summarise(path: string, framing: ItchFraming, textPath?: string, booksPath?: string): object {
  const text = new TextSink(textPath);
  const types = new Map<string, { count: number; hash: Hash }>();
  const bad = new Map<string, number>();
  const book = new ItchBook();
  let nonMonotoneTimestamps = 0;
  let lastNanos = 0;
  const take = (message: ItchMessage): void => {
    const line = Buffer.from(`${canonicalLine(message)}\n`, "latin1");
    text.write(line);
    let type = types.get(message.type);
    if (!type) {
      type = { count: 0, hash: createHash("sha256") };
      types.set(message.type, type);
    }
    type.count++;
    type.hash.update(line);
    if (message.timestampNanos < lastNanos) nonMonotoneTimestamps++;
    lastNanos = message.timestampNanos;
  };
  const listener: ItchListener = {
    ...itchObjects(take),
    skipped(type, length) {
      const key = `${type}/${length}`;
      bad.set(key, (bad.get(key) ?? 0) + 1);
    },
  };
  const bytes = readFileSync(path);
  const decoder = new ItchDecoder(listener);
  const reader = new ItchFrameReader(decoder, framing);
  reader.push(bytes);
  new ItchFrameReader(new ItchDecoder(book), framing).push(bytes);
  text.end();

  const lines = book.books().map(bookLine);
  const bookText = Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1");
  if (booksPath) writeFile(booksPath, bookText);
  return {
    messages: decoder.messages,
    bytes: bytes.length,
    tailBytes: reader.tailBytes,
    ...text.result(),
    types: Object.fromEntries(
      [...types]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([type, { count, hash }]) => [type, { count, sha256_16: hash.digest("hex").slice(0, 16) }]),
    ),
    bad: Object.fromEntries(bad),
    nonMonotoneTimestamps,
    book: {
      orphan: book.orphans,
      dupAdd: book.duplicateAdds,
      overReduce: book.overReductions,
      maxLive: book.maxLiveOrders,
      live: book.liveOrders,
      symbols: lines.length,
      bookExec: String(book.executedShares),
      printVol: String(book.printedShares),
      bookSha256: createHash("sha256").update(bookText).digest("hex"),
    },
  };
}

function bookLine(book: SymbolBook): string {
  const side = (name: "buy" | "sell"): string => {
    const best = book.best(name);
    return best ? `${best.price4}|${best.shares}|${best.orders}` : "0|0|0";
  };
  const { executedShares, printedShares } = book.trades;
  return `${book.stockLocate}|${book.symbol}|${side("buy")}|${side("sell")}|${book.liveOrders}|${executedShares}|${printedShares}`;
}

/** Hashes the text as it comes and writes it when asked for. */
class TextSink {
  readonly #file: number | undefined;
  readonly #sha256: Hash = createHash("sha256");
  #bytes = 0;
  #fnv32 = 0x811c9dc5;
  // The 64-bit hash in two halves: a bigint for every byte would take most of the run.
  #high = 0xcbf29ce4;
  #low = 0x84222325;

  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : openSync(path, "w");
  }

  write(line: Buffer): void {
    this.#bytes += line.length;
    this.#sha256.update(line);
    for (const byte of line) {
      this.#fnv32 = Math.imul(this.#fnv32 ^ byte, 0x01000193);
      // × (2^40 + 0x1b3) modulo 2^64: the low half times 0x1b3 carries into the high one.
      const low = (this.#low ^ byte) >>> 0;
      const product = low * 0x1b3;
      this.#high = (Math.imul(this.#high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
      this.#low = product >>> 0;
    }
    if (this.#file !== undefined) writeSync(this.#file, line);
  }

  end(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  result(): { textBytes: number; fnv1a32: string; fnv1a64: string; sha256: string } {
    return {
      textBytes: this.#bytes,
      fnv1a32: hex(this.#fnv32),
      fnv1a64: hex(this.#high) + hex(this.#low),
      sha256: this.#sha256.digest("hex"),
    };
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

function writeFile(path: string, bytes: Buffer): void {
  const file = openSync(path, "w");
  writeSync(file, bytes);
  closeSync(file);
}
