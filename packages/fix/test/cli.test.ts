import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "@exchange-kit/fix/cli";
import { afterAll, beforeAll, expect, test } from "vitest";
import { join as joinBytes, ORDER, text, wire } from "./support/wire.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-fix-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function cli(args: string[], more = {}): Promise<{ status: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runCli(args, {
    print: (line) => out.push(line),
    complain: (line) => err.push(line),
    isColoured: false,
    ...more,
  });
  return { status, out: out.join("\n"), err: err.join("\n") };
}

test("decode prints names, enumerations and nested groups, from SOH or |", async () => {
  const path = join(folder, "order.log");
  writeFileSync(path, `10:00:01 < ${text(wire(ORDER))}\n`);
  const { status, out } = await cli(["decode", path]);
  expect(status).toBe(0);
  expect(out).toContain("NewOrderSingle (D)");
  expect(out).toContain("  Side (54) = 1 BUY");
  expect(out).toContain("    PartyID (448) = F1");
  expect(out).toContain("      PartySubID (523) = S");
  expect((await cli(["decode", path], { isColoured: true })).out).toContain("\x1b[1mNewOrderSingle");
});

test("a message gives no orders to the terminal", async () => {
  const path = join(folder, "escape.fix");
  writeFileSync(path, wire("35=B|34=2|148=\x1b[2J\x07\x9b2J|"), "latin1");
  expect((await cli(["decode", path])).out).toContain("Headline (148) = ␛[2J␇�2J");
});

test("validate names each wrong message", async () => {
  const path = join(folder, "mixed.fix");
  const bad = wire("35=0|34=3|49=A|52=20260105-14:30:00|56=B|55=VOD|");
  const garbled = wire("35=0|34=4|");
  garbled[garbled.length - 2] = 0x30 + ((garbled[garbled.length - 2]! - 0x2f) % 10);
  writeFileSync(path, joinBytes(wire(ORDER), bad, garbled));
  const { status, out } = await cli(["validate", path, "--dictionary", "FIX44"]);
  expect(await cli(["validate", "--dictionary", "FIX44", path])).toMatchObject({ status, out });
  expect(status).toBe(1);
  expect(out).toContain("message 2 (0, MsgSeqNum 3): Tag not defined for this message type: Symbol (55)");
  expect(out).toContain("garbled, checksum");
  expect(out).toContain("3 messages, 2 wrong");
  writeFileSync(path, wire("35=0|34=3|49=A|52=20260105-14:30:00|56=B|", "FIXT.1.1"));
  expect(await cli(["validate", path])).toMatchObject({ status: 0, out: "1 messages, 0 wrong" });
  expect((await cli(["decode", path])).out).toContain("Heartbeat (0)");
});

test("a message that ends before its BodyLength is told, and what follows is read", async () => {
  const path = join(folder, "cut.fix");
  const order = text(wire(ORDER));
  const longer = order.replace(/9=\d+/, "9=9000");
  writeFileSync(path, `${longer}\n${order}\n${order.slice(0, -9)}\n8=`);
  const { status, out } = await cli(["validate", path]);
  expect([status, out.split("\n")]).toEqual([
    1,
    [
      "message 1, at byte 0: garbled, ends before its BodyLength",
      `message 3, at byte ${longer.length + order.length + 2}: garbled, ends before its BodyLength`,
      "3 messages, 2 wrong",
    ],
  ]);
  expect((await cli(["decode", path])).out).toMatch(/^garbled at byte 0: .*\nNewOrderSingle/);
});

test("generate writes types", async () => {
  const { status, out } = await cli(["generate", "FIX42"]);
  expect(status).toBe(0);
  expect(out).toContain("export interface NewOrderSingle");
  expect(out).toContain("  Side?: SideValue;");
});

test("generate reads FIX Orchestra", async () => {
  const path = join(folder, "orchestra.xml");
  writeFileSync(
    path,
    `<fixr:repository version="FIX.4.4"><fixr:fields><fixr:field id="112" name="TestReqID" type="String"/></fixr:fields>
      <fixr:messages><fixr:message name="TestRequest" msgType="1"><fixr:structure><fixr:fieldRef id="112"/></fixr:structure>
      </fixr:message></fixr:messages></fixr:repository>`,
  );
  const { status, out } = await cli(["generate", path]);
  expect(status).toBe(0);
  expect(out).toContain("export interface TestRequest");
});

test("tail goes on with what is appended", async () => {
  const path = join(folder, "tail.fix");
  writeFileSync(path, wire("35=0|34=1|"));
  const stop = new AbortController();
  let appended = false;
  const out: string[] = [];
  await runCli(["tail", path], {
    print(line) {
      out.push(line);
      if (appended) stop.abort();
      else {
        appended = true;
        setTimeout(() => appendFileSync(path, wire("35=1|34=2|")), 50);
      }
    },
    complain: () => {},
    isColoured: false,
    signal: stop.signal,
  });
  expect(out.map((line) => line.split("\n")[0])).toEqual(["Heartbeat (0)", "TestRequest (1)"]);
});

test("a wrong call says how it is called", async () => {
  expect((await cli([])).err).toContain("usage: fix decode");
  for (const asked of [["--help"], ["decode", "--help"]])
    expect(await cli(asked)).toMatchObject({ status: 0, out: expect.stringContaining("usage: fix decode") });
  expect((await cli(["decode", join(folder, "missing"), "--dictionary"])).err).toContain("usage: fix decode");
  expect(await cli(["generate", "FIX99"])).toMatchObject({ status: 2 });
  expect((await cli(["decode", join(folder, "missing")])).err).toContain("ENOENT");
});
