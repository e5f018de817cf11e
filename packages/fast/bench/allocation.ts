// node --expose-gc --max-semi-space-size=256 --import tsx --conditions=@exchange-kit/source packages/fast/bench/allocation.ts
//
// Prints the bytes of heap that decoding or encoding one FORTS message takes, garbage included: the young generation is
// made so large that nothing is collected while it counts.
import { FastDecoder, FastEncoder, type FastListener } from "@exchange-kit/fast";
import { forts, messagesOf } from "./feeds.ts";

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

/** @param pass - goes through the feed once and returns how many messages it had */
function bytesPerMessage(pass: () => number): number {
  for (let warm = 0; warm < 20; warm++) pass();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const messages = pass();
  return Math.round((process.memoryUsage().heapUsed - before) / messages);
}

function decoded(decodeOne: (decoder: FastDecoder, at: number) => number): number {
  const decoder = new FastDecoder(registry);
  return bytesPerMessage(() => {
    decoder.reset();
    let messages = 0;
    for (let at = 0; at < bytes.length; messages++) at += decodeOne(decoder, at);
    return messages;
  });
}

const messages = messagesOf(feed);
const encoder = new FastEncoder(registry);
const target = new Uint8Array(65_536);

const objects = decoded((decoder, at) => (decoder.decode(bytes, at) ? decoder.bytesRead : 0));
const listened = decoded((decoder, at) => decoder.read(listener, bytes, at));
const encoded = bytesPerMessage(() => {
  for (const message of messages) encoder.encodeInto(message, target);
  return messages.length;
});
console.log(`decode, objects: ${objects} bytes`);
console.log(`decode, listener: ${listened} bytes`);
console.log(`encodeInto: ${encoded} bytes`);
