// @ts-check
// Shows the market-data WebSocket: a ladder and a tape for each instrument.

const TAPE_ROWS = 8;
const LADDER_ROWS = 10;
const RECONNECT_MILLIS = 1_000;

/**
 * @typedef {[price: string, quantity: number, orders: number]} Row
 * @typedef {{ symbol: string, bids: Row[], asks: Row[] }} Book
 * @typedef {{ symbol: string, price: string, quantity: number, takerSide: "buy" | "sell" | "auction", time: string }} Trade
 */

/** The books, kept up to date from what arrives. @type {Map<string, Book>} */
const books = new Map();

/** @type {Map<string, Element>} */
const sections = new Map();
const status = /** @type {HTMLElement} */ (document.querySelector("#status"));
let trades = 0;

/** @param {{ symbol: string, name: string, tickSize: string }[]} instruments */
function build(instruments) {
  const main = /** @type {HTMLElement} */ (document.querySelector("#instruments"));
  const template = /** @type {HTMLTemplateElement} */ (document.querySelector("#instrument"));
  main.replaceChildren();
  for (const { symbol, name, tickSize } of instruments) {
    const section = /** @type {Element} */ (template.content.cloneNode(true).firstElementChild);
    section.setAttribute("data-symbol", symbol);
    text(section, ".symbol", symbol);
    text(section, ".name", `${name}, tick ${tickSize}`);
    sections.set(symbol, section);
    main.append(section);
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

/** @param {Book & { type: "snapshot" | "update" }} message */
function takeBook({ type, symbol, bids, asks }) {
  const before = type === "update" ? books.get(symbol) : undefined;
  const book = {
    symbol,
    bids: changed(before?.bids ?? [], bids, -1),
    asks: changed(before?.asks ?? [], asks, 1),
  };
  books.set(symbol, book);
  showBook(book);
}

/** @param {Book} book */
function showBook({ symbol, bids, asks }) {
  const largest = Math.max(
    1,
    ...bids.map(([, quantity]) => quantity),
    ...asks.map(([, quantity]) => quantity),
  );
  // Padded to full height, so that the spread stays where it is.
  const asksShown = [...Array(Math.max(0, LADDER_ROWS - asks.length)).fill(undefined), ...asks.toReversed()];
  const bidsShown = [...bids, ...Array(Math.max(0, LADDER_ROWS - bids.length)).fill(undefined)];
  const rows = [
    ...asksShown.map((row) => ladderRow(row, "ask", largest)),
    ...bidsShown.map((row) => ladderRow(row, "bid", largest)),
  ];
  rows[asksShown.length]?.classList.add("best-bid");
  sections
    .get(symbol)
    ?.querySelector(".ladder tbody")
    ?.replaceChildren(...rows);
}

/**
 * @param {Row | undefined} row
 * @param {"bid" | "ask"} kind
 * @param {number} largest
 */
function ladderRow(row, kind, largest) {
  const line = document.createElement("tr");
  const [bid, price, ask] = [0, 1, 2].map(() => line.insertCell());
  if (!row || !bid || !price || !ask) return line;
  const cell = kind === "bid" ? bid : ask;
  price.textContent = row[0];
  cell.textContent = row[1].toLocaleString("en");
  cell.title = `${row[2]} orders`;
  cell.className = kind;
  cell.style.setProperty("--share", String(row[1] / largest));
  return line;
}

/** @param {Trade} trade */
function showTrade({ symbol, price, quantity, takerSide, time }) {
  trades++;
  const section = sections.get(symbol);
  const tape = section?.querySelector(".tape tbody");
  if (!section || !tape) return;
  const line = document.createElement("tr");
  const clock = new Date(time).toLocaleTimeString("en-GB");
  const cells = [
    ["time", clock],
    [takerSide, `${{ buy: "▲", sell: "▼", auction: "◆" }[takerSide]} ${price}`],
    ["", quantity.toLocaleString("en")],
  ];
  for (const [className = "", content = ""] of cells) {
    const cell = line.insertCell();
    cell.className = className;
    cell.textContent = content;
  }
  tape.prepend(line);
  while (tape.childElementCount > TAPE_ROWS) tape.lastElementChild?.remove();
  const last = /** @type {HTMLElement} */ (section.querySelector(".last"));
  last.textContent = price;
  last.className = `last ${takerSide}`;
}

/**
 * @param {Element} parent
 * @param {string} selector
 * @param {string} content
 */
function text(parent, selector, content) {
  const element = parent.querySelector(selector);
  if (element) element.textContent = content;
}

function connect() {
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/v1/market-data`);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "welcome") {
      trades = 0;
      build(message.instruments);
      for (const channel of ["l2", "trades"]) socket.send(JSON.stringify({ op: "subscribe", channel }));
      status.className = "live";
    } else if (message.channel === "l2" && message.bids) takeBook(message);
    else if (message.channel === "trades" && message.trades) {
      for (const trade of message.trades) showTrade({ symbol: message.symbol, ...trade });
    }
    status.textContent = `live · ${trades} trades seen`;
  };
  socket.onclose = () => {
    status.className = "lost";
    status.textContent = "connection lost, trying again…";
    setTimeout(connect, RECONNECT_MILLIS);
  };
}

connect();
