import { resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import fastifyWebsocket from "@fastify/websocket";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { ApiError } from "./api-error.ts";
import type { Engine, EngineFault, OrderReport } from "./engine.ts";
import type { Instrument } from "./instruments.ts";
import type { BookMessage, MarketData } from "./market-data.ts";
import { readOrder } from "./order-request.ts";
import { formatPrice } from "./prices.ts";

export interface GatewayParts {
  readonly instruments: readonly Instrument[];
  readonly engine: Engine;
  readonly marketData: MarketData;
  /** Milliseconds since 1970; stamped on each command as it comes in. */
  readonly now: () => number;
}

const MAX_BODY_BYTES = 4_096;
const MAX_WEBSOCKET_MESSAGE_BYTES = 1_024;

/** REST in, WebSocket market data out, and the page: everything a browser or `curl` speaks to. */
export async function openGateway(parts: GatewayParts): Promise<FastifyInstance> {
  const { engine, marketData, now } = parts;
  const bySymbol = new Map(parts.instruments.map((instrument) => [instrument.symbol, instrument]));
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

  await app.register(fastifyWebsocket, { options: { maxPayload: MAX_WEBSOCKET_MESSAGE_BYTES } });
  await app.register(fastifyStatic, { root: resolve(import.meta.dirname, "../public") });

  app.post("/api/v1/orders", (request, reply) => {
    const order = readOrder(request.body, bySymbol);
    const report = engine.submit(order, now());
    if (typeof report === "string") throw engineError(report, order.symbol);
    return reply.code(201).send(reportJson(report, bySymbol.get(order.symbol)!));
  });

  app.delete<{ Params: { id: string } }>("/api/v1/orders/:id", (request) => {
    const { id } = request.params;
    const orderId = /^\d{1,15}$/.test(id) ? Number(id) : 0;
    const cancelled = engine.cancel(orderId, "client");
    if (typeof cancelled === "string") throw engineError(cancelled, id.slice(0, 40));
    return { orderId, status: "cancelled", cancelledQuantity: cancelled };
  });

  app.get<{ Params: { symbol: string } }>("/api/v1/book/:symbol", (request): BookMessage => {
    const { symbol } = request.params;
    if (!bySymbol.has(symbol)) {
      throw new ApiError("unknown-symbol", `there is no instrument ${symbol.slice(0, 40)}`, "symbol");
    }
    return marketData.book(engine, symbol);
  });

  app.get("/api/v1/market-data", { websocket: true }, (socket) => marketData.join(socket, engine));
  return app;
}

function reportJson(report: OrderReport, instrument: Instrument): object {
  return {
    ...report,
    fills: report.fills.map(({ price, quantity }) => ({ price: formatPrice(instrument, price), quantity })),
  };
}

function engineError(fault: EngineFault, what: string): ApiError {
  switch (fault) {
    case "unknown-order":
      return new ApiError(fault, `no open order of yours has the id ${what}`, "id");
    case "unknown-symbol":
      return new ApiError(fault, `there is no instrument ${what}`, "symbol");
    case "book-full":
      return new ApiError(fault, `${what} holds as many orders as it may; cancel some or try again later`);
  }
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
