// @ts-check
// One instrument: phase, indicative auction, chart, ladder and tape.
import { Chart } from "./chart.js";
import { find, say } from "./elements.js";
import { Ladder } from "./ladder.js";
import { indicativeInWords, phaseInWords, quantity } from "./words.js";

const TAPE_ROWS = 8;

/** @typedef {{ price: string, quantity: number, takerSide: "buy" | "sell" | "auction", time: string }} Trade */

export class InstrumentCard {
  /** @type {HTMLElement} */
  element;
  #symbol = "";
  #ladder;
  #chart;

  /**
   * @param {{ symbol: string, name: string, tickSize: string }} instrument
   * @param {(symbol: string, price: string) => void} priceChosen
   */
  constructor({ symbol, name, tickSize }, priceChosen) {
    const template = /** @type {HTMLTemplateElement} */ (find(document, "#instrument"));
    this.element = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
    this.rename(symbol);
    say(find(this.element, ".name"), name);
    find(this.element, ".name").title = name;
    find(this.element, ".ladder th:nth-child(2)").title = `in steps of ${tickSize}`;
    this.#ladder = new Ladder(find(this.element, ".ladder tbody"));
    this.#chart = new Chart(/** @type {Element} */ (this.element.querySelector(".chart")));
    find(this.element, ".ladder").addEventListener("click", ({ target }) => {
      const price = /** @type {Element} */ (target).closest("tr")?.dataset.price;
      if (price) priceChosen(this.#symbol, price);
    });
  }

  /** @param {string} symbol */
  rename(symbol) {
    this.#symbol = symbol;
    this.element.dataset.symbol = symbol;
    this.element.setAttribute("aria-label", symbol);
    say(find(this.element, ".symbol"), symbol);
  }

  /** @param {any} message of a channel */
  take(message) {
    if (message.channel === "l2") this.#ladder.take(message);
    else if (message.channel === "bars") this.#chart.take(message.bars);
    else if (message.channel === "status") this.#showStatus(message);
    else for (const trade of message.trades) this.#showTrade(trade);
  }

  /** @param {number} now of the exchange, in milliseconds since 1970 */
  showTime(now) {
    this.#chart.show(this.#symbol, now);
  }

  /** @param {any} status */
  #showStatus({ phase, haltReason, indicative }) {
    const shown = find(this.element, ".phase");
    shown.dataset.phase = phase;
    say(shown, phaseInWords(phase, haltReason));
    say(find(this.element, ".indicative"), indicative === null ? "" : indicativeInWords(indicative));
  }

  /** @param {Trade} trade */
  #showTrade({ price, quantity: lots, takerSide, time }) {
    const tape = find(this.element, ".tape tbody");
    const line = document.createElement("tr");
    const cells = [
      ["time", new Date(time).toLocaleTimeString("en-GB")],
      [takerSide, `${{ buy: "▲", sell: "▼", auction: "◆" }[takerSide]} ${price}`],
      ["", quantity(lots)],
    ];
    for (const [className = "", content = ""] of cells) {
      const cell = line.insertCell();
      cell.className = className;
      cell.textContent = content;
    }
    tape.prepend(line);
    while (tape.childElementCount > TAPE_ROWS) tape.lastElementChild?.remove();
    const last = find(this.element, ".last");
    last.textContent = price;
    last.className = `last ${takerSide}`;
  }
}
