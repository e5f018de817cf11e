import { z } from "zod";
import { type BarInterval, barIntervalNames } from "../bars/bars.ts";

export const channels = ["l1", "l2", "l3", "trades", "bars", "status"] as const;
export type Channel = (typeof channels)[number];

/** Prices on each side that a level 2 subscription may ask for. */
export const depths = [10, 50, 200, 1_000] as const;

/** Milliseconds between two updates of l1, l2 and bars; 0 sends with every batch of commands. */
export const throttles = [0, 50, 100, 250, 500, 1_000, 5_000] as const;

export const MAX_LATENCY_MILLIS = 10_000;

const id = z.union([z.string().max(64), z.number()]);

/** What a client may send. */
export const request = z.strictObject({
  op: z.enum(["subscribe", "unsubscribe"]),
  channel: z.enum(channels),
  /** All instruments when left out. */
  symbols: z.array(z.string().max(40)).min(1).max(256).optional(),
  /** Of l2; 10 when left out. */
  depth: z.literal(depths).optional(),
  /** Of bars; 1m when left out. */
  interval: z.enum(barIntervalNames as [BarInterval, ...BarInterval[]]).optional(),
  /** Comes back with the answer. */
  id: id.optional(),
});

export type Request = z.output<typeof request>;

/** Why a request was answered with an error; the connection goes on. */
export type RequestFault =
  /** Not JSON, or not a request. */
  | "invalid-request"
  | "unknown-symbol"
  /** Unsubscribed from what was not subscribed. */
  | "not-subscribed"
  /** A connection has too many. */
  | "too-many-subscriptions"
  /** The book shows too many orders to send them all. */
  | "book-too-large";

/** Codes that a connection is closed with. */
export const CloseCode = {
  /** The exchange stops. */
  goingAway: 1001,
  /** Too many requests, or too many bad ones. */
  policy: 1008,
  /** Too many connections. */
  tryAgainLater: 1013,
  /** l3 or trades were not read fast enough: messages would have been lost. */
  slowConsumer: 4001,
} as const;

/** What a connection asks for with its address: `?throttle=250&latency=40`. */
export const connectionQuery = z.object({
  throttle: z.coerce.number().pipe(z.literal(throttles)).optional(),
  latency: z.coerce.number().int().min(0).max(MAX_LATENCY_MILLIS).optional(),
});

/** The id of a request that is wrong elsewhere, so that the answer can be told apart. */
export function idOf(value: unknown): string | number | undefined {
  const given = z.object({ id }).safeParse(value);
  return given.success ? given.data.id : undefined;
}
