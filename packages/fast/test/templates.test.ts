import { describeTemplates, isFastError, TemplateRegistry } from "@exchange-kit/fast";
import { loadTemplates, parseTemplates } from "@exchange-kit/fast/xml";
import { describe, expect, test } from "vitest";
import { decodeHex, templateOf } from "./support/bytes.ts";

function issuesOf(xml: string): string[] {
  try {
    loadTemplates(xml);
  } catch (error) {
    if (isFastError(error)) return error.issues.map(({ code, line, path }) => `${code} ${path}:${line}`);
    throw error;
  }
  return [];
}

test("every error of a file is listed with its code, path and line, in the order of the file", () => {
  const xml = `<templates xmlns="http://www.fixprotocol.org/ns/fast/td/1.1">
  <template name="A" id="1">
    <uInt32 name="Number"><copy value="x"/></uInt32>
    <sequence name="Rows">
      <string name="Text"><increment/></string>
      <uInt32><constant/></uInt32>
    </sequence>
  </template>
  <template name="A" id="1">
    <uInt32 name="Constant"><constant/></uInt32>
    <uInt32 name="Default"><default/></uInt32>
    <uint32 name="Misspelt"/>
  </template>
</templates>`;
  expect(issuesOf(xml)).toEqual([
    "S3 A/Number:3",
    "S2 A/Rows/Text:5",
    "S1 A/Rows:6",
    "S4 A/Rows/:6",
    "S1 A:9",
    "S1 A:9",
    "S4 A/Constant:10",
    "S5 A/Default:11",
    "S1 A:12",
  ]);
});

test("a file that is not well-formed is refused with its line", () => {
  expect(issuesOf("<templates>\n<template name='A'>\n</templates>")).toEqual(["S1 :3"]);
  expect(issuesOf("")).toEqual(["S1 :1"]);
  expect(issuesOf("<other/>")).toEqual(["S1 :1"]);
  expect(issuesOf("<templates><int32 name='V'/></templates>")).toEqual(["S1 :1"]);
});

test.each([
  ['<int32 name="V" presence="maybe"/>', "presence must be"],
  ['<string name="V" charset="latin"/>', "charset must be"],
  ['<int32 name="V"><copy/><delta/></int32>', "more than one operator"],
  ['<int32 name="V"><twice/></int32>', "there is no operator twice"],
  ['<decimal name="V"><copy/><exponent><copy/></exponent></decimal>', "not both"],
  ['<enum name="V"/>', "needs element children"],
  ['<timestamp name="V" unit="week"/>', 'unknown unit "week"'],
  ['<timestamp name="V" epoch="mine"/>', 'unknown epoch "mine"'],
  ['<bitGroup name="V"><bits name="A" size="x"/></bitGroup>', "size must be"],
  ['<bitGroup name="V"><bits name="A" size="31"/><bits name="B" size="31"/></bitGroup>', "at most 49 bits"],
  ['<boolean name="V"><copy value="perhaps"/></boolean>', "is not of type"],
  ['<templateRef name="T"/>', "refers to itself"],
])("%s is refused: %s", (field, message) => {
  expect(() => templateOf(field)).toThrow(message);
});

test("fields side by side have names of their own, also those of templates taken up", () => {
  expect(issuesOf('<template name="A"><int32 name="V"/>\n<string name="V"/></template>')).toEqual([
    "S1 A/V:2",
  ]);
  const twice = '<templateRef name="B"/>\n<templateRef name="B"/>';
  expect(
    issuesOf(
      `<templates><template name="A">${twice}</template><template name="B"><int32 name="V"/></template></templates>`,
    ),
  ).toEqual(["S1 A/V:2"]);
  expect(
    issuesOf('<template name="A"><int32 name="V"/><group name="G"><int32 name="V"/></group></template>'),
  ).toEqual([]);
});

test("ids must be unique numbers", () => {
  expect(issuesOf('<templates><template name="A" id="x"/></templates>')).toContain("S1 A:1");
  expect(() => new TemplateRegistry([{ name: "A", id: -1, fields: [] }])).toThrow("must be a uInt32");
});

describe("initial values", () => {
  test.each([
    ["int32", "2147483648"],
    ["uInt32", "-1"],
    ["uInt64", "18446744073709551616"],
    ["int64", "1.5"],
    ["decimal", "1e5"],
    ["decimal", ""],
    ["decimal", "99999999999999999999"],
    ["byteVector", "abc"],
    ["string", "é"],
  ])("%s cannot be %s", (type, value) => {
    expect(
      issuesOf(`<template name="T" id="1"><${type} name="V"><copy value="${value}"/></${type}></template>`),
    ).toEqual(["S3 T/V:1"]);
  });

  test("a decimal is normalised, blanks around a number are allowed, an empty string is a value", () => {
    const registry = templateOf(`
      <decimal name="D"><copy value=" -0120.50 "/></decimal><int32 name="I"><copy value=" 7 "/></int32>
      <string name="S"><copy value=""/></string><byteVector name="B"><copy value="0a FF"/></byteVector>
      <decimal name="Z"><copy value="0.00"/></decimal>`);
    expect(decodeHex(registry, "c0 81")?.fields).toEqual({
      D: { mantissa: -1205, exponent: -1 },
      I: 7,
      S: "",
      B: Uint8Array.of(10, 255),
      Z: { mantissa: 0, exponent: 0 },
    });
  });
});

test("a reset attribute of any namespace counts, and old and missing namespaces are read", () => {
  const xml = `<templates xmlns="http://www.fixprotocol.org/ns/template-definition" xmlns:scp="urn:scp">
    <template name="A" id="1" scp:reset="yes"/><template name="B" id="2" reset="no"/></templates>`;
  expect(loadTemplates(xml).templates.map(({ name, id, reset }) => [name, id, reset])).toEqual([
    ["A", 1, true],
    ["B", 2, false],
  ]);
});

test("elements of foreign namespaces may stand anywhere, FAST's own may change within a file", () => {
  const xml = `<templates xmlns="http://www.fixprotocol.org/ns/template-definition" xmlns:x="urn:x"><x:note name="n"/>
    <template xmlns="http://www.fixprotocol.org/ns/fast/td/1.1" name="A" id="1"><x:note><x:copy/></x:note>
      <uInt32 name="V"><x:hint/><copy value="1"/></uInt32><note xmlns="urn:y"/></template></templates>`;
  expect(loadTemplates(xml).definitions).toMatchObject([
    { name: "A", fields: [{ name: "V", operator: { kind: "copy", value: "1" } }] },
  ]);
  expect(issuesOf('<templates><note name="n"/></templates>')).toEqual(["S1 :1"]);
});

test("a unicode string may name its length, as a byte vector may", () => {
  const registry = templateOf(
    '<string name="U" charset="unicode"><length name="N"/><copy/></string><byteVector name="B"><length name="M"/></byteVector>',
  );
  expect(decodeHex(registry, "e0 81 82 c3 a9 81 07")?.fields).toEqual({ U: "é", B: Uint8Array.of(7) });
});

test("templates of a file are the definitions that one would write", () => {
  const xml = `<templates ns="urn:f" templateNs="urn:t" dictionary="d"><template name="T" id="9">
    <typeRef name="Quote"/><templateRef name="U"/><templateRef/>
    <sequence name="S" presence="optional"><length name="N" id="268"><copy key="n"/></length>
      <typeRef name="Row"/><uInt32 name="V" id="1" dictionary="template"/></sequence>
    <group name="G"><typeRef name="Inner"/><byteVector name="B"><length name="L"/></byteVector></group></template></templates>`;
  const [definition] = parseTemplates(xml);
  expect(definition).toMatchObject({
    name: "T",
    id: 9,
    namespace: "urn:t",
    dictionary: "d",
    typeRef: "Quote",
    fields: [
      { type: "templateRef", name: "U", namespace: "urn:t" },
      { type: "templateRef" },
      {
        type: "sequence",
        name: "S",
        optional: true,
        typeRef: "Row",
        length: { name: "N", id: "268", operator: { kind: "copy", key: "n", keyNamespace: "urn:f" } },
        fields: [{ type: "uInt32", name: "V", dictionary: "template", namespace: "urn:f" }],
      },
      { type: "group", name: "G", typeRef: "Inner", fields: [{ type: "byteVector", name: "B" }] },
    ],
  });
});

test("a table shows what a template file says", () => {
  const definitions =
    parseTemplates(`<templates><template name="T" id="1" dictionary="d" reset="1"><typeRef name="Q"/>
    <uInt32 name="A" id="34"><increment value="1"/></uInt32>
    <sequence name="S"><length name="N"><copy key="k" dictionary="global"/></length>
      <decimal name="P" presence="optional"><exponent><default value="-2"/></exponent><mantissa><delta/></mantissa></decimal></sequence>
    <group name="G"><enum name="E"><element name="x"/><element name="y"/></enum></group>
    <bitGroup name="B"><bits name="b" size="2"/></bitGroup><templateRef/><templateRef name="U"/></template>
    <template name="U"/></templates>`);
  expect(
    describeTemplates(definitions),
  ).toBe(`### T (id 1, dictionary d, type Q, clears all dictionaries first)

| field | id | type                       | presence  | operator                              |
| ----- | -- | -------------------------- | --------- | ------------------------------------- |
| A     | 34 | uInt32                     | mandatory | increment "1"                         |
| S     |    | sequence                   | mandatory | length N copy in global key k         |
| · P   |    | decimal                    | optional  | exponent default "-2", mantissa delta |
| G     |    | group                      | mandatory |                                       |
| · E   |    | enum: x, y                 | mandatory |                                       |
| B     |    | bitGroup: b:2              | mandatory |                                       |
| (any) |    | dynamic template reference | mandatory |                                       |
| U     |    | static template reference  | mandatory |                                       |

### U (no id, dictionary global)

No fields.
`);
});
