// @ts-check
// Bars of a second: a stroke from low to high in the colour of its direction, and the volume under it.

const SECONDS = 120;
const [WIDTH, HEIGHT, VOLUME_HEIGHT] = [240, 64, 14];
const PRICE_HEIGHT = HEIGHT - VOLUME_HEIGHT - 4;
const BAR_WIDTH = WIDTH / SECONDS;

/** @typedef {{ start: string, open: string, high: string, low: string, close: string, volume: number }} Bar */

export class Chart {
  /** By their start. @type {Map<string, Bar>} */
  #bars = new Map();
  #svg;

  /** @param {Element} svg */
  constructor(svg) {
    this.#svg = svg;
  }

  /** @param {Bar[]} bars oldest first; one with the start of an earlier one replaces it */
  take(bars) {
    for (const bar of bars) this.#bars.set(bar.start, bar);
  }

  /** @param {string} symbol @param {number} now where the axis ends, so that it goes on while nothing trades */
  show(symbol, now) {
    const end = now - (now % 1000);
    for (const start of this.#bars.keys()) {
      if (Date.parse(start) <= end - SECONDS * 1000) this.#bars.delete(start);
    }
    this.#draw(symbol, end);
  }

  /** @param {string} symbol @param {number} end start of the present second */
  #draw(symbol, end) {
    const bars = [...this.#bars.values()];
    const last = bars.at(-1);
    if (!last) {
      this.#svg.replaceChildren();
      this.#svg.setAttribute("aria-label", `${symbol}: no trades in the last two minutes`);
      return;
    }
    const low = Math.min(...bars.map((bar) => Number(bar.low)));
    const high = Math.max(...bars.map((bar) => Number(bar.high)));
    const busiest = Math.max(...bars.map((bar) => bar.volume));
    const y = (/** @type {string} */ price) =>
      high === low ? PRICE_HEIGHT / 2 : ((high - Number(price)) / (high - low)) * PRICE_HEIGHT + 1;
    const lines = { rise: "", fall: "", volume: "" };
    for (const bar of bars) {
      const x = WIDTH - ((end - Date.parse(bar.start)) / 1000 + 0.5) * BAR_WIDTH;
      const direction = Number(bar.close) >= Number(bar.open) ? "rise" : "fall";
      // A bar with one price is still a dot.
      lines[direction] += `M${x} ${y(bar.high) - 0.75}V${y(bar.low) + 0.75}`;
      lines.volume += `M${x} ${HEIGHT}v${-(bar.volume / busiest) * VOLUME_HEIGHT}`;
    }
    for (const [name, line] of Object.entries(lines)) this.#path(name).setAttribute("d", line);
    this.#svg.setAttribute(
      "aria-label",
      `${symbol}, the last two minutes: lowest ${low}, highest ${high}, last ${last.close}`,
    );
  }

  /** @param {string} name */
  #path(name) {
    const there = this.#svg.querySelector(`.${name}`);
    if (there) return there;
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", name);
    path.setAttribute("stroke-width", String(BAR_WIDTH * 0.7));
    this.#svg.append(path);
    return path;
  }
}
