import type { Login } from "./logins.ts";

/** Who may log in to the exchange that `npm start` runs. It listens on this machine only, so these are no secrets. */
export const referenceLogins: readonly Login[] = [
  { protocol: "fix", session: "ALFA-FIX", compId: "ALFA", password: "alfa" },
  { protocol: "fix", session: "BETA-FIX", compId: "BETA", password: "beta" },
  { protocol: "fix", session: "ALFA-DROP", compId: "ALFADROP", password: "alfadrop", isDropCopy: true },
  { protocol: "fix", session: "BETA-DROP", compId: "BETADROP", password: "betadrop", isDropCopy: true },
  { protocol: "ouch", session: "ALFA-OUCH", username: "ALFA", password: "alfa" },
  { protocol: "ouch", session: "BETA-OUCH", username: "BETA", password: "beta" },
  { protocol: "api", session: "ALFA-API", key: "alfa-key" },
  { protocol: "api", session: "BETA-API", key: "beta-key" },
  // Guests: the page's ticket, and `curl`, without a key.
  { protocol: "api", session: "WEB-API" },
];
