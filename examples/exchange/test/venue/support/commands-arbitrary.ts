import fc from "fast-check";
import type { SubmitOrder, VenueCommand } from "../../../src/venue/commands.ts";

/** Ids from a small range, so that duplicates, unknown ones and those of others happen. */
const clientOrderId = fc.integer({ min: 0, max: 30 }).map((number) => `c${number}`);
const orderId = fc.integer({ min: 0, max: 20 });
const price = fc.integer({ min: 9_990, max: 10_010 });
const quantity = fc.integer({ min: 1, max: 300 });
/** Mostly right: an index that does not exist now and then. */
const session = fc.constantFrom(0, 0, 0, 1, 1, 1, 7);
const account = fc.constantFrom(0, 0, 1, 1, 2, 2, 2, -1);
const instrument = fc.constantFrom(0, 0, 0, 0, 1, 9);
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 4 });
const timeMicros = fc.constant(0);
const phase = fc.constantFrom(
  "continuous",
  "continuous",
  "continuous",
  "continuous",
  "pre-open",
  "opening-auction",
  "volatility-auction",
  "closing-auction",
  "closed",
) as fc.Arbitrary<
  "continuous" | "pre-open" | "opening-auction" | "volatility-auction" | "closing-auction" | "closed"
>;

const owner = fc.constantFrom(
  { session: 0, account: 0 },
  { session: 0, account: 1 },
  { session: 1, account: 2 },
);
const stranger = fc.record({ session, account });
const party = fc.oneof({ weight: 9, arbitrary: owner }, { weight: 1, arbitrary: stranger });

const plain = fc.record({
  orderType: fc.constant("limit" as const),
  timeInForce: fc.constantFrom("gtc", "day", "ioc", "fok") as fc.Arbitrary<"gtc" | "day" | "ioc" | "fok">,
  price: price as fc.Arbitrary<number | undefined>,
});
const odd = fc.record({
  orderType: fc.constantFrom(
    "limit",
    "market",
    "market-to-limit",
    "stop",
    "stop-limit",
    "market-if-touched",
    "limit-if-touched",
  ) as fc.Arbitrary<"limit" | "market" | "stop">,
  timeInForce: fc.constantFrom("gtc", "day", "gtd", "ioc", "opg", "cls", "auction") as fc.Arbitrary<
    "gtc" | "gtd"
  >,
  price: optional(price),
  triggerPrice: optional(price),
  expireTimeMicros: optional(fc.integer({ min: 1_000_000, max: 2_000_000 })),
  displayQuantity: optional(fc.integer({ min: 0, max: 60 })),
  minimumQuantity: optional(fc.integer({ min: 1, max: 60 })),
  postOnly: optional(fc.constantFrom("reject", "slide") as fc.Arbitrary<"reject" | "slide">),
});
/** Odd terms that go together. */
const special = fc.oneof(
  fc.record({
    orderType: fc.constant("limit" as const),
    timeInForce: fc.constant("gtc" as const),
    price,
    displayQuantity: fc.integer({ min: 0, max: 50 }),
  }),
  fc.record({
    orderType: fc.constant("limit" as const),
    timeInForce: fc.constant("day" as const),
    price,
    postOnly: fc.constantFrom("reject", "slide") as fc.Arbitrary<"reject" | "slide">,
  }),
  fc.record({
    orderType: fc.constant("stop" as const),
    timeInForce: fc.constant("gtc" as const),
    triggerPrice: price,
  }),
  fc.record({
    orderType: fc.constant("stop-limit" as const),
    timeInForce: fc.constant("day" as const),
    triggerPrice: price,
    price,
  }),
  fc.record({
    orderType: fc.constant("limit" as const),
    timeInForce: fc.constant("gtd" as const),
    price,
    expireTimeMicros: fc.integer({ min: 1_000_000, max: 1_300_000 }),
  }),
  fc.record({ orderType: fc.constant("market" as const), timeInForce: fc.constant("gtc" as const) }),
  fc.record({
    orderType: fc.constant("market-to-limit" as const),
    timeInForce: fc.constant("gtc" as const),
  }),
  fc.record({
    orderType: fc.constant("limit" as const),
    timeInForce: fc.constantFrom("opg", "cls", "auction") as fc.Arbitrary<"opg" | "cls" | "auction">,
    price,
  }),
);

/** What came with the rarer order types. */
const rare = fc.oneof(
  fc.record({
    orderType: fc.constant("trailing-stop" as const),
    timeInForce: fc.constant("gtc" as const),
    extras: fc.record({ trailAmount: fc.integer({ min: 1, max: 10 }) }),
  }),
  fc.record({
    orderType: fc.constant("trailing-stop-limit" as const),
    timeInForce: fc.constant("day" as const),
    triggerPrice: price,
    extras: fc.record({
      trailBasisPoints: fc.integer({ min: 1, max: 20 }),
      limitOffset: fc.integer({ min: 0, max: 3 }),
    }),
  }),
  fc.record({
    orderType: fc.constant("pegged" as const),
    timeInForce: fc.constant("gtc" as const),
    price: optional(price),
    extras: fc.record({
      peg: fc.constantFrom("primary", "market", "midpoint") as fc.Arbitrary<
        "primary" | "market" | "midpoint"
      >,
      pegOffset: optional(fc.integer({ min: -3, max: 3 })),
    }),
  }),
  fc.record({
    orderType: fc.constant("limit" as const),
    timeInForce: fc.constant("gtc" as const),
    price,
    extras: fc.constant({ allOrNone: true }),
  }),
  fc.record({
    orderType: fc.constant("limit" as const),
    timeInForce: fc.constant("fok" as const),
    price,
    extras: fc.constant({ singlePrice: true }),
  }),
  fc.record({
    orderType: fc.constant("limit" as const),
    timeInForce: fc.constant("gtc" as const),
    price,
    displayQuantity: fc.constant(10),
    extras: fc.record({
      displayLowQuantity: fc.integer({ min: 1, max: 10 }),
      displayHighQuantity: fc.integer({ min: 10, max: 30 }),
      randomSeed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    }),
  }),
);

const terms = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 4, arbitrary: special },
  { weight: 2, arbitrary: rare },
  { weight: 1, arbitrary: odd },
);

const submit = fc
  .tuple(
    party,
    terms,
    fc.record({
      clientOrderId,
      instrument,
      side: fc.constantFrom("buy", "sell", "sell", "buy", "sell-short") as fc.Arbitrary<
        "buy" | "sell" | "sell-short"
      >,
      quantity,
      selfTradeGroup: optional(fc.constantFrom(0, 1, 2)),
      selfTradeMode: optional(
        fc.constantFrom("cancel-newest", "cancel-oldest", "cancel-both", "decrement") as fc.Arbitrary<
          "cancel-newest" | "decrement"
        >,
      ),
    }),
  )
  .map(([who, what, rest]) => ({ type: "submit" as const, timeMicros: 0, ...who, ...rest, ...what }));

const reference = fc.oneof(
  fc.record({ origClientOrderId: clientOrderId, orderId: fc.constant(0) }),
  fc.record({ origClientOrderId: fc.constant(""), orderId }),
);

const cancel = fc
  .tuple(party, reference, fc.record({ totalQuantity: fc.constantFrom(0, 0, 0, 40, 120), clientOrderId }))
  .map(([who, which, rest]) => ({ type: "cancel" as const, timeMicros: 0, ...who, ...which, ...rest }));

const replace = fc
  .tuple(
    party,
    reference,
    fc.record({ clientOrderId, quantity, price: optional(price), triggerPrice: optional(price) }),
  )
  .map(([who, which, rest]) => ({ type: "replace" as const, timeMicros: 0, ...who, ...which, ...rest }));

const operation: fc.Arbitrary<VenueCommand> = fc.oneof(
  fc.record({
    type: fc.constant("phase" as const),
    timeMicros,
    instrument: fc.constantFrom(-1, 0, 0, 1),
    phase,
  }),
  fc.record({
    type: fc.constant("halt" as const),
    timeMicros,
    instrument: fc.constantFrom(0, 1, -1),
    reason: fc.constant("T1"),
  }),
  fc.record({
    type: fc.constant("resume" as const),
    timeMicros,
    instrument: fc.constantFrom(0, 1, -1),
    phase,
  }),
  fc.record({ type: fc.constant("advance" as const), timeMicros }),
  fc.record({ type: fc.constant("advance" as const), timeMicros }),
  fc.record({ type: fc.constant("start-day" as const), timeMicros, date: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ type: fc.constant("end-day" as const), timeMicros, date: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ type: fc.constant("settle" as const), timeMicros, date: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    type: fc.constant("transfer-securities" as const),
    timeMicros,
    account,
    instrument,
    quantity: fc.integer({ min: -200, max: 500 }),
    price,
  }),
  fc.record({
    type: fc.constant("transfer-cash" as const),
    timeMicros,
    account,
    amount: fc.integer({ min: -100_000, max: 1_000_000 }),
  }),
  fc.record({
    type: fc.constant("cash-dividend" as const),
    timeMicros,
    instrument,
    amountPerLot: fc.integer({ min: 0, max: 500 }),
  }),
  fc.record({
    type: fc.constant("split" as const),
    timeMicros,
    instrument,
    numerator: fc.integer({ min: 1, max: 3 }),
    denominator: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    type: fc.constant("kill-switch" as const),
    timeMicros,
    of: fc.constantFrom("firm", "account") as fc.Arbitrary<"firm" | "account">,
    index: fc.integer({ min: 0, max: 3 }),
    actor: fc.constant("officer"),
    isOn: fc.constantFrom(true, false, false, false),
  }),
  fc.record({
    type: fc.constant("set-limits" as const),
    timeMicros,
    of: fc.constant("account" as const),
    index: fc.integer({ min: 0, max: 3 }),
    actor: fc.constant("officer"),
    limits: fc.record({ maxOpenOrders: fc.constantFrom(null, 3, 8, 20) }),
  }),
  fc.record({
    type: fc.constant("set-fees" as const),
    timeMicros,
    fees: fc.record({
      makerPpm: fc.integer({ min: -500, max: 500 }),
      takerPpm: fc.integer({ min: -500, max: 500 }),
      auctionPpm: fc.integer({ min: 0, max: 500 }),
    }),
  }),
  fc.record({
    type: fc.constant("change-symbol" as const),
    timeMicros,
    instrument,
    symbol: fc.constantFrom("ACME", "ACM2", "BOLT", "bad symbol"),
  }),
  fc.record({
    type: fc.constantFrom(
      "session-connected",
      "session-disconnected",
    ) as fc.Arbitrary<"session-disconnected">,
    timeMicros,
    session,
  }),
  fc.record({
    type: fc.constant("mass-cancel" as const),
    timeMicros,
    session,
    account: fc.constantFrom(-1, 0, 1, 2),
    ofSession: fc.constantFrom(-1, -1, 0, 1, 5),
    instrument: fc.constantFrom(-1, 0, 1, 9),
    side: fc.constantFrom("both", "buy", "sell") as fc.Arbitrary<"both" | "buy" | "sell">,
    clientOrderId,
  }),
);

/** A command; times are to be given to it. */
export const command: fc.Arbitrary<VenueCommand> = fc.oneof(
  { weight: 12, arbitrary: submit as fc.Arbitrary<VenueCommand> },
  { weight: 2, arbitrary: cancel },
  { weight: 4, arbitrary: replace },
  { weight: 3, arbitrary: operation },
);

/** How a drawn command is fitted to those before it. */
interface Fit {
  readonly step: number;
  /** Which earlier order a cancel or replace is about, from the latest back. */
  readonly back: number;
  /** Leaves the command as it was drawn: mostly a wrong one. */
  readonly isWild: boolean;
}

const fit: fc.Arbitrary<Fit> = fc.record({
  step: fc.integer({ min: 0, max: 2_000 }),
  back: fc.integer({ min: 0, max: 12 }),
  isWild: fc.constantFrom(true, ...new Array<boolean>(9).fill(false)),
});

/**
 * Commands with times that go on by up to two milliseconds, from one second on. Most are such that they can be carried
 * out: ids are new, cancels and replaces are by the owner of an order, days follow each other.
 */
export const commands: fc.Arbitrary<VenueCommand[]> = fc
  .array(fc.tuple(command, fit), { maxLength: 150, size: "max" })
  .map((pairs) => {
    let now = 1_000_000;
    let date = 0;
    let isOpen = true;
    const orders: { session: number; account: number; clientOrderId: string }[] = [];
    return pairs.flatMap(([one, { step, back, isWild }], index): VenueCommand[] => {
      now += step;
      const timed = { ...one, timeMicros: now };
      if (isWild) return [timed];
      switch (timed.type) {
        case "submit": {
          const known = {
            ...timed,
            clientOrderId: `n${index}`,
            instrument: timed.instrument === 9 ? 0 : timed.instrument,
          };
          const fitted = known.instrument === 1 ? onBolt(known) : known;
          orders.push({
            session: fitted.session,
            account: fitted.account,
            clientOrderId: fitted.clientOrderId,
          });
          return [fitted];
        }
        case "cancel":
        case "replace": {
          const order = orders.at(-1 - back);
          if (order === undefined) return [timed];
          const { session: by, account: of, clientOrderId: orig } = order;
          // Whether the replace before was taken is not known here: a guess.
          if (timed.type === "replace" && back % 2 === 0) order.clientOrderId = `r${index}`;
          return [
            {
              ...timed,
              session: by,
              account: of,
              origClientOrderId: orig,
              orderId: 0,
              clientOrderId: `r${index}`,
            },
          ];
        }
        case "start-day":
        case "end-day":
        case "settle": {
          if (isOpen) {
            isOpen = false;
            return [{ type: "end-day", timeMicros: now, date }];
          }
          isOpen = true;
          date++;
          return [
            { type: "settle", timeMicros: now, date },
            { type: "start-day", timeMicros: now, date },
            { type: "phase", timeMicros: now, instrument: -1, phase: "continuous" },
          ];
        }
        case "phase":
          return back < 3
            ? [timed]
            : [timed, { type: "phase", timeMicros: now, instrument: timed.instrument, phase: "continuous" }];
        case "halt":
          // Short, or nothing else would happen.
          return back < 3
            ? [timed]
            : [
                timed,
                {
                  type: "resume",
                  timeMicros: now,
                  instrument: timed.instrument,
                  phase: "volatility-auction",
                },
              ];
        default:
          return [timed];
      }
    });
  });

/** The same order on the instrument with a tick of 5, a lot of 10 and a price of 500. */
function onBolt(order: SubmitOrder): SubmitOrder {
  const near = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : 500 + (value - 10_000) * 5;
  const lots = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : value * 10;
  return {
    ...order,
    quantity: order.quantity * 10,
    price: near(order.price),
    triggerPrice: near(order.triggerPrice),
    displayQuantity: lots(order.displayQuantity),
    minimumQuantity: lots(order.minimumQuantity),
  };
}
