import {
  Dictionary,
  FixParser,
  SessionRejectReason as R,
  Validator,
  type ValidatorOptions,
} from "@exchange-kit/fix";
import { FIX42 } from "@exchange-kit/fix/fix42";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { FIX50SP2 } from "@exchange-kit/fix/fix50sp2";
import { FIXT11 } from "@exchange-kit/fix/fixt11";
import { expect, test } from "vitest";
import { ORDER, wire } from "./support/wire.ts";

const dictionary = new Dictionary(FIX44);
const HEAD = "34=2|49=BUY|52=20260105-14:30:00|56=VENUE|";
const BODY = "11=A|21=1|40=1|54=1|55=VOD|60=20260105-14:30:00|";

function check(body: string, options?: ValidatorOptions): [number, number] {
  const parser = new FixParser();
  parser.parse(wire(body));
  const validator = new Validator(dictionary, options);
  expect(validator.validate(parser.view)).toBe(validator.reason === -1);
  return [validator.reason, validator.tag];
}

test("a sound order passes", () => {
  expect(check(ORDER)).toEqual([-1, 0]);
});

test.each([
  ["an unknown type", `35=*|${HEAD}`, R.InvalidMsgType, 0],
  ["an unknown tag", `35=0|${HEAD}9999=x|`, R.InvalidTagNumber, 9999],
  ["a tag of another message", `35=0|${HEAD}55=VOD|`, R.TagNotDefinedForMessage, 55],
  ["a missing header field", "35=0|34=2|49=BUY|52=20260105-14:30:00|", R.RequiredTagMissing, 56],
  ["a missing body field", `35=D|${HEAD}${BODY.slice(5)}`, R.RequiredTagMissing, 11],
  ["an empty value", `35=0|${HEAD}112=|`, R.TagWithoutValue, 112],
  ["an unknown enumerated value", `35=D|${HEAD}${BODY.replace("54=1", "54=x")}`, R.ValueIncorrect, 54],
  ["a wrong format", `35=D|${HEAD}${BODY}38=+200|`, R.IncorrectDataFormat, 38],
  ["a wrong timestamp", `35=D|${HEAD}${BODY}126=20260105|`, R.IncorrectDataFormat, 126],
  ["a day that does not exist", `35=D|${HEAD}${BODY}126=20260230-10:00:00|`, R.IncorrectDataFormat, 126],
  ["a tag twice", `35=D|${HEAD}${BODY}40=2|`, R.TagAppearsTwice, 40],
  ["a header field after the body", `35=D|${BODY}${HEAD}`, R.TagOutOfOrder, 34],
  ["a wrong group count", `35=D|${HEAD}${BODY}386=3|336=A|336=B|`, R.IncorrectGroupCount, 386],
  [
    "a wrong group count before a wrong value inside",
    `35=D|${HEAD}${BODY}453=3|448=F|447=!|`,
    R.IncorrectGroupCount,
    453,
  ],
  [
    "a wrong value in a group of the right size",
    `35=D|${HEAD}${BODY}453=1|448=F|447=!|`,
    R.ValueIncorrect,
    447,
  ],
  [
    "a group that does not begin with its delimiter",
    `35=D|${HEAD}${BODY}453=1|447=D|448=F|`,
    R.IncorrectGroupCount,
    453,
  ],
  ["a tag twice in an entry", `35=D|${HEAD}${BODY}453=1|448=F|447=D|447=D|`, R.TagAppearsTwice, 447],
] as const)("%s is rejected", (_, body, reason, tag) => {
  expect(check(body)).toEqual([reason, tag]);
});

test("each check is an option", () => {
  expect(check(`35=0|${HEAD}112=|`, { checkValuesPresent: false })).toEqual([-1, 0]);
  expect(check(`35=0|${HEAD}9999=x|`, { checkUserDefinedTags: false })).toEqual([-1, 0]);
  expect(check(`35=0|${HEAD}55=VOD|`, { checkTags: false })).toEqual([-1, 0]);
  expect(check(`35=D|${HEAD}${BODY}38=+200|`, { checkFormats: false })).toEqual([-1, 0]);
  expect(check(`35=D|${HEAD}${BODY}40=2|`, { checkRepeated: false })).toEqual([-1, 0]);
  expect(check(`35=D|${BODY}${HEAD}`, { checkFieldOrder: false })).toEqual([-1, 0]);
  expect(check(`35=D|${HEAD}`, { checkRequired: false })).toEqual([-1, 0]);
  expect(check(`35=D|${HEAD}${BODY.replace("54=1", "54=x")}`, { checkValues: false })).toEqual([-1, 0]);
  expect(check(`35=D|${HEAD}${BODY}453=1|448=F|452=1|447=D|`)).toEqual([-1, 0]);
  expect(check(`35=D|${HEAD}${BODY}453=1|448=F|452=1|447=D|`, { checkGroupOrder: true })).toEqual([
    R.GroupFieldsOutOfOrder,
    447,
  ]);
  expect(check(`35=D|${HEAD}${BODY}386=3|336=A|`, { checkGroupCounts: false })).toEqual([-1, 0]);
});

test("a count of zero is a group without entries", () => {
  expect(check(`35=D|${HEAD}${BODY}453=0|`)).toEqual([-1, 0]);
});

test("each of several values is checked", () => {
  const parser = new FixParser();
  const validator = new Validator(new Dictionary(FIX42));
  parser.parse(wire(`35=D|${HEAD}${BODY}18=1 2 G|`, "FIX.4.2"));
  expect(validator.validate(parser.view)).toBe(true);
  parser.parse(wire(`35=D|${HEAD}${BODY}18=1 ~ G|`, "FIX.4.2"));
  expect([validator.validate(parser.view), validator.tag]).toEqual([false, 18]);
});

test("in FIXT header and body have dictionaries of their own", () => {
  const validator = new Validator(new Dictionary(FIX50SP2), {}, new Dictionary(FIXT11));
  const parser = new FixParser();
  parser.parse(wire(`35=D|${HEAD}1128=9|11=A|40=1|54=1|55=VOD|60=20260105-14:30:00|`, "FIXT.1.1"));
  expect([validator.validate(parser.view), validator.reason, validator.tag]).toEqual([true, -1, 0]);
  parser.parse(wire(`35=0|${HEAD}999=x|`, "FIXT.1.1"));
  expect([validator.validate(parser.view), validator.reason]).toEqual([false, R.InvalidTagNumber]);
});
