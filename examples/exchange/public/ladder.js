// @ts-check
// The best prices of each side, kept up to date from what arrives.

const ROWS = 10;

/** @typedef {[price: string, quantity: number, orders: number]} Row */

export class Ladder {
  /** Best first. @type {Row[]} */
  #bids = [];
  /** @type {Row[]} */
  #asks = [];
  #body;

  /** @param {Element} body of the table */
  constructor(body) {
    this.#body = body;
  }

  /** @param {{ type: "snapshot" | "update", bids: Row[], asks: Row[] }} message */
  take({ type, bids, asks }) {
    const isUpdate = type === "update";
    this.#bids = changed(isUpdate ? this.#bids : [], bids, -1);
    this.#asks = changed(isUpdate ? this.#asks : [], asks, 1);
    this.#show();
  }

  #show() {
    const [bids, asks] = [this.#bids, this.#asks];
    const largest = Math.max(1, ...[...bids, ...asks].map(([, quantity]) => quantity));
    // Padded to full height, so that the spread stays where it is.
    const asksShown = [...Array(Math.max(0, ROWS - asks.length)).fill(undefined), ...asks.toReversed()];
    const bidsShown = [...bids, ...Array(Math.max(0, ROWS - bids.length)).fill(undefined)];
    const rows = [
      ...asksShown.map((row) => line(row, "ask", largest)),
      ...bidsShown.map((row) => line(row, "bid", largest)),
    ];
    rows[asksShown.length]?.classList.add("best-bid");
    this.#body.replaceChildren(...rows);
  }
}

/**
 * @param {Row[]} rows best first
 * @param {Row[]} changes quantity 0 is gone
 * @param {1 | -1} sign 1 when lower prices come first
 */
function changed(rows, changes, sign) {
  const prices = new Set(changes.map(([price]) => price));
  return [
    ...rows.filter(([price]) => !prices.has(price)),
    ...changes.filter(([, quantity]) => quantity > 0),
  ].sort(([a], [b]) => (Number(a) - Number(b)) * sign);
}

/**
 * @param {Row | undefined} row
 * @param {"bid" | "ask"} kind
 * @param {number} largest
 */
function line(row, kind, largest) {
  const element = document.createElement("tr");
  const [bid, price, ask] = [0, 1, 2].map(() => element.insertCell());
  if (!row || !bid || !price || !ask) return element;
  const cell = kind === "bid" ? bid : ask;
  element.dataset.price = row[0];
  price.textContent = row[0];
  cell.textContent = row[1].toLocaleString("en");
  cell.title = row[2] === 1 ? "1 order" : `${row[2]} orders`;
  cell.className = kind;
  cell.style.setProperty("--share", String(row[1] / largest));
  return element;
}
