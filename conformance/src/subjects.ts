import type { Subject } from "./subject.ts";

/** Every subject by name; each is loaded only when it is asked for. */
export const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  itch: async () => (await import("./itch.ts")).itch,
  "itch-encode": async () => (await import("./itch-encode.ts")).itchEncode,
  orderbook: async () => (await import("./orderbook.ts")).orderbook,
};
