// Prints how much the heap grows while messages are parsed, validated and encoded, once the code is compiled.
import { Dictionary, FixEncoder, FixParser, Validator } from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { ORDER, wire } from "./wire.ts";

const MESSAGES = 300_000;
const dictionary = new Dictionary(FIX44);
const parser = new FixParser({ dictionary });
const validator = new Validator(dictionary);
const encoder = new FixEncoder(new Uint8Array(4096));
const bytes = wire(ORDER);

/** Parses, reads fields of each kind, the group and the group inside it. */
function parse(): number {
  parser.parse(bytes);
  const { view } = parser;
  let sum = view.int(34) + view.decimal(44, 4) + view.char(54) + view.length(11) + (view.has(97) ? 1 : 0);
  const parties = view.group(453);
  while (parties.next()) {
    sum += parties.length(448) + parties.int(452);
    const subs = parties.group(802);
    while (subs.next()) sum += subs.int(803);
  }
  return sum;
}

function validate(): number {
  parser.parse(bytes);
  return validator.validate(parser.view) ? 1 : 0;
}

function encode(n: number): number {
  encoder.begin("FIX.4.4", "D").int(34, n).string(49, "BUY").string(56, "VENUE").string(11, "A1");
  return encoder
    .int(38, 100)
    .decimal(44, 1_250_000 + n, 4)
    .string(54, "1")
    .string(55, "VOD")
    .end();
}

function growth(call: (n: number) => number): number {
  let sum = 0;
  const pass = (): void => {
    // A sum beyond small integers would be an object each time.
    for (let n = 0; n < MESSAGES; n++) sum = (sum + call(n)) & 0xffffff;
  };
  pass();
  pass();
  // The least of several: on a busy machine the compiler's thread comes late, and code that it has not got to allocates.
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    globalThis.gc!();
    const before = process.memoryUsage().heapUsed;
    pass();
    least = Math.min(least, process.memoryUsage().heapUsed - before);
  }
  if (sum === 0) throw new Error("nothing was done");
  return least / MESSAGES;
}

console.log(JSON.stringify({ parse: growth(parse), validate: growth(validate), encode: growth(encode) }));
