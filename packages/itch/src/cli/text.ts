import { ItchError } from "../errors.ts";
import type { ItchFormat } from "../itch/formats.ts";
import type { ItchMessage } from "../itch/objects.ts";

const NANOS_PER_SECOND = 1_000_000_000;

/** Nanoseconds since midnight as `HH:MM:SS.nnnnnnnnn`. */
export function timeText(nanos: number): string {
  const seconds = Math.floor(nanos / NANOS_PER_SECOND);
  const two = (value: number): string => String(value).padStart(2, "0");
  const fraction = String(nanos % NANOS_PER_SECOND).padStart(9, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}`;
}

/** Reads `HH:MM`, `HH:MM:SS`, `HH:MM:SS.fraction` or plain nanoseconds since midnight. */
export function parseTime(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  const match = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?$/.exec(text);
  if (!match) throw new ItchError("invalid-option", `a time must be HH:MM:SS or nanoseconds, was "${text}"`);
  const [, hours, minutes, seconds = "0", fraction = ""] = match;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return whole * NANOS_PER_SECOND + Number(fraction.padEnd(9, "0"));
}

/** A price in ten-thousandths of a dollar as a decimal. */
export function priceText(price4: number): string {
  return (price4 / 10_000).toFixed(4);
}

/** A message as one line of JSON; 64-bit numbers are strings, since JSON numbers would round them in most readers. */
export function jsonLine(message: ItchMessage): string {
  return `${JSON.stringify(message, (_, value) => (typeof value === "bigint" ? String(value) : value))}\n`;
}

/** A message as a line for the eye. */
export function humanLine(message: ItchMessage, format: ItchFormat): string {
  const values = message as unknown as Readonly<Record<string, unknown>>;
  const fields = format.fields.slice(3).map(({ name, kind }) => {
    const value = values[name];
    return `${name}=${kind === "price4" ? priceText(value as number) : String(value)}`;
  });
  return `${timeText(message.timestampNanos)} ${message.type} ${format.name} locate=${message.stockLocate} ${fields.join(" ")}\n`;
}

/** Names of all fields of these formats, each once, in the order of the first that has it. */
export function columnsOf(formats: readonly ItchFormat[]): string[] {
  return [...new Set(["type", ...formats.flatMap(({ fields }) => fields.map(({ name }) => name))])];
}

/** A message as a line of CSV (RFC 4180); fields that it does not have are empty. */
export function csvLine(message: ItchMessage, columns: readonly string[]): string {
  const values = message as unknown as Readonly<Record<string, unknown>>;
  const cells = columns.map((name) => {
    const text = String(values[name] ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${cells.join(",")}\r\n`;
}
