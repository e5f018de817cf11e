import { Dictionary, FixEncoder, FixParser, Validator } from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { join, ORDER, text, wire } from "./support/wire.ts";

const value = fc
  .array(fc.integer({ min: 2, max: 255 }), { minLength: 1, maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));
const fields = fc.array(fc.tuple(fc.integer({ min: 5000, max: 99_999 }), value), { maxLength: 30 });

test("what is encoded is decoded, field by field", () => {
  const encoder = new FixEncoder(new Uint8Array(65_536));
  const parser = new FixParser();
  fc.assert(
    fc.property(fields, (list) => {
      encoder.begin("FIX.4.4", "U1");
      for (const [tag, content] of list) encoder.string(tag, content);
      const length = encoder.end();
      const bytes = encoder.buffer.subarray(encoder.start, encoder.start + length);
      expect(parser.parse(bytes)).toBe(length);
      expect(parser.problem).toBeUndefined();
      const { view } = parser;
      const got = Array.from({ length: view.size - 4 }, (_, i) => [view.tagAt(i + 3), view.stringAt(i + 3)]);
      expect(got).toEqual(list);
    }),
    { numRuns: runs(200) },
  );
});

test("decimals come back exactly", () => {
  const encoder = new FixEncoder(new Uint8Array(4096));
  const parser = new FixParser();
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.integer({ min: 0, max: 15 }),
      fc.boolean(),
      (units, decimals, isFixed) => {
        encoder.begin("FIX.4.4", "D");
        if (isFixed) encoder.fixed(44, units, decimals);
        else encoder.decimal(44, units, decimals);
        encoder.int(38, units);
        const length = encoder.end();
        parser.parse(encoder.buffer.subarray(encoder.start, encoder.start + length));
        expect(parser.view.decimal(44, decimals)).toBe(units + 0);
        expect(parser.view.int(38)).toBe(units + 0);
      },
    ),
    { numRuns: runs(500) },
  );
});

test("every split point of a stream gives the same messages", () => {
  const stream = join(wire(ORDER), wire("35=B|95=3|96=a\x01b|"), wire("35=0|34=3|"));
  const parser = new FixParser();
  const read = (cut: number): string[] => {
    const got: string[] = [];
    let at = 0;
    for (const end of [cut, stream.length]) {
      for (let n = parser.parse(stream, at, end); n > 0; n = parser.parse(stream, at, end)) {
        got.push(parser.problem ?? text(parser.view.copy()));
        at += n;
      }
    }
    return got;
  };
  const whole = read(0);
  expect(whole).toHaveLength(3);
  for (let cut = 1; cut < stream.length; cut++) expect(read(cut)).toEqual(whole);
});

test("every corruption of one byte is decoded or reported, and the parser goes on", () => {
  const validator = new Validator(new Dictionary(FIX44));
  const parser = new FixParser();
  const original = wire(ORDER);
  const after = wire("35=0|34=3|");
  for (let at = 0; at < original.length; at++) {
    for (const byte of [0, 1, 0x2d, 0x30, 0x39, 0x3d, 0x41, 0xff]) {
      const bytes = join(original, after, after);
      bytes[at] = byte;
      let isFound = false;
      for (let from = 0, n = 0; from < bytes.length; from += n) {
        n = parser.parse(bytes, from);
        if (n === 0) break;
        expect(n).toBeGreaterThan(0);
        if (parser.problem === undefined) {
          validator.validate(parser.view);
          isFound ||= parser.view.type === "0";
        }
      }
      // A broken BodyLength may wait for more, or take one following message with it.
      if (at > 15) expect(isFound).toBe(true);
    }
  }
});

test("any bytes at all are taken in bounded steps", () => {
  const parser = new FixParser({ maxMessageBytes: 500 });
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom("8=FIX.4.4\x01", "9=12\x01", "9=999\x01", "10=123\x01", "35=D\x01", "95=4\x0196=")
      .map((s) => Buffer.from(s)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const bytes = join(...pieces);
      let at = 0;
      for (let steps = 0; ; steps++) {
        expect(steps).toBeLessThanOrEqual(bytes.length);
        const n = parser.parse(bytes, at);
        if (n === 0) break;
        at += n;
      }
      expect(at).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: runs(500) },
  );
});
