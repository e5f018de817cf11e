// @ts-check
// Open orders with cancel and change, closed orders, positions and money: what REST says of the page's account.
import { call, Refusal } from "./api.js";
import { fillCells, fillRows, find, say } from "./elements.js";
import { clear, readQuantity, sendWith } from "./form.js";
import { money, priceInWords, quantity, statusInWords } from "./words.js";

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

export async function refreshOwn() {
  const [open, closed, positions, account] = await Promise.all(
    ["orders", `orders?status=closed&limit=${CLOSED_ORDERS}`, "positions", "account"].map((path) =>
      call("GET", path),
    ),
  );
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
function showAccount({ account, currency, cash, profit, buyingPower }) {
  say(find(document, "#account-name"), `${account}, in ${currency}`);
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
    const key = button?.closest("tr")?.dataset.key ?? "";
    const order = shownOrders.get(key);
    if (!button || !order) return;
    if (button.dataset.action === "change") return openChange(order);
    button.disabled = true;
    try {
      const { cancelledQuantity } = await call("DELETE", `orders/${key}`);
      say(cancelResult, `Order ${key} is cancelled; ${quantity(cancelledQuantity)} were open.`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(cancelResult, `Order ${key} is not cancelled: ${error.message}.`);
    } finally {
      button.disabled = false;
      changed();
    }
  });

  find(dialog, "[value=close]").addEventListener("click", () => dialog.close());
  sendWith(changeForm, async () => {
    const price = field("price").value.trim();
    await call("PATCH", `orders/${changing}`, {
      quantity: readQuantity(field("quantity").value),
      ...(price !== "" && { price }),
    }).finally(changed);
    say(cancelResult, `Order ${changing} is changed.`);
    dialog.close();
    return "";
  });
}

/** @param {any} order */
function openChange({ orderId, symbol, side, quantity: lots, price }) {
  changing = orderId;
  clear(changeForm);
  say(find(dialog, "h2"), `Change order ${orderId}: ${side} ${symbol}`);
  field("quantity").value = String(lots);
  field("price").value = price ?? "";
  dialog.showModal();
}

/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (changeForm.elements.namedItem(name));
