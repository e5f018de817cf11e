import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Logins } from "../../logins.ts";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { Outcome, Outcomes } from "../outcomes.ts";
import { ApiError } from "./api-error.ts";
import { fillsJson, orderJson, readChanges, readNewOrder } from "./order-json.ts";
import { limit, readQuery } from "./query.ts";
import { refusalInWords } from "./refusal-words.ts";
import { readSender, type Sender } from "./sender.ts";

export interface OrderParts {
  readonly sequenced: SequencedVenue;
  readonly outcomes: Outcomes;
  readonly logins: Logins;
}

/** The query of `GET /api/v1/orders`. */
const ordersQuery = z.strictObject({
  status: z.enum(["open", "closed"]).default("open"),
  limit: limit(1_000, 100),
});

/** What a client may see and change: the orders of its own firm. */
export function addOrderRoutes(app: FastifyInstance, parts: OrderParts): void {
  const { sequenced, outcomes } = parts;

  const ownOrder = (request: FastifyRequest<{ Params: { id: string } }>, { firm }: Sender): OrderView => {
    const { id } = request.params;
    const order = /^\d{1,15}$/.test(id) ? sequenced.venue.order(Number(id)) : undefined;
    if (order === undefined || order.firm !== firm) {
      throw new ApiError("unknown-order", `no order of yours has the id ${id.slice(0, 40)}`, "id");
    }
    return order;
  };

  const describe = (order: OrderView): object => orderJson(order, sequenced.venue);

  const withFills = ({ order, fills, endReason }: Done): object => ({
    ...describe(order!),
    endReason,
    fills: fillsJson(fills, sequenced.venue.directory.instruments[order!.instrument]!),
  });

  app.post("/api/v1/orders", async (request, reply) => {
    const command = readNewOrder(request.body, sequenced.venue, readSender(request, parts));
    return reply.code(201).send(withFills(done(await outcomes.submit(command))));
  });

  app.get("/api/v1/orders", (request) => {
    const { firm } = readSender(request, parts);
    const { status, limit } = readQuery(ordersQuery, request.query);
    const orders =
      status === "closed"
        ? sequenced.venue.closedOrders(firm, limit)
        : sequenced.venue.openOrders(firm).slice(-limit).reverse();
    return orders.map(describe);
  });

  app.get<{ Params: { id: string } }>("/api/v1/orders/:id", (request) =>
    describe(ownOrder(request, readSender(request, parts))),
  );

  app.patch<{ Params: { id: string } }>("/api/v1/orders/:id", async (request) => {
    const sender = readSender(request, parts);
    const order = ownOrder(request, sender);
    const command = readChanges(request.body, order, sequenced.venue, sender);
    return withFills(done(await outcomes.submit(command)));
  });

  app.delete<{ Params: { id: string } }>("/api/v1/orders/:id", async (request) => {
    const sender = readSender(request, parts);
    const { session, timeMicros, clientOrderId } = sender;
    const { orderId, account } = ownOrder(request, sender);
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
    if (outcome.why === "invalid") {
      throw new ApiError(
        "invalid-request",
        "a number is beyond what the exchange can hold; nothing was done",
      );
    }
    throw new ApiError(
      "unavailable",
      outcome.why === "busy"
        ? "too many commands wait; try again in a moment"
        : "the exchange cannot make commands durable and takes none until it can; nothing was done",
    );
  }
  const { reason } = outcome;
  const { words, field } = refusalInWords(reason);
  throw new ApiError(reason, words, field, reason === "unknown-order" ? 404 : 422);
}
