// @ts-check

/**
 * The one element that must be there.
 *
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(parent, selector) {
  const element = parent.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return element;
}

/** Sets text only where it changes, so that a screen reader does not repeat itself. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Makes the rows of a table those of a list. A row that stays is the same element, so that the keyboard's focus stays.
 *
 * @template Item
 * @param {HTMLElement} table its wrapper's next `.empty` is shown while there are none
 * @param {Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(row: HTMLTableRowElement, item: Item) => void} fill of a new row and of one that is there
 */
export function fillRows(table, items, keyOf, fill) {
  const body = find(table, "tbody");
  const rows = new Map(
    Array.from(body.children, (row) => [/** @type {HTMLElement} */ (row).dataset.key, row]),
  );
  items.forEach((item, index) => {
    const key = keyOf(item);
    const row = /** @type {HTMLTableRowElement} */ (rows.get(key) ?? document.createElement("tr"));
    rows.delete(key);
    row.dataset.key = key;
    fill(row, item);
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
  });
  for (const row of rows.values()) row.remove();
  const panel = /** @type {HTMLElement} */ (table.closest(".panel"));
  find(panel, ".empty").hidden = items.length > 0;
  table.hidden = items.length === 0;
}

/** @param {HTMLTableRowElement} row @param {string[]} texts */
export function fillCells(row, texts) {
  texts.forEach((text, index) => {
    say(row.cells[index] ?? row.insertCell(), text);
  });
}
