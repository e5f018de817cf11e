import type { FixView } from "../../view.ts";
import type { SessionContext } from "../context.ts";

/**
 * Where a session stands.
 *
 * - `disconnected`: no connection
 * - `awaiting-logon`: an acceptor waits for the first message
 * - `authenticating`: the application has yet to decide on a Logon
 * - `logon-sent`: an initiator waits for the answer
 * - `active`: logged on
 * - `logout-sent`: our Logout waits for its answer
 * - `closing`: the connection is to be closed once the output is written
 */
export type SessionState =
  | "disconnected"
  | "awaiting-logon"
  | "authenticating"
  | "logon-sent"
  | "active"
  | "logout-sent"
  | "closing";

/** What a session does in one state; a handler has no memory of its own, all of that is in the context. */
export interface StateHandler {
  /** A sound message of the session's FIX version. */
  onMessage(context: SessionContext, view: FixView): void;
  /** A sound message of another version. */
  onWrongVersion(context: SessionContext, view: FixView): void;
  /** Bytes that were no message. */
  onGarbled(context: SessionContext, text: string): void;
  /** Time has passed. */
  onTick(context: SessionContext): void;
  /** When to be ticked next, in milliseconds since 1970; Infinity: not at all. */
  deadline(context: SessionContext): number;
}
