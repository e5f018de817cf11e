import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outsideData } from "@exchange-kit/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fast } from "../src/fast.ts";
import { fastEncode } from "../src/fast-encode.ts";
import { fastVectors } from "../src/fast-vectors.ts";
import type { Subject } from "../src/subject.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-conform-fast-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function lines(subject: Subject, ...args: string[]): Promise<string[]> {
  const printed: string[] = [];
  await subject.run(args, (line) => printed.push(...line.split("\n")));
  return printed;
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const XML = `<templates><template name="In" id="2"><uInt32 name="V"><copy value="1"/></uInt32></template>
  <template name="Out" id="1"><templateRef name="Head"/><decimal name="D"/><byteVector name="B"/>
    <sequence name="S"><string name="X" presence="optional"/></sequence><templateRef/></template>
  <template name="Head"><uInt64 name="H"/></template></templates>`;
const OUT = "c0 81 85 fe 8a 82 00 ff 82 c1 80 c0 82";
const OUT_LINE =
  '{"t":"Out","id":1,"f":{"H":"5","D":"10e-2","B":"0x00ff","S":[{"X":"A"},{}],"ref:In":{"t":"In","id":2,"f":{"V":"1"}}}}';

describe("fast", () => {
  test("prints fields in template order, static references in their place", async () => {
    expect(await lines(fast, file("t.xml", XML), "--hex", OUT)).toEqual([OUT_LINE]);
  });

  test("ends with the error and where its message begins", async () => {
    const xml = file("t.xml", XML);
    expect(await lines(fast, xml, "--hex", `${OUT} c0 89`)).toEqual([OUT_LINE, '{"error":"D9","at":13}']);
    expect(await lines(fast, xml, "--hex", "c0 82 c0")).toEqual([
      '{"t":"In","id":2,"f":{"V":"1"}}',
      '{"error":"EOF","at":2}',
    ]);
  });

  test("counts in a summary, takes framings, stops at --max", async () => {
    const xml = file("t.xml", XML);
    const data = file("d", Buffer.from("0003c082800001800002c089", "hex"));
    expect(JSON.parse((await lines(fast, xml, data, "--frame", "u16be", "--summary"))[0]!)).toMatchObject({
      messages: 3,
      bytes: 10,
      total: 12,
      templates: { In: 3 },
      reportable: {},
      error: "D9",
    });
    expect(await lines(fast, xml, data, "--frame", "u16be", "--max", "1")).toHaveLength(1);
    await expect(lines(fast, xml, data, "--frame", "pigeon")).rejects.toThrow("unknown framing");
    await expect(lines(fast, xml, data, "--reset", "daily")).rejects.toThrow("--reset must be");
    await expect(lines(fast, xml, data, "--max", "few")).rejects.toThrow("--max must be");
  });

  test("refuses hexadecimal digits that are none, of which nothing would be decoded", async () => {
    const xml = file("t.xml", XML);
    await expect(lines(fast, xml, "--hex", "0xc0 0x82")).rejects.toThrow("--hex must be");
    await expect(lines(fast, xml, "--hex", "c0 8")).rejects.toThrow("--hex must be");
  });
});

test.each(["none", "skip:3", "u32le", "u16be", "block"])(
  "fast-encode is undone by fast, framing %s",
  async (frame) => {
    const xml = file("t.xml", XML);
    const input = file("in.ndjson", `${OUT_LINE}\n${OUT_LINE}\n{"error":"EOF","at":9}\n`);
    const output = join(folder, "out");
    await lines(fastEncode, xml, input, output, "--frame", frame);
    expect(await lines(fast, xml, output, "--frame", frame)).toEqual([OUT_LINE, OUT_LINE]);
  },
);

test("fast-vectors tells a wrong expectation", async () => {
  const vector = { name: "n", xml: XML, hex: ["c0 82"], expect: [{ V: "2" }], report: {} };
  const [line] = await lines(fastVectors, file("v.json", JSON.stringify([vector])));
  expect(JSON.parse(line!)).toEqual({ name: "n", ok: false, got: { values: [{ V: "1" }], report: {} } });
});

const vectors = outsideData("fast/vectors.json");
test.skipIf(!vectors)("every outside vector (skipped where they are missing)", async () => {
  const results = (await lines(fastVectors, vectors!)).map((line) => JSON.parse(line));
  expect(results.filter((result) => !result.ok)).toEqual([]);
  expect(results.length).toBeGreaterThan(0);
});

const FEEDS = [
  ["moex-increment_a", "moex-forts/templates.xml", "moex-forts/increment_a.dat", "none", "never"],
  ["moex-snapshot", "moex-forts/templates.xml", "moex-forts/snapshot.dat", "none", "never"],
  ["complex30000", "mfast-bench/example.xml", "mfast-bench/complex30000.dat", "u32le", "message"],
] as const;

describe.skipIf(!outsideData("fast/moex-forts/increment_a.dat"))(
  "feeds (skipped where the outside data is missing)",
  () => {
    test.each(FEEDS)(
      "%s: every message, and the same bytes from the encoder",
      async (name, xml, data, frame, reset) => {
        const [templates, input] = [outsideData(`fast/${xml}`)!, outsideData(`fast/${data}`)!];
        const options = ["--frame", frame, "--reset", reset];
        const text = join(folder, `${name}.ndjson`);
        const [summary] = await lines(fast, templates, input, ...options, "--summary", "--out", text);
        expect(JSON.parse(summary!)).toEqual(
          JSON.parse(readFileSync(outsideData(`fast/expected/${name}.summary.json`)!, "utf8")),
        );
        const output = join(folder, `${name}.dat`);
        await lines(fastEncode, templates, text, output, ...options);
        expect(readFileSync(output).equals(readFileSync(input))).toBe(true);
      },
    );
  },
);
