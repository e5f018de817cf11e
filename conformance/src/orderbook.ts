import { readFileSync } from "node:fs";
import { type EngineListener, MatchingEngine, type Side } from "@exchange-kit/orderbook";
import type { Subject } from "./subject.ts";

/** Word layout of a workload file: a header of 16 little-endian int32 words, then records of 6. */
const MAGIC = 0x4b424f31;
const HEADER_WORDS = 16;
const RECORD_WORDS = 6;
const SIDES: readonly Side[] = ["buy", "sell"];

/**
 * Replays a workload of many symbols and prints what traded and what rests, as hashes: 32-bit FNV-1a over words, of
 * (maker, taker, price, quantity) for each trade and of (id, side, price, open quantity) for each resting order.
 */
export const orderbook: Subject = {
  usage: "orderbook WORKLOAD.bin",
  run([path], print) {
    if (!path) throw new Error("no workload file was named");
    const words = readWords(path);
    const symbols = words[4]!;
    let trades = 0;
    let volume = 0;
    let tradeHash = fnv();
    const listener: EngineListener = {
      added() {},
      held() {},
      triggered() {},
      crossed() {},
      refreshed() {},
      reduced() {},
      cancelled() {},
      // Commands for orders that are no longer there are part of every workload.
      rejected() {},
      phaseChanged() {},
      traded(_instrument, makerId, takerId, _takerSide, price, quantity) {
        trades++;
        volume += quantity;
        tradeHash = fnv(tradeHash, makerId, takerId, price, quantity);
      },
    };
    const engine = new MatchingEngine(
      Array.from({ length: symbols }, () => ({})),
      listener,
    );
    for (let at = HEADER_WORDS; at < words.length; at += RECORD_WORDS) apply(engine, symbols, words, at);

    let resting = 0;
    let bookHash = fnv();
    for (let symbol = 0; symbol < symbols; symbol++) {
      for (const [index, side] of SIDES.entries()) {
        engine.eachOrder(symbol, side, (orderId, price, quantity) => {
          resting++;
          bookHash = fnv(bookHash, orderId, index, price!, quantity);
        });
      }
    }
    print(JSON.stringify({ trades, volume, tradeHash: hex(tradeHash), resting, bookHash: hex(bookHash) }));
  },
};

function readWords(path: string): Int32Array {
  const bytes = readFileSync(path);
  if (bytes.length % 4 !== 0)
    throw new Error(`${path}: ${bytes.length} bytes is not a whole number of words`);
  const words = new Int32Array(bytes.length / 4);
  for (let index = 0; index < words.length; index++) words[index] = bytes.readInt32LE(index * 4);
  if (words[0] !== MAGIC || words[1] !== 1 || words[5] !== RECORD_WORDS) {
    throw new Error(`${path}: not an order book workload of version 1`);
  }
  if (words.length < HEADER_WORDS || (words.length - HEADER_WORDS) % RECORD_WORDS !== 0)
    throw new Error(`${path}: ends inside its header or a record`);
  return words;
}

function apply(engine: MatchingEngine, symbols: number, words: Int32Array, at: number): void {
  const [operation, symbol, orderId, side, price, quantity] = words.subarray(
    at,
    at + RECORD_WORDS,
  ) as unknown as [number, number, number, number, number, number];
  if (symbol < 0 || symbol >= symbols)
    throw new Error(`record at word ${at}: symbol ${symbol} of ${symbols}`);
  if ((operation === 1 || operation === 4) && SIDES[side] === undefined)
    throw new Error(`record at word ${at}: side must be 0 or 1, was ${side}`);
  switch (operation) {
    case 1:
      engine.limit(symbol, orderId, SIDES[side]!, price, quantity);
      break;
    case 2:
      engine.cancel(orderId);
      break;
    case 3:
      engine.replace(orderId, price, quantity);
      break;
    case 4:
      engine.market(symbol, orderId, SIDES[side]!, quantity);
      break;
    case 5:
      engine.reduce(orderId, quantity);
      break;
    default:
      throw new Error(`record at word ${at}: unknown operation ${operation}`);
  }
}

function fnv(hash = 0x811c9dc5, ...words: readonly number[]): number {
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return hash;
}

function hex(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, "0");
}
