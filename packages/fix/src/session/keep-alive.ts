import type { SessionContext } from "./context.ts";
import { sendHeartbeat, sendTestRequest } from "./session-messages.ts";

/** Silence of the peer after which it is asked whether it is there, in heartbeat intervals. */
const TEST_REQUEST_AFTER = 1.2;
/** Silence of the peer after which the connection is given up. */
const DISCONNECT_AFTER = 2.4;

/** Heartbeats, and the watch over those of the peer. */
export class KeepAlive {
  /** HeartBtInt(108) in force, in milliseconds; 0: no heartbeats. */
  intervalMillis = 0;
  readonly #context: SessionContext;
  #lastReceived = 0;
  #isTestPending = false;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** A connection begins. */
  start(): void {
    const { now, outgoing } = this.#context;
    outgoing.lastSent = now;
    this.onReceived();
  }

  /** The peer has given a sign of life. */
  onReceived(): void {
    this.#lastReceived = this.#context.now;
    this.#isTestPending = false;
  }

  get deadline(): number {
    const interval = this.intervalMillis;
    if (interval === 0) return Number.POSITIVE_INFINITY;
    if (this.#isTestPending) return this.#lastReceived + interval * DISCONNECT_AFTER;
    return Math.min(
      this.#lastReceived + interval * TEST_REQUEST_AFTER,
      this.#context.outgoing.lastSent + interval,
    );
  }

  onTick(): void {
    const context = this.#context;
    const interval = this.intervalMillis;
    if (interval === 0) return;
    const silence = context.now - this.#lastReceived;
    if (silence >= interval * DISCONNECT_AFTER) context.timeout(`nothing received for ${silence} ms`);
    else if (silence >= interval * TEST_REQUEST_AFTER && !this.#isTestPending) {
      this.#isTestPending = true;
      sendTestRequest(context);
    } else if (!this.#isTestPending && context.now - context.outgoing.lastSent >= interval) {
      sendHeartbeat(context);
    }
  }
}
