import { isAdminType, isHeaderTag } from "../header.ts";
import { FixParser } from "../parser.ts";
import type { FixView } from "../view.ts";
import type { SessionContext } from "./context.ts";

/** Resend requests of a peer that wait for their turn; more are dropped, the peer will ask again. */
const MAX_WAITING = 16;

interface Range {
  next: number;
  readonly end: number;
}

/** Sends again what the peer asks for, a batch at a time so that live messages get their turn in between. */
export class Replay {
  readonly #context: SessionContext;
  /** For stored messages; made when first needed, which for most sessions is never. */
  #parser: FixParser | undefined;
  readonly #batch: number;
  readonly #ranges: Range[] = [];

  constructor(context: SessionContext) {
    this.#context = context;
    this.#batch = context.settings.replayBatch ?? 1000;
  }

  /** Whether {@link send} has something to do: what waits for a slow peer to read does not count. */
  get isReady(): boolean {
    return this.#ranges.length > 0 && !this.#context.session.isBlocked;
  }

  clear(): void {
    this.#ranges.length = 0;
  }

  /** Adds a range of sequence numbers, unless it is on its way already. */
  add(begin: number, end: number): void {
    const isOnItsWay = this.#ranges.some((range) => range.next <= begin && range.end >= end);
    if (!isOnItsWay && this.#ranges.length < MAX_WAITING) this.#ranges.push({ next: begin, end });
  }

  /** A ResendRequest. */
  onRequest(view: FixView, seqNum: number): void {
    const context = this.#context;
    const begin = Math.max(1, view.int(7));
    const asked = view.int(16);
    const last = context.store.nextSenderSeqNum - 1;
    context.advancePast(seqNum);
    const end = asked === 0 || asked > last ? last : asked;
    if (!(begin <= end)) {
      const range = `${view.string(7)} to ${view.string(16)}`;
      context.event("warning", "resend", `peer asked for messages ${range}: there are none`);
      return;
    }
    context.event("info", "resend", `peer asked for messages ${begin} to ${end}`);
    this.add(begin, end);
    this.send();
  }

  /** Sends a part of what was asked for; the rest follows with the next tick. */
  send(): void {
    const context = this.#context;
    let budget = this.#batch;
    while (budget > 0 && this.#ranges.length > 0 && context.state !== "closing") {
      if (context.session.isBlocked) return;
      const range = this.#ranges[0]!;
      let gapFrom = 0;
      while (range.next <= range.end && budget > 0) {
        budget--;
        const seqNum = range.next++;
        const view = this.#forResend(seqNum);
        if (!view) {
          if (gapFrom === 0) gapFrom = seqNum;
          continue;
        }
        if (gapFrom > 0) this.#fillGap(gapFrom, seqNum);
        gapFrom = 0;
        this.#resend(view);
      }
      if (gapFrom > 0) this.#fillGap(gapFrom, range.next);
      if (range.next > range.end) this.#ranges.shift();
    }
  }

  /** The stored message of a number, unless a gap fill is to take its place. */
  #forResend(seqNum: number): FixView | undefined {
    const { application, session, store } = this.#context;
    const stored = store.get(seqNum);
    if (!stored) return undefined;
    this.#parser ??= new FixParser({ maxMessageBytes: 2 ** 30 });
    const isWhole = this.#parser.parse(stored) > 0 && this.#parser.problem === undefined;
    const { view } = this.#parser;
    const isSkipped = !isWhole || isAdminType(view.type) || application.onResend?.(view, session) === "skip";
    return isSkipped ? undefined : view;
  }

  /** The stored message with 43=Y, a new 52 and the old one as 122; the body goes out byte for byte. */
  #resend(view: FixView): void {
    const { outgoing, statistics } = this.#context;
    const encoder = outgoing.beginBare(view.type);
    let hasFlag = false;
    let hasTime = false;
    let index = 3;
    const last = view.size - 1;
    for (; index < last && isHeaderTag(view.tagAt(index)); index++) {
      const tag = view.tagAt(index);
      if (!hasFlag && tag > 43) {
        encoder.string(43, "Y");
        hasFlag = true;
      }
      if (!hasTime && tag > 122) {
        encoder.string(122, view.string(52)!);
        hasTime = true;
      }
      if (tag === 52) encoder.string(52, outgoing.timestamp());
      else encoder.bytes(tag, view.buffer, view.startAt(index), view.endAt(index));
    }
    if (!hasTime) encoder.string(122, view.string(52)!);
    // The body begins after the SOH of the last header field and ends where "10=" begins.
    encoder.fields(view.buffer, view.endAt(index - 1) + 1, view.startAt(last) - 3);
    outgoing.emit(encoder.end());
    statistics.resent++;
  }

  #fillGap(from: number, next: number): void {
    const { outgoing } = this.#context;
    const header = [
      [43, "Y"],
      [122, outgoing.timestamp()],
    ] as const;
    outgoing.emit(outgoing.beginAt(from, "4", header).int(36, next).string(123, "Y").end());
  }
}
