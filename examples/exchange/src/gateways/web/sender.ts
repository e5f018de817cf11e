import { randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Logins } from "../../logins.ts";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import { ApiError } from "./api-error.ts";

/** Who sends a request, and what the gateway adds to an order that it reads from one. */
export interface Sender {
  readonly session: number;
  readonly firm: number;
  readonly account: number;
  readonly timeMicros: number;
  /** For an order that brings none. */
  readonly clientOrderId: string;
}

/** Who asks: the session of the API key, or the guests' when there is none. @throws ApiError `unauthorized` */
export function readSender(
  request: FastifyRequest,
  { sequenced, logins }: { readonly sequenced: SequencedVenue; readonly logins: Logins },
): Sender {
  const key = /^bearer (.{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
  const session = logins.apiSession(key);
  if (session === undefined || (key === undefined && request.headers.authorization !== undefined)) {
    throw new ApiError("unauthorized", "send `authorization: Bearer KEY` with a key of this exchange");
  }
  const { directory } = sequenced.venue;
  const firm = directory.firmOfSession[session]!;
  const [account] = directory.accountsOf(firm);
  return { session, firm, account: account!, timeMicros: sequenced.now(), clientOrderId: randomUUID() };
}
