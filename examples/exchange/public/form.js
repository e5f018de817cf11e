// @ts-check
// Forms that send a request: the answer below, a refusal in words beside the field that is wrong.
import { Refusal } from "./api.js";
import { find, say } from "./elements.js";

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
      button.disabled = false;
    }
  });
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
function refuse(form, { message, field }) {
  const input = field && form.querySelector(`[name="${field}"]`);
  if (!(input instanceof HTMLElement) || input.closest("[hidden]")) {
    const result = find(form, ".result");
    result.classList.add("bad");
    say(result, `Not done: ${message}.`);
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

/** A quantity as the API takes it; what is no number is sent as it is, and refused in the exchange's words. @param {string} text */
export function readQuantity(text) {
  return /^\d+$/.test(text.trim()) ? Number(text) : text;
}
