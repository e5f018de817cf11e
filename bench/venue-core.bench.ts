import type { Prepare, Suite } from "@exchange-kit/bench";
import { MatchingEngine } from "@exchange-kit/orderbook";
import { PreTradeGate } from "@exchange-kit/risk";
import { CommandCodec } from "../examples/exchange/src/venue/command-codec.ts";
import type { VenueCommand } from "../examples/exchange/src/venue/commands.ts";
import type { VenueConfig } from "../examples/exchange/src/venue/config.ts";
import { silentListener } from "../examples/exchange/src/venue/events.ts";
import { Venue } from "../examples/exchange/src/venue/venue.ts";

const STEPS = 100_000;
const DAY_MICROS = 86_400_000_000;
const MEMBERS = 20;
const INSTRUMENTS = 10;

const config: VenueConfig = {
  mic: "XBCH",
  currency: { code: "USD", decimals: 2 },
  instruments: Array.from({ length: INSTRUMENTS }, (_, index) => ({
    symbol: `S${index}`,
    name: `Stock ${index}`,
    priceDecimals: 2,
    tickSize: 1,
    maximumQuantity: 10_000,
    referencePrice: 10_000,
    staticCollarPpm: 500_000,
    dynamicCollarPpm: 200_000,
    fatFingerPpm: 300_000,
  })),
  firms: Array.from({ length: MEMBERS }, (_, index) => ({
    name: `F${index}`,
    limits: { maxOrderNotional: 10 ** 12, maxOpenNotional: 10 ** 13, maxGrossExposure: 10 ** 14 },
  })),
  accounts: Array.from({ length: MEMBERS }, (_, index) => ({
    name: `A${index}`,
    firm: `F${index}`,
    limits: { maxOrderQuantity: 10_000, maxLong: 10 ** 7, maxShort: 10 ** 7 },
  })),
  sessions: Array.from({ length: MEMBERS }, (_, index) => ({ name: `S${index}`, firm: `F${index}` })),
  fees: { makerPpm: -20, takerPpm: 30, auctionPpm: 10 },
};

/** Numbers that are the same in each run: multiplicative congruential, as good as this needs. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** 60 % new orders near the price, a third of which trade; 30 % cancels, 10 % replaces. */
function flow(timeInForce: "gtc" | "day"): VenueCommand[] {
  const below = generator(20_260_101);
  const commands: VenueCommand[] = [];
  const open: { party: Party; id: string }[] = [];
  for (let step = 0; step < STEPS; step++) {
    const timeMicros = 1_000_000 + step * 10;
    const kind = below(10);
    const at = open.length > 200 ? below(open.length) : -1;
    if (kind < 6 || at < 0) {
      const member = below(MEMBERS);
      const side = below(2) === 0 ? "buy" : "sell";
      const away = below(3) === 0 ? -below(5) : 1 + below(20);
      const party = { session: member, account: member };
      open.push({ party, id: `O${step}` });
      commands.push({
        type: "submit",
        timeMicros,
        ...party,
        clientOrderId: `O${step}`,
        instrument: below(INSTRUMENTS),
        side,
        quantity: 1 + below(500),
        orderType: "limit",
        timeInForce,
        price: side === "buy" ? 10_000 - away : 10_000 + away,
      });
      continue;
    }
    const { party, id } = open[at]!;
    if (kind < 9) {
      open[at] = open.at(-1)!;
      open.pop();
      commands.push(cancelOf(party, id, timeMicros));
    } else {
      open[at] = { party, id: `R${step}` };
      commands.push({
        type: "replace",
        timeMicros,
        ...party,
        clientOrderId: `R${step}`,
        origClientOrderId: id,
        orderId: 0,
        quantity: 1 + below(500),
        price: 10_000 + below(41) - 20,
      });
    }
  }
  // What is open at the end is cancelled, so that the next round finds the books as this one did.
  for (const { party, id } of open) commands.push(cancelOf(party, id, 1_000_000 + STEPS * 10));
  return commands;
}

interface Party {
  readonly session: number;
  readonly account: number;
}

function cancelOf(party: Party, origClientOrderId: string, timeMicros: number): VenueCommand {
  return {
    type: "cancel",
    timeMicros,
    ...party,
    clientOrderId: "",
    origClientOrderId,
    orderId: 0,
    totalQuantity: 0,
  };
}

function openVenue(): Venue {
  const venue = new Venue(config, silentListener);
  venue.apply({ type: "start-day", timeMicros: 1, date: 0 });
  venue.apply({ type: "phase", timeMicros: 1, instrument: -1, phase: "continuous" });
  return venue;
}

/** A venue as it is after a while: each round is a day with the same flow, later. */
function core(commands: readonly VenueCommand[]): Prepare {
  return () => {
    const venue = openVenue();
    const own = commands.map((command) => ({ ...command }));
    let date = 0;
    return () => {
      for (const command of own) {
        command.timeMicros += DAY_MICROS;
        venue.apply(command);
      }
      const { timeMicros } = venue;
      venue.apply({ type: "end-day", timeMicros, date });
      venue.apply({ type: "settle", timeMicros, date: ++date });
      venue.apply({ type: "start-day", timeMicros, date });
      venue.apply({ type: "phase", timeMicros, instrument: -1, phase: "continuous" });
      if (venue.reservations().openOrders !== 0) throw new Error("the books must be empty between rounds");
      return venue.timeMicros;
    };
  };
}

/** The same flow through the packages alone: what order management, reports, clearing and public books come on top of. */
function packagesAlone(commands: readonly VenueCommand[]): Prepare {
  return () => {
    const slots = new Map<string, number>();
    const numbered = commands.map((command, index) => {
      if (command.type === "submit") slots.set(command.clientOrderId, index + 1);
      else if (command.type === "cancel" || command.type === "replace") {
        const slot = slots.get(command.origClientOrderId)!;
        if (command.type === "replace") slots.set(command.clientOrderId, slot);
        return { command, orderId: slot };
      }
      return { command, orderId: index + 1 };
    });
    return () => {
      const gate = new PreTradeGate({ baseCurrency: "USD" });
      for (const { symbol, maximumQuantity, referencePrice } of config.instruments) {
        gate.addInstrument({
          name: symbol,
          maxQuantity: maximumQuantity,
          referencePrice,
          staticCollarPpm: 500_000,
          dynamicCollarPpm: 200_000,
          fatFingerPpm: 300_000,
        });
      }
      for (const { name, limits } of config.firms) gate.addNode({ name, level: "firm", limits: limits! });
      for (const [index, { name, limits }] of config.accounts.entries()) {
        gate.addNode({ name, level: "account", parent: index, limits: limits! });
      }
      for (const { name } of config.sessions) gate.addSession({ name });
      const nothing = (): void => {};
      const engine = new MatchingEngine(
        config.instruments.map(() => ({})),
        {
          added: nothing,
          held: nothing,
          triggered: nothing,
          traded: (_instrument, maker, taker, _side, price, quantity) => {
            gate.fill(maker, quantity, price, 0, 1);
            gate.fill(taker, quantity, price, 0, 1);
          },
          crossed: nothing,
          refreshed: nothing,
          reduced: nothing,
          cancelled: (_instrument, orderId, _quantity, reason) => {
            if (reason !== "replaced") gate.close(orderId);
          },
          rejected: nothing,
          phaseChanged: nothing,
        },
      );
      for (const { command, orderId } of numbered) {
        const timeMillis = Math.floor(command.timeMicros / 1_000);
        if (command.type === "submit") {
          const { instrument, account, session, quantity } = command;
          const side = command.side === "buy" ? "buy" : "sell";
          const price = command.price!;
          const order = {
            orderId,
            account: MEMBERS + account,
            session,
            instrument,
            side,
            quantity,
            price,
            type: "limit",
            stopPrice: 0,
            timeMillis,
          } as const;
          if (gate.newOrder(order) !== 0) continue;
          engine.enter({ instrument, orderId, side, price, quantity, timeInForce: command.timeInForce });
        } else if (command.type === "cancel") {
          if (engine.order(orderId) !== undefined) engine.cancel(orderId);
        } else if (command.type === "replace") {
          const { quantity } = command;
          const price = command.price!;
          if (gate.replace({ orderId, price, stopPrice: 0, quantity, timeMillis }) === 0) {
            engine.replace(orderId, price, quantity);
          }
        }
      }
      return engine.size;
    };
  };
}

const recovery: Prepare = () => {
  const codec = new CommandCodec();
  const bytes = new Uint8Array(STEPS * 100);
  const starts = [0];
  for (const command of flow("day"))
    starts.push(starts.at(-1)! + codec.encode(command, bytes, starts.at(-1)));
  const standby = openVenue();
  return () => {
    const venue = standby.timeMicros === 0 ? standby : openVenue();
    for (let index = 1; index < starts.length; index++) {
      const from = starts[index - 1]!;
      venue.apply(codec.decode(bytes, from, starts[index]! - from));
    }
    return venue.reservations().openOrders;
  };
};

const encoding: Prepare = () => {
  const codec = new CommandCodec();
  const bytes = new Uint8Array(1_000);
  return () => {
    let total = 0;
    for (const command of day) total += codec.encode(command, bytes, 0);
    return total;
  };
};

const day = flow("day");
const gtc = flow("gtc");

const suite: Suite = {
  name: "venue core",
  scenarios: [
    {
      name: "core: risk, matching, reports, clearing; day orders, 30 % cancels, 10 % replaces",
      operations: day.length,
      subject: core(day),
      peers: { "risk gate and engine alone": packagesAlone(day) },
      targets: [
        { measure: "operations per second", atLeast: 100_000 },
        { measure: "ratio", to: "risk gate and engine alone", atMost: 2.5 },
      ],
    },
    {
      name: "core: the same with orders good till cancelled",
      operations: gtc.length,
      subject: core(gtc),
      targets: [{ measure: "operations per second", atLeast: 100_000 }],
    },
    {
      name: "recovery: encoded commands decoded and carried out",
      operations: day.length,
      subject: recovery,
      targets: [{ measure: "operations per second", atLeast: 1_000_000 }],
    },
    {
      name: "codec: a command encoded",
      operations: day.length,
      subject: encoding,
      targets: [{ measure: "operations per second", atLeast: 1_000_000 }],
    },
  ],
};

export default suite;
