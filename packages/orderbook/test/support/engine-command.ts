import type { CancelFilter, MatchingEngine, NewOrder, Phase, Side } from "@exchange-kit/orderbook";
import fc from "fast-check";

/** What both engines are. */
export type Engine = Pick<
  MatchingEngine,
  | "limit"
  | "market"
  | "enter"
  | "cancel"
  | "cancelAll"
  | "replace"
  | "amend"
  | "reduce"
  | "advance"
  | "setPhase"
  | "phase"
  | "lastPrice"
  | "indicative"
  | "best"
  | "depth"
  | "orders"
  | "heldOrders"
  | "order"
  | "volumeAhead"
  | "size"
>;

export type Command =
  | readonly ["limit", number, number, Side, number, number]
  | readonly ["market", number, number, Side, number]
  | readonly ["enter", NewOrder]
  | readonly ["cancel", number]
  | readonly ["cancelAll", CancelFilter]
  | readonly ["replace", number, number, number]
  | readonly ["amend", number, number, number]
  | readonly ["reduce", number, number]
  | readonly ["advance", number]
  | readonly ["setPhase", number, Phase];

// Small ranges, so that ids collide, prices cross and orders fill exactly; now and then a value that is wrong.
// Most commands are for instrument 0, so that its book fills; instrument 1 of the tests has rules, with lots of 2.
const instrument = fc.constantFrom(0, 0, 0, 1);
const orderId = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 1, max: 24 }) },
  { weight: 2, arbitrary: fc.integer({ min: 2 ** 32 - 2, max: 2 ** 32 + 2 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -3, 1.5, Number.NaN, 2 ** 48, 2 ** 48 - 1) },
);
const side = fc.constantFrom<Side>("buy", "sell");
const near = fc.constantFrom(-4, -2, -2, -1, 0, 0, 1, 2, 2, 4);
const price = fc.oneof(
  { weight: 40, arbitrary: near },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-0, 40_000, -40_000, 2 ** 30, 2 ** 30 - 1, 1 - 2 ** 30, 0.5, 2 ** 31),
  },
);
const quantity = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(1, 2, 2, 3, 4, 4, 5, 6, 6, 8, 10, 12) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1.5, 2 ** 30, 2 ** 31) },
);
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 1 });

/** Leaves out what is `undefined`. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}

/** Mostly orders that are valid in some phase: fields that a type needs are there. */
const newOrder: fc.Arbitrary<NewOrder> = fc
  .record({
    instrument,
    orderId,
    side,
    quantity,
    price,
    type: fc.constantFrom<NonNullable<NewOrder["type"]>>(
      "limit",
      "limit",
      "limit",
      "limit",
      "limit",
      "limit",
      "market",
      "market-to-limit",
      "stop",
      "stop-limit",
      "market-if-touched",
      "limit-if-touched",
    ),
    triggerPrice: near,
    timeInForce: fc.constantFrom<NonNullable<NewOrder["timeInForce"]>>(
      "gtc",
      "gtc",
      "gtc",
      "gtc",
      "gtc",
      "gtc",
      "gtc",
      "day",
      "gtd",
      "ioc",
      "fok",
      "opg",
      "cls",
      "auction",
    ),
    expireTime: fc.integer({ min: 1, max: 40 }),
    displayQuantity: fc.constantFrom(undefined, undefined, undefined, 0, 1, 2, 4),
    minimumQuantity: fc.constantFrom(undefined, undefined, undefined, 1, 2, 6),
    postOnly: fc.constantFrom(
      undefined,
      undefined,
      undefined,
      undefined,
      "reject" as const,
      "slide" as const,
    ),
    account: rarely(fc.integer({ min: 0, max: 2 })),
    session: rarely(fc.integer({ min: 0, max: 2 })),
    selfTradeGroup: fc.constantFrom(undefined, 0, 1, 1, 2),
    selfTradeMode: fc.constantFrom<NonNullable<NewOrder["selfTradeMode"]>>(
      "cancel-newest",
      "cancel-oldest",
      "cancel-both",
      "decrement",
    ),
    isSloppy: fc.integer({ min: 0, max: 19 }),
  })
  .map(({ isSloppy, ...order }) => {
    if (isSloppy === 0) return defined(order);
    const { type, timeInForce } = order;
    const isLimit = type === "limit" || type === "stop-limit" || type === "limit-if-touched";
    const isAtOnce = timeInForce === "ioc" || timeInForce === "fok";
    const isForAuction = timeInForce === "opg" || timeInForce === "cls" || timeInForce === "auction";
    const canRest = isLimit && !isAtOnce;
    const postOnly = type === "limit" && canRest && !isForAuction ? order.postOnly : undefined;
    const isTriggered = type !== "limit" && type !== "market" && type !== "market-to-limit";
    return defined({
      ...order,
      price: isLimit || (type !== "market-to-limit" && order.quantity % 3 === 0) ? order.price : undefined,
      triggerPrice: isTriggered ? order.triggerPrice : undefined,
      expireTime: timeInForce === "gtd" ? order.expireTime : undefined,
      minimumQuantity:
        isForAuction || postOnly || (order.minimumQuantity ?? 0) > order.quantity
          ? undefined
          : order.minimumQuantity,
      displayQuantity:
        canRest && (order.displayQuantity ?? 0) <= order.quantity ? order.displayQuantity : undefined,
      postOnly:
        type === "limit" && (timeInForce === "gtc" || timeInForce === "day") ? order.postOnly : undefined,
    });
  });

const phase = fc.constantFrom<Phase>(
  "continuous",
  "continuous",
  "continuous",
  "continuous",
  "continuous",
  "continuous",
  "continuous",
  "pre-open",
  "opening-auction",
  "volatility-auction",
  "closing-auction",
  "halted",
  "closed",
);

/** `time` commands carry a step, made absolute by {@link inTime}. */
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(fc.constant("enter" as const), newOrder) },
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constant("limit" as const), instrument, orderId, side, price, quantity),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constant("market" as const), instrument, orderId, side, quantity) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("cancel" as const), orderId) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("replace" as const), orderId, price, quantity) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("amend" as const), orderId, price, quantity) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("reduce" as const), orderId, quantity) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("advance" as const), fc.integer({ min: 0, max: 6 })) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant("setPhase" as const), fc.integer({ min: 0, max: 2 }), phase),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant("cancelAll" as const),
      fc
        .record({
          instrument: rarely(instrument),
          side: rarely(side),
          account: rarely(fc.integer({ min: 0, max: 2 })),
          session: rarely(fc.integer({ min: 0, max: 2 })),
        })
        .map(defined),
    ),
  },
);

/** A sequence of commands whose times never go back. */
export function commands(maxLength: number): fc.Arbitrary<Command[]> {
  return fc.array(command, { minLength: Math.floor(maxLength / 3), maxLength, size: "max" }).map((steps) => {
    let now = 0;
    return steps.map((step) => {
      if (step[0] !== "advance") return step;
      now += step[1];
      return ["advance", now];
    });
  });
}

/** Gives one command to an engine. */
export function applyCommand(engine: Engine, step: Command): unknown {
  switch (step[0]) {
    case "limit":
      return engine.limit(step[1], step[2], step[3], step[4], step[5]);
    case "market":
      return engine.market(step[1], step[2], step[3], step[4]);
    case "enter":
      return engine.enter(step[1]);
    case "cancel":
      return engine.cancel(step[1]);
    case "cancelAll":
      return engine.cancelAll(step[1]);
    case "replace":
      return engine.replace(step[1], step[2], step[3]);
    case "amend":
      return engine.amend(step[1], step[2], step[3]);
    case "reduce":
      return engine.reduce(step[1], step[2]);
    case "advance":
      return engine.advance(step[1]);
    case "setPhase":
      return engine.setPhase(step[1], step[2]);
  }
}

/** Everything that can be read from an engine of two instruments. */
export function readings(engine: Engine): unknown {
  return [0, 1, 2].map((index) => ({
    phase: engine.phase(index),
    last: engine.lastPrice(index),
    indicative: engine.indicative(index),
    best: [engine.best(index, "buy"), engine.best(index, "sell")],
    depth: [engine.depth(index, "buy", 3), engine.depth(index, "sell", 99)],
    orders: [engine.orders(index, "buy"), engine.orders(index, "sell")],
    held: engine.heldOrders(index),
    size: engine.size,
    ahead: [...engine.orders(index, "buy"), ...engine.orders(index, "sell")].map((order) => [
      order,
      engine.order(order.orderId),
      engine.volumeAhead(order.orderId),
    ]),
  }));
}
