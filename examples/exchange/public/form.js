// @ts-check
// Forms that send a request: the answer below, a refusal in words beside the field that is wrong.
import { Refusal } from "./api.js";
import { find, say } from "./elements.js";
import { refusalInWords } from "./words.js";

let canSend = true;

/**
 * @param {HTMLFormElement} form
 * @param {() => Promise<string>} send resolves to what to say
 */
export function sendWith(form, send) {
  const result = find(form, ".result");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (find(form, "[type=submit]"));
    clear(form);
    button.disabled = true;
    try {
      say(result, await send());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(form, error);
    } finally {
      button.disabled = !canSend;
    }
  });
}

/** Whether there is an exchange to send to, and leave to do so. @param {boolean} isAllowed */
export function allowSending(isAllowed) {
  canSend = isAllowed;
  for (const button of document.querySelectorAll("[type=submit]")) {
    /** @type {HTMLButtonElement} */ (button).disabled = !canSend;
  }
}

/** Forgets what was said. @param {HTMLFormElement} form */
export function clear(form) {
  const result = find(form, ".result");
  result.classList.remove("bad");
  say(result, "");
  for (const note of form.querySelectorAll(".error")) note.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

/** @param {HTMLFormElement} form @param {Refusal} refusal */
function refuse(form, refusal) {
  const { message, field } = refusal;
  const input = field && form.querySelector(`[name="${field}"]`);
  if (!(input instanceof HTMLElement) || input.closest("[hidden]")) {
    const result = find(form, ".result");
    result.classList.add("bad");
    say(result, refusalInWords("Not done", refusal));
    return;
  }
  const note = document.createElement("p");
  note.className = "error";
  note.id = `${form.id || "change"}-${field}-error`;
  note.textContent = message;
  input.closest("label, fieldset")?.after(note);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", note.id);
  input.focus();
}

/**
 * A quantity as the API takes it. What is no number is sent as it is, and an empty field as none: both are refused in the
 * exchange's words.
 *
 * @param {string} text
 */
export function readQuantity(text) {
  const digits = withoutCommas(text);
  if (digits === "") return undefined;
  return /^\d+$/.test(digits) ? Number(digits) : digits;
}

/** Prices that are filled in, by the name of their field: one that is missing is refused in the exchange's words. @param {HTMLInputElement[]} fields */
export function readPrices(fields) {
  const prices = fields.map(({ name, value }) => [name, withoutCommas(value)]);
  return Object.fromEntries(prices.filter(([, price]) => price !== ""));
}

/** People write a number as the page does: 1,180. @param {string} text */
function withoutCommas(text) {
  const trimmed = text.trim();
  return /^\d{1,3}(,\d{3})+(\.\d*)?$/.test(trimmed) ? trimmed.replaceAll(",", "") : trimmed;
}
