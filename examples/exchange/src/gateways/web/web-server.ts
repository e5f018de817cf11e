import { resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import fastifyWebsocket from "@fastify/websocket";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import type { Logins } from "../../logins.ts";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import type { Outcomes } from "../outcomes.ts";
import { addAccountRoutes } from "./account-routes.ts";
import { ApiError } from "./api-error.ts";
import { checkHosts } from "./hosts.ts";
import { addMarketDataRoutes, MARKET_DATA_PATH, type MarketDataParts } from "./market-data-routes.ts";
import { addOrderRoutes } from "./order-routes.ts";
import { addStatusRoutes } from "./status-routes.ts";

export interface WebServerParts {
  readonly sequenced: SequencedVenue;
  readonly outcomes: Outcomes;
  readonly marketData: MarketDataParts;
  readonly logins: Logins;
  /** Where it is to listen: a name that requests may be sent to. */
  readonly host: string;
}

const MAX_BODY_BYTES = 4_096;
const MAX_WEBSOCKET_MESSAGE_BYTES = 4_096;
/** How long the other end of a WebSocket has to answer that it is closed when the server stops. */
const LINGER_MILLIS = 2_000;

/** REST in, WebSocket market data out, and the page: everything a browser or `curl` speaks to. */
export async function openWebServer(parts: WebServerParts): Promise<FastifyInstance> {
  const app = await openWebApp(parts.host);
  addOrderRoutes(app, parts);
  addAccountRoutes(app, parts);
  addStatusRoutes(app, parts.sequenced, parts.marketData.market);
  addMarketDataRoutes(app, parts.marketData);
  return app;
}

/** A server with the page, and with errors answered in one form; routes are yet to be added. */
export async function openWebApp(host: string): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    // Of addresses that cannot be read, which come to no route and no handler of errors.
    frameworkErrors: (error, { raw: { headers, socket } }, reply) => {
      // Who asked for a WebSocket there would keep the connection: only a route's end closes it.
      if (headers.upgrade !== undefined) reply.raw.once("finish", () => socket.destroySoon());
      answerError(error, undefined, reply);
    },
  });
  readJsonAlone(app);

  app.setNotFoundHandler((request, reply) => {
    const error = new ApiError("not-found", `there is no ${request.method} ${request.url.slice(0, 100)}`);
    return reply.code(error.status).send(error.toJSON());
  });
  app.setErrorHandler(answerError);

  await app.register(fastifyWebsocket, {
    // Compression would cost each client its own copy of every message, and memory that a client can ask for.
    options: { maxPayload: MAX_WEBSOCKET_MESSAGE_BYTES, perMessageDeflate: false },
  });
  app.addHook("preClose", async () => {
    const { clients } = app.websocketServer;
    setTimeout(() => {
      for (const client of clients) client.terminate();
    }, LINGER_MILLIS).unref();
  });
  // Behind the WebSocket's own hook, which must know the connection to end it when it is refused.
  app.addHook("onRequest", async (request) => {
    checkHosts(request, host);
    // On any other address it would open, only to close without a word.
    if (request.ws && request.routeOptions.url !== MARKET_DATA_PATH) {
      throw new ApiError("not-found", `there is no WebSocket ${request.url.slice(0, 100)}`);
    }
  });
  await app.register(fastifyStatic, { root: resolve(import.meta.dirname, "../../../public") });
  return app;
}

/** Takes bodies as JSON and as nothing else. */
function readJsonAlone(app: FastifyInstance): void {
  app.removeContentTypeParser("text/plain");
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    // Many clients set the header on every request.
    if (request.method === "DELETE" && body === "") done(null);
    else parse(request, body, done);
  });
}

function answerError(error: FastifyError | ApiError, _request: unknown, reply: FastifyReply): void {
  const answer = error instanceof ApiError ? error : apiErrorOf(error);
  if (answer.status === 500) console.error(error);
  reply.code(answer.status).send(answer.toJSON());
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
