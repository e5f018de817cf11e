import { type EncodableMessage, FastDecoder, FastEncoder, isFastError } from "@exchange-kit/fast";
import { describe, expect, test } from "vitest";
import { templateOf, toHex } from "./support/bytes.ts";

const MODES = ["generated", "closures"] as const;

function message(fields: object): EncodableMessage {
  return { template: "T", fields };
}

describe.each(MODES)("%s", (mode) => {
  function encodeAll(fields: string, ...values: object[]): string[] {
    const encoder = new FastEncoder(templateOf(fields), { mode, templateId: "changed" });
    return values.map((value) => toHex(encoder.encode(message(value))));
  }

  test("a field with the name of what every object has may be left out", () => {
    const names = ["constructor", "toString", "__proto__", "hasOwnProperty"];
    const fields = names.map((name) => `<uInt32 name="${name}" presence="optional"/>`).join("");
    expect(encodeAll(fields, {}, JSON.parse('{ "__proto__": 1, "toString": 2 }'))).toEqual([
      "c0 81 80 80 80 80",
      "80 80 83 82 80",
    ]);
    expect(() => encodeAll('<uInt32 name="valueOf"/>', {})).toThrow("has no value");
    const bits = '<bitGroup name="G"><bits name="constructor"/></bitGroup>';
    expect(encodeAll(bits, { G: { constructor: 1 } })).toEqual(["c0 81 81"]);
  });

  test("values of a class may be accessors of it", () => {
    class Values {
      get V(): number {
        return 5;
      }
    }
    expect(encodeAll('<uInt32 name="V"/>', new Values())).toEqual(["c0 81 85"]);
  });

  test("values that the decoder knows are left out", () => {
    expect(
      encodeAll('<uInt32 name="V"><increment value="1"/></uInt32>', { V: 1 }, { V: 2 }, { V: 4 }, { V: 5 }),
    ).toEqual(["c0 81", "80", "a0 84", "80"]);
    expect(
      encodeAll('<uInt32 name="V" presence="optional"><default value="3"/></uInt32>', { V: 3 }, {}, { V: 0 }),
    ).toEqual(["c0 81", "a0 80", "a0 81"]);
  });

  test("a delta past 2^53, from either side of zero", () => {
    const [far, near] = [2n ** 63n - 1n, -(2n ** 63n)];
    expect(encodeAll('<int64 name="V"><delta/></int64>', { V: far - 1n }, { V: far }, { V: near })).toEqual([
      "c0 81 00 7f 7f 7f 7f 7f 7f 7f 7f fe",
      "80 81",
      "80 7e 00 00 00 00 00 00 00 00 81",
    ]);
    expect(encodeAll('<int64 name="V"><delta/></int64>', { V: near }, { V: far })).toEqual([
      "c0 81 7f 00 00 00 00 00 00 00 00 80",
      "80 01 7f 7f 7f 7f 7f 7f 7f 7f ff",
    ]);
  });

  // FAST 1.1 section 3.2.5 has these strings.
  test("the shorter string delta is sent", () => {
    expect(
      encodeAll(
        '<string name="V"><delta/></string>',
        { V: "GEH6" },
        { V: "GEM6" },
        { V: "ESM6" },
        { V: "RSESM6" },
      ),
    ).toEqual(["c0 81 80 47 45 48 b6", "80 82 4d b6", "80 fd 45 d3", "80 ff 52 d3"]);
  });

  test("a tail is what differs, and cannot make a value shorter", () => {
    const tail = '<string name="V"><tail/></string>';
    expect(encodeAll(tail, { V: "ABC" }, { V: "ABX" }, { V: "ABX" }, { V: "1234" })).toEqual([
      "e0 81 41 42 c3",
      "a0 d8",
      "80",
      "a0 31 32 33 b4",
    ]);
    expect(() => encodeAll(tail, { V: "ABC" }, { V: "AB" })).toThrow(
      expect.objectContaining({ code: "not-encodable" }),
    );
  });

  test("the template id is sent always, or when it changes", () => {
    const registry = templateOf('<uInt32 name="V"/>');
    const always = new FastEncoder(registry, { mode });
    expect([1, 2].map((V) => toHex(always.encode(message({ V }))))).toEqual(["c0 81 81", "c0 81 82"]);
  });

  test.each([
    ['<uInt32 name="V"/>', {}, "missing-field"],
    ['<uInt32 name="V"/>', { V: true }, "D1"],
    ['<uInt32 name="V"/>', { V: "five" }, "D11"],
    ['<uInt32 name="V"/>', { V: "4294967296" }, "D2"],
    ['<decimal name="V"/>', { V: "1,5" }, "D11"],
    ['<uInt32 name="V"/>', { V: -1 }, "D2"],
    ['<uInt32 name="V"/>', { V: 1.5 }, "R5"],
    ['<uInt64 name="V"/>', { V: 2 ** 60 }, "D1"],
    ['<int64 name="V"/>', { V: 2n ** 63n }, "D2"],
    ['<uInt32 name="V"><constant value="7"/></uInt32>', { V: 8 }, "not-encodable"],
    ['<decimal name="V"/>', { V: 5 }, "D1"],
    ['<decimal name="V"/>', { V: { mantissa: 1, exponent: 64 } }, "R1"],
    ['<decimal name="V"/>', { V: { mantissa: 2n ** 63n, exponent: 0 } }, "R1"],
    ['<decimal name="V"/>', { V: { mantissa: 0.5, exponent: 0 } }, "D1"],
    [
      '<decimal name="V"><exponent><constant value="-2"/></exponent></decimal>',
      { V: { mantissa: 1, exponent: -3 } },
      "D3",
    ],
    [
      '<decimal name="V"><mantissa><constant value="5"/></mantissa></decimal>',
      { V: { mantissa: 1, exponent: 0 } },
      "D3",
    ],
    ['<string name="V"/>', { V: 5 }, "D1"],
    ['<string name="V"/>', { V: "é" }, "R3"],
    ['<string name="V"/>', { V: Uint8Array.of(1) }, "D10"],
    ['<string name="V" charset="unicode"/>', { V: Uint8Array.of(1) }, "D10"],
    ['<string name="V" charset="unicode"/>', { V: 5 }, "D1"],
    ['<byteVector name="V"/>', { V: "text" }, "D10"],
    ['<byteVector name="V"/>', { V: 5 }, "D1"],
    ['<sequence name="V"><uInt32 name="A"/></sequence>', {}, "missing-field"],
    ['<sequence name="V"><uInt32 name="A"/></sequence>', { V: 5 }, "D1"],
    ['<sequence name="V"><uInt32 name="A"/></sequence>', { V: [5] }, "D1"],
    ['<group name="V"><uInt32 name="A"/></group>', {}, "missing-field"],
    ["<templateRef/>", {}, "missing-field"],
    ['<templateRef name="nowhere"/>', {}, "D8"],
    ['<boolean name="V"/>', { V: 1 }, "D1"],
    ['<enum name="V"><element name="a"/></enum>', { V: "b" }, "D1"],
    ['<set name="V"><element name="a"/></set>', { V: ["b"] }, "D1"],
    ['<set name="V"><element name="a"/></set>', { V: "a" }, "D1"],
    ['<bitGroup name="V"><bits name="a" size="2"/></bitGroup>', { V: { a: 4 } }, "D1"],
    ['<bitGroup name="V"><bits name="a" size="2"/></bitGroup>', { V: 4 }, "D1"],
  ])("%s with %o is refused: %s", (fields, value, code) => {
    const encoder = new FastEncoder(templateOf(fields), { mode });
    try {
      encoder.encode(message(value));
      expect.unreachable();
    } catch (error) {
      expect(isFastError(error) && error.code).toBe(code);
      if (isFastError(error) && !code.startsWith("D8")) expect(error.field).toMatch(/^T\//);
    }
  });

  test("numbers may be given as digits, as they are in JSON", () => {
    const fields = '<uInt64 name="I"/><decimal name="D"/>';
    const [bytes] = encodeAll(fields, { I: "18446744073709551615", D: "-0.050" });
    expect(bytes).toBe("c0 81 01 7f 7f 7f 7f 7f 7f 7f 7f ff fe fb");
  });

  test("a decimal is rescaled for a constant exponent when no digit is lost", () => {
    const field = '<decimal name="V"><exponent><constant value="-2"/></exponent></decimal>';
    expect(
      encodeAll(field, { V: { mantissa: 5, exponent: 0 } }, { V: { mantissa: 500, exponent: -3 } }),
    ).toEqual(["c0 81 03 f4", "80 b2"]);
  });

  test("a message that is refused changes nothing", () => {
    const fields = '<uInt32 name="A"><increment value="1"/></uInt32><string name="B"/>';
    const encoder = new FastEncoder(templateOf(fields), { mode, templateId: "changed" });
    expect(() => encoder.encode(message({ A: 1, B: 5 }))).toThrow("D1");
    expect(toHex(encoder.encode(message({ A: 1, B: "x" })))).toBe("c0 81 f8");
    expect(() => encoder.encode(message({ A: 2, B: 5 }))).toThrow("D1");
    expect(toHex(encoder.encode(message({ A: 2, B: "x" })))).toBe("80 f8");
  });

  test("encodeInto writes where it is told, and 0 says that there is no room", () => {
    const encoder = new FastEncoder(
      templateOf('<uInt32 name="A"><increment value="1"/></uInt32><string name="B"/>'),
      { mode },
    );
    const target = new Uint8Array(8);
    expect(encoder.encodeInto(message({ A: 1, B: "abcdef" }), target)).toBe(8);
    expect(encoder.encodeInto(message({ A: 2, B: "abcdef" }), target, 1)).toBe(0);
    expect(encoder.encodeInto(message({ A: 2, B: "x" }), target, 2)).toBe(3);
    expect(toHex(target)).toBe("c0 81 c0 81 f8 64 65 e6");
    const long = new Uint8Array(3000);
    expect(encoder.encodeInto(message({ A: 3, B: "y".repeat(2000) }), long)).toBe(2002);
  });

  test("reset and policies are those of the decoder", () => {
    const registry = templateOf('<uInt32 name="V"><copy/></uInt32>');
    for (const reset of ["template", "message"] as const) {
      const encoder = new FastEncoder(registry, { mode, reset });
      const decoder = new FastDecoder(registry, { mode, reset });
      for (const V of [5, 5, 6])
        expect(decoder.decode(encoder.encode(message({ V })))?.fields).toEqual({ V });
      encoder.reset();
      decoder.reset();
      expect(decoder.decode(encoder.encode(message({ V: 6 })))?.fields).toEqual({ V: 6 });
    }
  });
});

test("an unknown template, one without id, and fields that are none are refused", () => {
  const encoder = new FastEncoder(templateOf(""));
  expect(() => encoder.encode({ template: "U", fields: {} })).toThrow(
    expect.objectContaining({ code: "unknown-template" }),
  );
  expect(() => encoder.encode({ template: "T", fields: 5 as never })).toThrow(
    expect.objectContaining({ code: "D1" }),
  );
  expect(() => new FastEncoder(templateOf(""), { templateId: "never" as never })).toThrow(
    "templateId must be",
  );
  expect(() => new FastEncoder(templateOf(""), { mode: "fast" as never })).toThrow("mode must be");
});
