import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { MarketWatcher, PublicTrade } from "../public/public-market.ts";
import type { TradeQuery } from "../public/recent-trades.ts";
import { readTrade, TRADE_BYTES, writeTrade } from "./trade-record.ts";

/** Trades gathered before they are written, and read at a time. */
const CHUNK = 1_000;
/** Trades that wait for room on a full disk; those after them are not kept. */
const MOST_WAITING = 100_000;
const MICROS_A_DAY = 86_400_000_000;
const DAY_FILE = /^trades-\d{4}-\d{2}-\d{2}$/;

interface DayFile {
  /** In days since 1970; unknown of one that was only looked at. */
  readonly day: number | undefined;
  readonly handle: number;
  size: number;
}

/**
 * Every public trade, on disk: a file for each day of UTC, trades one after another as they happened.
 *
 * Trade numbers go up, so what recovery tells again is known by its number and written once. That is why trades may wait for
 * a thousand of them, or for somebody who reads them; before a snapshot, after which nothing is told again, they are forced to
 * the disk.
 */
export class TradeHistory implements MarketWatcher {
  readonly #folder: string;
  readonly #waiting: PublicTrade[] = [];
  readonly #bytes = new DataView(new ArrayBuffer(CHUNK * TRADE_BYTES));
  #file: DayFile | undefined;
  /** By file, so that those behind a trade's number are opened once, not for each page of the trades before it. */
  readonly #firstIds = new Map<string, number>();
  /** Number of the last trade that was taken; unknown until the first is told. */
  #lastId: number | undefined;
  /** Trades that found no room since the disk was full. */
  #lost = 0;
  #isFailing = false;
  readonly #notice: (text: string) => void;

  /**
   * Looks at no file yet: until recovery begins, they may be those of another exchange that runs.
   *
   * @param folder - is made when it is not there
   * @param notice - hears when the disk takes no trades, and when it does again
   */
  constructor(folder: string, notice: (text: string) => void = () => {}) {
    this.#folder = folder;
    this.#notice = notice;
    mkdirSync(folder, { recursive: true });
  }

  traded(trade: PublicTrade): void {
    this.#lastId ??= this.#lastWritten();
    if (trade.tradeId <= this.#lastId) return;
    if (this.#waiting.length >= MOST_WAITING) {
      this.#lost++;
      return;
    }
    this.#lastId = trade.tradeId;
    this.#waiting.push(trade);
    if (this.#waiting.length % CHUNK === 0) this.#write();
  }

  beforeSnapshot(): void {
    this.#write();
    try {
      if (this.#file !== undefined) fsyncSync(this.#file.handle);
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  close(): void {
    this.#write();
    if (this.#file !== undefined) closeSync(this.#file.handle);
    this.#file = undefined;
  }

  /** The latest `limit` trades of an instrument that are asked for, oldest first. */
  async find(instrument: number, query: TradeQuery): Promise<PublicTrade[]> {
    this.#write();
    const { from = 0, to = Number.POSITIVE_INFINITY, before = Number.POSITIVE_INFINITY, limit } = query;
    const wanted = { instrument, from, to, before, limit };
    const chosen: PublicTrade[] = [];
    for (const name of dayFiles(this.#folder).reverse()) {
      const start = Date.parse(name.slice("trades-".length)) * 1000;
      if (start >= to || (this.#firstIds.get(name) ?? 0) >= before) continue;
      if (start + MICROS_A_DAY <= from || chosen.length >= limit) break;
      const file = await open(join(this.#folder, name));
      try {
        const firstId = await collect(file, wanted, chosen);
        if (firstId !== undefined) this.#firstIds.set(name, firstId);
      } finally {
        await file.close();
      }
    }
    return chosen.reverse();
  }

  /** The latest `most` trades of all instruments, oldest first, some at a time. */
  async *latest(most: number): AsyncGenerator<PublicTrade[]> {
    this.#write();
    const parts: { path: string; from: number; to: number }[] = [];
    let left = most;
    for (const name of dayFiles(this.#folder).reverse()) {
      if (left === 0) break;
      const path = join(this.#folder, name);
      const to = Math.floor(statSync(path).size / TRADE_BYTES);
      const from = Math.max(0, to - left);
      parts.unshift({ path, from, to });
      left -= to - from;
    }
    const view = new DataView(new ArrayBuffer(CHUNK * TRADE_BYTES));
    for (const { path, from, to } of parts) {
      const file = await open(path);
      try {
        for (let at = from; at < to; at += CHUNK) {
          const count = Math.min(CHUNK, to - at);
          await file.read(view, 0, count * TRADE_BYTES, at * TRADE_BYTES);
          yield Array.from({ length: count }, (_, index) => readTrade(view, index * TRADE_BYTES));
        }
      } finally {
        await file.close();
      }
    }
  }

  /** What is not written, because the disk is full, stays and is tried again with the next. */
  #write(): void {
    if (this.#waiting.length === 0) return;
    let written = 0;
    try {
      while (written < this.#waiting.length) {
        const day = dayOf(this.#waiting[written]!);
        const file = this.#file?.day === day ? this.#file : this.#open(fileOf(day), day);
        let count = 0;
        for (; count < CHUNK && written + count < this.#waiting.length; count++) {
          const trade = this.#waiting[written + count]!;
          if (dayOf(trade) !== day) break;
          writeTrade(trade, this.#bytes, count * TRADE_BYTES);
        }
        const length = count * TRADE_BYTES;
        // A write that the disk had no room for is repeated at the same place.
        if (writeSync(file.handle, this.#bytes, 0, length, file.size) < length) break;
        file.size += length;
        written += count;
      }
      if (this.#isFailing && written === this.#waiting.length) this.#succeeded();
    } catch (error) {
      this.#failed(error as Error);
    } finally {
      this.#waiting.splice(0, written);
    }
  }

  #failed(error: Error): void {
    if (!this.#isFailing)
      this.#notice(`the history of trades cannot be written, trades wait: ${error.message}`);
    this.#isFailing = true;
  }

  #succeeded(): void {
    this.#notice(`the history of trades is written again; ${this.#lost} trades are missing from it`);
    this.#isFailing = false;
    this.#lost = 0;
  }

  /** Number of the last trade on disk, 0 when there is none. */
  #lastWritten(): number {
    // A file may be there without a whole trade in it.
    for (const name of dayFiles(this.#folder).reverse()) {
      const { handle, size } = this.#open(name);
      if (size === 0) continue;
      readSync(handle, this.#bytes, 0, TRADE_BYTES, size - TRADE_BYTES);
      return readTrade(this.#bytes, 0).tradeId;
    }
    return 0;
  }

  /** Takes away a trade that was cut off at the end of the file, and zeros that a loss of power may leave there. */
  #open(name: string, day?: number): DayFile {
    if (this.#file !== undefined) {
      fsyncSync(this.#file.handle);
      closeSync(this.#file.handle);
      this.#file = undefined;
    }
    // Neither "a", which would not write at a place, nor "w", which would empty it.
    const path = join(this.#folder, name);
    const handle = dayFiles(this.#folder).includes(name) ? openSync(path, "r+") : openSync(path, "wx+");
    const { size } = fstatSync(handle);
    let whole = size - (size % TRADE_BYTES);
    for (; whole > 0; whole -= TRADE_BYTES) {
      readSync(handle, this.#bytes, 0, TRADE_BYTES, whole - TRADE_BYTES);
      if (readTrade(this.#bytes, 0).tradeId > 0) break;
    }
    if (whole < size) ftruncateSync(handle, whole);
    this.#file = { day, handle, size: whole };
    return this.#file;
  }
}

function dayFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => DAY_FILE.test(name))
    .sort();
}

/** In days since 1970, of UTC. */
function dayOf({ timeMicros }: PublicTrade): number {
  return Math.floor(timeMicros / MICROS_A_DAY);
}

function fileOf(day: number): string {
  return `trades-${new Date(day * (MICROS_A_DAY / 1000)).toISOString().slice(0, 10)}`;
}

/** Adds trades of a day, latest first, until there are `limit`. @returns number of the day's first trade, where there is one */
async function collect(
  file: FileHandle,
  { instrument, from, to, before, limit }: Record<keyof TradeQuery | "instrument", number>,
  chosen: PublicTrade[],
): Promise<number | undefined> {
  const view = new DataView(new ArrayBuffer(CHUNK * TRADE_BYTES));
  const { size } = await file.stat();
  let end = Math.floor(size / TRADE_BYTES);
  if (end === 0) return undefined;
  await file.read(view, 0, TRADE_BYTES, 0);
  const firstId = readTrade(view, 0).tradeId;
  // The first trade that is too late: times and numbers both go up.
  for (let low = 0; low < end; ) {
    const middle = (low + end) >>> 1;
    await file.read(view, 0, TRADE_BYTES, middle * TRADE_BYTES);
    const { timeMicros, tradeId } = readTrade(view, 0);
    if (timeMicros < to && tradeId < before) low = middle + 1;
    else end = middle;
  }
  while (end > 0 && chosen.length < limit) {
    const first = Math.max(0, end - CHUNK);
    await file.read(view, 0, (end - first) * TRADE_BYTES, first * TRADE_BYTES);
    for (let index = end - first - 1; index >= 0 && chosen.length < limit; index--) {
      const trade = readTrade(view, index * TRADE_BYTES);
      if (trade.timeMicros < from) return firstId;
      if (trade.instrument === instrument) chosen.push(trade);
    }
    end = first;
  }
  return firstId;
}
