import type { Subject } from "./subject.ts";

/** Every subject by name; each is loaded only when it is asked for. */
export const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  fast: async () => (await import("./fast.ts")).fast,
  "fast-vectors": async () => (await import("./fast-vectors.ts")).fastVectors,
  "fast-encode": async () => (await import("./fast-encode.ts")).fastEncode,
  itch: async () => (await import("./itch.ts")).itch,
  "itch-encode": async () => (await import("./itch-encode.ts")).itchEncode,
  risk: async () => (await import("./risk.ts")).risk,
  fix: async () => (await import("./fix.ts")).fix,
  "fix-acceptor": async () => (await import("./fix-acceptor.ts")).fixAcceptor,
  orderbook: async () => (await import("./orderbook.ts")).orderbook,
  tax: async () => (await import("./tax.ts")).tax,
  metrics: async () => (await import("./metrics.ts")).metricsSubject,
};
