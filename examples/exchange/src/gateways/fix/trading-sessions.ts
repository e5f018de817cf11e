import type { FixEncoder, FixSession, FixView } from "@exchange-kit/fix";
import type { Phase } from "@exchange-kit/orderbook";
import type {
  MarketWatcher,
  PublicInstrument,
  PublicMarket,
} from "../../market-data/public/public-market.ts";
import type { FixClient } from "./fix-client.ts";
import type { FixVersion } from "./versions.ts";

/** Of one client. */
const MAX_SUBSCRIPTIONS = 100;

/** TradSesStatus(340) and TradingSessionSubID(625) of a phase. */
const phaseCodes: Readonly<Record<Phase, readonly [status: string, part: string]>> = {
  "pre-open": ["4", "1"],
  "opening-auction": ["4", "2"],
  continuous: ["2", "3"],
  "volatility-auction": ["4", "9"],
  "closing-auction": ["5", "4"],
  halted: ["1", "7"],
  closed: ["3", "5"],
};
const REQUEST_REJECTED = "6";
/** FIX 5.0 SP2 has a list of trading sessions, which symbols are not on: there the session is the day. */
const DAY = "1";
const UNKNOWN = "unknown TradingSessionID";

/**
 * TradingSessionStatusRequest: each instrument has a trading session of its own, whose TradingSessionID is its symbol (in
 * FIX 5.0 SP2 it is told by Symbol). Who subscribed is told every change of phase as long as the connection lasts.
 */
export class TradingSessions implements MarketWatcher {
  readonly #market: PublicMarket;
  /** Instrument of each subscription, whatever its symbol becomes, or −1 for all; by TradSesReqID. */
  readonly #byClient = new Map<FixClient, Map<string, number>>();
  /** What was told last, by instrument: an auction's price changes the status as well, but not the phase. */
  readonly #told: string[];

  constructor(market: PublicMarket) {
    this.#market = market;
    this.#told = market.instruments.map(() => "");
    market.watch(this);
  }

  receive(client: FixClient, view: FixView, session: FixSession, version: FixVersion): void {
    if (client.hasAnswered(view)) return;
    const requestId = view.string(335)!;
    const id = view.string(336) ?? "";
    const symbol = version.isFix50 && id === DAY ? "" : id;
    let mine = this.#byClient.get(client);
    if (view.equals(263, "2")) {
      mine?.delete(requestId);
      return;
    }
    const index = symbol === "" ? -1 : this.#market.find(symbol);
    if (symbol !== "" && index < 0) {
      if (version.isFix42) session.rejectBusiness(view, 1, UNKNOWN);
      else client.send("h", (encoder) => writeUnknown(encoder, requestId, symbol));
      return;
    }
    if (view.equals(263, "1")) {
      mine ??= new Map();
      if (mine.size >= MAX_SUBSCRIPTIONS && !mine.has(requestId)) {
        session.rejectBusiness(view, 0, `more than ${MAX_SUBSCRIPTIONS} subscriptions`);
        return;
      }
      this.#byClient.set(client, mine.set(requestId, index));
    }
    for (const [at, instrument] of this.#market.instruments.entries()) {
      if (index >= 0 && at !== index) continue;
      this.#told[at] = statusOf(instrument);
      client.send("h", (encoder, spoken) => writeStatus(encoder, spoken, instrument, requestId, false));
    }
  }

  left(client: FixClient): void {
    this.#byClient.delete(client);
  }

  statusChanged(index: number): void {
    const instrument = this.#market.instruments[index]!;
    const status = statusOf(instrument);
    if (this.#told[index] === status) return;
    this.#told[index] = status;
    for (const [client, subscriptions] of this.#byClient) {
      for (const [requestId, wanted] of subscriptions) {
        if (wanted >= 0 && wanted !== index) continue;
        client.send("h", (encoder, version) => writeStatus(encoder, version, instrument, requestId, true));
      }
    }
  }
}

function statusOf({ phase, haltReason }: PublicInstrument): string {
  return `${phase} ${haltReason}`;
}

function writeStatus(
  encoder: FixEncoder,
  version: FixVersion,
  { symbol, phase, haltReason }: PublicInstrument,
  requestId: string,
  isUnsolicited: boolean,
): void {
  const [status, part] = phaseCodes[phase];
  encoder.string(335, requestId).string(336, version.isFix50 ? DAY : symbol);
  if (!version.isFix42) encoder.string(625, part);
  encoder.boolean(325, isUnsolicited).string(340, status);
  encoder.string(58, haltReason === "" ? phase : `${phase}: ${haltReason}`);
  if (version.isFix50) encoder.string(55, symbol);
}

function writeUnknown(encoder: FixEncoder, requestId: string, symbol: string): void {
  encoder.string(335, requestId).string(336, symbol).string(340, REQUEST_REJECTED);
  encoder.int(567, 1).string(58, UNKNOWN);
}
