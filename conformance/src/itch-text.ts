import { type ItchFormat, type ItchMessage, itchFormats } from "@exchange-kit/itch";

const formats: ReadonlyMap<string, ItchFormat> = new Map(itchFormats.map((format) => [format.type, format]));

/** One message as a line of the canonical text: type, then every field in wire order, joined by `|`. */
export function canonicalLine(message: ItchMessage): string {
  const values = message as unknown as Readonly<Record<string, unknown>>;
  let line = message.type as string;
  for (const { name, kind } of formats.get(message.type)!.fields) {
    const value = values[name]!;
    line += `|${kind === "char" || kind === "alpha" ? (value as string).replace(/ +$/, "") : String(value)}`;
  }
  return line;
}

/** The message of a line; the format has no way to write a `|` inside a field. */
export function parseCanonicalLine(line: string): ItchMessage {
  const [type = "", ...texts] = line.split("|");
  const format = formats.get(type);
  if (!format) throw new Error(`"${line}": no message type "${type}"`);
  if (texts.length !== format.fields.length) {
    throw new Error(`"${line}": type ${type} has ${format.fields.length} fields, not ${texts.length}`);
  }
  const message: Record<string, unknown> = { type };
  for (const [index, { name, kind }] of format.fields.entries()) {
    const text = texts[index]!;
    if (kind === "char" || kind === "alpha") message[name] = text;
    else if (kind === "u64" || kind === "price8") message[name] = BigInt(text);
    else message[name] = Number(text);
  }
  return message as unknown as ItchMessage;
}
