// @ts-check
// Joins the parts: market data into cards, the ticket and the account below.
import { call, Refusal } from "./api.js";
import { find, say } from "./elements.js";
import { follow } from "./feed.js";
import { allowSending } from "./form.js";
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
/** Until the exchange says that it does not know the page's key. */
let isKnown = true;
/** How far the exchange's clock is ahead of the page's own: it need not show the same day. */
let clockAhead = 0;

follow({
  welcomed(instruments) {
    trades = 0;
    isLive = true;
    isKnown = true;
    cards = new Map(
      instruments.map((instrument) => [instrument.symbol, new InstrumentCard(instrument, choosePrice)]),
    );
    find(document, "#markets").replaceChildren(...Array.from(cards.values(), ({ element }) => element));
    offerInstruments(instruments);
    status.className = "live";
    say(status, "live");
    document.body.classList.remove("lost");
    allowSending(true);
    void refresh();
  },
  received(message) {
    if (message.type === "symbol-changed") rename(message);
    else if (message.type === "snapshot" || message.type === "update") {
      clockAhead = Date.parse(message.time) - performance.now();
      if (message.channel === "trades") trades += message.trades.length;
      cards.get(message.symbol)?.take(message);
      if (message.channel === "bars") cards.get(message.symbol)?.showTime(Date.parse(message.time));
    }
    status.title = `${trades} trades seen`;
  },
  lost() {
    isLive = false;
    status.className = "lost";
    say(status, "Connection lost; what is shown is old. Trying again…");
    document.body.classList.add("lost");
    allowSending(false);
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
  for (const card of cards.values()) card.showTime(clockAhead + performance.now());
  if (!isKnown) return;
  try {
    const [{ journal }] = await Promise.all([call("GET", "status"), refreshOwn()]);
    alarm.hidden = journal.state === "running";
    say(alarm, alarm.hidden ? "" : "The exchange cannot make orders durable and takes none until it can.");
  } catch (error) {
    // Of a lost connection the feed tells; the next time asks again.
    if (error instanceof Refusal && error.code === "unauthorized") refuseKey();
  }
}

/** Asking again would be answered the same. The market is everyone's and goes on. */
function refuseKey() {
  isKnown = false;
  allowSending(false);
  alarm.hidden = false;
  say(alarm, "The key in this page's address is not known. Correct it, or leave it out to trade as a guest.");
}

// The page's address keeps its key.
find(document, "nav").addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("a");
  if (!link) return;
  event.preventDefault();
  find(document, link.hash).scrollIntoView();
});
addEventListener("hashchange", () => location.reload());

openTicket(() => void refresh());
openOwnOrders(() => void refresh());
setInterval(refresh, REFRESH_MILLIS);
