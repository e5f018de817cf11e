import { Dictionary, FixParser, isFixError, Validator } from "@exchange-kit/fix";
import { readOrchestraXml } from "@exchange-kit/fix/xml";
import { expect, test } from "vitest";
import { wire } from "./support/wire.ts";

const XML = `<?xml version="1.0"?>
<fixr:repository xmlns:fixr="http://fixprotocol.io/2020/orchestra/repository" name="Venue" version="FIX.4.4_EP254">
  <fixr:codeSets>
    <fixr:codeSet name="SideCodeSet" id="54" type="char">
      <fixr:code name="Buy" id="54001" value="1"/>
      <fixr:code name="Sell" id="54002" value="2"/>
    </fixr:codeSet>
  </fixr:codeSets>
  <fixr:fields>
    <fixr:field id="8" name="BeginString" type="String"/>
    <fixr:field id="9" name="BodyLength" type="Length"/>
    <fixr:field id="10" name="CheckSum" type="String"/>
    <fixr:field id="11" name="ClOrdID" type="String"/>
    <fixr:field id="35" name="MsgType" type="String"/>
    <fixr:field id="54" name="Side" type="SideCodeSet"/>
    <fixr:field id="55" name="Symbol" type="String"/>
    <fixr:field id="58" name="Text" type="String"/>
    <fixr:field id="448" name="PartyID" type="String"/>
    <fixr:field id="452" name="PartyRole" type="int"/>
    <fixr:field id="453" name="NoPartyIDs" type="NumInGroup"/>
    <fixr:field id="523" name="PartySubID" type="String"/>
    <fixr:field id="802" name="NoPartySubIDs" type="NumInGroup"/>
  </fixr:fields>
  <fixr:components>
    <fixr:component id="1024" name="StandardHeader">
      <fixr:fieldRef id="8" presence="required"/>
      <fixr:fieldRef id="9" presence="required"/>
      <fixr:fieldRef id="35" presence="required"/>
    </fixr:component>
    <fixr:component id="1025" name="StandardTrailer"><fixr:fieldRef id="10" presence="required"/></fixr:component>
    <fixr:component id="1003" name="Instrument"><fixr:fieldRef id="55" presence="required"/></fixr:component>
  </fixr:components>
  <fixr:groups>
    <fixr:group id="1012" name="Parties">
      <fixr:numInGroup id="453"/>
      <fixr:fieldRef id="448" presence="required"/>
      <fixr:fieldRef id="452"/>
      <fixr:groupRef id="2077"/>
    </fixr:group>
    <fixr:group id="2077" name="PtysSubGrp"><fixr:numInGroup id="802"/><fixr:fieldRef id="523"/></fixr:group>
  </fixr:groups>
  <fixr:messages>
    <fixr:message name="NewOrderSingle" msgType="D" scenario="iceberg"><fixr:structure/></fixr:message>
    <fixr:message name="NewOrderSingle" msgType="D" category="SingleGeneralOrderHandling">
      <fixr:structure>
        <fixr:componentRef id="1024" presence="required"/>
        <fixr:fieldRef id="11" presence="required"/>
        <fixr:componentRef id="1003" presence="required"/>
        <fixr:fieldRef id="54" presence="required"><fixr:rule name="any" presence="required"/></fixr:fieldRef>
        <fixr:fieldRef id="58" presence="forbidden"/>
        <fixr:groupRef id="1012" presence="optional"/>
        <fixr:componentRef id="1025" presence="required"/>
      </fixr:structure>
    </fixr:message>
    <fixr:message name="Heartbeat" msgType="0" category="Session"><fixr:structure/></fixr:message>
  </fixr:messages>
</fixr:repository>`;

const dictionary = new Dictionary(readOrchestraXml(XML));

function check(body: string): [number, number] {
  const parser = new FixParser();
  parser.parse(wire(body));
  const validator = new Validator(dictionary);
  validator.validate(parser.view);
  return [validator.reason, validator.tag];
}

test("a repository's messages, code sets, components and nested groups become a dictionary", () => {
  expect(dictionary.version).toBe("FIX.4.4");
  expect(dictionary.valueName(54, "2")).toBe("Sell");
  expect([dictionary.fieldType(54), dictionary.fieldType(452)]).toEqual(["CHAR", "INT"]);
  expect([dictionary.message("0")!.isAdmin, dictionary.message("D")!.isAdmin]).toEqual([true, false]);
  const order = dictionary.message("D")!;
  expect(order.required).toEqual([11, 55, 54]);
  expect(order.groups[0]!.groups[0]!.delimiter).toBe(523);
});

test("messages are validated by it", () => {
  const order = "35=D|11=A|55=VOD|54=1|";
  expect(check(`${order}453=1|448=F|452=1|802=1|523=S|`)).toEqual([-1, 0]);
  expect(check(order.replace("54=1", "54=3"))).toEqual([5, 54]);
  expect(check(order.replace("55=VOD|", ""))).toEqual([1, 55]);
  expect(check(`${order}453=1|452=1|`)).toEqual([16, 453]);
  // Text is forbidden in this venue's orders.
  expect(check(`${order}58=hello|`)).toEqual([2, 58]);
});

test.each([
  ["another document", "<fix/>", "the root must be <repository>, was <fix>"],
  ["no version", "<repository/>", "<repository> has no attribute version"],
  ["a component that is not there", XML.replace('component id="1003"', 'component id="9"'), "component 1003"],
  ["a group that is not there", XML.replace('group id="2077"', 'group id="9"'), "group 2077"],
  ["a group without a count", XML.replace('<fixr:numInGroup id="802"/>', ""), "group 2077 has no numInGroup"],
  [
    "a group in itself",
    XML.replace('<fixr:fieldRef id="523"/>', '<fixr:groupRef id="1012"/>'),
    "holds itself",
  ],
  ["a tag that is none", XML.replace('field id="54"', 'field id="x"'), "must be a whole number above 0"],
])("%s is an error with a name", (_, xml, message) => {
  try {
    readOrchestraXml(xml);
    expect.unreachable();
  } catch (error) {
    expect(isFixError(error) && error.code).toBe("xml-invalid");
    expect(String(error)).toContain(message);
  }
});
