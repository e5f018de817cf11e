import {
  Dictionary,
  FixEncoder,
  FixMessage,
  FixParser,
  formatTimestamp,
  isFixError,
  packDefinition,
  parseTimestamp,
  SessionSchedule,
  unpackDefinition,
} from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";
import type { NewOrderSingle } from "@exchange-kit/fix/types44";
import { readQuickFixXml } from "@exchange-kit/fix/xml";
import { describe, expect, test } from "vitest";
import { latin, ORDER, text, wire } from "./support/wire.ts";

const dictionary = new Dictionary(FIX44);

function code(call: () => unknown): string {
  try {
    call();
    return "";
  } catch (error) {
    return isFixError(error) ? error.code : String(error);
  }
}

describe("messages", () => {
  test("fields go by name and by tag, groups nest, and the body is written in order", () => {
    const order = new FixMessage<NewOrderSingle>("NewOrderSingle", dictionary);
    order.set("Symbol", "VOD").set("ClOrdID", "A1").set("Side", "1").set("OrderQty", 100).set(44, 12.5);
    const party = order.add("NoPartyIDs").set("PartyRole", 1).set("PartyID", "F1");
    party.add("NoPartySubIDs").set("PartySubIDType", "4").set("PartySubID", "S");
    expect([order.get("ClOrdID"), order.get(44), order.get("NoPartyIDs"), order.has("Price")]).toEqual([
      "A1",
      "12.5",
      undefined,
      true,
    ]);
    expect(order.entries("NoPartyIDs")[0]!.get("PartyID")).toBe("F1");
    order.delete("Price");
    const encoder = new FixEncoder(new Uint8Array(4096));
    encoder.begin("FIX.4.4", order.type);
    order.writeBody(encoder);
    const length = encoder.end();
    expect(text(encoder.buffer.subarray(encoder.start, encoder.start + length))).toBe(
      text(wire("35=D|11=A1|38=100|54=1|55=VOD|453=1|448=F1|452=1|802=1|523=S|803=4|")),
    );
  });

  test("a parsed message can be copied, groups and all", () => {
    const parser = new FixParser({ dictionary });
    parser.parse(wire(ORDER));
    const copy = FixMessage.from(parser.view, dictionary);
    expect(copy.entries("NoPartyIDs").map((entry) => entry.get("PartyID"))).toEqual(["F1", "F2"]);
    expect(copy.entries("NoPartyIDs")[0]!.entries("NoPartySubIDs")[0]!.get(523)).toBe("S");
    expect(copy.get("Symbol")).toBe("VOD");
    expect(FixMessage.from(parser.view).get(448)).toBe("F2");
    expect(copy.entries("NoHops")).toEqual([]);
  });

  test("a data field with SOH is written behind its length, copied or set", () => {
    const news = wire("35=B|148=x|33=1|58=t|354=3|355=a\x01b|95=4|96=\x0110=|");
    const parser = new FixParser({ dictionary });
    parser.parse(news);
    const copy = FixMessage.from(parser.view, dictionary);
    const encoder = new FixEncoder(new Uint8Array(4096));
    encoder.begin("FIX.4.4", copy.type);
    copy.writeBody(encoder);
    const length = encoder.end();
    parser.parse(encoder.buffer, encoder.start, encoder.start + length);
    expect([parser.problem, parser.view.string(96), parser.view.string(355)]).toEqual([
      undefined,
      "\x0110=",
      "a\x01b",
    ]);
    encoder.begin("FIX.4.4", copy.type);
    // Without the true length the SOH would let in a field.
    expect(code(() => copy.set(95, 3).writeBody(encoder))).toBe("value-invalid");
    expect(code(() => copy.set(95, 2).set(96, "\x01€").writeBody(encoder))).toBe("value-invalid");
  });

  test("what cannot be written is refused", () => {
    const message = new FixMessage("D", dictionary);
    expect(code(() => message.set("Nonsense", "x"))).toBe("unknown-field");
    expect(code(() => new FixMessage("D").get("ClOrdID"))).toBe("unknown-field");
    expect(code(() => message.set(44, 1e30))).toBe("value-invalid");
    expect(code(() => message.set(44, undefined as never))).toBe("value-invalid");
    expect(message.set(43, true).get(43)).toBe("Y");
    const encoder = new FixEncoder(new Uint8Array(60));
    for (const [wrong, expected] of [
      [() => encoder.string(58, ""), "value-invalid"],
      [() => encoder.string(58, "ż"), "value-invalid"],
      [() => encoder.int(58, 2 ** 60), "value-invalid"],
      [() => encoder.int(0, 1), "value-invalid"],
      [() => encoder.decimal(44, 1, 16), "value-invalid"],
      [() => encoder.bytes(96, new Uint8Array(0)), "value-invalid"],
      [() => encoder.string(58, "x".repeat(100)), "buffer-too-small"],
    ] as const) {
      encoder.buffer = new Uint8Array(200);
      if (expected === "buffer-too-small") encoder.buffer = new Uint8Array(90);
      encoder.begin("FIX.4.4", "0");
      expect(code(wrong)).toBe(expected);
    }
  });
});

describe("dictionaries", () => {
  const xml = `<fix major="4" minor="4"><header><field name="A" required="Y"/></header><trailer/>
    <messages><message name="M" msgtype="U1" msgcat="app"><component name="C" required="Y"/><group name="N" required="N"><field name="B" required="Y"/></group></message></messages>
    <components><component name="C"><field name="B" required="Y"/></component></components>
    <fields><field number="1" name="A" type="STRING"><value enum="x" description="an X"/><value enum="y"/></field><field number="2" name="B" type="WEIRD"/><field number="3" name="N" type="NUMINGROUP"/></fields></fix>`;

  test("are read from XML, packed and unpacked", () => {
    const definition = readQuickFixXml(xml);
    expect(unpackDefinition({ version: "FIX.4.4", packed: packDefinition(definition) })).toEqual(definition);
    const own = new Dictionary(definition);
    expect([
      own.version,
      own.fieldTag("B"),
      own.fieldType(2),
      own.valueName(1, "x"),
      own.valueName(1, "z"),
    ]).toEqual(["FIX.4.4", 2, "STRING", "an_X", undefined]);
    expect(own.message("U1")!.required).toEqual([2]);
    expect([own.message("U2"), own.messageType("M"), own.fieldName(9)]).toEqual([undefined, "U1", undefined]);
  });

  test.each([
    ["xml-invalid", "<fix"],
    ["xml-invalid", "<other/>"],
    ["xml-invalid", "<fix major='4'/>"],
    ["xml-invalid", xml.replace('name="B" type', 'name="Z" type')],
    ["xml-invalid", xml.replace('number="1"', 'number="x"')],
    ["xml-invalid", xml.replace("<trailer/>", '<trailer><field name="A"/><what name="A"/></trailer>')],
  ])("%s is thrown for what is no dictionary", (expected, wrong) => {
    expect(code(() => readQuickFixXml(wrong))).toBe(expected);
  });

  test("that use what they do not define are refused", () => {
    const base = { version: "X", fields: [], components: {}, messages: [], header: [], trailer: [] };
    expect(
      code(() => new Dictionary({ ...base, header: [{ kind: "field", tag: 1, isRequired: true }] })),
    ).toBe("dictionary-invalid");
    const own = { kind: "component", name: "C", isRequired: true } as const;
    expect(code(() => new Dictionary({ ...base, header: [own] }))).toBe("dictionary-invalid");
    expect(code(() => new Dictionary({ ...base, header: [own], components: { C: [own] } }))).toBe(
      "dictionary-invalid",
    );
    expect(code(() => new Dictionary({ version: "X", packed: "nonsense" }))).toBe("dictionary-invalid");
    expect(code(() => new Dictionary({ version: "X", packed: "H 1}" }))).toBe("dictionary-invalid");
    expect(code(() => new Dictionary({ version: "X", packed: "H @7" }))).toBe("dictionary-invalid");
    expect(code(() => packDefinition({ ...base, header: [own] }))).toBe("dictionary-invalid");
    expect(code(() => packDefinition({ ...base, fields: [{ tag: 1, name: "a b", type: "INT" }] }))).toBe(
      "dictionary-invalid",
    );
  });

  test("can be extended in code", () => {
    const more = dictionary.extend({
      fields: [{ tag: 5001, name: "DeskID", type: "STRING" }],
      messages: [
        {
          type: "D",
          name: "NewOrderSingle",
          isAdmin: false,
          members: [{ kind: "field", tag: 5001, isRequired: true }],
        },
        { type: "U7", name: "Own", isAdmin: false, members: [] },
      ],
      header: [{ kind: "field", tag: 5001, isRequired: false }],
    });
    expect(more.message("D")!.required).toContain(5001);
    expect(more.message("U7")!.name).toBe("Own");
    expect(dictionary.message("U7")).toBeUndefined();
  });
});

test("timestamps are written and read at every precision", () => {
  const at = Date.UTC(2026, 1, 28, 23, 59, 59, 7);
  for (const precision of ["seconds", "millis", "micros", "nanos"] as const) {
    const bytes = latin(formatTimestamp(at, precision));
    expect(parseTimestamp(bytes, 0, bytes.length)).toBe(precision === "seconds" ? at - 7 : at);
  }
  for (const wrong of [
    "20260230-00:00:00",
    "20260101-24:00:00",
    "20260101 00:00:00",
    "20260101-00:00:00.",
    "2026",
  ]) {
    expect(parseTimestamp(latin(wrong), 0, wrong.length)).toBeNaN();
  }
});

describe("schedules", () => {
  const at = (text: string): number => Date.parse(text);

  test("daily, over midnight, with days and holidays", () => {
    const daily = new SessionSchedule({
      start: { time: "22:00" },
      end: { time: "06:00:00" },
      days: [1, 2],
      holidays: ["2026-01-06"],
    });
    expect(daily.isOpen(at("2026-01-05T23:00Z"))).toBe(true);
    expect(daily.isOpen(at("2026-01-06T05:59:59Z"))).toBe(true);
    expect(daily.isOpen(at("2026-01-06T06:00:00Z"))).toBe(false);
    expect(daily.isOpen(at("2026-01-06T23:00Z"))).toBe(false);
    expect(daily.isOpen(at("2026-01-04T23:00Z"))).toBe(false);
    expect(daily.isSameSession(at("2026-01-05T23:00Z"), at("2026-01-06T01:00Z"))).toBe(true);
    expect(daily.isSameSession(at("2026-01-05T23:00Z"), at("2026-01-12T23:00Z"))).toBe(false);
  });

  test("weekly, in a zone, through a change of summer time", () => {
    const weekly = new SessionSchedule({
      start: { day: 0, time: "18:00" },
      end: { day: 5, time: "17:00" },
      timeZone: "America/New_York",
    });
    expect(weekly.isOpen(at("2026-03-08T21:59Z"))).toBe(false);
    expect(weekly.isOpen(at("2026-03-08T22:00Z"))).toBe(true);
    expect(weekly.isOpen(at("2026-03-13T20:59Z"))).toBe(true);
    expect(weekly.isOpen(at("2026-03-13T21:00Z"))).toBe(false);
  });

  test("that cannot be are refused", () => {
    expect(code(() => new SessionSchedule({ start: { time: "25:00" }, end: { time: "06:00" } }))).toBe(
      "option-invalid",
    );
    expect(
      code(() => new SessionSchedule({ start: { time: "05:00", day: 1 }, end: { time: "06:00" } })),
    ).toBe("option-invalid");
    expect(
      code(
        () =>
          new SessionSchedule({ start: { time: "05:00" }, end: { time: "06:00" }, timeZone: "Mars/Base" }),
      ),
    ).toBe("option-invalid");
    const hours = { start: { time: "05:00" }, end: { time: "06:00" } };
    for (const more of [{ days: [1, 7] }, { holidays: ["1.5.2026"] }, { holidays: ["2026-13-01"] }])
      expect(code(() => new SessionSchedule({ ...hours, ...more }))).toBe("option-invalid");
  });
});
