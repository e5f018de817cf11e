import type { FixView } from "@exchange-kit/fix";
import type { MarketWatcher, PublicMarket, PublicTrade } from "../../market-data/public/public-market.ts";
import type { FixClient } from "./fix-client.ts";
import { type MarketDataRefusal, readMarketDataRequest } from "./market-data-request.ts";
import { MarketDataSubscription } from "./market-data-subscription.ts";

/** Least time between two messages of one subscription: what happens meanwhile is told together. */
const INTERVAL_MILLIS = 20;
/** Output that a client may leave unread before its market data waits, and is told together once it has read. */
const MAX_PENDING_BYTES = 1024 * 1024;
/** Instruments of all the subscriptions of one client. */
const MAX_SUBSCRIPTIONS = 1_000;

/** MarketDataRequest: snapshots, and subscriptions that last as long as the connection. */
export class MarketDataService implements MarketWatcher {
  readonly #market: PublicMarket;
  readonly #byClient = new Map<FixClient, Map<string, MarketDataSubscription[]>>();
  /** By instrument. */
  readonly #watching: Set<MarketDataSubscription>[];
  readonly #clients = new Map<MarketDataSubscription, FixClient>();
  readonly #dirty = new Set<MarketDataSubscription>();
  #timer: NodeJS.Timeout | undefined;

  constructor(market: PublicMarket) {
    this.#market = market;
    this.#watching = market.instruments.map(() => new Set());
    market.watch(this);
  }

  receive(client: FixClient, view: FixView): void {
    // What was asked for on another connection ended with it.
    if (client.hasAnswered(view)) return;
    const requestId = view.string(262)!;
    const mine = this.#byClient.get(client);
    if (view.equals(263, "2")) {
      if (mine?.has(requestId)) this.#drop(mine, requestId);
      else refuse(client, requestId, { code: undefined, text: "there is no such subscription" });
      return;
    }
    const request = readMarketDataRequest(view, this.#market);
    if ("text" in request) return void refuse(client, requestId, request);
    if (mine?.has(requestId)) {
      return void refuse(client, requestId, { code: "1", text: "this MDReqID has a subscription" });
    }
    const subscriptions = request.instruments.map(
      (instrument) => new MarketDataSubscription(request, instrument, this.#market.instruments[instrument]!),
    );
    if (request.isSubscription) {
      let count = subscriptions.length;
      for (const others of mine?.values() ?? []) count += others.length;
      if (count > MAX_SUBSCRIPTIONS) {
        return void refuse(client, requestId, {
          code: "2",
          text: `more than ${MAX_SUBSCRIPTIONS} subscriptions`,
        });
      }
      if (mine) mine.set(requestId, subscriptions);
      else this.#byClient.set(client, new Map([[requestId, subscriptions]]));
    }
    for (const subscription of subscriptions) {
      if (request.isSubscription) {
        this.#watching[subscription.instrument]!.add(subscription);
        this.#clients.set(subscription, client);
      }
      this.#sendSnapshot(client, subscription);
    }
  }

  /** A client is gone, and its subscriptions with it. */
  left(client: FixClient): void {
    const mine = this.#byClient.get(client);
    if (!mine) return;
    for (const requestId of [...mine.keys()]) this.#drop(mine, requestId);
    this.#byClient.delete(client);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  orderAdded(instrument: number): void {
    this.#bookChanged(instrument);
  }

  orderChanged(instrument: number): void {
    this.#bookChanged(instrument);
  }

  orderDeleted(instrument: number): void {
    this.#bookChanged(instrument);
  }

  traded(trade: PublicTrade): void {
    for (const subscription of this.#watching[trade.instrument]!) {
      subscription.traded(trade);
      if (subscription.isDirty) this.#dirty.add(subscription);
    }
  }

  batchEnded(): void {
    if (this.#dirty.size > 0 && this.#timer === undefined) this.#tell();
  }

  #bookChanged(instrument: number): void {
    const watching = this.#watching[instrument]!;
    if (watching.size === 0) return;
    for (const subscription of watching) {
      if (subscription.isDirty) continue;
      subscription.bookChanged();
      if (subscription.isDirty) this.#dirty.add(subscription);
    }
  }

  /** Tells who is due and reads; looks again later for the others. */
  #tell(): void {
    const now = Date.now();
    for (const subscription of this.#dirty) {
      const client = this.#clients.get(subscription)!;
      const { live } = client;
      if (!live || live.pendingBytes > MAX_PENDING_BYTES) continue;
      if (now - subscription.sentAt < INTERVAL_MILLIS) continue;
      this.#dirty.delete(subscription);
      subscription.sentAt = now;
      if (subscription.request.isFullRefresh) {
        this.#sendSnapshot(client, subscription);
        continue;
      }
      const changes = subscription.takeChanges();
      if (changes.length > 0) client.send("X", (encoder) => subscription.writeChanges(encoder, changes));
    }
    if (this.#dirty.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, INTERVAL_MILLIS);
  }

  #sendSnapshot(client: FixClient, subscription: MarketDataSubscription): void {
    client.send("W", (encoder, version) =>
      subscription.writeSnapshot(encoder, version, this.#market.timeMicros),
    );
  }

  #drop(mine: Map<string, MarketDataSubscription[]>, requestId: string): void {
    for (const subscription of mine.get(requestId)!) {
      this.#watching[subscription.instrument]!.delete(subscription);
      this.#clients.delete(subscription);
      this.#dirty.delete(subscription);
    }
    mine.delete(requestId);
  }
}

function refuse(client: FixClient, requestId: string, { code, text }: MarketDataRefusal): void {
  client.send("Y", (encoder) => {
    encoder.string(262, requestId);
    if (code !== undefined) encoder.string(281, code);
    encoder.string(58, text);
  });
}
