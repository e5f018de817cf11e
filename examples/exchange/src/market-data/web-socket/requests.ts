import { z } from "zod";
import { type Reading, readFields } from "../../read-fields.ts";
import { wholeNumber } from "../address-values.ts";
import { type BarInterval, barIntervalNames } from "../bars/bars.ts";

export const channels = ["l1", "l2", "l3", "trades", "bars", "status"] as const;
export type Channel = (typeof channels)[number];

/** Prices on each side that a level 2 subscription may ask for. */
export const depths = [10, 50, 200, 1_000] as const;

/** Milliseconds between two updates of l1, l2 and bars; 0 sends with every batch of commands. */
export const throttles = [0, 50, 100, 250, 500, 1_000, 5_000] as const;

export const MAX_LATENCY_MILLIS = 10_000;

const id = z.union([z.string().max(64), z.number()]).describe("a number or a text of at most 64 characters");

/** What a client may send. */
export interface Request {
  readonly op: "subscribe" | "unsubscribe";
  readonly channel: Channel;
  /** All instruments when left out. */
  readonly symbols?: string[] | undefined;
  /** Of l2; 10 when left out. */
  readonly depth?: (typeof depths)[number] | undefined;
  /** Of bars; 1m when left out. */
  readonly interval?: BarInterval | undefined;
  /** Comes back with the answer. */
  readonly id?: string | number | undefined;
}

const request = z.strictObject({
  op: z.enum(["subscribe", "unsubscribe"]),
  channel: z.enum(channels),
  symbols: z.array(z.string().max(40)).min(1).max(256).describe("a list of 1 to 256 symbols").optional(),
  depth: z
    .literal(depths)
    .describe(`one of ${depths.join(", ")}`)
    .optional(),
  interval: z.enum(barIntervalNames).optional(),
  id: id.optional(),
});

export function readRequest(value: unknown): Reading<Request> {
  return readFields(request, value, "a request");
}

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
  /** A bad address, too many requests, too many bad ones, or too much that waits for its latency. */
  policy: 1008,
  /** Too many connections. */
  tryAgainLater: 1013,
  /** l3 or trades were not read fast enough: messages would have been lost. */
  slowConsumer: 4001,
} as const;

/** What a connection asks for with its address: `?throttle=250&latency=40`. */
export interface ConnectionQuery {
  readonly throttle?: (typeof throttles)[number] | undefined;
  readonly latency?: number | undefined;
}

const connectionQuery = z.object({
  throttle: wholeNumber
    .pipe(z.literal(throttles))
    .describe(`one of ${throttles.join(", ")} milliseconds`)
    .optional(),
  latency: wholeNumber
    .pipe(z.number().max(MAX_LATENCY_MILLIS))
    .describe(`0 to ${MAX_LATENCY_MILLIS} milliseconds`)
    .optional(),
});

export function readConnectionQuery(query: unknown): Reading<ConnectionQuery> {
  return readFields(connectionQuery, query, "the query");
}

/** The id of a request that is wrong elsewhere, so that the answer can be told apart. */
export function idOf(value: unknown): string | number | undefined {
  const given = z.object({ id }).safeParse(value);
  return given.success ? given.data.id : undefined;
}
