import { ItchError } from "../errors.ts";
import { type ItchField, type ItchFormat, itchFormats } from "./formats.ts";
import type { ItchMessage } from "./objects.ts";
import { NOTHING, writeAlpha } from "./wire.ts";

const LARGEST: Readonly<Record<string, number>> = {
  u16: 0xffff,
  u32: 0xffffffff,
  price4: 0xffffffff,
  u48: 2 ** 48 - 1,
};

/** Writes ITCH 5.0 messages into bytes of the caller. */
export class ItchEncoder {
  readonly #formats: ReadonlyMap<string, ItchFormat> = new Map(
    itchFormats.map((format) => [format.type, format]),
  );
  #bytes: Uint8Array | undefined;
  #view: DataView = NOTHING;

  /**
   * Writes one message.
   *
   * @param message - a message of any type; text is padded with spaces
   * @param target - where to write
   * @param offset - of the type byte in `target`
   * @returns bytes written
   * @throws ItchError `unknown-message-type`, `invalid-field` (with the field's name), `no-room`
   */
  encode(message: ItchMessage, target: Uint8Array, offset = 0): number {
    const format = this.#formats.get(message.type);
    if (!format) {
      throw new ItchError("unknown-message-type", `type must be one of ITCH 5.0, was "${message.type}"`);
    }
    if (offset < 0 || offset + format.length > target.length) {
      throw new ItchError(
        "no-room",
        `a message of ${format.length} bytes at ${offset} does not fit ${target.length} bytes`,
        { offset },
      );
    }
    if (target !== this.#bytes) {
      this.#bytes = target;
      this.#view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    }
    target[offset] = message.type.charCodeAt(0);
    const values = message as unknown as Readonly<Record<string, unknown>>;
    for (const field of format.fields) {
      if (!write(this.#view, offset + field.offset, field, values[field.name])) {
        throw new ItchError(
          "invalid-field",
          `${format.name}.${field.name} must be ${describe(field)}, was ${String(values[field.name])}`,
          { field: field.name },
        );
      }
    }
    return format.length;
  }

  /**
   * Writes one message behind its big-endian 16-bit length, as it stands in a file.
   *
   * @param message - a message of any type
   * @param target - where to write
   * @param offset - of the length in `target`
   * @returns bytes written, the length's two included
   * @throws ItchError as {@link ItchEncoder.encode}
   */
  encodeFrame(message: ItchMessage, target: Uint8Array, offset = 0): number {
    const length = this.encode(message, target, offset + 2);
    target[offset] = 0;
    target[offset + 1] = length;
    return length + 2;
  }
}

function write(view: DataView, at: number, { kind, length }: ItchField, value: unknown): boolean {
  switch (kind) {
    case "char":
    case "alpha":
      return typeof value === "string" && writeAlpha(view, at, length, value);
    case "u64":
    case "price8":
      if (typeof value !== "bigint" || value < 0n || value > 0xffff_ffff_ffff_ffffn) return false;
      view.setBigUint64(at, value);
      return true;
    default: {
      if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > LARGEST[kind]!) {
        return false;
      }
      if (kind === "u16") view.setUint16(at, value);
      else if (kind === "u48") {
        view.setUint16(at, Math.floor(value / 2 ** 32));
        view.setUint32(at + 2, value >>> 0);
      } else view.setUint32(at, value);
      return true;
    }
  }
}

function describe({ kind, length }: ItchField): string {
  if (kind === "char" || kind === "alpha") return `latin-1 text of at most ${length} characters`;
  return `an unsigned ${kind === "u64" || kind === "price8" ? "bigint" : "integer"} of ${length * 8} bits`;
}
