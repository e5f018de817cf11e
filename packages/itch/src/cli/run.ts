import { parseArgs } from "node:util";
import { ItchBook } from "../book/itch-book.ts";
import type { ItchLevel, SymbolBook } from "../book/symbol-book.ts";
import { ItchError, isItchError } from "../errors.ts";
import {
  decodeItchFile,
  type ItchFileProgress,
  type ItchFileSummary,
  readItchFile,
} from "../file/itch-file.ts";
import type { ItchFileFormat } from "../file/source.ts";
import { ItchEncoder } from "../itch/encoder.ts";
import { type ItchFormat, itchFormats } from "../itch/formats.ts";
import type { ItchListener } from "../itch/listener.ts";
import type { ItchMessage } from "../itch/objects.ts";
import { columnsOf, csvLine, humanLine, jsonLine, parseTime, priceText, timeText } from "./text.ts";

/** Where the command line writes. */
export interface CliOutput {
  /** Result: resolves when more can be taken. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Diagnostics and progress. */
  note(text: string): void;
  /** True when notes go to a terminal: only then is a progress bar drawn. */
  readonly isTerminal: boolean;
}

const USAGE = `usage: itch COMMAND FILE [options]

  stats    count messages by type; with --symbol, what traded in it
  book     the book of --symbol, at the end or at --at
  dump     one readable line for each message
  convert  NDJSON, CSV or length-prefixed binary, by --to

  FILE     ITCH 5.0, length-prefixed or in a pcap or pcapng capture of MoldUDP64; plain or gzip

  --symbol S       only this symbol
  --at TIME        as of this time of day: HH:MM:SS[.fraction] or nanoseconds since midnight
  --levels N       price levels of a book, 10 by default
  --to FORMAT      ndjson (default), csv or itch
  --types LETTERS  only these message types, such as AFEP
  --format F       u16, bare or capture; found out by default
`;

interface Options {
  readonly symbol: string | undefined;
  readonly at: number;
  readonly levels: number;
  readonly to: string;
  readonly types: string | undefined;
  readonly format: ItchFileFormat | undefined;
}

/** A bar is drawn for files from this size on. */
const LONG_FILE_BYTES = 8 * 1024 * 1024;
const FLUSH_CHARACTERS = 1 << 16;

/**
 * Runs the command line.
 *
 * @param args - words after the program's name
 * @param output - where results go
 * @returns exit code: 0 when it worked, 1 when the file is faulty (what came before is still shown), 2 for a wrong call
 */
export async function run(args: readonly string[], output: CliOutput): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        symbol: { type: "string" },
        at: { type: "string" },
        levels: { type: "string", default: "10" },
        to: { type: "string", default: "ndjson" },
        types: { type: "string" },
        format: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    const [command, path] = positionals;
    if (values.help) {
      await output.write(USAGE);
      return 0;
    }
    const handler = command === undefined ? undefined : COMMANDS.get(command);
    if (!handler || path === undefined || positionals.length > 2) {
      output.note(USAGE);
      return 2;
    }
    const options = {
      symbol: values.symbol,
      at: values.at === undefined ? Number.POSITIVE_INFINITY : parseTime(values.at),
      levels: integer("levels", values.levels),
      to: oneOf("to", values.to, ["ndjson", "csv", "itch"]),
      types: values.types,
      format:
        values.format === undefined ? undefined : oneOf("format", values.format, ["u16", "bare", "capture"]),
    };
    return await handler(path, options, output);
  } catch (error) {
    output.note(`itch: ${(error as Error).message}\n`);
    return isItchError(error) && error.code !== "invalid-option" ? 1 : 2;
  }
}

type Command = (path: string, options: Options, output: CliOutput) => Promise<number>;

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["stats", stats],
  ["book", book],
  ["dump", dump],
  ["convert", convert],
]);

async function stats(path: string, options: Options, output: CliOutput): Promise<number> {
  const counts = new Map<string, number>();
  const itchBook = new ItchBook();
  const counting = until(options.at, itchBook, (type) => counts.set(type, (counts.get(type) ?? 0) + 1));
  const begun = performance.now();
  const skipped = new Map<string, number>();
  const listener: ItchListener = {
    ...counting.listener,
    skipped: (type) => skipped.set(type, (skipped.get(type) ?? 0) + 1),
  };
  const summary = await read(path, listener, options, output, counting.isPast);
  const seconds = (performance.now() - begun) / 1000;
  const lines = itchFormats
    .filter(({ type }) => counts.has(type))
    .map(({ type, name }) => `${type} ${name.padEnd(30)} ${String(counts.get(type)).padStart(12)}`);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  lines.push(
    `${"messages".padEnd(32)} ${String(total).padStart(12)}`,
    `${"skipped frames".padEnd(32)} ${String(summary.skipped).padStart(12)}${skippedTypes(skipped)}`,
    `${"bytes".padEnd(32)} ${String(summary.bytes).padStart(12)}`,
    `${"symbols".padEnd(32)} ${String(itchBook.books().length).padStart(12)}`,
    `${"live orders (most at once)".padEnd(32)} ${String(itchBook.liveOrders).padStart(12)} (${itchBook.maxLiveOrders})`,
    `${"shares printed".padEnd(32)} ${String(itchBook.printedShares).padStart(12)}`,
  );
  if (summary.packetsSkipped > 0) {
    lines.push(`${"packets without messages".padEnd(32)} ${String(summary.packetsSkipped).padStart(12)}`);
  }
  await output.write(`${lines.join("\n")}\n`);
  if (options.symbol !== undefined) {
    await output.write(`${symbolLines(known(itchBook, options.symbol, summary)).join("\n")}\n`);
  }
  output.note(`${(total / seconds / 1e6).toFixed(1)} M messages/s, ${seconds.toFixed(2)} s\n`);
  return ended(summary.fault, output);
}

/** ` (Z 2, 0x00 1)`: types of skipped frames, known ones among them when their length was wrong. */
function skippedTypes(counts: ReadonlyMap<string, number>): string {
  if (counts.size === 0) return "";
  const shown = [...counts].map(([type, count]) => {
    const code = type.charCodeAt(0);
    return `${code > 0x20 && code < 0x7f ? type : `0x${code.toString(16).padStart(2, "0")}`} ${count}`;
  });
  return ` (${shown.join(", ")})`;
}

function symbolLines({ symbol, trades, tradingState, halts, imbalance }: SymbolBook): string[] {
  const price = (price4: number): string => (trades.prints === 0 ? "-" : priceText(price4));
  return [
    "",
    `${symbol}: ${trades.prints} prints (${trades.crosses} crosses), ${trades.printedShares} shares`,
    `  open ${price(trades.open4)}  high ${price(trades.high4)}  low ${price(trades.low4)}  last ${price(trades.last4)}  vwap ${trades.vwap4 === undefined ? "-" : priceText(trades.vwap4)}`,
    `  trading state ${tradingState || "unknown"}, halted ${halts} times`,
    ...(imbalance
      ? [
          `  last imbalance ${timeText(imbalance.timestampNanos)}: paired ${imbalance.pairedShares}, ${imbalance.imbalanceShares} ${imbalance.imbalanceDirection}, reference ${priceText(imbalance.currentReferencePrice4)}`,
        ]
      : []),
  ];
}

async function book(path: string, options: Options, output: CliOutput): Promise<number> {
  if (options.symbol === undefined) throw new ItchError("invalid-option", "book needs --symbol");
  const itchBook = new ItchBook();
  const gate = until(options.at, itchBook, () => {});
  const summary = await read(path, gate.listener, options, output, gate.isPast);
  const symbolBook = known(itchBook, options.symbol, summary);
  const bids = symbolBook.depth("buy", options.levels);
  const asks = symbolBook.depth("sell", options.levels);
  const cell = (level: ItchLevel | undefined): string =>
    level ? `${String(level.orders).padStart(6)} ${String(level.shares).padStart(10)}` : " ".repeat(17);
  const priceCell = (level: ItchLevel | undefined): string =>
    (level ? priceText(level.price4) : "").padStart(12);
  const lines = [
    `${symbolBook.symbol} at ${timeText(gate.lastNanos())}, ${symbolBook.liveOrders} live orders`,
    "orders     shares          bid |          ask     shares orders",
  ];
  for (let depth = 0; depth < Math.max(bids.length, asks.length); depth++) {
    const ask = asks[depth];
    const right = ask ? `${String(ask.shares).padStart(10)} ${String(ask.orders).padStart(6)}` : "";
    lines.push(`${cell(bids[depth])} ${priceCell(bids[depth])} | ${priceCell(ask)} ${right}`.trimEnd());
  }
  await output.write(`${lines.join("\n")}\n`);
  return ended(summary.fault, output);
}

async function dump(path: string, options: Options, output: CliOutput): Promise<number> {
  const formats = new Map(itchFormats.map((format) => [format.type, format]));
  return each(path, options, output, (message) => humanLine(message, formats.get(message.type)!));
}

async function convert(path: string, options: Options, output: CliOutput): Promise<number> {
  if (options.to === "itch") {
    const encoder = new ItchEncoder();
    return each(
      path,
      options,
      output,
      (message) => {
        const frame = new Uint8Array(64);
        return Buffer.from(frame.buffer, 0, encoder.encodeFrame(message, frame)).toString("latin1");
      },
      "latin1",
    );
  }
  if (options.to === "ndjson") return each(path, options, output, jsonLine);
  const columns = columnsOf(chosen(options.types));
  await output.write(`${columns.join(",")}\r\n`);
  return each(path, options, output, (message) => csvLine(message, columns));
}

/** Writes every chosen message of a file. */
async function each(
  path: string,
  options: Options,
  output: CliOutput,
  textOf: (message: ItchMessage) => string,
  encoding: "utf8" | "latin1" = "utf8",
): Promise<number> {
  const types = new Set(chosen(options.types).map(({ type }) => type));
  const isOfSymbol = symbolFilter(options.symbol);
  let pending = "";
  let fault: ItchError | undefined;
  const flush = async (): Promise<void> => {
    await output.write(encoding === "utf8" ? pending : Buffer.from(pending, encoding));
    pending = "";
  };
  const bar = progressBar(output);
  try {
    const format = options.format ? { format: options.format } : {};
    for await (const message of readItchFile(path, { ...format, onProgress: bar.show })) {
      if (message.timestampNanos > options.at) break;
      if (!isOfSymbol(message) || !types.has(message.type)) continue;
      pending += textOf(message);
      if (pending.length >= FLUSH_CHARACTERS) await flush();
    }
  } catch (error) {
    if (!isItchError(error)) throw error;
    fault = error;
  } finally {
    bar.clear();
  }
  await flush();
  return ended(fault, output);
}

function chosen(types: string | undefined): ItchFormat[] {
  const unknown = [...(types ?? "")].find((type) => !itchFormats.some((format) => format.type === type));
  if (unknown) throw new ItchError("invalid-option", `--types: there is no message type ${unknown}`);
  return itchFormats.filter(({ type }) => types === undefined || types.includes(type));
}

/** True for messages of a symbol: those that name it, and those with the locate code that came with its name. */
function symbolFilter(symbol: string | undefined): (message: ItchMessage) => boolean {
  if (symbol === undefined) return () => true;
  const locates = new Set<number>();
  return (message) => {
    if ("stock" in message && message.stock === symbol) locates.add(message.stockLocate);
    return "stock" in message ? message.stock === symbol : locates.has(message.stockLocate);
  };
}

/** Passes messages on to a book until a time of day. */
function until(
  at: number,
  itchBook: ItchBook,
  onType: (type: string) => void,
): { listener: ItchListener; isPast: () => boolean; lastNanos: () => number } {
  let isPast = false;
  let lastNanos = 0;
  const methods = itchBook as unknown as Record<string, ((message: unknown) => void) | undefined>;
  const entries = itchFormats.map(({ name, type }) => [
    name,
    (message: ItchMessage): void => {
      // The file is read on to the end of the piece: nothing after the first later message may count.
      if (isPast || message.timestampNanos > at) {
        isPast = true;
        return;
      }
      lastNanos = message.timestampNanos;
      onType(type);
      methods[name]?.call(itchBook, message);
    },
  ]);
  return { listener: Object.fromEntries(entries), isPast: () => isPast, lastNanos: () => lastNanos };
}

async function read(
  path: string,
  listener: ItchListener,
  options: Options,
  output: CliOutput,
  shouldStop: () => boolean,
): Promise<ItchFileSummary> {
  const bar = progressBar(output);
  try {
    const format = options.format ? { format: options.format } : {};
    return await decodeItchFile(path, listener, { ...format, shouldStop, onProgress: bar.show });
  } finally {
    bar.clear();
  }
}

const BAR_WIDTH = 30;
const MILLIS_BETWEEN_BARS = 100;

function progressBar(output: CliOutput): { show: (progress: ItchFileProgress) => void; clear: () => void } {
  const begun = performance.now();
  let shown = begun;
  let isShown = false;
  return {
    show({ bytesRead, totalBytes, messages }) {
      const now = performance.now();
      if (!output.isTerminal || totalBytes < LONG_FILE_BYTES || now - shown < MILLIS_BETWEEN_BARS) return;
      shown = now;
      isShown = true;
      const part = Math.min(1, bytesRead / totalBytes);
      const filled = Math.round(part * BAR_WIDTH);
      const rate = messages / (now - begun) / 1000;
      output.note(
        `\r[${"#".repeat(filled)}${" ".repeat(BAR_WIDTH - filled)}] ${Math.round(part * 100)} %  ${rate.toFixed(1)} M messages/s `,
      );
    },
    clear() {
      if (isShown) output.note(`\r${" ".repeat(BAR_WIDTH + 35)}\r`);
    },
  };
}

/** @throws ItchError why there is none: the file's fault, which may have kept it out, else that it is not there */
function known(itchBook: ItchBook, symbol: string, { fault }: ItchFileSummary): SymbolBook {
  const symbolBook = itchBook.book(symbol);
  if (!symbolBook) throw fault ?? new ItchError("invalid-option", `the file names no symbol ${symbol}`);
  return symbolBook;
}

function ended(fault: ItchError | undefined, output: CliOutput): number {
  if (!fault) return 0;
  output.note(`itch: ${fault.code}: ${fault.message}\n`);
  return 1;
}

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((choice) => choice === value);
  if (!found)
    throw new ItchError("invalid-option", `--${name} must be ${allowed.join(", ")}; was "${value}"`);
  return found;
}

function integer(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new ItchError("invalid-option", `--${name} must be a positive integer, was "${text}"`);
  }
  return Number(text);
}
