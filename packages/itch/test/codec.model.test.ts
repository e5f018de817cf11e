import { ItchDecoder, ItchFrameReader, type ItchMessage, itchObjects } from "@exchange-kit/itch";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyMessage, framed } from "./support/messages.ts";

function decodeAll(pieces: readonly Uint8Array[]): {
  messages: ItchMessage[];
  reader: ItchFrameReader;
  decoder: ItchDecoder;
} {
  const messages: ItchMessage[] = [];
  const decoder = new ItchDecoder(itchObjects((message) => messages.push(message)));
  const reader = new ItchFrameReader(decoder);
  for (const piece of pieces) reader.push(piece);
  return { messages, reader, decoder };
}

test("every message of every type comes back from its bytes", () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 20 }), (messages) => {
      const bytes = framed(messages);
      const decoded = decodeAll([bytes]).messages;
      expect(decoded).toEqual(messages);
      expect(framed(decoded)).toEqual(bytes);
    }),
    { numRuns: runs(200) },
  );
});

test("a stream gives the same messages wherever it is cut", () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 4 }), (messages) => {
      const bytes = framed(messages);
      for (let split = 0; split <= bytes.length; split++) {
        const { messages: decoded, reader } = decodeAll([bytes.subarray(0, split), bytes.subarray(split)]);
        expect(decoded).toEqual(messages);
        expect(reader.tailBytes).toBe(0);
      }
      expect(decodeAll(Array.from(bytes, (byte) => Uint8Array.of(byte))).messages).toEqual(messages);
    }),
    { numRuns: runs(20) },
  );
});

test("any corrupted byte decodes, is counted, or ends the stream; nothing before it is lost", () => {
  fc.assert(
    fc.property(
      fc.array(anyMessage, { minLength: 2, maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      (messages, position, value) => {
        const bytes = framed(messages);
        const at = position % bytes.length;
        bytes[at] = value;
        // The corrupted frames stand at the end of their buffer: a read beyond them would throw.
        const { messages: decoded, reader, decoder } = decodeAll([bytes]);
        expect(reader.consumed + reader.tailBytes).toBe(bytes.length);
        expect(decoder.messages - decoder.skipped).toBe(decoded.length);
        let intact = 0;
        let end = 0;
        while (intact < messages.length) {
          end += framed([messages[intact]!]).length;
          if (end > at) break;
          intact++;
        }
        expect(decoded.slice(0, intact)).toEqual(messages.slice(0, intact));
      },
    ),
    { numRuns: runs(500) },
  );
});
