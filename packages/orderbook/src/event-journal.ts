import { ByteReader, ByteWriter } from "./bytes.ts";
import { EngineError } from "./engine-error.ts";
import type { CancelReason, EngineListener, LimitState } from "./engine-listener.ts";
import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { Phase } from "./instrument-options.ts";
import { PHASES } from "./option-rules.ts";
import type { Side } from "./side.ts";

const MAGIC = 0x454a_424f;
/** Added to the operation when every number of the record is a 32-bit integer, which then takes four bytes. */
const NARROW = 0x80;

const OP = {
  ADDED: 1,
  HELD: 2,
  TRIGGERED: 3,
  TRADED: 4,
  CROSSED: 5,
  REFRESHED: 6,
  REDUCED: 7,
  CANCELLED: 8,
  REJECTED: 9,
  PHASE_CHANGED: 10,
  INDICATIVE: 11,
  LIMIT_STATE_CHANGED: 12,
} as const;

/** Numbers in a record of each operation. */
const COUNTS: readonly number[] = [0, 6, 4, 2, 7, 7, 3, 4, 4, 3, 2, 5, 2];

const SIDES: readonly Side[] = ["buy", "sell"];
const CANCEL_REASONS: readonly CancelReason[] = [
  "requested",
  "mass-cancel",
  "replaced",
  "unfilled",
  "expired",
  "self-trade",
  "repriced",
  "contingency",
  "disconnected",
];
const LIMIT_STATES: readonly LimitState[] = ["none", "up", "down"];
const REJECT_REASONS: readonly EngineRejectReason[] = [
  "invalid-order-id",
  "duplicate-order-id",
  "unknown-order-id",
  "invalid-price",
  "invalid-quantity",
  "unknown-instrument",
  "invalid-order",
  "off-tick-price",
  "off-lot-quantity",
  "quantity-above-maximum",
  "price-outside-band",
  "expired",
  "phase-forbids-order",
  "would-take",
  "held-order",
  "too-many-orders",
  "too-many-levels",
  "too-many-messages",
  "no-reference-price",
  "invalid-list",
];

/** A listener that records events as bytes: each a byte and its numbers, of four bytes where they all fit. */
export class EventJournal implements EngineListener {
  readonly #writer = new ByteWriter();
  readonly #numbers: Float64Array = new Float64Array(7);

  /** Begins a journal. */
  constructor() {
    this.#writer.int(MAGIC);
  }

  /** A copy of everything that was recorded. */
  toBytes(): Uint8Array {
    return this.#writer.toBytes();
  }

  /** What was recorded since the last call, for appending to a file or a socket. */
  take(): Uint8Array {
    const bytes = this.#writer.toBytes();
    this.#writer.clear();
    return bytes;
  }

  /** Records the event. */
  added(
    instrument: number,
    orderId: number,
    side: Side,
    price: number,
    quantity: number,
    displayed: number,
  ): void {
    this.#record(OP.ADDED, instrument, orderId, SIDES.indexOf(side), price, quantity, displayed);
  }

  /** Records the event. */
  held(instrument: number, orderId: number, side: Side, quantity: number): void {
    this.#record(OP.HELD, instrument, orderId, SIDES.indexOf(side), quantity);
  }

  /** Records the event. */
  triggered(instrument: number, orderId: number): void {
    this.#record(OP.TRIGGERED, instrument, orderId);
  }

  /** Records the event. */
  traded(
    instrument: number,
    makerId: number,
    takerId: number,
    takerSide: Side,
    price: number,
    quantity: number,
    makerLeaves: number,
  ): void {
    this.#record(
      OP.TRADED,
      instrument,
      makerId,
      takerId,
      SIDES.indexOf(takerSide),
      price,
      quantity,
      makerLeaves,
    );
  }

  /** Records the event. */
  crossed(
    instrument: number,
    buyId: number,
    sellId: number,
    price: number,
    quantity: number,
    buyLeaves: number,
    sellLeaves: number,
  ): void {
    this.#record(OP.CROSSED, instrument, buyId, sellId, price, quantity, buyLeaves, sellLeaves);
  }

  /** Records the event. */
  refreshed(instrument: number, orderId: number, displayed: number): void {
    this.#record(OP.REFRESHED, instrument, orderId, displayed);
  }

  /** Records the event. */
  reduced(instrument: number, orderId: number, leaves: number, displayed: number): void {
    this.#record(OP.REDUCED, instrument, orderId, leaves, displayed);
  }

  /** Records the event. */
  cancelled(instrument: number, orderId: number, quantity: number, reason: CancelReason): void {
    this.#record(OP.CANCELLED, instrument, orderId, quantity, CANCEL_REASONS.indexOf(reason));
  }

  /** Records the event. */
  rejected(instrument: number, orderId: number, reason: EngineRejectReason): void {
    this.#record(OP.REJECTED, instrument, orderId, REJECT_REASONS.indexOf(reason));
  }

  /** Records the event. */
  phaseChanged(instrument: number, phase: Phase): void {
    this.#record(OP.PHASE_CHANGED, instrument, PHASES.indexOf(phase));
  }

  /** Records the event. */
  indicative(
    instrument: number,
    price: number | undefined,
    volume: number,
    imbalance: number,
    farPrice: number | undefined,
  ): void {
    // NaN, which takes the wide form, says that there is no price.
    this.#record(OP.INDICATIVE, instrument, price ?? Number.NaN, volume, imbalance, farPrice ?? Number.NaN);
  }

  /** Records the event. */
  limitStateChanged(instrument: number, state: LimitState): void {
    this.#record(OP.LIMIT_STATE_CHANGED, instrument, LIMIT_STATES.indexOf(state));
  }

  #record(op: number, a: number, b: number, c = 0, d = 0, e = 0, f = 0, g = 0): void {
    const numbers = this.#numbers;
    numbers[0] = a;
    numbers[1] = b;
    numbers[2] = c;
    numbers[3] = d;
    numbers[4] = e;
    numbers[5] = f;
    numbers[6] = g;
    const count = COUNTS[op]!;
    let isNarrow = true;
    for (let index = 0; index < count; index++) isNarrow &&= (numbers[index]! | 0) === numbers[index];
    this.#writer.byte(isNarrow ? op | NARROW : op);
    for (let index = 0; index < count; index++) {
      if (isNarrow) this.#writer.int(numbers[index]!);
      else this.#writer.double(numbers[index]!);
    }
  }
}

/** How far a replay came. */
export interface EventReplay {
  /** Events told. */
  readonly events: number;
  /** Bytes that they took. */
  readonly bytes: number;
}

/**
 * Tells a listener the recorded events, in order.
 *
 * @param bytes - what one {@link EventJournal} wrote, or several one after the other, from the start; a record that is cut
 * off at the end is left
 * @returns how far it came
 * @throws EngineError `invalid-journal` when the bytes are not a journal, or a record is none
 */
export function replayEvents(bytes: Uint8Array, listener: EngineListener): EventReplay {
  const reader = new ByteReader(bytes);
  if (!reader.skipInt(MAGIC)) {
    throw new EngineError("invalid-journal", "bytes must begin as an event journal of version 1");
  }
  let events = 0;
  let end = reader.position;
  while (reader.left > 0) {
    if (reader.skipInt(MAGIC)) {
      end = reader.position;
      continue;
    }
    const op = bytes[end]!;
    // Another journal that was cut off as it began.
    if (op === (MAGIC & 0xff) && reader.left < 4) break;
    const size = op & NARROW ? 4 : 8;
    const count = COUNTS[op & ~NARROW] ?? 0;
    if (count === 0) throw new EngineError("invalid-journal", `no record begins at byte ${end}`);
    if (1 + count * size > reader.left) break;
    reader.byte();
    tellOne(op & ~NARROW, () => (size === 4 ? reader.int() : reader.double()), listener);
    events++;
    end = reader.position;
  }
  return { events, bytes: end };
}

function tellOne(op: number, next: () => number, listener: EngineListener): void {
  switch (op) {
    case OP.ADDED:
      listener.added(next(), next(), word(SIDES, next()), next(), next(), next());
      break;
    case OP.HELD:
      listener.held(next(), next(), word(SIDES, next()), next());
      break;
    case OP.TRIGGERED:
      listener.triggered(next(), next());
      break;
    case OP.TRADED:
      listener.traded(next(), next(), next(), word(SIDES, next()), next(), next(), next());
      break;
    case OP.CROSSED:
      listener.crossed(next(), next(), next(), next(), next(), next(), next());
      break;
    case OP.REFRESHED:
      listener.refreshed(next(), next(), next());
      break;
    case OP.REDUCED:
      listener.reduced(next(), next(), next(), next());
      break;
    case OP.CANCELLED:
      listener.cancelled(next(), next(), next(), word(CANCEL_REASONS, next()));
      break;
    case OP.REJECTED:
      listener.rejected(next(), next(), word(REJECT_REASONS, next()));
      break;
    case OP.PHASE_CHANGED:
      listener.phaseChanged(next(), word(PHASES, next()));
      break;
    case OP.INDICATIVE: {
      const price = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
      listener.indicative?.(next(), price(next()), next(), next(), price(next()));
      break;
    }
    default:
      listener.limitStateChanged?.(next(), word(LIMIT_STATES, next()));
  }
}

function word<T>(words: readonly T[], index: number): T {
  const found = words[index];
  if (found === undefined) throw new EngineError("invalid-journal", `no word has the number ${index}`);
  return found;
}
