import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { type FastFraming, FastStream, type ResetPolicy } from "@exchange-kit/fast";
import { loadTemplates } from "@exchange-kit/fast/xml";
import { FastJson } from "./fast-json.ts";
import type { Subject } from "./subject.ts";

/** Decodes a file, or bytes on the command line, into one JSON line for each message. */
export const fast: Subject = {
  usage:
    "fast TEMPLATES.xml DATA|--hex BYTES [--frame none|skip:N|u32le|u16be|block] [--reset never|message] [--max N] [--out F] [--summary]",
  run(args, print) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        hex: { type: "string" },
        frame: { type: "string", default: "none" },
        reset: { type: "string", default: "never" },
        max: { type: "string" },
        out: { type: "string" },
        summary: { type: "boolean", default: false },
      },
    });
    const [templates, data, ...more] = positionals;
    if (!templates) throw new Error("no template file was named");
    if (data === undefined && values.hex === undefined) throw new Error("no data file was named");
    const hex = values.hex === undefined ? undefined : [values.hex, data ?? "", ...more].join("");
    const digits = hex?.replace(/\s+/g, "");
    // Buffer.from would stop, and say nothing, at the first character that is no digit.
    if (digits !== undefined && !/^(?:[\da-f]{2})*$/i.test(digits))
      throw new Error(`--hex must be pairs of hexadecimal digits, was "${hex}"`);
    const bytes = digits === undefined ? readFileSync(data!) : Buffer.from(digits, "hex");
    const registry = loadTemplates(readFileSync(templates, "utf8"));
    const json = new FastJson(registry);
    const max = values.max === undefined ? Number.POSITIVE_INFINITY : Number(values.max);
    if (!(max >= 0)) throw new Error(`--max must be a number of messages, was "${values.max}"`);

    const hash = createHash("sha256");
    const out = values.out === undefined ? undefined : openSync(values.out, "w");
    let pending = "";
    const flush = (): void => {
      hash.update(pending);
      if (out !== undefined) writeSync(out, pending);
      else if (!values.summary && pending !== "") print(pending.slice(0, -1));
      pending = "";
    };
    const line = (text: string): void => {
      pending += `${text}\n`;
      if (pending.length > 1 << 16) flush();
    };
    let messages = 0;
    let failure: { code: string; at: number } | undefined;
    const counts: Record<string, number> = {};
    const reportable: Record<string, number> = {};
    const stream = new FastStream(
      registry,
      {
        message: (message) => {
          messages++;
          counts[message.template] = (counts[message.template] ?? 0) + 1;
          line(json.line(message));
          if (messages >= max) stream.stop();
        },
        error: (error) => {
          failure = { code: error.code === "truncated" ? "EOF" : error.code, at: error.messageOffset ?? 0 };
          line(JSON.stringify({ error: failure.code, at: failure.at }));
          stream.stop();
        },
      },
      {
        framing: framingOf(values.frame),
        reset: resetOf(values.reset),
        onReport: (code) => {
          reportable[code] = (reportable[code] ?? 0) + 1;
        },
      },
    );
    if (max > 0) {
      stream.push(bytes);
      stream.end();
    }
    flush();
    if (out !== undefined) closeSync(out);
    if (!values.summary) return;
    const consumed = failure?.at ?? stream.position;
    const sha256 = hash.digest("hex");
    print(
      JSON.stringify({
        messages,
        bytes: consumed,
        total: bytes.length,
        sha256,
        templates: counts,
        reportable,
        error: failure?.code ?? null,
      }),
    );
  },
};

/** The framing that a `--frame` word names. */
export function framingOf(frame: string): FastFraming {
  const [, preamble] = /^skip:(\d+)$/.exec(frame) ?? [];
  if (preamble !== undefined) return { kind: "preamble", bytes: Number(preamble) };
  switch (frame) {
    case "none":
    case "block":
      return { kind: frame };
    case "u32le":
      return { kind: "length", bytes: 4, endian: "little" };
    case "u16be":
      return { kind: "length", bytes: 2, endian: "big" };
    default:
      throw new Error(`unknown framing "${frame}"`);
  }
}

/** The policy that a `--reset` word names. */
export function resetOf(reset: string): ResetPolicy {
  if (reset === "never") return "template";
  if (reset === "message") return "message";
  throw new Error(`--reset must be never or message, was "${reset}"`);
}
