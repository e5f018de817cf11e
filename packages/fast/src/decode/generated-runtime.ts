import { addIntegers, increment } from "../values/numbers.ts";
import { decodeUtf8 } from "../values/utf8.ts";
import { viewInteger } from "../values/views.ts";
import { deltaBytes, deltaText, tailBytes, tailText } from "./text-operators.ts";

/** The functions and tables below, by the names that generated code uses. */
export interface Runtime {
  readonly [name: string]: unknown;
}

const characters = Array.from({ length: 128 }, (_, code) => (code === 0 ? "" : String.fromCharCode(code)));

/** What generated decoders call beside the reader. */
export const runtime: Runtime = {
  addIntegers,
  increment,
  deltaText,
  deltaBytes,
  tailText,
  tailBytes,
  decodeUtf8,
  viewInteger,
  noBytes: new Uint8Array(0),
  /** One-byte ASCII strings by code; code 0 is the empty string. */
  characters,
  /** The same where strings are nullable; code 0 is null. */
  nullableCharacters: characters.map((text, code) => (code === 0 ? undefined : text)),
};
