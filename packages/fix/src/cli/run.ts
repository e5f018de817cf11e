import { existsSync, readFileSync, watch } from "node:fs";
import { open } from "node:fs/promises";
import { FIX40 } from "../dictionaries/fix40.ts";
import { FIX41 } from "../dictionaries/fix41.ts";
import { FIX42 } from "../dictionaries/fix42.ts";
import { FIX43 } from "../dictionaries/fix43.ts";
import { FIX44 } from "../dictionaries/fix44.ts";
import { FIX50 } from "../dictionaries/fix50.ts";
import { FIX50SP1 } from "../dictionaries/fix50sp1.ts";
import { FIX50SP2 } from "../dictionaries/fix50sp2.ts";
import { FIXT11 } from "../dictionaries/fixt11.ts";
import { Dictionary } from "../dictionary.ts";
import { FixParser } from "../parser.ts";
import { detailedRejectText } from "../session/reject-text.ts";
import { Validator } from "../validator.ts";
import type { FixView } from "../view.ts";
import { readOrchestraXml } from "../xml/read-orchestra-xml.ts";
import { readQuickFixXml } from "../xml/read-quickfix-xml.ts";
import { describeMessage } from "./describe.ts";
import { generateTypes } from "./generate-types.ts";

const PACKED = { FIX40, FIX41, FIX42, FIX43, FIX44, FIX50, FIX50SP1, FIX50SP2, FIXT11 } as const;

const USAGE = `usage: fix decode   FILE [--dictionary NAME]   messages with names, values and groups
       fix validate FILE [--dictionary NAME]   each message that breaks its dictionary; exit 1 when there is one
       fix tail     FILE [--dictionary NAME]   decode, and go on with what is appended
       fix generate DICTIONARY                 TypeScript types of all messages
NAME or DICTIONARY: ${Object.keys(PACKED).join(", ")}, or an XML file (QuickFIX's format or FIX Orchestra); default by BeginString.
FILE: messages back to back, a line each, or inside the lines of a log; SOH may be written as |.`;

/** Where the command writes. */
export interface CliOutput {
  /** A line of the result. */
  print(line: string): void;
  /** A line about the run itself. */
  complain(line: string): void;
  /** Escape codes for a terminal. */
  readonly isColoured: boolean;
  /** Ends `tail`. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one command of `npx @exchange-kit/fix`.
 *
 * @param args - the words after the command's name
 * @param output - where it writes
 * @returns the exit status: 0, 1 when something was found to be wrong, 2 for a wrong call
 */
export async function runCli(args: readonly string[], output: CliOutput): Promise<number> {
  const at = args.indexOf("--dictionary");
  const named = at < 0 ? undefined : args[at + 1];
  const [command, path] = at < 0 ? args : args.filter((_, index) => index !== at && index !== at + 1);
  if (command === "help" || args.includes("--help")) {
    output.print(USAGE);
    return 0;
  }
  try {
    switch (path === undefined || (at >= 0 && named === undefined) ? undefined : command) {
      case "generate":
        output.print(generateTypes(load(path!).definition, path!));
        return 0;
      case "decode":
        decode(readFileSync(path!), named, output);
        return 0;
      case "validate":
        return validate(readFileSync(path!), named, output);
      case "tail":
        await tail(path!, named, output);
        return 0;
      default:
        output.complain(USAGE);
        return 2;
    }
  } catch (error) {
    output.complain(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

function load(name: string): Dictionary {
  const key = name.toUpperCase().replaceAll(".", "");
  const packed = (PACKED as Readonly<Record<string, (typeof PACKED)["FIX44"]>>)[key];
  if (packed) return new Dictionary(packed);
  if (!existsSync(name))
    throw new Error(`${name} is neither a version (${Object.keys(PACKED).join(", ")}) nor a file`);
  const xml = readFileSync(name, "utf8");
  const isOrchestra = /<(?:\w+:)?repository\b/.test(xml);
  return new Dictionary(isOrchestra ? readOrchestraXml(xml) : readQuickFixXml(xml));
}

/** Dictionaries by BeginString, loaded when first met; FIXT is read as FIX 5.0 SP2 over FIXT 1.1. */
function chooser(
  named: string | undefined,
): (view: FixView) => { application: Dictionary; transport: Dictionary } {
  const known = new Map<string, Dictionary>();
  const get = (name: string): Dictionary => {
    const dictionary = known.get(name) ?? load(name);
    known.set(name, dictionary);
    return dictionary;
  };
  return (view) => {
    const beginString = view.string(8) ?? "";
    const isFixt = beginString.startsWith("FIXT");
    const application = get(
      named ?? (isFixt ? "FIX50SP2" : beginString in BEGIN_STRINGS ? beginString : "FIX44"),
    );
    return { application, transport: isFixt ? get("FIXT11") : application };
  };
}
const BEGIN_STRINGS = { "FIX.4.0": 1, "FIX.4.1": 1, "FIX.4.2": 1, "FIX.4.3": 1, "FIX.4.4": 1 };

/**
 * Visits every message; gives the bytes taken. What is between messages, such as a log's times, is passed over.
 *
 * @param isGrowing - whether the rest of a message may come yet
 */
function each(
  bytes: Uint8Array,
  visit: (view: FixView) => void,
  garbled: (problem: string, at: number) => void,
  isGrowing = false,
): number {
  const parser = new FixParser({ maxMessageBytes: 2 ** 30 });
  let at = 0;
  while (at < bytes.length) {
    const consumed = parser.parse(bytes, at);
    if (consumed === 0) {
      // Fewer bytes than that are the end of a log's line and no message.
      if (isGrowing || bytes.length - at < HEAD_BYTES) break;
      garbled("ends before its BodyLength", at);
      at++;
      continue;
    }
    if (parser.problem === undefined) visit(parser.view);
    else if (parser.problem !== "not-fix") garbled(parser.problem, at);
    at += consumed;
  }
  return at;
}

/** Bytes of `8=FIX`. */
const HEAD_BYTES = 5;

/** Files for people have | in the place of SOH, and our logs the bytes 2, 3 and 4 in the place of LF, CR and |. */
function withSoh(bytes: Buffer): Buffer {
  if (bytes.includes(1)) return bytes;
  return Buffer.from(bytes.map((byte) => WRITTEN_AS[byte] ?? byte));
}
const WRITTEN_AS: Readonly<Record<number, number>> = { 124: 1, 2: 10, 3: 13, 4: 0x7c };

function decode(bytes: Buffer, named: string | undefined, output: CliOutput, isGrowing = false): number {
  const choose = chooser(named);
  return each(
    withSoh(bytes),
    (view) => {
      const { application, transport } = choose(view);
      const dictionary = application.message(view.type) ? application : transport;
      output.print(describeMessage(view, dictionary, { isColoured: output.isColoured }));
    },
    (problem, at) => output.print(`garbled at byte ${at}: ${problem}`),
    isGrowing,
  );
}

function validate(bytes: Buffer, named: string | undefined, output: CliOutput): number {
  const choose = chooser(named);
  const validators = new Map<Dictionary, Validator>();
  let count = 0;
  let wrong = 0;
  each(
    withSoh(bytes),
    (view) => {
      count++;
      const { application, transport } = choose(view);
      let validator = validators.get(application);
      if (!validator) {
        validator = new Validator(application, {}, transport);
        validators.set(application, validator);
      }
      if (validator.validate(view)) return;
      wrong++;
      const dictionary = application.fieldName(validator.tag) ? application : transport;
      output.print(
        `message ${count} (${view.type}, MsgSeqNum ${view.string(34) ?? "missing"}): ${detailedRejectText(validator.reason, validator.tag, dictionary)}`,
      );
    },
    (problem, at) => {
      count++;
      wrong++;
      output.print(`message ${count}, at byte ${at}: garbled, ${problem}`);
    },
  );
  output.print(`${count} messages, ${wrong} wrong`);
  return wrong === 0 ? 0 : 1;
}

async function tail(path: string, named: string | undefined, output: CliOutput): Promise<void> {
  const file = await open(path, "r");
  try {
    let rest = Buffer.alloc(0);
    const readOn = async (): Promise<void> => {
      const chunk = Buffer.alloc(64 * 1024);
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
        if (bytesRead === 0) return;
        rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        rest = rest.subarray(decode(rest, named, output, true));
      }
    };
    // One after the other: two reads at once may come back in either order.
    let reading = Promise.resolve();
    const more = (): Promise<void> => {
      reading = reading.then(readOn);
      return reading;
    };
    await more();
    if (output.signal?.aborted) return;
    await new Promise<void>((resolve, reject) => {
      const watcher = watch(path, () => more().catch(reject));
      output.signal?.addEventListener("abort", () => {
        watcher.close();
        resolve();
      });
    });
    await more();
  } finally {
    await file.close();
  }
}
