// node --expose-gc --max-semi-space-size=256 --import tsx --conditions=@exchange-kit/source packages/fast/bench/allocation.ts
//
// Prints the bytes of heap that decoding one FORTS message takes, garbage included: the young generation is made so large
// that nothing is collected while it counts.
import { FastDecoder, type FastListener } from "@exchange-kit/fast";
import { forts } from "./feeds.ts";

const feed = forts();
if (!feed) throw new Error("the outside data is not here");
const { registry, bytes } = feed;
const nothing = (): void => {};
const listener: FastListener = {
  beginMessage: nothing,
  integer: nothing,
  decimal: nothing,
  string: nothing,
  bytes: nothing,
  beginGroup: nothing,
  endGroup: nothing,
  beginSequence: nothing,
  beginElement: nothing,
  endSequence: nothing,
  endMessage: nothing,
  abandonMessage: nothing,
};

function bytesPerMessage(decodeOne: (decoder: FastDecoder, at: number) => number): number {
  const decoder = new FastDecoder(registry);
  const pass = (): number => {
    decoder.reset();
    let messages = 0;
    for (let at = 0; at < bytes.length; messages++) at += decodeOne(decoder, at);
    return messages;
  };
  for (let warm = 0; warm < 20; warm++) pass();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const messages = pass();
  return Math.round((process.memoryUsage().heapUsed - before) / messages);
}

console.log(
  `objects: ${bytesPerMessage((decoder, at) => (decoder.decode(bytes, at) ? decoder.bytesRead : 0))} bytes`,
);
console.log(`listener: ${bytesPerMessage((decoder, at) => decoder.read(listener, bytes, at))} bytes`);
