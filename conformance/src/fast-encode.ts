import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FastEncoder } from "@exchange-kit/fast";
import { loadTemplates } from "@exchange-kit/fast/xml";
import { framingOf, resetOf } from "./fast.ts";
import { FastJson } from "./fast-json.ts";
import type { Subject } from "./subject.ts";

/** Encodes the JSON lines of the subject `fast`; decoding the result gives them back. */
export const fastEncode: Subject = {
  usage:
    "fast-encode TEMPLATES.xml IN.ndjson OUT [--frame none|skip:N|u32le|u16be|block] [--reset never|message]",
  run(args, print) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { frame: { type: "string", default: "none" }, reset: { type: "string", default: "never" } },
    });
    const [templates, input, output] = positionals;
    if (!templates || !input || !output) throw new Error("templates, input and output must be named");
    const registry = loadTemplates(readFileSync(templates, "utf8"));
    const json = new FastJson(registry);
    const encoder = new FastEncoder(registry, { reset: resetOf(values.reset) });
    const framing = framingOf(values.frame);
    const parts: Uint8Array[] = [];
    let messages = 0;
    for (const line of readFileSync(input, "utf8").split("\n")) {
      // A decoder's last line may tell of an error; there is nothing to encode in it.
      if (line === "" || line.startsWith('{"error"')) continue;
      const bytes = encoder.encode(json.parse(line));
      messages++;
      parts.push(headerOf(framing, bytes.length), bytes);
    }
    const all = Buffer.concat(parts);
    writeFileSync(output, all);
    print(JSON.stringify({ messages, bytes: all.length }));
  },
};

/** What stands before a message of so many bytes. */
function headerOf(framing: ReturnType<typeof framingOf>, length: number): Uint8Array {
  switch (framing.kind) {
    case "preamble":
      return new Uint8Array(framing.bytes);
    case "length": {
      const header = Buffer.alloc(framing.bytes);
      if (framing.endian === "little") header.writeUIntLE(length, 0, framing.bytes);
      else header.writeUIntBE(length, 0, framing.bytes);
      return header;
    }
    case "block": {
      const digits = [(length & 127) | 128];
      for (let left = length >>> 7; left > 0; left >>>= 7) digits.unshift(left & 127);
      return Uint8Array.from(digits);
    }
    default:
      return new Uint8Array(0);
  }
}
