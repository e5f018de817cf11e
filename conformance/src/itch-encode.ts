import { readFileSync, writeFileSync } from "node:fs";
import { ItchEncoder } from "@exchange-kit/itch";
import { parseCanonicalLine } from "./itch-text.ts";
import type { Subject } from "./subject.ts";

/** Writes the length-prefixed binary of a canonical text. */
export const itchEncode: Subject = {
  usage: "itch-encode TEXT OUT",
  run([textPath, outPath], print) {
    if (!textPath || !outPath) throw new Error("a text file and an output file must be named");
    const lines = readFileSync(textPath, "latin1").split("\n");
    if (lines.at(-1) === "") lines.pop();
    const encoder = new ItchEncoder();
    // No message is longer than 50 bytes.
    const bytes = new Uint8Array(lines.length * 52);
    let length = 0;
    for (const [index, line] of lines.entries()) {
      try {
        length += encoder.encodeFrame(parseCanonicalLine(line), bytes, length);
      } catch (error) {
        throw new Error(`line ${index + 1}: ${(error as Error).message}`, { cause: error });
      }
    }
    writeFileSync(outPath, bytes.subarray(0, length));
    print(JSON.stringify({ messages: lines.length, bytes: length }));
  },
};
