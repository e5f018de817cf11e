import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isFastError } from "./errors.ts";
import type { FastFields, FastMessage } from "./message.ts";
import type { ResetPolicy } from "./options.ts";
import { type FastFraming, FastStream } from "./stream.ts";
import type { Plan, SegmentPlan } from "./template/plan.ts";
import { describeTemplates } from "./template/table.ts";
import type { Decimal } from "./values/numbers.ts";
import { loadTemplates, parseTemplates } from "./xml.ts";

const USAGE = `usage:
  fast decode TEMPLATES.xml FILE [options]   one JSON line for each message
  fast templates TEMPLATES.xml               a table of each template

FILE may be - for the standard input.

options:
  --frame none                     messages back to back (default)
  --frame skip:N                   N bytes before each message (MOEX: skip:4)
  --frame u8|u16be|u16le|u32be|u32le   a length before each frame of messages
  --frame block                    FAST blocks: the length is a FAST integer
  --reset template|message|packet  when dictionaries are cleared: by templates that say so (default), before each
                                   message, before each frame
  --max N                          stop after N messages`;

/** Where the command line tool reads and writes. */
export interface CliOutput {
  /** Writes a line of the result. */
  readonly print: (line: string) => void;
  /** Writes a line about what went wrong. */
  readonly complain: (line: string) => void;
}

/**
 * Runs the command line tool.
 *
 * @param args - the words after the program's name
 * @param output - takes the lines
 * @returns the exit code: 0 all went well, 1 a file or message is wrong, 2 the command is not understood
 */
export function runCli(args: readonly string[], output: CliOutput): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        frame: { type: "string", default: "none" },
        reset: { type: "string", default: "template" },
        max: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      output.print(USAGE);
      return 0;
    }
    const [command, templates, file] = positionals;
    if (command === "templates" && templates !== undefined) {
      output.print(describeTemplates(parseTemplates(readFileSync(templates, "utf8"))).trimEnd());
      return 0;
    }
    const framing = framingOf(values.frame);
    const max = values.max === undefined ? Number.POSITIVE_INFINITY : Number(values.max);
    if (command === "decode" && file !== undefined) {
      if (!framing) output.complain(`--frame has no ${values.frame}`);
      if (!(max > 0)) output.complain(`--max must be a number of messages, was ${values.max}`);
    }
    if (command !== "decode" || templates === undefined || file === undefined || !framing || !(max > 0)) {
      output.complain(USAGE);
      return 2;
    }
    return decode(templates, file, framing, values.reset as ResetPolicy, max, output);
  } catch (error) {
    if (!isFastError(error)) {
      output.complain(error instanceof Error ? error.message : String(error));
      return isArgumentError(error) ? 2 : 1;
    }
    output.complain(error.message);
    for (const { code, line, path, message } of error.issues)
      output.complain(`  ${line === undefined ? "" : `line ${line}: `}${code} ${path}: ${message}`);
    return 1;
  }
}

function decode(
  templates: string,
  file: string,
  framing: FastFraming,
  reset: ResetPolicy,
  max: number,
  output: CliOutput,
): number {
  const registry = loadTemplates(readFileSync(templates, "utf8"));
  let messages = 0;
  let code = 0;
  const stream = new FastStream(
    registry,
    {
      message: (message) => {
        output.print(lineOf(message, registry.plan));
        if (++messages >= max) stream.stop();
      },
      error: (error) => {
        code = 1;
        output.complain(
          `${error.message} (message at byte ${error.messageOffset}, reading at ${error.offset})`,
        );
      },
    },
    { framing, reset },
  );
  stream.push(readFileSync(file === "-" ? 0 : file));
  stream.end();
  return code;
}

/** JSON: integers past 2^53 as strings, decimals as decimal strings, byte vectors as hexadecimal strings. */
function lineOf(message: FastMessage, plan: Plan): string {
  const decimals = new Set<unknown>();
  addDecimals(plan.byId.get(message.id)!.segment, message.fields, plan, decimals);
  return JSON.stringify(message, (_name, value: unknown) => {
    if (typeof value === "bigint") return value.toString();
    if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex")}`;
    return decimals.has(value) ? decimalText(value as Decimal) : value;
  });
}

/** Finds the decimals by the template: a group may have fields called mantissa and exponent. */
function addDecimals(segment: SegmentPlan, fields: FastFields, plan: Plan, decimals: Set<unknown>): void {
  let references = 0;
  for (const one of segment.instructions) {
    const value = fields[one.kind === "reference" ? `$ref${++references}` : one.name];
    if (value === undefined) continue;
    if (one.kind === "decimal" || one.kind === "splitDecimal") decimals.add(value);
    else if (one.kind === "group") addDecimals(one.segment, value as FastFields, plan, decimals);
    else if (one.kind === "sequence")
      for (const element of value as FastFields[]) addDecimals(one.segment, element, plan, decimals);
    else if (one.kind === "reference") {
      const inner = value as FastMessage;
      addDecimals(plan.byId.get(inner.id)!.segment, inner.fields, plan, decimals);
    }
  }
}

function decimalText({ mantissa, exponent }: Decimal): string {
  // Outside of the specification's range (R1) the file says how long the text would be, up to gigabytes.
  if (exponent < -63 || exponent > 63) return `${mantissa}e${exponent}`;
  const isNegative = mantissa < 0;
  const digits = String(isNegative ? -mantissa : mantissa);
  const sign = isNegative ? "-" : "";
  if (exponent >= 0) return `${sign}${digits}${digits === "0" ? "" : "0".repeat(exponent)}`;
  const padded = digits.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function framingOf(frame: string): FastFraming | undefined {
  const [, preamble] = /^skip:(\d+)$/.exec(frame) ?? [];
  if (preamble !== undefined) return { kind: "preamble", bytes: Number(preamble) };
  if (frame === "none" || frame === "block") return { kind: frame };
  const [, bits, endian] = /^u(8|16|32)(be|le|)$/.exec(frame) ?? [];
  if (bits === undefined || (endian === "") !== (bits === "8")) return undefined;
  return {
    kind: "length",
    bytes: bits === "8" ? 1 : bits === "16" ? 2 : 4,
    endian: endian === "le" ? "little" : "big",
  };
}

function isArgumentError(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code).startsWith("ERR_PARSE_ARGS");
}
