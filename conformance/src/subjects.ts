import type { Subject } from "./subject.ts";

/** Every subject by name; each is loaded only when it is asked for. */
export const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  fix: async () => (await import("./fix.ts")).fix,
  "fix-acceptor": async () => (await import("./fix-acceptor.ts")).fixAcceptor,
  orderbook: async () => (await import("./orderbook.ts")).orderbook,
};
