import { readFileSync } from "node:fs";
import { FastDecoder, isFastError } from "@exchange-kit/fast";
import { loadTemplates } from "@exchange-kit/fast/xml";
import { FastJson } from "./fast-json.ts";
import type { Subject } from "./subject.ts";

interface Vector {
  readonly name: string;
  readonly xml: string;
  readonly hex: readonly string[];
  readonly expect: readonly unknown[];
  readonly report: Readonly<Record<string, number>>;
}

/** Decodes each vector's messages and compares fields, errors and reports. */
export const fastVectors: Subject = {
  usage: "fast-vectors VECTORS.json",
  run([path], print) {
    if (!path) throw new Error("no file of vectors was named");
    for (const vector of JSON.parse(readFileSync(path, "utf8")) as Vector[]) {
      // Code made for the template and closures must agree; the second counts only where they differ.
      const [got, other] = [decodeVector(vector, "generated"), decodeVector(vector, "closures")];
      const agrees = canonical(got) === canonical(other);
      const wanted = { values: vector.expect, report: vector.report };
      const ok = agrees && canonical(got) === canonical(wanted);
      print(
        JSON.stringify({ name: vector.name, ok, got: agrees ? got : { generated: got, closures: other } }),
      );
    }
  },
};

function decodeVector(
  vector: Vector,
  mode: "generated" | "closures",
): { values: unknown[]; report: Record<string, number> } {
  const values: unknown[] = [];
  const report: Record<string, number> = {};
  try {
    const registry = loadTemplates(vector.xml);
    const json = new FastJson(registry);
    const decoder = new FastDecoder(registry, {
      mode,
      onReport: (code) => {
        report[code] = (report[code] ?? 0) + 1;
      },
    });
    const bytes = Uint8Array.from(
      vector.hex.flatMap((text) => [...Buffer.from(text.replace(/\s+/g, ""), "hex")]),
    );
    for (let at = 0; at < bytes.length; ) {
      const message = decoder.decode(bytes, at);
      if (!message) {
        values.push({ error: "EOF" });
        break;
      }
      values.push(JSON.parse(json.fields(message)));
      at += decoder.bytesRead;
    }
  } catch (error) {
    if (!isFastError(error)) throw error;
    values.push({ error: error.code });
  }
  return { values, report };
}

/** JSON with sorted keys, for comparing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
