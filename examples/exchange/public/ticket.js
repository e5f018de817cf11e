// @ts-check
// The order ticket.
import { call } from "./api.js";
import { find } from "./elements.js";
import { clear, readPrices, readQuantity, sendWith } from "./form.js";
import { priceInWords, quantity, statusInWords } from "./words.js";

const form = /** @type {HTMLFormElement} */ (find(document, "#ticket"));

/** @param {string} name @returns {HTMLInputElement} */
const input = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** Which prices a type of order has. @type {Record<string, string[]>} */
const pricesOf = {
  limit: ["price"],
  market: [],
  stop: ["triggerPrice"],
  "stop-limit": ["triggerPrice", "price"],
};

/** @param {() => void} sent something may have changed */
export function openTicket(sent) {
  const type = input("type");
  type.addEventListener("change", showPrices);
  // A price of one instrument says nothing about another.
  input("symbol").addEventListener("change", forgetPrices);
  form.addEventListener("input", () => clear(form));
  showPrices();
  sendWith(form, async () => {
    const order = await call("POST", "orders", {
      symbol: input("symbol").value,
      side: input("side").value,
      type: type.value,
      timeInForce: input("timeInForce").value,
      quantity: readQuantity(input("quantity").value),
      ...readPrices(pricesOf[type.value]?.map(input) ?? []),
    }).finally(sent);
    return resultInWords(order);
  });
}

/** @param {{ symbol: string }[]} instruments */
export function offerInstruments(instruments) {
  const select = input("symbol");
  const chosen = select.value;
  select.replaceChildren(...instruments.map(({ symbol }) => new Option(symbol)));
  if (instruments.some(({ symbol }) => symbol === chosen)) select.value = chosen;
  else forgetPrices();
}

/** @param {string} symbol @param {string} price */
export function choosePrice(symbol, price) {
  if (input("symbol").value !== symbol) forgetPrices();
  input("symbol").value = symbol;
  if (input("type").value === "market") input("type").value = "limit";
  showPrices();
  input(pricesOf[input("type").value]?.at(-1) ?? "price").value = price;
  clear(form);
}

function forgetPrices() {
  for (const name of ["price", "triggerPrice"]) input(name).value = "";
}

function showPrices() {
  for (const name of ["price", "triggerPrice"]) {
    const label = input(name).closest("label");
    if (label) label.hidden = !pricesOf[input("type").value]?.includes(name);
  }
}

/** @param {any} order */
function resultInWords(order) {
  const { orderId, cumulativeQuantity, averagePrice } = order;
  const traded =
    cumulativeQuantity > 0 ? `, ${quantity(cumulativeQuantity)} traded at ${averagePrice} on average` : "";
  const terms = `${order.side} ${quantity(order.quantity)} ${order.symbol} at ${priceInWords(order)}`;
  const why = order.endReason ? ` (${order.endReason.replaceAll("-", " ")})` : "";
  return `Order ${orderId} (${terms}) is ${statusInWords(order)}${why}${traded}.`;
}
