import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const blocks = ["README.md", "../../docs/guides/itch.md"].flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => ({ file, code: code! }));
});

test.each(blocks)("the example in $file prints what it says", ({ code }) => {
  // Inside the package, so that its name resolves as it does for everyone else here.
  const folder = mkdtempSync(join(root, ".readme-"));
  try {
    const path = join(folder, "example.ts");
    writeFileSync(path, code);
    const tsx = join(root, "../../node_modules/.bin/tsx");
    const out = execFileSync(tsx, ["--conditions=@exchange-kit/source", path], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const expected = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text]) => text);
    expect(out.trimEnd().split("\n")).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
