import { FastDecoder, type FastDecoderOptions, isFastError, type TemplateRegistry } from "@exchange-kit/fast";
import { loadTemplates } from "@exchange-kit/fast/xml";
import { describe, expect, test } from "vitest";
import { decodeHex, hex, Recorder, templateOf } from "./support/bytes.ts";

const MODES = ["generated", "closures"] as const;

/** Code, offsets and field of the error that decoding ends with. */
function errorOf(registry: TemplateRegistry, text: string, options?: FastDecoderOptions): unknown {
  try {
    decodeHex(registry, text, options);
  } catch (error) {
    if (!isFastError(error)) throw error;
    return { code: error.code, at: error.messageOffset, offset: error.offset, field: error.field };
  }
  return undefined;
}

describe.each(MODES)("%s", (mode) => {
  test("a message is an object of its fields, and the decoder says how long it was", () => {
    const decoder = new FastDecoder(templateOf('<uInt32 name="A"><copy/></uInt32><string name="B"/>'), {
      mode,
    });
    const bytes = hex("e0 81 85 41 c2  80 c3");
    expect(decoder.decode(bytes)).toEqual({ template: "T", id: 1, fields: { A: 5, B: "AB" } });
    expect(decoder.bytesRead).toBe(5);
    expect(decoder.decode(bytes, 5)).toEqual({ template: "T", id: 1, fields: { A: 5, B: "C" } });
    expect(decoder.mode).toBe(mode);
  });

  test("64-bit values are numbers where these are exact, else bigints; or always bigints", () => {
    const registry = templateOf('<uInt64 name="V"/><decimal name="D"/>');
    const wire = "c0 81  23 5f 44 30 4e 68 0e f5  80 85";
    expect(decodeHex(registry, wire, { mode })?.fields).toEqual({
      V: 20123412300695413n,
      D: { mantissa: 5, exponent: 0 },
    });
    expect(decodeHex(registry, "c0 81 85 80 85", { mode, integers: "bigint" })?.fields).toEqual({
      V: 5n,
      D: { mantissa: 5n, exponent: 0 },
    });
  });

  test("a listener is told fields in wire order, and of the end of a message only when it is whole", () => {
    const registry = loadTemplates(`<templates>
      <template name="In" id="2"><int32 name="X"/></template>
      <template name="Out" id="1"><uInt32 name="I"/><decimal name="D" presence="optional"/><string name="A" presence="optional"/>
        <string name="U" charset="unicode"/><byteVector name="B"/><byteVector name="C"><copy value="0102"/></byteVector>
        <group name="G"><int32 name="Y"/></group><sequence name="S"><int32 name="Z"/></sequence><templateRef/></template>
    </templates>`);
    const decoder = new FastDecoder(registry, { mode });
    const recorder = new Recorder();
    const bytes = hex("c0 81 85 ff 87 c1 82 c3 a9 82 07 08 89 82 81 82 c0 82 83");
    expect(decoder.read(recorder, bytes, 0, bytes.length - 1)).toBe(0);
    expect(recorder.calls.at(-1)).toBe("abandoned");
    recorder.calls.length = 0;
    expect(decoder.read(recorder, bytes)).toBe(bytes.length);
    expect(recorder.calls).toEqual([
      "Out at 0",
      "I=5",
      "D=7e-1",
      'A="A"',
      'U="é"',
      "B=[07 08]",
      "C=[01 02]",
      "G {",
      "Y=9",
      "}",
      "S 2 [",
      "#0",
      "Z=1",
      "#1",
      "Z=2",
      "]",
      "In at 16",
      "X=3",
      "end In",
      "end Out",
    ]);
  });

  test("a change of listener tells the new one", () => {
    const decoder = new FastDecoder(templateOf('<uInt32 name="A"/>'), { mode });
    const [first, second] = [new Recorder(), new Recorder()];
    decoder.read(first, hex("c0 81 85"));
    decoder.read(second, hex("80 86"));
    expect([first.calls[1], second.calls[1]]).toEqual(["A=5", "A=6"]);
  });

  test("a byte vector handed out is the caller's own", () => {
    const decoder = new FastDecoder(templateOf('<byteVector name="V"><copy/></byteVector>'), { mode });
    // A Buffer, whose slice() is a view of the same memory.
    const wire = Buffer.from(hex("e0 81 81 07"));
    const first = decoder.decode(wire)!;
    wire.fill(0xee);
    expect(first.fields).toEqual({ V: Uint8Array.of(7) });
    (first.fields.V as Uint8Array)[0] = 99;
    expect(decoder.decode(hex("80"))?.fields).toEqual({ V: Uint8Array.of(7) });
  });

  test("errors name code, field and place", () => {
    const registry = templateOf('<uInt32 name="A"/><group name="G"><int32 name="B"/></group>');
    const at = { at: 0, field: undefined };
    expect(errorOf(registry, "c0 81 85 77 7f 7f 7f ff", { mode })).toEqual({
      code: "D2",
      at: 0,
      offset: 8,
      field: "T/G/B",
    });
    expect(errorOf(registry, "c0 89", { mode })).toEqual({ code: "D9", offset: 2, ...at });
    expect(errorOf(registry, "80 85", { mode })).toEqual({ code: "D5", offset: 1, ...at });
    expect(errorOf(registry, "c0 10 00 00 00 80", { mode })).toEqual({ code: "D2", offset: 6, ...at });
    expect(errorOf(registry, `c0 81 ${"01".repeat(11)} 80`, { mode })).toEqual({
      code: "D2",
      at: 0,
      offset: 14,
      field: "T/A",
    });
  });

  test("lying lengths are stopped before memory is taken", () => {
    const sequence = templateOf(
      '<sequence name="S"><length name="N"/><uInt32 name="V"><constant value="1"/></uInt32></sequence>',
    );
    expect(errorOf(sequence, "c0 81 0f 7f 7f 7f ff", { mode })).toMatchObject({
      code: "too-many-elements",
      field: "T/S/N",
    });
    const nested = templateOf(
      '<sequence name="S"><sequence name="Q"><length><constant value="60000"/></length><uInt32 name="V"><constant value="1"/></uInt32></sequence></sequence>',
    );
    expect(errorOf(nested, "c0 81 82", { mode })).toMatchObject({
      code: "too-many-elements",
      field: "T/S/Q/length",
    });
    const vector = templateOf('<byteVector name="V"/><string name="A"/>');
    expect(errorOf(vector, "c0 81 0f 7f 7f 7f ff", { mode })).toMatchObject({
      code: "string-too-long",
      field: "T/V",
    });
    expect(
      errorOf(vector, `c0 81 80 ${"41".repeat(12)}`, { mode, limits: { maxStringBytes: 10 } }),
    ).toMatchObject({
      code: "string-too-long",
      field: "T/A",
    });
    expect(errorOf(vector, "c0 81 80 41 41 41", { mode, limits: { maxMessageBytes: 5 } })).toMatchObject({
      code: "message-too-long",
    });
  });

  test("a string cannot grow without bound by deltas", () => {
    const decoder = new FastDecoder(templateOf('<string name="V"><delta/></string>'), {
      mode,
      limits: { maxStringBytes: 8 },
    });
    expect(decoder.decode(hex("c0 81 80 41 41 41 41 c1"))?.fields).toEqual({ V: "AAAAA" });
    expect(() => decoder.decode(hex("80 80 42 42 42 c2"))).toThrow(
      expect.objectContaining({ code: "string-too-long" }),
    );
    expect(decoder.decode(hex("80 80 c3"))?.fields).toEqual({ V: "AAAAAC" });
  });

  test("template references nest only so deep, and after the error all is as before", () => {
    const decoder = new FastDecoder(templateOf('<uInt32 name="A"><copy/></uInt32><templateRef/>'), {
      mode,
      limits: { maxReferenceDepth: 3 },
    });
    expect(() => decoder.decode(hex(`e0 81 85 ${"a0 86 ".repeat(5)}`))).toThrow(
      expect.objectContaining({ code: "nesting-too-deep" }),
    );
    expect(() => decoder.decode(hex("80"))).toThrow(expect.objectContaining({ code: "D5" }));
  });

  test("reset: a template clears dictionaries, a message policy does before each, reset() on demand", () => {
    const xml = `<templates><template name="R" id="9" reset="y"/>
      <template name="T" id="1"><uInt32 name="V"><copy value="1"/></uInt32></template></templates>`;
    const registry = loadTemplates(xml);
    const values = (reset: "template" | "message", ...texts: string[]): unknown[] => {
      const decoder = new FastDecoder(registry, { mode, reset });
      return texts.map((text) => {
        if (text === "reset") return decoder.reset();
        return decoder.decode(hex(text))?.fields.V;
      });
    };
    expect(values("template", "e0 81 85", "80", "c0 89", "c0 81")).toEqual([5, 5, undefined, 1]);
    expect(values("template", "e0 81 85", "reset", "c0 81")).toEqual([5, undefined, 1]);
    expect(values("message", "e0 81 85", "c0 81")).toEqual([5, 1]);
    expect(() => values("message", "e0 81 85", "80")).toThrow(expect.objectContaining({ code: "D5" }));
  });

  test("reset by message with messages inside messages happens once, before the outer one", () => {
    const registry = templateOf(
      '<uInt32 name="V"><copy value="1"/></uInt32><sequence name="S"><length><copy value="0"/></length><templateRef/></sequence>',
    );
    const decoder = new FastDecoder(registry, { mode, reset: "message" });
    expect(decoder.decode(hex("f0 81 85 81 90 80"))?.fields).toMatchObject({
      V: 5,
      S: [{ $ref1: { fields: { V: 5, S: [] } } }],
    });
    expect(decoder.decode(hex("c0 81"))?.fields).toEqual({ V: 1, S: [] });
  });

  test("reports come with field and offset, once, when the message is complete", () => {
    const reports: unknown[] = [];
    const decoder = new FastDecoder(templateOf('<uInt32 name="A"/><string name="B"/>'), {
      mode,
      onReport: (code, field, offset) => reports.push([code, field?.name, offset]),
    });
    const bytes = hex("c0 81 00 85 00 c1");
    decoder.decode(bytes, 0, 5);
    expect(reports).toEqual([]);
    decoder.decode(bytes);
    expect(reports).toEqual([
      ["R6", "A", 4],
      ["R9", "B", 6],
    ]);
  });

  test("bits of a presence map beyond the first word are found", () => {
    const fields = Array.from(
      { length: 60 },
      (_, index) => `<uInt32 name="F${index}"><default value="0"/></uInt32>`,
    ).join("");
    for (const [open, close] of [
      ["", ""],
      ['<group name="G">', "</group>"],
    ]) {
      const registry = templateOf(open + fields + close);
      const inGroup = open !== "";
      const map = (at: number): number[] => {
        const bytes = new Array(9).fill(0);
        const bit = inGroup ? at : at + 1;
        if (!inGroup) bytes[0] |= 64;
        bytes[Math.floor(bit / 7)] |= 64 >> (bit % 7);
        while (bytes.length > 1 && bytes.at(-1) === 0) bytes.pop();
        bytes[bytes.length - 1] |= 128;
        return bytes;
      };
      for (const at of [0, 26, 27, 28, 29, 55, 56, 59]) {
        const bytes = Uint8Array.from(inGroup ? [0xc0, 0x81, ...map(at), 0x87] : [...map(at), 0x81, 0x87]);
        const { fields: found } = new FastDecoder(registry, { mode }).decode(bytes)!;
        const values = (inGroup ? found.G : found) as Record<string, unknown>;
        expect(Object.entries(values).filter(([, value]) => value !== 0)).toEqual([[`F${at}`, 7]]);
      }
    }
  });

  test("a field may be called __proto__", () => {
    const message = decodeHex(
      templateOf('<uInt32 name="__proto__"/><uInt32 name="constructor"/>'),
      "c0 81 85 86",
      { mode },
    )!;
    expect(Object.entries(message.fields)).toEqual([
      ["__proto__", 5],
      ["constructor", 6],
    ]);
  });

  test("FAST 1.2: boolean, enum, set, timestamp, bit group", () => {
    const registry = templateOf(`<boolean name="B"><copy value="true"/></boolean>
      <enum name="E" presence="optional"><element name="buy"/><element name="sell"/></enum>
      <set name="S"><element name="a"/><element name="b"/><element name="c"/><default value="a c"/></set>
      <timestamp name="T" unit="millisecond"/>
      <bitGroup name="G"><bits name="x" size="3"/><bits name="y"><element name="no"/><element name="yes"/></bits></bitGroup>`);
    expect(decodeHex(registry, "c0 81 82 85 8b", { mode })?.fields).toEqual({
      B: true,
      E: "sell",
      S: ["a", "c"],
      T: 5,
      G: { x: 5, y: "yes" },
    });
    expect(errorOf(registry, "c0 81 83 85 8b", { mode })).toMatchObject({ code: "D2", field: "T/E" });
    expect(errorOf(registry, "e0 81 82 82 85 8b", { mode })).toMatchObject({ code: "D2", field: "T/B" });
  });
});

test("an error of the caller's listener is passed on and does not count as decoded", () => {
  const decoder = new FastDecoder(templateOf('<uInt32 name="A"><increment value="1"/></uInt32>'));
  const throwing = new Recorder();
  throwing.integer = () => {
    throw new Error("full");
  };
  expect(() => decoder.read(throwing, hex("c0 81"))).toThrow("full");
  expect(decoder.decode(hex("c0 81"))?.fields).toEqual({ A: 1 });
});

test("options that mean nothing are refused", () => {
  const registry = templateOf("");
  expect(() => new FastDecoder(registry, { mode: "fast" as never })).toThrow("mode must be");
  expect(() => new FastDecoder(registry, { integers: "number" as never })).toThrow("integers must be");
  expect(() => new FastDecoder(registry, { reset: "never" as never })).toThrow("reset must be");
  expect(() => new FastDecoder(registry, { limits: { maxElements: 0 } })).toThrow(
    "maxElements must be a positive integer",
  );
});

test("templates of the ESM and CommonJS builds and other errors are told apart by tag", () => {
  expect(isFastError({ tag: "FastError" })).toBe(true);
  expect(isFastError(new Error("other"))).toBe(false);
  expect(isFastError(null)).toBe(false);
});
