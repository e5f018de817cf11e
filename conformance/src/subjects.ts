import type { Subject } from "./subject.ts";

/** Every subject by name; each is loaded only when it is asked for. */
export const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  risk: async () => (await import("./risk.ts")).risk,
  orderbook: async () => (await import("./orderbook.ts")).orderbook,
};
