import {
  FastDecoder,
  FastEncoder,
  isFastError,
  marketDataTemplates,
  TemplateRegistry,
} from "@exchange-kit/fast";
import { loadTemplates } from "@exchange-kit/fast/xml";
import { describe, expect, test } from "vitest";

/** Every type, with operators that keep previous values, in groups and sequences. */
const EVERYTHING = loadTemplates(`<templates>
  <template name="In" id="2"><uInt32 name="X"><increment value="1"/></uInt32></template>
  <template name="Out" id="1">
    <uInt32 name="I"><increment/></uInt32><int64 name="J" presence="optional"><delta/></int64>
    <decimal name="D"><delta/></decimal>
    <decimal name="E" presence="optional"><exponent><copy/></exponent><mantissa><copy/></mantissa></decimal>
    <string name="A"><tail/></string><string name="U" charset="unicode" presence="optional"><delta/></string>
    <byteVector name="B"><copy/></byteVector>
    <group name="G" presence="optional"><boolean name="L"><copy/></boolean></group>
    <sequence name="S"><length name="N"><copy/></length>
      <enum name="M"><element name="p"/><element name="q"/><copy/></enum><string name="T" presence="optional"><copy/></string>
    </sequence>
    <templateRef/>
  </template></templates>`);

function out(number: number): { template: string; fields: object } {
  const fields = {
    I: 1_000 + number,
    J: number % 2 === 0 ? 2n ** 60n + BigInt(number) : undefined,
    D: { mantissa: 5_000 + number, exponent: -2 },
    E: number % 2 === 0 ? { mantissa: 7, exponent: -1 } : undefined,
    A: `text${number}`,
    U: `été${number}`,
    B: Uint8Array.of(1, number),
    G: number % 2 === 0 ? { L: true } : undefined,
    S: [
      { M: "p", T: "one" },
      { M: "q", T: undefined },
    ],
    $ref1: { template: "In", fields: { X: number } },
  };
  return { template: "Out", fields };
}

const VENUE = new TemplateRegistry(marketDataTemplates);

function incremental(sequence: number): { template: string; fields: object } {
  const update = {
    instrument: 7,
    action: "new",
    side: "buy",
    price: 9_000 + sequence,
    quantity: 5,
    orders: 1,
  };
  const fields = {
    sequence,
    timeNanos: 2n ** 60n + BigInt(sequence),
    updates: [update, { ...update, side: "sell" }],
  };
  return { template: "Incremental", fields };
}

describe.each(["generated", "closures"] as const)("%s", (mode) => {
  test.each([
    ["every type", EVERYTHING, out],
    ["market data", VENUE, incremental],
  ] as const)(
    "%s: any byte cut off or bit flipped is told or read, and a refusal changes nothing",
    (_, registry, make) => {
      const encoder = new FastEncoder(registry, { mode });
      const messages = [1, 2, 3, 4].map((number) => encoder.encode(make(number)));
      const whole = new FastDecoder(registry, { mode });
      const expected = messages.map((bytes) => whole.decode(bytes));
      let refused = 0;
      for (const [index, message] of messages.entries()) {
        const decoder = new FastDecoder(registry, {
          mode,
          limits: { maxElements: 100, maxStringBytes: 100 },
        });
        for (const before of messages.slice(0, index)) decoder.decode(before);
        /** Decodes wrong bytes; a decoder that took them for a message is replaced. */
        const isRefused = (bytes: Uint8Array): boolean => {
          const trial = new FastDecoder(registry, {
            mode,
            limits: { maxElements: 100, maxStringBytes: 100 },
          });
          for (const before of messages.slice(0, index)) trial.decode(before);
          try {
            if (trial.decode(bytes)) return false;
          } catch (error) {
            if (!isFastError(error)) throw error;
            expect(error.messageOffset).toBe(0);
            expect(error.offset).toBeLessThanOrEqual(bytes.length);
          }
          // Now the decoder that goes on sees it too.
          try {
            decoder.decode(bytes);
          } catch {}
          expect(decoder.bytesRead).toBe(0);
          return true;
        };
        for (let at = 0; at < message.length; at++) {
          expect(isRefused(message.slice(0, at))).toBe(true);
          for (let bit = 0; bit < 8; bit++) {
            const flipped = message.slice();
            flipped[at]! ^= 1 << bit;
            if (isRefused(flipped)) refused++;
          }
        }
        expect(decoder.decode(message)).toEqual(expected[index]);
      }
      expect(refused).toBeGreaterThan(50);
    },
  );
});
