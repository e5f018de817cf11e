import { Dictionary, FixParser, isFixError } from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { expect, test } from "vitest";
import { join, latin, ORDER, text, wire } from "./support/wire.ts";

const dictionary = new Dictionary(FIX44);

test("a view reads fields by tag, lazily and exactly", () => {
  const parser = new FixParser();
  const bytes = wire(ORDER);
  expect(parser.parse(bytes)).toBe(bytes.length);
  const { view } = parser;
  expect(view.type).toBe("D");
  expect(view.int(34)).toBe(2);
  expect(view.string(11)).toBe("A1");
  expect(view.decimal(44, 4)).toBe(125_000);
  expect(view.decimal(44, 0)).toBeNaN();
  expect(view.char(54)).toBe(49);
  expect(view.length(55)).toBe(3);
  expect(view.equals(55, "VOD")).toBe(true);
  expect(view.equals(55, "VO")).toBe(false);
  expect(view.boolean(43)).toBeUndefined();
  expect(view.has(9999)).toBe(false);
  expect(view.has(70_000)).toBe(false);
  expect([view.string(1), view.int(1), view.length(1), view.char(1), view.bytes(1)]).toEqual([
    undefined,
    Number.NaN,
    -1,
    0,
    undefined,
  ]);
  expect(view.bytes(55)).toEqual(latin("VOD"));
  expect(text(view.copy())).toBe(text(bytes));
});

test("numbers that do not fit are not numbers", () => {
  const parser = new FixParser();
  parser.parse(wire("35=D|38=9007199254740992|44=-0.5|6=1.|31=.5|14=.|99=1.2.3|15=-|53=-7|"));
  const { view } = parser;
  expect(view.int(38)).toBeNaN();
  expect(view.decimal(44, 1)).toBe(-5);
  expect(view.decimal(6, 2)).toBe(100);
  expect(view.decimal(31, 2)).toBe(50);
  expect([view.decimal(14, 2), view.decimal(99, 2), view.int(15), view.decimal(38, 3)]).toEqual(
    Array(4).fill(Number.NaN),
  );
  expect(view.int(53)).toBe(-7);
});

test.each([
  ["with a dictionary", { dictionary }],
  ["without", {}],
])("repeating groups nest, %s", (_, options) => {
  const parser = new FixParser(options);
  parser.parse(wire(ORDER));
  const parties = parser.view.group(453);
  expect(parties.count).toBe(2);
  expect(parties.next()).toBe(true);
  expect(parties.string(448)).toBe("F1");
  const subs = parties.group(802);
  expect(subs.next()).toBe(true);
  expect([subs.string(523), subs.int(803)]).toEqual(["S", 4]);
  expect(subs.next()).toBe(false);
  expect(parties.next()).toBe(true);
  expect([parties.string(448), parties.int(452), parties.group(802).count]).toEqual(["F2", 11, 0]);
  expect(parties.next()).toBe(false);
  expect(parser.view.group(555).next()).toBe(false);
});

test("a group of the body ends where its dictionary says", () => {
  const parser = new FixParser({ dictionary });
  parser.parse(wire("35=D|453=1|448=F1|447=D|11=A|"));
  const parties = parser.view.group(453);
  parties.next();
  expect(parties.has(11)).toBe(false);
});

test("a data field may hold SOH and even a checksum", () => {
  const parser = new FixParser();
  const bytes = wire("35=B|95=10|96=a|10=000|b|58=after|");
  expect(parser.parse(bytes)).toBe(bytes.length);
  expect(parser.problem).toBeUndefined();
  expect(parser.view.length(96)).toBe(10);
  expect(parser.view.string(58)).toBe("after");
});

test.each([
  ["checksum", latin("8=FIX.4.4\x019=5\x0135=0\x0110=000\x01")],
  ["checksum", latin("8=FIX.4.4\x019=5\x0135=0\x0110=1x3\x01")],
  ["first-fields", wire("34=1|35=0|")],
  ["syntax", wire("35=0|4x9=A|")],
  ["syntax", wire("35=0|=A|")],
  ["syntax", wire("35=0|034=1|")],
  ["syntax", wire("35=0|-=1|")],
  ["syntax", wire("35=0|999999999999=1|")],
  ["syntax", wire("35=B|95=900|96=a|")],
  ["syntax", wire("35=B|95=-1|96=a|")],
  ["body-length", latin("8=FIX.4.4\x0135=0\x0134=1\x0110=000\x01")],
  ["body-length", latin("8=FIX.4.4\x019=5x\x0135=0\x0110=000\x01")],
  ["body-length", latin("8=FIX.4.4\x019=\x0135=0\x0110=000\x01 and more")],
  ["body-length", latin("8=FIX.4.4\x019=4\x0135=0\x0110=000\x01")],
  ["body-length", latin(`8=FIX${"x".repeat(60)}`)],
  ["too-long", latin("8=FIX.4.4\x019=99999999\x0135=0\x01")],
  ["not-fix", latin("GET / HTTP/1.1\r\n\r\n")],
] as const)("%s is reported, skipped, and the next message is found", (problem, bytes) => {
  const parser = new FixParser();
  const good = wire("35=0|34=9|");
  const stream = join(bytes, good);
  const problems: (string | undefined)[] = [];
  let at = 0;
  for (let n = parser.parse(stream, at); n > 0; n = parser.parse(stream, at)) {
    problems.push(parser.problem);
    at += n;
  }
  expect(problems[0]).toBe(problem);
  expect(problems.at(-1)).toBeUndefined();
  expect(parser.view.int(34)).toBe(9);
});

test("tag 0 is well formed, so that it can be rejected, and no other tag begins with 0", () => {
  const parser = new FixParser();
  parser.parse(wire("35=0|0=HI|"));
  expect([parser.problem, parser.view.string(0)]).toEqual([undefined, "HI"]);
  for (const body of ["35=0|01=HI|", "35=0|-0=HI|", "35=0|-=HI|", "35=0|=HI|"]) {
    parser.parse(wire(body));
    expect(parser.problem).toBe("syntax");
  }
});

test("beyond a wrong BodyLength a CheckSum is not looked for without end", () => {
  const parser = new FixParser();
  const bytes = latin(`8=FIX.4.4\x019=5\x0135=0\x01${"x".repeat(5000)}8=FIX.4.4\x01`);
  const consumed = parser.parse(bytes);
  expect([parser.problem, consumed]).toEqual(["body-length", bytes.length - 10]);
});

test("a negative tag is well formed, so that it can be rejected", () => {
  const parser = new FixParser();
  parser.parse(wire("35=0|-1=HI|"));
  expect(parser.problem).toBeUndefined();
  expect(parser.view.tagAt(3)).toBe(-1);
});

test("the number of fields is bounded, and below the bound grows", () => {
  const many = wire(`35=0|${"58=x|".repeat(2000)}`);
  const parser = new FixParser();
  expect(parser.parse(many)).toBe(many.length);
  expect(parser.view.size).toBe(2004);
  const small = new FixParser({ maxFields: 1000 });
  small.parse(many);
  expect(small.problem).toBe("too-many-fields");
});

test("the sum of a message of many megabytes does not run over", () => {
  const bytes = wire(`35=B|34=1|95=9000000|96=${"\xff".repeat(9_000_000)}|148=x|`);
  const parser = new FixParser({ maxMessageBytes: 2 ** 24 });
  expect(parser.parse(bytes)).toBe(bytes.length);
  expect([parser.problem, parser.view.string(148)]).toEqual([undefined, "x"]);
  expect(parser.view.tagAt(parser.view.size - 1)).toBe(10);
});

test("limits must be positive", () => {
  try {
    new FixParser({ maxMessageBytes: 0 });
    expect.unreachable();
  } catch (error) {
    expect(isFixError(error) && error.code).toBe("option-invalid");
  }
});
