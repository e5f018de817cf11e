import {
  FastDecoder,
  FastEncoder,
  FastStream,
  isFastError,
  type TemplateDefinition,
  TemplateRegistry,
} from "@exchange-kit/fast";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Oracle } from "./support/oracle.ts";
import { shown, templates, ValueMaker } from "./support/templates.ts";

const MODES = ["generated", "closures"] as const;

/** Everything a decoder says of some bytes, in the oracle's words. */
function decodeAll(
  definitions: readonly TemplateDefinition[],
  bytes: Uint8Array,
  mode: "generated" | "closures",
): { messages: unknown[]; reports: Record<string, number> } {
  const messages: unknown[] = [];
  const reports: Record<string, number> = {};
  const decoder = new FastDecoder(new TemplateRegistry(definitions), {
    mode,
    onReport: (code) => {
      reports[code] = (reports[code] ?? 0) + 1;
    },
  });
  for (let at = 0; at < bytes.length; ) {
    try {
      const message = decoder.decode(bytes, at);
      if (!message) {
        messages.push({ error: "EOF" });
        break;
      }
      messages.push(shown(message, definitions));
      at += decoder.bytesRead;
    } catch (error) {
      if (!isFastError(error)) throw error;
      expect(error.messageOffset).toBe(at);
      messages.push({ error: error.code });
      break;
    }
  }
  return { messages, reports };
}

interface Encoded {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
  readonly expected: readonly unknown[];
}

/** Encodes messages of random values; those that the operators cannot carry are left out. */
function encodeSome(definitions: readonly TemplateDefinition[], seed: number, count: number): Encoded {
  const maker = new ValueMaker(definitions, seed);
  const registry = new TemplateRegistry(definitions);
  const [encoder, other] = MODES.map(
    (mode) => new FastEncoder(registry, { mode, templateId: "changed" }),
  ) as [FastEncoder, FastEncoder];
  const bytes: number[] = [];
  const ends: number[] = [];
  const expected: unknown[] = [];
  for (let index = 0; index < count; index++) {
    const message = maker.message();
    let encoded: Uint8Array;
    try {
      encoded = encoder.encode(message);
    } catch (error) {
      if (!isFastError(error)) throw error;
      const { code } = error;
      expect(["not-encodable", "missing-field", "D3", "D4", "D6", "D8"]).toContain(code);
      expect(() => other.encode(message)).toThrow(expect.objectContaining({ code }));
      continue;
    }
    expect(other.encode(message)).toEqual(encoded);
    bytes.push(...encoded);
    ends.push(bytes.length);
    expected.push(shown(message, definitions));
  }
  return { bytes: Uint8Array.from(bytes), ends, expected };
}

const seed = fc.integer({ min: 0, max: 0xffffffff });

test("what is encoded is decoded again, by all decoders and the oracle, and without reports", () => {
  fc.assert(
    fc.property(templates, seed, (definitions, from) => {
      const { bytes, expected } = encodeSome(definitions, from, 12);
      const oracle = new Oracle(definitions);
      expect(oracle.decodeAll([...bytes])).toEqual(expected);
      expect(oracle.reports).toEqual({});
      for (const mode of MODES) {
        const decoded = decodeAll(definitions, bytes, mode);
        expect(decoded.messages).toEqual(expected);
        expect(decoded.reports).toEqual({});
      }
    }),
    { numRuns: runs(400) },
  );
});

test("decoded canonical bytes encode to the same bytes", () => {
  fc.assert(
    fc.property(templates, seed, (definitions, from) => {
      const { bytes } = encodeSome(definitions, from, 8);
      const registry = new TemplateRegistry(definitions);
      const decoder = new FastDecoder(registry);
      const encoder = new FastEncoder(registry, { templateId: "changed" });
      for (let at = 0; at < bytes.length; ) {
        const message = decoder.decode(bytes, at)!;
        expect(encoder.encode(message)).toEqual(bytes.slice(at, at + decoder.bytesRead));
        at += decoder.bytesRead;
      }
    }),
    { numRuns: runs(150) },
  );
});

test("encodeInto gives the bytes of encode wherever there is room, else nothing, and nothing changes", () => {
  const offset = fc.constantFrom(0, 1, 7, 1_000);
  fc.assert(
    fc.property(templates, seed, offset, fc.constantFrom(...MODES), (definitions, from, at, mode) => {
      const { bytes, ends } = encodeSome(definitions, from, 6);
      const registry = new TemplateRegistry(definitions);
      const decoder = new FastDecoder(registry);
      const encoder = new FastEncoder(registry, { mode, templateId: "changed" });
      let start = 0;
      for (const end of ends) {
        const message = decoder.decode(bytes, start)!;
        const length = end - start;
        const room = new Uint8Array(at + length + 2_000);
        expect(encoder.encodeInto(message, room.subarray(0, at + length - 1), at)).toBe(0);
        // Exactly enough, and more than any code in place could want.
        const size = from % 2 === 0 ? at + length : room.length;
        expect(encoder.encodeInto(message, room.subarray(0, size), at)).toBe(length);
        expect(room.subarray(at, at + length)).toEqual(bytes.slice(start, end));
        expect(room.subarray(0, at).every((byte) => byte === 0)).toBe(true);
        start = end;
      }
    }),
    { numRuns: runs(150) },
  );
});

test("damaged bytes give the oracle's messages, errors and reports", () => {
  const damage = fc.array(
    fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom("set", "insert", "drop")),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  fc.assert(
    fc.property(templates, seed, damage, (definitions, from, changes) => {
      const bytes = [...encodeSome(definitions, from, 6).bytes];
      for (const [place, value, how] of changes) {
        if (bytes.length === 0) break;
        const at = place % bytes.length;
        if (how === "set") bytes[at] = value;
        else bytes.splice(at, how === "drop" ? 1 : 0, ...(how === "insert" ? [value] : []));
      }
      checkAgainstOracle(definitions, bytes);
    }),
    { numRuns: runs(600) },
  );
});

test("random bytes give the oracle's messages, errors and reports", () => {
  // Stop bits and known template ids more often than chance would have them.
  const byte = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0x80, 0x81, 0x82, 0xc0, 0xff, 0x7f, 0),
  );
  fc.assert(
    fc.property(
      templates,
      fc.array(byte, { maxLength: 60 }),
      fc.constantFrom(0x81, 0x82),
      (definitions, rest, id) => {
        checkAgainstOracle(definitions, [0xc0 | (rest[0] ?? 0), id, ...rest]);
      },
    ),
    { numRuns: runs(600) },
  );
});

function checkAgainstOracle(definitions: readonly TemplateDefinition[], bytes: readonly number[]): void {
  const oracle = new Oracle(definitions);
  const [generated, closures] = MODES.map((mode) => decodeAll(definitions, Uint8Array.from(bytes), mode));
  expect(closures).toEqual(generated);
  if (isLimit(generated!.messages.at(-1))) return;
  const messages = oracle.decodeAll(bytes);
  expect(generated).toEqual({ messages, reports: oracle.reports });
}

/** The oracle knows no limits; what passes one is not compared. */
function isLimit(last: unknown): boolean {
  return ["too-many-elements", "nesting-too-deep"].includes(
    (last as { error?: string } | undefined)?.error ?? "",
  );
}

test("a message cut at any byte is not decoded, and changes nothing", () => {
  fc.assert(
    fc.property(templates, seed, fc.constantFrom(...MODES), (definitions, from, mode) => {
      const { bytes, ends, expected } = encodeSome(definitions, from, 4);
      const decoder = new FastDecoder(new TemplateRegistry(definitions), { mode });
      let at = 0;
      for (const [index, end] of ends.entries()) {
        for (let cut = at; cut < end; cut++) {
          expect(decoder.decode(bytes, at, cut)).toBeUndefined();
          expect(decoder.bytesRead).toBe(0);
        }
        expect(shown(decoder.decode(bytes, at)!, definitions)).toEqual(expected[index]);
        at = end;
      }
    }),
    { numRuns: runs(100) },
  );
});

test("after an error the next message decodes as if the wrong one had not come", () => {
  fc.assert(
    fc.property(
      templates,
      seed,
      fc.nat(),
      fc.nat({ max: 255 }),
      fc.constantFrom(...MODES),
      (definitions, from, place, value, mode) => {
        const { bytes, ends, expected } = encodeSome(definitions, from, 4);
        const decoder = new FastDecoder(new TemplateRegistry(definitions), { mode });
        let at = 0;
        for (const [index, end] of ends.entries()) {
          const wrong = bytes.slice(at, end);
          wrong[place % wrong.length] = value;
          let isRefused = false;
          try {
            isRefused = decoder.decode(wrong) === undefined;
          } catch (error) {
            if (!isFastError(error)) throw error;
            isRefused = true;
          }
          // A changed message that decodes changes dictionaries, as it should.
          if (!isRefused) return;
          expect(shown(decoder.decode(bytes, at)!, definitions)).toEqual(expected[index]);
          at = end;
        }
      },
    ),
    { numRuns: runs(300) },
  );
});

test("a stream cut into any chunks gives the same messages", () => {
  fc.assert(
    fc.property(
      templates,
      seed,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (definitions, from, sizes) => {
        const { bytes, expected } = encodeSome(definitions, from, 6);
        const messages: unknown[] = [];
        const stream = new FastStream(new TemplateRegistry(definitions), {
          message: (message) => void messages.push(shown(message, definitions)),
          error: (error) => {
            throw error;
          },
        });
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          // The chunk is overwritten after the call, as a socket's buffer would be.
          const chunk = bytes.slice(at, at + size);
          stream.push(chunk);
          chunk.fill(0xee);
          at += size;
        }
        stream.end();
        expect(messages).toEqual(expected);
        expect(stream.position).toBe(bytes.length);
      },
    ),
    { numRuns: runs(150) },
  );
});
