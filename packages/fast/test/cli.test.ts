import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "@exchange-kit/fast/cli";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hex } from "./support/bytes.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-fast-"));
  writeFileSync(
    join(folder, "t.xml"),
    `<template name="T" id="1"><uInt64 name="A"/><decimal name="P"/><byteVector name="B"/></template>`,
  );
  writeFileSync(
    join(folder, "bad.xml"),
    `<template name="T" id="1">\n<uInt32 name="A"><copy value="x"/></uInt32></template>`,
  );
  writeFileSync(
    join(folder, "m.dat"),
    hex("c0 81 23 5f 44 30 4e 68 0e f5 fe 00 c5 82 07 08  80 81 82 81 80  80 81 fe ff 80"),
  );
  writeFileSync(join(folder, "wrong.dat"), hex("c0 81 81 80 81 80 c0 82"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...words: string[]): { code: number; out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const args = words.map((word) => (/\.(xml|dat)$/.test(word) ? join(folder, word) : word));
  const code = runCli(args, { print: (line) => out.push(line), complain: (line) => err.push(line) });
  return { code, out, err };
}

test("decode prints a JSON line for each message", () => {
  expect(run("decode", "t.xml", "m.dat")).toEqual({
    code: 0,
    out: [
      '{"template":"T","id":1,"fields":{"A":"20123412300695413","P":"0.69","B":"0x0708"}}',
      '{"template":"T","id":1,"fields":{"A":1,"P":"100","B":"0x"}}',
      '{"template":"T","id":1,"fields":{"A":1,"P":"-0.01","B":"0x"}}',
    ],
    err: [],
  });
  expect(run("decode", "t.xml", "m.dat", "--max", "1").out).toHaveLength(1);
});

test("a group of a mantissa and an exponent is a group", () => {
  const parts = '<int32 name="mantissa"/><int32 name="exponent"/>';
  writeFileSync(
    join(folder, "parts.xml"),
    `<templates><template name="T" id="1"><group name="G">${parts}</group><sequence name="S"><decimal name="P"/></sequence>
      <templateRef/></template><template name="U" id="2"><decimal name="D"/>${parts}</template></templates>`,
  );
  writeFileSync(join(folder, "parts.dat"), hex("c0 81 85 82 82 ff 87 80 89  c0 82 ff 8b 86 83"));
  expect(run("decode", "parts.xml", "parts.dat")).toMatchObject({ err: [] });
  const [line] = run("decode", "parts.xml", "parts.dat").out;
  expect(JSON.parse(line!).fields).toEqual({
    G: { mantissa: 5, exponent: 2 },
    S: [{ P: "0.7" }, { P: "9" }],
    $ref1: { template: "U", id: 2, fields: { D: "1.1", mantissa: 6, exponent: 3 } },
  });
});

test("an exponent beyond the specification's is printed as such", () => {
  writeFileSync(join(folder, "far.dat"), hex("c0 81 81 07 7f 7f 7f ff 85 80  80 81 78 00 00 00 80 85 80"));
  const { code, out } = run("decode", "t.xml", "far.dat");
  expect([code, out.map((line) => JSON.parse(line).fields.P)]).toEqual([
    0,
    ["5e2147483647", "5e-2147483648"],
  ]);
});

test("a wrong message is told with its place, after those before it", () => {
  const { code, out, err } = run("decode", "t.xml", "wrong.dat");
  expect(code).toBe(1);
  expect(out).toHaveLength(1);
  expect(err).toEqual(["D9: there is no template with id 2 (message at byte 6, reading at 8)"]);
});

test.each(["skip:2", "block", "u8", "u16be", "u16le", "u32be", "u32le"])(
  "framing %s is understood",
  (frame) => {
    expect(run("decode", "t.xml", "m.dat", "--frame", frame).code).toBe(1);
  },
);

test("frames after a length decode one by one", () => {
  writeFileSync(join(folder, "frames.dat"), hex("06 00 c0 81 81 80 81 80  06 00 c0 81 82 80 81 80"));
  const { code, out } = run("decode", "t.xml", "frames.dat", "--frame", "u16le", "--reset", "packet");
  expect(code).toBe(0);
  expect(out.map((line) => JSON.parse(line).fields.A)).toEqual([1, 2]);
});

test("--help prints the usage", () => {
  const { code, out } = run("--help");
  expect(code).toBe(0);
  expect(out[0]).toContain("usage:");
});

test("templates prints tables; a bad file every error", () => {
  expect(run("templates", "t.xml").out[0]).toContain("| A     |    | uInt64     | mandatory |          |");
  expect(run("templates", "bad.xml")).toMatchObject({
    code: 1,
    err: [
      'S3: initial value "x" is not of type uInt32 at T/A, line 2',
      '  line 2: S3 T/A: initial value "x" is not of type uInt32',
    ],
  });
});

test("what is not understood is answered with the usage", () => {
  expect(run()).toMatchObject({ code: 2 });
  expect(run("decode", "t.xml").err[0]).toContain("usage:");
  expect(run("decode", "t.xml", "m.dat", "--frame", "pigeon")).toMatchObject({
    code: 2,
    err: ["--frame has no pigeon", expect.stringContaining("usage:")],
  });
  expect(run("decode", "t.xml", "m.dat", "--max", "few").err[0]).toBe(
    "--max must be a number of messages, was few",
  );
  expect(run("decode", "t.xml", "m.dat", "--frame", "u16").code).toBe(2);
  expect(run("decode", "t.xml", "m.dat", "--wings").code).toBe(2);
  expect(run("decode", "t.xml", "m.dat", "--reset", "never").code).toBe(1);
  expect(run("templates", "missing.xml").err[0]).toContain("ENOENT");
});
