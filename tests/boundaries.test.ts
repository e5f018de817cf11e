import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

// ARCHITECTURE.md says which package may import which; this is the check. It reads manifests and imports, so it needs
// no list of packages and no build.

const root = resolve(import.meta.dirname, "..");
const packageFolders = readdirSync(resolve(root, "packages")).map((name) => resolve(root, "packages", name));

/**
 * What a side entry may import beyond its own package's files. Entries not named here, the main one above all, import
 * nothing.
 */
const sideEntries: Readonly<Record<string, { packages: "any declared" | readonly string[]; node: boolean }>> =
  {
    "./schema": { packages: ["zod"], node: false },
    "./events": { packages: ["eventemitter3"], node: false },
    "./journal": { packages: ["msgpackr"], node: false },
    "./net": { packages: [], node: true },
    "./file": { packages: [], node: true },
    "./xml": { packages: "any declared", node: true },
    "./workers": { packages: [], node: true },
    "./cli": { packages: "any declared", node: true },
    "./import": { packages: "any declared", node: true },
    "./pdf": { packages: "any declared", node: true },
    "./tear-sheet": { packages: "any declared", node: true },
    "./histogram": { packages: ["hdr-histogram-js"], node: false },
  };

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8")) as Manifest;
}

function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, "utf8"), true, true)
    .importedFiles.map(({ fileName }) => fileName);
}

const isRelative = (specifier: string): boolean => specifier.startsWith(".");
const isBuiltin = (specifier: string): boolean =>
  specifier.startsWith("node:") || builtinModules.includes(specifier);
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** Every file that `entry` loads through relative imports, with what each imports from elsewhere. */
function graphOf(entry: string): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  const open = [entry];
  for (let file = open.pop(); file; file = open.pop()) {
    if (graph.has(file)) continue;
    const specifiers = importsOf(file);
    graph.set(
      file,
      specifiers.filter((specifier) => !isRelative(specifier)),
    );
    for (const specifier of specifiers.filter(isRelative)) open.push(resolve(dirname(file), specifier));
  }
  return graph;
}

function sourceEntries(manifest: Manifest): [path: string, source: string][] {
  return Object.entries(manifest.exports ?? {}).flatMap(([path, target]) => {
    const source = (target as Record<string, unknown>)["@exchange-kit/source"];
    return typeof source === "string" ? [[path, source] as [string, string]] : [];
  });
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|js)$/.test(entry.name))
    .map((entry) => resolve(entry.parentPath, entry.name))
    .filter((file) => !/node_modules|\/dist\/|\.snippets/.test(file));
}

describe.each(packageFolders.map((folder) => [relative(root, folder), folder] as const))(
  "%s",
  (_, folder) => {
    const manifest = readManifest(folder);
    const declared = Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    });

    test("depends on no other package of the kit", () => {
      expect(declared.filter((name) => name.startsWith("@exchange-kit/"))).toEqual([]);
    });

    test("has no install scripts", () => {
      const scripts = Object.keys(manifest.scripts ?? {});
      expect(
        scripts.filter((name) => ["preinstall", "install", "postinstall", "prepare"].includes(name)),
      ).toEqual([]);
    });

    const entries = sourceEntries(manifest);
    test("has a main entry", () => {
      expect(entries.map(([path]) => path)).toContain(".");
    });

    test.each(entries)("entry %s imports only what its kind may", (path, source) => {
      const allowed = sideEntries[path] ?? { packages: [], node: false };
      const forbidden: string[] = [];
      for (const [file, specifiers] of graphOf(resolve(folder, source))) {
        for (const specifier of specifiers) {
          const isAllowed = isBuiltin(specifier)
            ? allowed.node
            : declared.includes(packageOf(specifier)) &&
              (allowed.packages === "any declared" || allowed.packages.includes(packageOf(specifier)));
          if (!isAllowed) forbidden.push(`${relative(root, file)} imports ${specifier}`);
        }
      }
      expect(forbidden).toEqual([]);
    });

    test("the main entry loads no side entry", () => {
      const [main] = entries.filter(([path]) => path === ".").map(([, source]) => source);
      const loaded = [...graphOf(resolve(folder, main!)).keys()];
      const side = entries.filter(([path]) => path !== ".").map(([, source]) => resolve(folder, source));
      expect(loaded.filter((file) => side.includes(file))).toEqual([]);
    });

    test("source stays inside its own folder", () => {
      const outside = filesBelow(resolve(folder, "src")).flatMap((file) =>
        importsOf(file)
          .filter(isRelative)
          .filter((specifier) => !resolve(dirname(file), specifier).startsWith(resolve(folder, "src")))
          .map((specifier) => `${relative(root, file)} imports ${specifier}`),
      );
      expect(outside).toEqual([]);
    });
  },
);

test("examples, benchmarks and conformance use packages by their public names", () => {
  const names = packageFolders.map((folder) => readManifest(folder).name);
  const publicPaths = new Set(
    packageFolders.flatMap((folder) => {
      const manifest = readManifest(folder);
      return Object.keys(manifest.exports ?? {}).map((path) => manifest.name + path.slice(1));
    }),
  );
  const deep = ["examples", "bench", "conformance", "tests"]
    .flatMap((folder) => filesBelow(resolve(root, folder)))
    .flatMap((file) =>
      importsOf(file)
        .filter((specifier) =>
          isRelative(specifier)
            ? /\/packages\//.test(resolve(dirname(file), specifier))
            : names.includes(packageOf(specifier)) && !publicPaths.has(specifier),
        )
        .map((specifier) => `${relative(root, file)} imports ${specifier}`),
    );
  expect(deep).toEqual([]);
});
