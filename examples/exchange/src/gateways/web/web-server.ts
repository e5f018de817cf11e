import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import fastifyWebsocket from "@fastify/websocket";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from "fastify";
import type { Logins } from "../../logins.ts";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import type { Instrument } from "../../venue/directory.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { Outcome, Outcomes } from "../outcomes.ts";
import { ApiError } from "./api-error.ts";
import { addMarketDataRoutes, type MarketDataParts } from "./market-data-routes.ts";
import { fillsJson, orderJson, readChanges, readNewOrder, type Sender } from "./order-json.ts";

export interface WebServerParts {
  readonly sequenced: SequencedVenue;
  readonly outcomes: Outcomes;
  readonly marketData: MarketDataParts;
  readonly logins: Logins;
}

const MAX_BODY_BYTES = 4_096;
const MAX_WEBSOCKET_MESSAGE_BYTES = 4_096;

/** REST in, WebSocket market data out, and the page: everything a browser or `curl` speaks to. */
export async function openWebServer(parts: WebServerParts): Promise<FastifyInstance> {
  const app = await openWebApp();
  addOrderRoutes(app, parts);
  addMarketDataRoutes(app, parts.marketData);
  return app;
}

/** A server with the page, and with errors answered in one form; routes are yet to be added. */
export async function openWebApp(): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });

  app.setNotFoundHandler((request, reply) => {
    const error = new ApiError("not-found", `there is no ${request.method} ${request.url.slice(0, 100)}`);
    return reply.code(error.status).send(error.toJSON());
  });
  app.setErrorHandler((error: FastifyError | ApiError, _request, reply) => {
    const answer = error instanceof ApiError ? error : apiErrorOf(error);
    if (answer.status === 500) console.error(error);
    return reply.code(answer.status).send(answer.toJSON());
  });

  await app.register(fastifyWebsocket, {
    // Compression would cost each client its own copy of every message, and memory that a client can ask for.
    options: { maxPayload: MAX_WEBSOCKET_MESSAGE_BYTES, perMessageDeflate: false },
  });
  await app.register(fastifyStatic, { root: resolve(import.meta.dirname, "../../../public") });
  return app;
}

/** What a client may see and change: the orders of its own firm. */
function addOrderRoutes(app: FastifyInstance, { sequenced, outcomes, logins }: WebServerParts): void {
  const instruments = (): readonly Instrument[] => sequenced.venue.directory.instruments;

  /** Who asks: the session of the API key, or the guests' when there is none. @throws ApiError `unauthorized` */
  const senderOf = (request: FastifyRequest): Sender => {
    const key = /^Bearer (.{1,200})$/.exec(request.headers.authorization ?? "")?.[1];
    const session = logins.apiSession(key);
    if (session === undefined || (key === undefined && request.headers.authorization !== undefined)) {
      throw new ApiError("unauthorized", "send `authorization: Bearer KEY` with a key of this exchange");
    }
    const { directory } = sequenced.venue;
    const [account] = directory.accountsOf(directory.firmOfSession[session]!);
    return { session, account: account!, timeMicros: sequenced.now(), clientOrderId: randomUUID() };
  };

  const ownOrder = (request: FastifyRequest<{ Params: { id: string } }>, { session }: Sender): OrderView => {
    const { id } = request.params;
    const order = /^\d{1,15}$/.test(id) ? sequenced.venue.order(Number(id)) : undefined;
    if (order === undefined || order.firm !== sequenced.venue.directory.firmOfSession[session]) {
      throw new ApiError("unknown-order", `no order of yours has the id ${id.slice(0, 40)}`, "id");
    }
    return order;
  };

  const describe = (order: OrderView): object => orderJson(order, instruments()[order.instrument]!);

  app.post("/api/v1/orders", async (request, reply) => {
    const command = readNewOrder(request.body, instruments(), senderOf(request));
    const { order, fills } = done(await outcomes.submit(command));
    return reply
      .code(201)
      .send({ ...describe(order!), fills: fillsJson(fills, instruments()[order!.instrument]!) });
  });

  app.get("/api/v1/orders", (request) => {
    const { session } = senderOf(request);
    return sequenced.venue.openOrders(sequenced.venue.directory.firmOfSession[session]!).map(describe);
  });

  app.get<{ Params: { id: string } }>("/api/v1/orders/:id", (request) =>
    describe(ownOrder(request, senderOf(request))),
  );

  app.patch<{ Params: { id: string } }>("/api/v1/orders/:id", async (request) => {
    const sender = senderOf(request);
    const order = ownOrder(request, sender);
    const rules = instruments()[order.instrument]!;
    const command = readChanges(request.body, order, rules, { ...sender, account: order.account });
    const outcome = done(await outcomes.submit(command));
    return { ...describe(outcome.order!), fills: fillsJson(outcome.fills, rules) };
  });

  app.delete<{ Params: { id: string } }>("/api/v1/orders/:id", async (request) => {
    const { session, timeMicros, clientOrderId } = senderOf(request);
    const { orderId, account } = ownOrder(request, senderOf(request));
    const outcome = await outcomes.submit({
      type: "cancel",
      timeMicros,
      session,
      account,
      clientOrderId,
      origClientOrderId: "",
      orderId,
      totalQuantity: 0,
    });
    return { ...describe(done(outcome).order!), cancelledQuantity: done(outcome).cancelled };
  });
}

type Done = Extract<Outcome, { kind: "done" }>;

/** @throws ApiError for every other outcome */
function done(outcome: Outcome): Done {
  if (outcome.kind === "done") return outcome;
  if (outcome.kind === "unavailable") {
    throw new ApiError(
      "unavailable",
      outcome.why === "busy"
        ? "too many commands wait; try again in a moment"
        : "the exchange cannot make commands durable and takes none",
    );
  }
  const { reason } = outcome;
  throw new ApiError(
    reason,
    `the venue refused this: ${reason}`,
    undefined,
    reason === "unknown-order" ? 404 : 422,
  );
}

function apiErrorOf(error: FastifyError): ApiError {
  if (error.statusCode === 413) {
    return new ApiError("body-too-large", `a body may have at most ${MAX_BODY_BYTES} bytes`);
  }
  if (error.statusCode === 415) {
    return new ApiError("unsupported-media-type", "send the body as content-type: application/json");
  }
  if (error instanceof SyntaxError || error.code?.startsWith("FST_ERR_CTP")) {
    return new ApiError("malformed-json", "the body is not JSON");
  }
  if (error.statusCode && error.statusCode < 500) return new ApiError("invalid-request", error.message);
  return new ApiError("internal-error", "the exchange failed to carry this out");
}
