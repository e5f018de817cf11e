import { active, logoutSent } from "./established.ts";
import { idle } from "./idle.ts";
import { authenticating, awaitingLogon, logonSent } from "./logon.ts";
import type { SessionState, StateHandler } from "./state.ts";

/** One handler for each state. */
export const handlers: Readonly<Record<SessionState, StateHandler>> = {
  disconnected: idle,
  "awaiting-logon": awaitingLogon,
  authenticating,
  "logon-sent": logonSent,
  active,
  "logout-sent": logoutSent,
  closing: idle,
};
