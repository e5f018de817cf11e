import type { Book } from "../book.ts";
import { ByteReader, ByteWriter, hashBytes } from "../bytes.ts";
import { EngineError } from "../engine-error.ts";
import type { LimitState } from "../engine-listener.ts";
import { CONTINGENCIES } from "../list-rules.ts";
import { PHASES } from "../option-rules.ts";
import type { OrderList } from "../order-extras.ts";
import {
  CHAIN,
  DETAILED,
  FILLED,
  FLAGS,
  KEY,
  LEAVES,
  PLACE_SHIFT,
  SELLS,
  STRIDE_BITS,
} from "../order-store.ts";
import type { EngineState } from "./engine-state.ts";

const MAGIC = 0x5345_424f;
const VERSION = 3;
const LIMIT_STATES: readonly LimitState[] = ["none", "up", "down"];

/** Everything that the future of an engine depends on, as bytes. */
export function writeSnapshot(state: EngineState): Uint8Array {
  const writer = new ByteWriter();
  writer.int(MAGIC);
  writer.int(VERSION);
  writer.int(state.books.length);
  for (const value of [state.now, state.sequence, state.listSequence]) writer.double(value);
  writer.int(state.entered.size);
  for (const [session, orders] of [...state.entered].sort(([a], [b]) => a - b)) {
    writer.int(session);
    writer.double(orders);
  }
  writeLists(state, writer);
  for (const book of state.books) writeBook(state, book, writer);
  writer.int(Number.parseInt(hashBytes(writer.view()).slice(0, 8), 16));
  return writer.toBytes();
}

/** @throws EngineError `invalid-snapshot`, and then nothing changed */
export function readSnapshot(state: EngineState, bytes: Uint8Array): void {
  const end = bytes.length - 4;
  const reader = new ByteReader(bytes);
  const header = [MAGIC, VERSION, state.books.length];
  if (end < 12 || header.some((word) => reader.int() !== word)) {
    throw new EngineError(
      "invalid-snapshot",
      `bytes must be a snapshot of version ${VERSION} with ${state.books.length} instruments`,
    );
  }
  const sum = Number.parseInt(hashBytes(bytes.subarray(0, end)).slice(0, 8), 16) | 0;
  const tail = new ByteReader(bytes.subarray(end));
  if (tail.int() !== sum) throw new EngineError("invalid-snapshot", "the snapshot's checksum does not match");
  // Of orders that were open here; one of the snapshot may have the same number.
  state.expiries.compact(() => false);
  state.now = reader.double();
  state.sequence = reader.double();
  state.listSequence = reader.double();
  state.entered.clear();
  for (let left = reader.int(); left > 0; left--) state.entered.set(reader.int(), reader.double());
  const lists = readLists(reader);
  for (const book of state.books) readBook(state, book, reader, lists);
}

function writeLists(state: EngineState, writer: ByteWriter): void {
  const lists = new Set<OrderList>();
  for (const book of state.books) {
    if (book.rare.listed === 0) continue;
    for (const slot of state.inOrder(book)) {
      const list = state.listOf(slot);
      if (list) lists.add(list);
    }
  }
  writer.int(lists.size);
  for (const list of [...lists].sort((a, b) => a.id - b.id)) {
    writer.double(list.id);
    writer.byte(CONTINGENCIES.indexOf(list.contingency));
    writer.double(list.executed);
    writer.byte(Number(list.isReleased));
  }
}

function readLists(reader: ByteReader): Map<number, OrderList> {
  const lists = new Map<number, OrderList>();
  for (let left = reader.int(); left > 0; left--) {
    const id = reader.double();
    lists.set(id, {
      id,
      contingency: CONTINGENCIES[reader.byte()]!,
      members: new Set(),
      executed: reader.double(),
      isReleased: reader.byte() === 1,
    });
  }
  return lists;
}

function writeBook(state: EngineState, book: Book, writer: ByteWriter): void {
  const { rare } = book;
  writer.byte(PHASES.indexOf(book.phase));
  writeOptional(writer, book.last);
  writeOptional(writer, rare.auctionEnds);
  writeOptional(writer, rare.told?.price);
  writer.double(rare.told?.volume ?? 0);
  writer.double(rare.told?.imbalance ?? 0);
  writeOptional(writer, rare.told?.farPrice);
  writeOptional(writer, rare.reference);
  writer.double(rare.referenceSince);
  writer.byte(LIMIT_STATES.indexOf(rare.limitState));
  writer.double(rare.limitSince);
  writer.int(rare.recent.length);
  for (const values of rare.recent) for (const value of values) writer.double(value);
  for (const slot of rare.top) writer.double(slot === 0 ? 0 : state.store.idOf(slot));
  const slots = state.inOrder(book);
  writer.int(slots.length);
  for (const slot of slots) writeOrder(state, slot, writer);
}

function readBook(
  state: EngineState,
  book: Book,
  reader: ByteReader,
  lists: ReadonlyMap<number, OrderList>,
): void {
  const { rare } = book;
  book.enterPhase(PHASES[reader.byte()]!);
  book.last = readOptional(reader);
  rare.auctionEnds = readOptional(reader);
  const price = readOptional(reader);
  const [volume, imbalance] = [reader.double(), reader.double()];
  const farPrice = readOptional(reader);
  rare.told = price === undefined ? undefined : { price, volume, imbalance, farPrice };
  rare.reference = readOptional(reader);
  rare.referenceSince = reader.double();
  rare.limitState = LIMIT_STATES[reader.byte()]!;
  rare.limitSince = reader.double();
  rare.recent = [];
  for (let left = reader.int(); left > 0; left--) {
    rare.recent.push([reader.double(), reader.double(), reader.double()]);
  }
  const tops = [reader.double(), reader.double()];
  for (let left = reader.int(); left > 0; left--) readOrder(state, book, reader, lists);
  for (const sells of [0, SELLS] as const) rare.top[sells] = tops[sells] ? state.store.find(tops[sells]) : 0;
  // Looked at once more than needed, which changes nothing.
  rare.hasReleased = true;
  rare.followed = [Number.NaN, Number.NaN, undefined];
}

function writeOrder(state: EngineState, slot: number, writer: ByteWriter): void {
  const at = slot << STRIDE_BITS;
  const { records } = state.store;
  const flags = records[at + CHAIN]! & FLAGS;
  writer.double(state.store.idOf(slot));
  writer.byte(flags);
  for (const word of [KEY, LEAVES, FILLED]) writer.int(records[at + word]!);
  if ((flags & DETAILED) !== 0) state.details.write(slot, writer);
}

function readOrder(
  state: EngineState,
  book: Book,
  reader: ByteReader,
  lists: ReadonlyMap<number, OrderList>,
): void {
  const { store, details } = state;
  const orderId = reader.double();
  const flags = reader.byte();
  const [key, leaves, filled] = [reader.int(), reader.int(), reader.int()];
  const slot = store.insert(orderId, book.index, flags, key, leaves, filled);
  const place = flags >>> PLACE_SHIFT;
  if ((flags & DETAILED) !== 0) {
    details.read(slot, reader, store.capacity, lists);
    if (details.time(slot) === "gtd") {
      state.expiring++;
      state.expiries.push(details.expireTime(slot), details.sequence[slot]!, orderId);
    }
    state.enlist(book, slot, place);
  }
  book.ladder(place, flags & SELLS).append(slot, key);
}

function writeOptional(writer: ByteWriter, value: number | undefined): void {
  writer.byte(Number(value !== undefined));
  writer.double(value ?? 0);
}

function readOptional(reader: ByteReader): number | undefined {
  const isThere = reader.byte() === 1;
  const value = reader.double();
  return isThere ? value : undefined;
}
