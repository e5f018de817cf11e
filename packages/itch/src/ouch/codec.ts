import { ItchError } from "../errors.ts";
import { CHARACTERS, readAlpha, writeAlpha } from "../itch/wire.ts";
import { appendageBytes, type OuchAppendage, readAppendages } from "./appendage.ts";

/**
 * A type and its fields as `name:kind`. Kinds: `char`, `alphaN`, `u16`, `u32`; `u64` a bigint; `price` and `nanos`
 * 64 bits that fit a number; the word `appendages` stands for a 16-bit length and optional fields.
 */
export type OuchRow = readonly [type: string, fields: string];

interface Field {
  readonly name: string;
  readonly kind: string;
  readonly offset: number;
  readonly length: number;
}

interface Format {
  readonly type: string;
  /** Bytes without the optional fields. */
  readonly length: number;
  readonly fields: readonly Field[];
  readonly hasAppendages: boolean;
}

const WIDTHS: Readonly<Record<string, number>> = { char: 1, u16: 2, u32: 4, u64: 8, price: 8, nanos: 8 };

/** What all messages have. */
export interface OuchTyped {
  /** Message type on the wire. */
  readonly type: string;
}

/** Encodes and decodes the messages of one version of OUCH as plain objects. Big-endian, text padded with spaces. */
export class OuchCodec<Inbound extends OuchTyped, Outbound extends OuchTyped> {
  readonly #inbound: ReadonlyMap<string, Format>;
  readonly #outbound: ReadonlyMap<string, Format>;

  /** @internal */
  constructor(inbound: readonly OuchRow[], outbound: readonly OuchRow[]) {
    this.#inbound = formatsOf(inbound);
    this.#outbound = formatsOf(outbound);
  }

  /**
   * Encodes what a client sends.
   *
   * @throws ItchError `unknown-message-type`, `invalid-field` (with the field's name)
   */
  encodeInbound(message: Inbound): Uint8Array {
    return encode(this.#inbound, message);
  }

  /**
   * Encodes what the exchange sends.
   *
   * @throws ItchError `unknown-message-type`, `invalid-field` (with the field's name)
   */
  encodeOutbound(message: Outbound): Uint8Array {
    return encode(this.#outbound, message);
  }

  /**
   * Decodes what a client sent.
   *
   * @param bytes - hold the message
   * @param offset - of its type byte
   * @param length - in bytes
   * @throws ItchError `unknown-message-type`, `bad-packet` when the length is not that of the type, `invalid-field`
   */
  decodeInbound(bytes: Uint8Array, offset = 0, length: number = bytes.length - offset): Inbound {
    return decode(this.#inbound, bytes, offset, length) as unknown as Inbound;
  }

  /**
   * Decodes what the exchange sent.
   *
   * @param bytes - hold the message
   * @param offset - of its type byte
   * @param length - in bytes
   * @throws ItchError `unknown-message-type`, `bad-packet` when the length is not that of the type, `invalid-field`
   */
  decodeOutbound(bytes: Uint8Array, offset = 0, length: number = bytes.length - offset): Outbound {
    return decode(this.#outbound, bytes, offset, length) as unknown as Outbound;
  }
}

function formatsOf(rows: readonly OuchRow[]): ReadonlyMap<string, Format> {
  return new Map(rows.map((row) => [row[0], formatOf(row)]));
}

function formatOf([type, text]: OuchRow): Format {
  let length = 1;
  const fields: Field[] = [];
  const parts = text.split(" ").filter((part) => part !== "");
  const hasAppendages = parts.at(-1) === "appendages";
  for (const part of hasAppendages ? parts.slice(0, -1) : parts) {
    const [name = "", code = ""] = part.split(":");
    const isAlpha = code.startsWith("alpha");
    const width = isAlpha ? Number(code.slice("alpha".length)) : WIDTHS[code]!;
    fields.push({ name, kind: isAlpha ? "alpha" : code, offset: length, length: width });
    length += width;
  }
  return { type, length: length + (hasAppendages ? 2 : 0), fields, hasAppendages };
}

function encode(formats: ReadonlyMap<string, Format>, message: { readonly type: string }): Uint8Array {
  const format = formats.get(message.type);
  if (!format)
    throw new ItchError("unknown-message-type", `there is no OUCH message of type "${message.type}"`);
  const values = message as unknown as Readonly<Record<string, unknown>>;
  const appendages = format.hasAppendages ? encodeAppendages(values.appendages) : new Uint8Array(0);
  const bytes = new Uint8Array(format.length + appendages.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = message.type.charCodeAt(0);
  for (const field of format.fields) {
    if (!write(view, field, values[field.name])) throw invalid(message.type, field.name, values[field.name]);
  }
  if (format.hasAppendages) {
    view.setUint16(format.length - 2, appendages.length);
    bytes.set(appendages, format.length);
  }
  return bytes;
}

function encodeAppendages(value: unknown): Uint8Array {
  try {
    const bytes = appendageBytes(value as readonly OuchAppendage[]);
    if (bytes.length <= 0xffff) return bytes;
    throw new RangeError(`${bytes.length} bytes of optional fields, at most 65535 fit`);
  } catch (cause) {
    throw new ItchError("invalid-field", `appendages: ${(cause as Error).message}`, {
      field: "appendages",
      cause,
    });
  }
}

function write(view: DataView, { kind, offset, length }: Field, value: unknown): boolean {
  switch (kind) {
    case "char":
    case "alpha":
      return typeof value === "string" && writeAlpha(view, offset, length, value);
    case "u64":
      if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) return false;
      view.setBigUint64(offset, value);
      return true;
    default:
      if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return false;
      if (length < 8 && value >= 2 ** (8 * length)) return false;
      if (length === 2) view.setUint16(offset, value);
      else if (length === 4) view.setUint32(offset, value);
      else view.setBigUint64(offset, BigInt(value));
      return true;
  }
}

function decode(
  formats: ReadonlyMap<string, Format>,
  bytes: Uint8Array,
  offset: number,
  length: number,
): Record<string, unknown> {
  if (offset < 0 || length < 0 || offset + length > bytes.length) {
    throw new RangeError(`a message of ${length} bytes at ${offset} reaches beyond ${bytes.length} bytes`);
  }
  const type = length === 0 ? "" : CHARACTERS[bytes[offset]!]!;
  const format = formats.get(type);
  if (!format) throw new ItchError("unknown-message-type", `there is no OUCH message of type "${type}"`);
  if (length < format.length || (length > format.length && !format.hasAppendages)) {
    throw new ItchError(
      "bad-packet",
      `message type ${type} has ${format.length} bytes, this one has ${length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  const message: Record<string, unknown> = { type };
  for (const field of format.fields) message[field.name] = read(view, field, type);
  if (format.hasAppendages) {
    const stated = view.getUint16(format.length - 2);
    const appendages =
      stated === length - format.length ? readAppendages(view, format.length, stated) : undefined;
    if (!appendages) {
      throw new ItchError(
        "bad-packet",
        `message type ${type} has optional fields that do not fill their length`,
      );
    }
    message.appendages = appendages;
  }
  return message;
}

function read(view: DataView, { name, kind, offset, length }: Field, type: string): unknown {
  switch (kind) {
    case "char":
      return CHARACTERS[view.getUint8(offset)];
    case "alpha":
      return readAlpha(view, offset, length);
    case "u16":
      return view.getUint16(offset);
    case "u32":
      return view.getUint32(offset);
    case "u64":
      return view.getBigUint64(offset);
    default: {
      const value = view.getUint32(offset) * 2 ** 32 + view.getUint32(offset + 4);
      if (!Number.isSafeInteger(value)) throw invalid(type, name, view.getBigUint64(offset));
      return value;
    }
  }
}

function invalid(type: string, field: string, value: unknown): ItchError {
  return new ItchError("invalid-field", `${field} of message type ${type} cannot be ${String(value)}`, {
    field,
  });
}
