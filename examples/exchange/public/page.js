// @ts-check
// Joins the parts: market data into cards, the ticket and the account below.
import { call } from "./api.js";
import { find, say } from "./elements.js";
import { follow } from "./feed.js";
import { InstrumentCard } from "./instrument-card.js";
import { openOwnOrders, refreshOwn } from "./own-orders.js";
import { choosePrice, offerInstruments, openTicket } from "./ticket.js";

const REFRESH_MILLIS = 1_000;

const status = find(document, "#status");
const alarm = find(document, "#alarm");

/** By symbol. @type {Map<string, InstrumentCard>} */
let cards = new Map();
let trades = 0;
let isLive = false;

follow({
  welcomed(instruments) {
    trades = 0;
    isLive = true;
    cards = new Map(
      instruments.map((instrument) => [instrument.symbol, new InstrumentCard(instrument, choosePrice)]),
    );
    find(document, "#markets").replaceChildren(...Array.from(cards.values(), ({ element }) => element));
    offerInstruments(instruments);
    status.className = "live";
    say(status, "live");
    void refresh();
  },
  received(message) {
    if (message.type === "symbol-changed") rename(message);
    else if (message.type === "snapshot" || message.type === "update") {
      if (message.channel === "trades") trades += message.trades.length;
      cards.get(message.symbol)?.take(message);
    }
    status.title = `${trades} trades seen`;
  },
  lost() {
    isLive = false;
    status.className = "lost";
    say(status, "Connection lost; what is shown is old. Trying again…");
  },
});

/** @param {{ before: string, after: string }} change */
function rename({ before, after }) {
  const card = cards.get(before);
  if (!card) return;
  cards.delete(before);
  cards.set(after, card);
  card.rename(after);
  offerInstruments(Array.from(cards.keys(), (symbol) => ({ symbol })));
}

/** Asks for everything that is not pushed. While the connection is lost there is nobody to ask. */
async function refresh() {
  if (!isLive || document.hidden) return;
  try {
    const [{ journal }] = await Promise.all([call("GET", "status"), refreshOwn()]);
    alarm.hidden = journal.state === "running";
    say(alarm, alarm.hidden ? "" : "The exchange cannot make orders durable and takes none until it can.");
  } catch {
    // The feed says that the connection is lost; the next time asks again.
  }
}

openTicket(() => void refresh());
openOwnOrders(() => void refresh());
setInterval(refresh, REFRESH_MILLIS);
