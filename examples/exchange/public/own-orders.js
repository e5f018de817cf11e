// @ts-check
// Open orders with cancel and change, closed orders, positions and money: what REST says of the page's account.
import { call, key, Refusal } from "./api.js";
import { fillCells, fillRows, find, say } from "./elements.js";
import { clear, readPrices, readQuantity, sendWith } from "./form.js";
import { money, priceInWords, quantity, refusalInWords, statusInWords } from "./words.js";

const OPEN_ORDERS = 100;
const CLOSED_ORDERS = 8;

const openTable = find(document, "#open-orders");
const closedTable = find(document, "#closed-orders");
const positionsTable = find(document, "#positions");
const dialog = /** @type {HTMLDialogElement} */ (find(document, "#change"));
const changeForm = /** @type {HTMLFormElement} */ (find(dialog, "form"));
const cancelResult = find(/** @type {Element} */ (openTable.closest(".panel")), ".result");

/** Open orders as they were shown last. @type {Map<string, any>} */
const shownOrders = new Map();
/** The order that the dialog changes. */
let changing = 0;
/** How often was asked, and which answer is shown: an older one may come later. */
let asked = 0;
let shown = 0;

export async function refreshOwn() {
  const number = ++asked;
  const [open, closed, positions, account] = await Promise.all(
    [
      // One more than is shown tells whether there are more.
      `orders?limit=${OPEN_ORDERS + 1}`,
      `orders?status=closed&limit=${CLOSED_ORDERS}`,
      "positions",
      "account",
    ].map((path) => call("GET", path)),
  );
  if (number < shown) return;
  shown = number;
  const hasMore = open.splice(OPEN_ORDERS).length > 0;
  say(find(document, "#open-count"), hasMore ? `the latest ${OPEN_ORDERS}, more are open` : "");
  shownOrders.clear();
  for (const order of open) shownOrders.set(String(order.orderId), order);
  fillRows(openTable, open, ({ orderId }) => String(orderId), fillOpenOrder);
  fillRows(closedTable, closed, ({ orderId }) => String(orderId), fillClosedOrder);
  fillRows(positionsTable, positions, ({ symbol }) => symbol, fillPosition);
  showAccount(account);
}

/** @param {HTMLTableRowElement} row @param {any} order */
function fillOpenOrder(row, order) {
  const { orderId, symbol, side, leavesQuantity } = order;
  const lots = `${quantity(leavesQuantity)} / ${quantity(order.quantity)}`;
  fillCells(row, [String(orderId), symbol, side, priceInWords(order), lots, statusInWords(order)]);
  row.cells[2]?.classList.add(side === "buy" ? "buy" : "sell");
  /** @type {HTMLElement} */ (row.cells[5]).title = order.isWaiting
    ? "until the trigger price is reached"
    : "";
  if (row.cells.length > 6) return;
  const actions = row.insertCell();
  for (const [action, label] of [
    ["change", "Change"],
    ["cancel", "Cancel"],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.action = action;
    button.textContent = label ?? "";
    button.setAttribute("aria-label", `${label} order ${orderId}: ${side} ${symbol}`);
    actions.append(button);
  }
}

/** @param {HTMLTableRowElement} row @param {any} order */
function fillClosedOrder(row, order) {
  const { orderId, symbol, side, averagePrice = "–", cumulativeQuantity } = order;
  const lots = `${quantity(cumulativeQuantity)} / ${quantity(order.quantity)}`;
  fillCells(row, [String(orderId), symbol, side, averagePrice, lots, statusInWords(order)]);
  row.cells[2]?.classList.add(side === "buy" ? "buy" : "sell");
}

/** @param {HTMLTableRowElement} row @param {any} position */
function fillPosition(row, { symbol, quantity: lots, averagePrice, profit }) {
  fillCells(row, [symbol, quantity(lots), averagePrice ?? "–", money(profit)]);
}

/** @param {any} account */
function showAccount({ account, firm, currency, cash, profit, buyingPower }) {
  say(find(document, "#account-name"), `${account}, in ${currency}`);
  if (key) {
    say(find(document, "#whose-orders"), `Those of the firm ${firm} appear here, however they are entered.`);
    say(find(document, "#whose-account"), `Orders of this page are for the account ${account}.`);
  }
  const lines = [
    ["Cash", money(cash)],
    ["Profit after fees", money(profit)],
    ...(buyingPower === null ? [] : [["Buying power", money(buyingPower)]]),
  ];
  const list = find(document, "#account");
  if (list.childElementCount !== lines.length * 2) {
    list.replaceChildren(
      ...lines.flatMap(() => [document.createElement("dt"), document.createElement("dd")]),
    );
  }
  lines.flat().forEach((text, index) => {
    say(/** @type {Element} */ (list.children[index]), text ?? "");
  });
}

/** @param {() => void} changed something may have changed */
export function openOwnOrders(changed) {
  openTable.addEventListener("click", async ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    const id = button?.closest("tr")?.dataset.key ?? "";
    const order = shownOrders.get(id);
    if (!button || !order) return;
    if (button.dataset.action === "change") return openChange(order);
    button.disabled = true;
    try {
      const { cancelledQuantity } = await call("DELETE", `orders/${id}`);
      say(cancelResult, `Order ${id} is cancelled; ${quantity(cancelledQuantity)} were open.`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(cancelResult, refusalInWords(`Order ${id} is not cancelled`, error));
    } finally {
      button.disabled = false;
      changed();
    }
  });

  find(dialog, "[value=close]").addEventListener("click", () => dialog.close());
  sendWith(changeForm, async () => {
    await call("PATCH", `orders/${changing}`, {
      quantity: readQuantity(field("quantity").value),
      ...readPrices(["price", "triggerPrice"].map(field).filter((input) => !input.closest("[hidden]"))),
    }).finally(changed);
    say(cancelResult, `Order ${changing} is changed.`);
    dialog.close();
    return "";
  });
}

/** @param {any} order */
function openChange({ orderId, symbol, side, quantity: lots, price, triggerPrice, isWaiting }) {
  changing = orderId;
  clear(changeForm);
  say(find(dialog, "h2"), `Change order ${orderId}: ${side} ${symbol}`);
  field("quantity").value = String(lots);
  offer("price", price);
  // What has been triggered is changed as the order that it became.
  offer("triggerPrice", isWaiting ? triggerPrice : undefined);
  dialog.showModal();
}

/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (changeForm.elements.namedItem(name));

/** Shows a field that the order has, and hides one that it has not. @param {string} name @param {string | undefined} price */
function offer(name, price) {
  field(name).value = price ?? "";
  const label = field(name).closest("label");
  if (label) label.hidden = price === undefined;
}
