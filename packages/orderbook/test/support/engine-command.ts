import {
  type CancelFilter,
  type Contingency,
  cmeAllocation,
  type EngineOptions,
  type InstrumentOptions,
  type MatchingEngine,
  type NewOrder,
  type Phase,
  type Side,
} from "@exchange-kit/orderbook";
import fc from "fast-check";

/** Instruments that together use every rule there is. */
export const venue: readonly InstrumentOptions[] = [
  {},
  {
    tickSize: 2,
    lotSize: 2,
    maximumQuantity: 10,
    lowestPrice: -4,
    highestPrice: 40_000,
    dynamicBand: 5,
    referencePrice: 2,
  },
  {
    allocation: cmeAllocation("K", {
      topMinimum: 2,
      topMaximum: 4,
      leadMarketMakers: [
        { account: 1, percent: 30 },
        { account: 2, percent: 20 },
      ],
      fifoPercent: 40,
      proRataMinimum: 2,
      levels: true,
    }),
  },
  {
    priceLimits: { basisPoints: 10_000, window: 30, updateBasisPoints: 2_500, limitState: 4, pause: 5 },
    referencePrice: 2,
  },
  {
    volatilityInterruption: { range: 2, duration: 6 },
    tickBands: [{ from: 2, tickSize: 2 }],
    maximumLevels: 3,
    allocation: [{ step: "pro-rata" }],
  },
];

/** Small limits, so that they are met. */
export const limits: EngineOptions = { maximumOrders: 14, orderLimit: { orders: 4, interval: 8 } };

/** What both engines are. */
export type Engine = Pick<
  MatchingEngine,
  | "limit"
  | "market"
  | "enter"
  | "enterList"
  | "cancel"
  | "cancelAll"
  | "disconnect"
  | "replace"
  | "amend"
  | "reduce"
  | "advance"
  | "setPhase"
  | "setLastPrice"
  | "phase"
  | "lastPrice"
  | "indicative"
  | "best"
  | "depth"
  | "orders"
  | "heldOrders"
  | "order"
  | "volumeAhead"
  | "queuePosition"
  | "levelStatistics"
  | "imbalance"
  | "eachOrder"
  | "priceLimits"
  | "size"
>;

export type Command =
  | readonly ["limit", number, number, Side, number, number]
  | readonly ["market", number, number, Side, number]
  | readonly ["enter", NewOrder]
  | readonly ["enterList", Contingency, readonly NewOrder[]]
  | readonly ["disconnect", number]
  | readonly ["cancel", number]
  | readonly ["cancelAll", CancelFilter]
  | readonly ["replace", number, number, number]
  | readonly ["amend", number, number, number, number?]
  | readonly ["reduce", number, number]
  | readonly ["advance", number]
  | readonly ["setPhase", number, Phase]
  | readonly ["setLastPrice", number, number];

// Small ranges, so that ids collide, prices cross and orders fill exactly; now and then a value that is wrong.
// Most commands of a sequence are for one instrument, so that its book fills: 0 stands for that one, see `commands`.
const instrument = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 5);
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
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

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
      "trailing-stop",
      "trailing-stop-limit",
      "pegged",
      "pegged",
    ),
    triggerPrice: near,
    trailAmount: fc.constantFrom(undefined, 1, 2, 3),
    trailBasisPoints: fc.constantFrom(2_500, 5_000, 10_000),
    limitOffset: fc.constantFrom(0, 1, 2),
    peg: fc.constantFrom<NonNullable<NewOrder["peg"]>>("primary", "market", "midpoint"),
    pegOffset: fc.constantFrom(undefined, -1, -1, 0, 1, 2),
    displayLowQuantity: fc.constantFrom(undefined, undefined, 1, 2),
    displayHighQuantity: fc.constantFrom(2, 3, 4),
    randomSeed: fc.constantFrom(0, 7, 2 ** 32 - 1),
    allOrNone: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, false, true),
    singlePrice: fc.boolean(),
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
    return defined(agreeing(order as NewOrder));
  });

/** Leaves out of a random order what does not go together. */
function agreeing(order: NewOrder): NewOrder {
  const { type = "limit", timeInForce = "gtc" } = order;
  const isTrailing = type === "trailing-stop" || type === "trailing-stop-limit";
  const isPegged = type === "pegged";
  const isLimit = type === "limit" || type === "stop-limit" || type === "limit-if-touched";
  const isTriggered = type !== "limit" && type !== "market" && type !== "market-to-limit" && !isPegged;
  const isForAuction = timeInForce === "opg" || timeInForce === "cls" || timeInForce === "auction";
  const isAtOnce = timeInForce === "ioc" || timeInForce === "fok";
  // A pegged order and a trigger have no such time in force.
  const time = (isPegged && isAtOnce) || (isForAuction && (isPegged || isTriggered)) ? "gtc" : timeInForce;
  const canRest = (isLimit || type === "trailing-stop-limit") && time !== "ioc" && time !== "fok";
  const goesToAuction = time === "opg" || time === "cls" || time === "auction";
  const postOnly = type === "limit" && (time === "gtc" || time === "day") ? order.postOnly : undefined;
  const isWhole = order.allOrNone === true && canRest && !goesToAuction && !postOnly;
  const display =
    canRest && !isWhole && (order.displayQuantity ?? 0) <= order.quantity ? order.displayQuantity : undefined;
  const isRandom = Boolean(display) && order.displayLowQuantity !== undefined;
  const mayHavePrice = type === "market" || type === "stop" || type === "market-if-touched" || isPegged;
  const triggers = isTriggered && !(isTrailing && order.quantity % 3 !== 0);
  return {
    ...order,
    timeInForce: time,
    price: isLimit || (mayHavePrice && order.quantity % 3 === 0) ? order.price : undefined,
    triggerPrice: triggers ? order.triggerPrice : undefined,
    trailAmount: isTrailing ? order.trailAmount : undefined,
    trailBasisPoints: isTrailing && order.trailAmount === undefined ? order.trailBasisPoints : undefined,
    limitOffset: type === "trailing-stop-limit" ? order.limitOffset : undefined,
    peg: isPegged ? order.peg : undefined,
    pegOffset: isPegged ? order.pegOffset : undefined,
    expireTime: time === "gtd" ? order.expireTime : undefined,
    minimumQuantity:
      goesToAuction || postOnly || isWhole || isPegged || (order.minimumQuantity ?? 0) > order.quantity
        ? undefined
        : order.minimumQuantity,
    displayQuantity: display,
    displayLowQuantity: isRandom ? order.displayLowQuantity : undefined,
    displayHighQuantity: isRandom ? order.displayHighQuantity : undefined,
    randomSeed: isRandom ? order.randomSeed : undefined,
    allOrNone: isWhole ? true : order.allOrNone && undefined,
    singlePrice: time === "fok" ? order.singlePrice : undefined,
    postOnly,
  } as NewOrder;
}

/** Orders of one instrument with ids in a row, now and then not. */
const list = fc
  .tuple(
    fc.constantFrom<Contingency>(
      "one-cancels-other",
      "one-cancels-other",
      "one-updates-other",
      "one-triggers-other",
      "bracket",
      "bracket",
    ),
    fc.array(newOrder, { minLength: 2, maxLength: 4 }),
    fc.integer({ min: 1, max: 21 }),
    fc.integer({ min: 0, max: 19 }),
  )
  .map(([contingency, orders, first, isSloppy]) => [
    "enterList" as const,
    contingency,
    isSloppy === 0
      ? orders
      : orders.map((order, index) => {
          const { postOnly: _, ...other } = order;
          const isForAuction = order.timeInForce === "opg" || order.timeInForce === "auction";
          const time = isForAuction ? { timeInForce: "gtc" as const } : {};
          return { ...other, ...time, instrument: orders[0]!.instrument, orderId: first + index };
        }),
  ]) as fc.Arbitrary<Command>;

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
  { weight: 24, arbitrary: fc.tuple(fc.constant("enter" as const), newOrder) },
  { weight: 5, arbitrary: list },
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constant("limit" as const), instrument, orderId, side, price, quantity),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constant("market" as const), instrument, orderId, side, quantity) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("cancel" as const), orderId) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("replace" as const), orderId, price, quantity) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("amend" as const), orderId, price, quantity) },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constant("amend" as const),
      orderId,
      price,
      quantity,
      fc.constantFrom(0, 1, 2, 4, 6, 1.5, -2),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant("disconnect" as const), fc.integer({ min: 0, max: 2 })) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("reduce" as const), orderId, quantity) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("advance" as const), fc.integer({ min: 0, max: 6 })) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant("setPhase" as const), instrument, phase),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant("setLastPrice" as const), instrument, near) },
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

/** A sequence of commands whose times never go back, most of them for one instrument. */
export function commands(maxLength: number): fc.Arbitrary<Command[]> {
  const steps = fc.array(command, { minLength: Math.floor(maxLength / 3), maxLength, size: "max" });
  return fc.tuple(fc.nat(venue.length - 1), steps).map(([main, all]) => {
    let now = 0;
    return all.map((step): Command => {
      if (step[0] === "advance") {
        now += step[1];
        return ["advance", now];
      }
      return forInstrument(step, main);
    });
  });
}

/** Turns the instrument of a command, which is relative, so that 0 is the main one; 5 stays unknown. */
function forInstrument(step: Command, main: number): Command {
  const turn = (index: number): number => (index < venue.length ? (index + main) % venue.length : index);
  const turned = (order: NewOrder): NewOrder => ({ ...order, instrument: turn(order.instrument) });
  switch (step[0]) {
    case "limit":
      return ["limit", turn(step[1]), step[2], step[3], step[4], step[5]];
    case "market":
      return ["market", turn(step[1]), step[2], step[3], step[4]];
    case "setPhase":
      return ["setPhase", turn(step[1]), step[2]];
    case "setLastPrice":
      return ["setLastPrice", turn(step[1]), step[2]];
    case "enter":
      return ["enter", turned(step[1])];
    case "enterList":
      return ["enterList", step[1], step[2].map(turned)];
    default:
      return step;
  }
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
    case "enterList":
      return engine.enterList(step[1], step[2]);
    case "disconnect":
      return engine.disconnect(step[1]);
    case "cancel":
      return engine.cancel(step[1]);
    case "cancelAll":
      return engine.cancelAll(step[1]);
    case "replace":
      return engine.replace(step[1], step[2], step[3]);
    case "amend":
      return step[4] === undefined
        ? engine.amend(step[1], step[2], step[3])
        : engine.amend(step[1], step[2], step[3], step[4]);
    case "reduce":
      return engine.reduce(step[1], step[2]);
    case "advance":
      return engine.advance(step[1]);
    case "setPhase":
      return engine.setPhase(step[1], step[2]);
    case "setLastPrice":
      return engine.setLastPrice(step[1], step[2]);
  }
}

/** Everything that can be read about one instrument. */
export function readingsOf(engine: Engine, index: number): unknown {
  const walk: unknown[] = [];
  for (const side of ["buy", "sell"] as const) engine.eachOrder(index, side, (...row) => void walk.push(row));
  const orders = [...engine.orders(index, "buy"), ...engine.orders(index, "sell")];
  return {
    phase: engine.phase(index),
    last: engine.lastPrice(index),
    limits: engine.priceLimits(index),
    indicative: engine.indicative(index),
    best: [engine.best(index, "buy"), engine.best(index, "sell")],
    depth: [engine.depth(index, "buy", 3), engine.depth(index, "sell", 99)],
    imbalance: [engine.imbalance(index), engine.imbalance(index, 2)],
    orders,
    walk,
    held: engine.heldOrders(index),
    size: engine.size,
    details: orders.map(({ orderId, side, price }) => [
      engine.order(orderId),
      engine.volumeAhead(orderId),
      engine.queuePosition(orderId),
      price === undefined ? undefined : engine.levelStatistics(index, side, price),
    ]),
  };
}

/** Everything that can be read from an engine of the `venue`, and of an instrument that it does not have. */
export function readings(engine: Engine): unknown {
  return [...venue.keys(), venue.length].map((index) => readingsOf(engine, index));
}

/** The instrument that a command is about, as far as it says. */
export function instrumentOf(step: Command): number | undefined {
  switch (step[0]) {
    case "limit":
    case "market":
    case "setPhase":
    case "setLastPrice":
      return step[1];
    case "enter":
      return step[1].instrument;
    case "enterList":
      return step[2][0]?.instrument;
    default:
      return undefined;
  }
}
