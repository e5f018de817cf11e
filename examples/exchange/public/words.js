// @ts-check
// What the exchange says, as people say it.

/** @type {Record<string, string>} */
const phases = {
  "pre-open": "Before the open: nothing trades yet",
  "opening-auction": "Opening auction: orders gather",
  continuous: "Continuous trading",
  "volatility-auction": "Auction after a halt or a large move",
  "closing-auction": "Closing auction: orders gather",
  halted: "Halted",
  closed: "Closed",
};

/** Halt codes as the industry uses them. @type {Record<string, string>} */
const haltReasons = { T1: "news pending", LUDP: "volatility pause" };

/** @param {string} phase @param {string} haltReason */
export function phaseInWords(phase, haltReason) {
  const words = phases[phase] ?? phase;
  if (phase !== "halted" || haltReason === "") return words;
  const reason = haltReasons[haltReason];
  return `${words}: ${reason ? `${reason} (${haltReason})` : haltReason}`;
}

/** @param {{ price: string | null, volume: number, imbalance: number }} indicative */
export function indicativeInWords({ price, volume, imbalance }) {
  const found = price === null ? "Nothing would trade" : `${quantity(volume)} would trade at ${price}`;
  if (imbalance === 0) return `${found} now.`;
  const left = `${quantity(Math.abs(imbalance))} more to ${imbalance > 0 ? "buy" : "sell"}`;
  return `${found} now; ${left}.`;
}

/** @param {number} lots */
export function quantity(lots) {
  return lots.toLocaleString("en");
}

/** An amount of money, with thousands apart. @param {string} amount a decimal */
export function money(amount) {
  return amount.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
}

/** @param {any} order */
export function statusInWords(order) {
  return order.isWaiting ? "waiting" : order.status.replace("-", " ");
}

/** @param {any} order */
export function priceInWords({ price, triggerPrice }) {
  if (triggerPrice === undefined) return price ?? "market";
  return `${price ?? "market"} from ${triggerPrice}`;
}

/** @param {string} what did not happen @param {import("./api.js").Refusal} refusal */
export function refusalInWords(what, { message, code }) {
  // Without an answer nobody can say that it did not.
  return code === "unreachable" ? `${message}.` : `${what}: ${message}.`;
}
