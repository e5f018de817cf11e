import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// Every ```ts block of a README or a guide is a complete module: it must compile, and it must run. What it prints must
// be what its `// → text` comments say, line by line. A block marked ```ts compile-only is compiled and not run.

const root = resolve(import.meta.dirname, "..");
const scratch = resolve(root, "tests/.snippets");

interface Snippet {
  readonly name: string;
  readonly file: string;
  readonly code: string;
  readonly runs: boolean;
  readonly printed: readonly string[];
}

function markdownFiles(): string[] {
  const below = (folder: string, pattern: RegExp): string[] =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => pattern.test(file) && !file.includes("node_modules"))
      .map((file) => resolve(root, folder, file));
  return [
    resolve(root, "README.md"),
    ...below("packages", /^[^/]+\/README\.md$/),
    ...below("examples", /^[^/]+\/README\.md$/),
    ...below("docs/guides", /\.md$/),
  ].sort();
}

function snippetsOf(markdown: string): Snippet[] {
  const name = relative(root, markdown);
  return [...readFileSync(markdown, "utf8").matchAll(/^```ts( compile-only)?\n(.*?)^```/gms)].map(
    ([, mark, code = ""], index) => ({
      name: `${name}, block ${index + 1}`,
      file: resolve(scratch, `${name.replaceAll(/[/.]/g, "-")}-${index + 1}.ts`),
      code,
      runs: !mark,
      printed: [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text = ""]) => text),
    }),
  );
}

const snippets = markdownFiles().flatMap(snippetsOf);

/** The TSDoc `@example` blocks of the packages, which are held to the same. */
function docExamples(): Snippet[] {
  return readdirSync(resolve(root, "packages"), { recursive: true, encoding: "utf8" })
    .filter((file) => /^[^/]+\/src\/.*\.ts$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(resolve(root, "packages", file), "utf8");
      return [...text.matchAll(/@example\s*\n\s*\* ```ts\n(.*?)\* ```/gs)].map(([, block = ""], index) => {
        const code = block.replaceAll(/^\s*\* ?/gm, "");
        return {
          name: `packages/${file}, example ${index + 1}`,
          file: resolve(scratch, `${file.replaceAll(/[/.]/g, "-")}-${index + 1}.ts`),
          code,
          runs: true,
          printed: [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, printed = ""]) => printed),
        };
      });
    });
}

const all = [...snippets, ...docExamples()];
let faults: Map<string, string[]>;

beforeAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  for (const { file, code } of all) writeFileSync(file, `${code}\nexport {};\n`);
  const { config } = ts.readConfigFile(resolve(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(
    all.map(({ file }) => file),
    { ...options, isolatedDeclarations: false, declaration: false },
  );
  faults = new Map(all.map(({ file }) => [file, []]));
  for (const { file } of all) {
    const source = program.getSourceFile(file)!;
    for (const diagnostic of [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]) {
      const { line } = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
      faults
        .get(file)!
        .push(`line ${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`);
    }
  }
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("there is documentation to check", () => {
  expect(snippets.length).toBeGreaterThan(0);
});

describe.each(all)("$name", ({ file, runs, printed }) => {
  test("compiles", () => {
    expect(faults.get(file)).toEqual([]);
  });

  test.runIf(runs)("runs and prints what it says", async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--conditions=@exchange-kit/source", file],
      { cwd: root, timeout: 30_000 },
    );
    if (printed.length > 0) expect(stdout.trimEnd().split("\n")).toEqual(printed);
  });
});
