/** What stands for an undefined figure. */
const NOTHING = "–";

/** `NaN`, or the `null` that JSON makes of it. */
function isUndefined(value: number | null): boolean {
  return value === null || Number.isNaN(value);
}

export function percent(value: number, digits = 1): string {
  if (isUndefined(value)) return NOTHING;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return `${minus((value * 100).toFixed(digits))} %`;
}

export function ratio(value: number): string {
  if (isUndefined(value)) return NOTHING;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return minus(value.toFixed(2));
}

export function amount(value: number): string {
  if (isUndefined(value)) return NOTHING;
  return minus(value.toLocaleString("en-US", { maximumFractionDigits: 2 }));
}

function minus(text: string): string {
  return Number(text.replaceAll(",", "")) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
