import type { FixView } from "../view.ts";
import type { SessionContext } from "./context.ts";
import { InboundQueue } from "./inbound-queue.ts";
import { sendResendRequest } from "./session-messages.ts";

/** Messages of the peer that are missing: one ResendRequest at a time, and what came above the gap waits its turn. */
export class Gap {
  readonly #context: SessionContext;
  readonly #queue: InboundQueue;
  readonly #chunk: number;
  readonly #timeout: number;
  /** Highest number that is missing; 0: nothing is outstanding. */
  #upTo = 0;
  /** Highest number of the part that was asked for. */
  #chunkEnd = 0;
  #askedAt = 0;

  constructor(context: SessionContext) {
    const { settings } = context;
    this.#context = context;
    this.#chunk = settings.resendChunk ?? 0;
    this.#timeout = settings.resendTimeoutMillis ?? 30_000;
    this.#queue = new InboundQueue(
      settings.maxQueuedMessages ?? 10_000,
      settings.maxQueuedBytes ?? 16 * 1024 * 1024,
    );
  }

  /** When to ask again; Infinity when nothing is missing. */
  get deadline(): number {
    return this.#upTo === 0 ? Number.POSITIVE_INFINITY : this.#askedAt + this.#timeout;
  }

  clear(): void {
    this.#queue.clear();
    this.#upTo = 0;
    this.#context.statistics.queued = 0;
  }

  /** A message above the expected number. */
  onTooHigh(view: FixView, seqNum: number): void {
    const context = this.#context;
    if (this.#queue.put(seqNum, view)) context.statistics.queued = this.#queue.size;
    else {
      context.event("warning", "queue-full", `message ${seqNum} above a gap dropped, to be asked for again`);
    }
    if (context.now >= this.deadline || this.#upTo === 0) this.askFor(seqNum - 1);
  }

  /** Asks for everything from the expected number on. */
  askFor(upTo: number): void {
    const { store } = this.#context;
    this.#context.event(
      "warning",
      "sequence-gap",
      `messages ${store.nextTargetSeqNum} to ${upTo} are missing`,
    );
    this.#ask(upTo);
  }

  onTick(): void {
    if (this.#context.now >= this.deadline) this.#ask(this.#upTo);
  }

  #ask(upTo: number): void {
    const { store, statistics, settings, now } = this.#context;
    const from = store.nextTargetSeqNum;
    const isWhole = this.#chunk === 0 || from + this.#chunk > upTo;
    this.#upTo = upTo;
    this.#chunkEnd = isWhole ? upTo : from + this.#chunk - 1;
    this.#askedAt = now;
    statistics.resendRequests++;
    sendResendRequest(
      this.#context,
      from,
      this.#chunk === 0 ? (settings.openEndSeqNum ?? 0) : this.#chunkEnd,
    );
  }

  /** A number has been counted: a copy of it that waits above the gap is of no use any more. */
  onArrived(seqNum: number): void {
    if (this.#queue.size > 0) this.#queue.take(seqNum);
  }

  /** The peer has moved its sequence on. */
  onMoved(): void {
    this.#queue.forgetBelow(this.#context.store.nextTargetSeqNum);
  }

  /**
   * Takes messages that waited above the gap, and asks for the next part of it.
   *
   * @param handle - gets the message with the expected number
   */
  onProgress(handle: (view: FixView, seqNum: number) => void): void {
    const { store, statistics, input } = this.#context;
    while (this.#queue.size > 0 && input.isReading) {
      const expected = store.nextTargetSeqNum;
      const bytes = this.#queue.take(expected);
      if (!bytes) break;
      input.parser.parse(bytes, 0, bytes.length);
      handle(input.parser.view, expected);
      // A message that was refused with a Logout has not been counted: do not go round for ever.
      if (store.nextTargetSeqNum === expected) break;
    }
    statistics.queued = this.#queue.size;
    if (this.#upTo === 0) return;
    const expected = store.nextTargetSeqNum;
    if (expected > this.#upTo) this.#upTo = 0;
    else if (expected > this.#chunkEnd) this.#ask(this.#upTo);
  }
}
