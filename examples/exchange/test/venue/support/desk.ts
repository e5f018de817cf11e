import type {
  CancelOrder,
  MassCancel,
  ReplaceOrder,
  SubmitOrder,
  VenueCommand,
} from "../../../src/venue/commands.ts";
import type { VenueConfig } from "../../../src/venue/config.ts";
import { silentListener, type VenueListener } from "../../../src/venue/events.ts";
import type { OrderView } from "../../../src/venue/order-view.ts";
import { Venue } from "../../../src/venue/venue.ts";

/** Two firms, three accounts, two instruments: the first with cents and ticks of one cent, the second with ticks of five. */
export const smallConfig: VenueConfig = {
  mic: "XTST",
  currency: { code: "USD", decimals: 2 },
  instruments: [
    {
      symbol: "ACME",
      name: "Acme Rockets",
      priceDecimals: 2,
      tickSize: 1,
      maximumQuantity: 100_000,
      referencePrice: 10_000,
    },
    {
      symbol: "BOLT",
      name: "Bolt & Nut Works",
      priceDecimals: 1,
      tickSize: 5,
      lotSize: 10,
      maximumQuantity: 10_000,
      referencePrice: 500,
      volatilityInterruption: { range: 25, duration: 5_000 },
    },
  ],
  firms: [{ name: "ALFA" }, { name: "BETA" }],
  accounts: [
    { name: "alfa-1", firm: "ALFA" },
    { name: "alfa-2", firm: "ALFA" },
    { name: "beta-1", firm: "BETA" },
  ],
  sessions: [
    { name: "ALFA-FIX", firm: "ALFA" },
    { name: "BETA-FIX", firm: "BETA", cancelOnDisconnect: true },
  ],
  fees: { makerPpm: -200, takerPpm: 300, auctionPpm: 100 },
};

export const ALFA = { session: 0, account: 0 } as const;
export const ALFA2 = { session: 0, account: 1 } as const;
export const BETA = { session: 1, account: 2 } as const;

/** An event as text: name and arguments, orders by their ids. */
export type Line = string;

/** Turns every event into a line, so that tests compare lists of them. */
export function recorder(lines: Line[], hide: readonly (keyof VenueListener)[] = []): VenueListener {
  const listener: Record<string, (...values: unknown[]) => void> = {};
  for (const name of Object.keys(silentListener)) {
    listener[name] = (...values) => {
      if (hide.includes(name as keyof VenueListener)) return;
      lines.push([name, ...values.map(toText)].join(" ").trimEnd());
    };
  }
  return listener as unknown as VenueListener;
}

function toText(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    if ("orderId" in value && "status" in value) {
      const order = value as OrderView;
      return `#${order.orderId}(${order.clientOrderId} ${order.status} ${order.cumulativeQuantity}+${order.leavesQuantity}/${order.quantity})`;
    }
    if ("type" in value) {
      const { type, clientOrderId } = value as VenueCommand & { clientOrderId?: string };
      return clientOrderId === undefined ? type : `${type}:${clientOrderId}`;
    }
  }
  return String(value);
}

type Party = { readonly session: number; readonly account: number };

/** A venue in continuous trading, and short ways to give it commands. Each command is a millisecond later. */
export class TestDesk {
  readonly lines: Line[] = [];
  readonly venue: Venue;
  now = 1_000_000;

  constructor(
    config: VenueConfig = smallConfig,
    listener?: VenueListener,
    phase: "continuous" | "pre-open" = "continuous",
  ) {
    this.venue = new Venue(config, listener ?? recorder(this.lines, ["began", "ended"]));
    this.apply({ type: "phase", timeMicros: 0, instrument: -1, phase });
    this.lines.length = 0;
  }

  /** Events since the last call. */
  take(...names: string[]): Line[] {
    const lines = this.lines.splice(0);
    return names.length === 0 ? lines : lines.filter((line) => names.some((name) => line.startsWith(name)));
  }

  apply(command: VenueCommand): void {
    this.now += 1_000;
    this.venue.apply({ ...command, timeMicros: this.now });
  }

  submit(party: Party, clientOrderId: string, terms: Partial<SubmitOrder> = {}): void {
    this.apply({
      type: "submit",
      timeMicros: 0,
      ...party,
      clientOrderId,
      instrument: 0,
      side: "buy",
      quantity: 100,
      orderType: "limit",
      timeInForce: "gtc",
      ...((terms.orderType ?? "limit") === "limit" && { price: 10_000 }),
      ...terms,
    });
  }

  cancel(party: Party, origClientOrderId: string, terms: Partial<CancelOrder> = {}): void {
    this.apply({
      type: "cancel",
      timeMicros: 0,
      ...party,
      clientOrderId: "",
      origClientOrderId,
      orderId: 0,
      totalQuantity: 0,
      ...terms,
    });
  }

  replace(
    party: Party,
    origClientOrderId: string,
    clientOrderId: string,
    terms: Partial<ReplaceOrder>,
  ): void {
    this.apply({
      type: "replace",
      timeMicros: 0,
      ...party,
      clientOrderId,
      origClientOrderId,
      orderId: 0,
      quantity: 100,
      ...terms,
    });
  }

  massCancel(session: number, terms: Partial<MassCancel> = {}): void {
    this.apply({
      type: "mass-cancel",
      timeMicros: 0,
      session,
      account: -1,
      ofSession: -1,
      instrument: -1,
      side: "both",
      clientOrderId: "",
      ...terms,
    });
  }
}
