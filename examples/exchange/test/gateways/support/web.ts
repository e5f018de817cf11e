import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { Outcomes } from "../../../src/gateways/outcomes.ts";
import { openWebServer } from "../../../src/gateways/web/web-server.ts";
import { Logins } from "../../../src/logins.ts";
import { Bars } from "../../../src/market-data/bars/bars.ts";
import { PublicMarket } from "../../../src/market-data/public/public-market.ts";
import { WebSocketFeed } from "../../../src/market-data/web-socket/web-socket-feed.ts";
import { referenceLogins } from "../../../src/reference-logins.ts";
import { SequencedVenue } from "../../../src/sequenced-venue.ts";
import { referenceConfig } from "../../../src/venue/reference-config.ts";

/** A buy order that every test knows. */
export const order = { symbol: "ACME", side: "buy", price: "187.25", quantity: 100 };
/** Bearer of the key of firm ALFA; a request without one is a guest's, of firm WEB. */
export const alfa = { authorization: "Bearer alfa-key" };

const ORDERS = { method: "POST", url: "/api/v1/orders" } as const;

/** A venue in continuous trading, in memory, behind REST and WebSocket; its clock stands where a test puts it. */
export class Web {
  /** Microseconds since 1970. */
  micros = 1_767_225_600_000_000;
  readonly sequenced: SequencedVenue = new SequencedVenue({
    config: referenceConfig,
    journal: "memory",
    now: () => this.micros,
  });
  readonly feed: WebSocketFeed;
  gateway!: FastifyInstance;
  readonly #market: PublicMarket;
  readonly #bars: Bars;

  static async open(): Promise<Web> {
    const web = new Web();
    await web.#open();
    return web;
  }

  private constructor() {
    const instruments = referenceConfig.instruments.map((rules) => ({ lotSize: 1, ...rules }));
    this.#market = new PublicMarket(instruments, () => this.sequenced.venue.timeMicros);
    this.#bars = new Bars(instruments.length);
    this.#market.watch(this.#bars);
    this.feed = new WebSocketFeed(this.#market, this.#bars);
  }

  async #open(): Promise<void> {
    const { sequenced, feed } = this;
    const outcomes = new Outcomes(sequenced);
    sequenced.add(outcomes);
    sequenced.add(this.#market);
    await sequenced.open();
    this.#market.open(sequenced.venue);
    this.gateway = await openWebServer({
      sequenced,
      outcomes,
      marketData: { market: this.#market, bars: this.#bars, feed },
      logins: new Logins(referenceLogins, referenceConfig),
      host: "127.0.0.1",
    });
    sequenced.submit({
      type: "phase",
      timeMicros: sequenced.now(),
      instrument: -1,
      phase: "continuous",
    });
  }

  async close(): Promise<void> {
    await this.gateway.close();
  }

  /** Enters an order as a guest. */
  post(payload: unknown): Promise<LightMyRequestResponse> {
    return this.gateway.inject({ ...ORDERS, payload: payload as object });
  }

  /** As a client of another firm, so that self-trade prevention has nothing to say. */
  postAsAlfa(payload: object): Promise<LightMyRequestResponse> {
    return this.gateway.inject({ ...ORDERS, payload, headers: alfa });
  }

  postText(payload: string, type = "application/json"): Promise<LightMyRequestResponse> {
    return this.gateway.inject({ ...ORDERS, payload, headers: { "content-type": type } });
  }

  /** The answer's body, of a path below `/api/v1/`. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the answer is, a test says what it should be
  async get(path: string, headers: Record<string, string> = {}): Promise<any> {
    return (await this.gateway.inject({ url: `/api/v1/${path}`, headers })).json();
  }
}
