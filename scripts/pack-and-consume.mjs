// Packs every package, installs the tarballs in a scratch folder as a user would, and uses each public entry: imported
// from an ES module, required from CommonJS, and compiled under NodeNext and Bundler resolution. Needs a build.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "exchange-kit-consume-"));
const run = (command, args, cwd = scratch) =>
  execFileSync(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });

/** `@exchange-kit/orderbook`, `@exchange-kit/orderbook/journal`, … of one manifest. */
function publicEntries(manifest) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === "object" && target.import && target.require)
    .map(([path]) => manifest.name + path.slice(1));
}

try {
  const packages = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
  const manifests = packages.map((folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  const tarballs = packages.map((folder) => {
    const [packed] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", scratch], folder));
    for (const wanted of ["README.md", "LICENSE", "package.json"]) {
      if (!packed.files.some(({ path }) => path === wanted))
        throw new Error(`${packed.name}: the tarball lacks ${wanted}`);
    }
    return join(scratch, packed.filename);
  });

  writeFileSync(join(scratch, "package.json"), JSON.stringify({ private: true }));
  // Optional peers belong to side entries that are used here too.
  const peers = manifests.flatMap(({ peerDependencies = {} }) =>
    Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`),
  );
  const versions = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
  const tools = ["typescript", "@types/node"].map((name) => `${name}@${versions[name]}`);
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs, ...peers, ...tools]);

  const entries = manifests.flatMap(publicEntries);
  const used = entries.map((_, index) => `use${index}`);
  // An entry of types alone exports nothing at run time.
  const check = used
    .filter((_, index) => !/\/types\w*$/.test(entries[index]))
    .map(
      (name) =>
        `if (Object.keys(${name}).length === 0) throw new Error("${entries[used.indexOf(name)]} exports nothing");\n`,
    )
    .join("");
  const imports = entries.map((entry, index) => `import * as use${index} from "${entry}";\n`).join("");
  const requires = entries.map((entry, index) => `const use${index} = require("${entry}");\n`).join("");
  writeFileSync(join(scratch, "use.mjs"), imports + check);
  writeFileSync(join(scratch, "use.cjs"), requires + check);
  run(process.execPath, ["use.mjs"]);
  run(process.execPath, ["use.cjs"]);

  for (const [name, options] of [
    ["nodenext", { module: "NodeNext", moduleResolution: "NodeNext" }],
    ["bundler", { module: "ESNext", moduleResolution: "Bundler" }],
  ]) {
    const folder = join(scratch, name);
    mkdirSync(folder);
    // Both module kinds under NodeNext: an .mts file sees the ESM declarations, a .cts file the CommonJS ones.
    const files = name === "nodenext" ? ["use.mts", "use.cts"] : ["use.ts"];
    for (const file of files) writeFileSync(join(folder, file), imports + check);
    // No skipLibCheck: the declarations themselves must be sound for the user's compiler.
    const compilerOptions = {
      ...options,
      target: "ES2022",
      lib: ["ES2023"],
      types: ["node"],
      strict: true,
      noEmit: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    try {
      run(process.execPath, [join(scratch, "node_modules/typescript/bin/tsc"), "-p", folder]);
    } catch (error) {
      throw new Error(`the declarations do not compile under ${name}:\n${error.stdout}`);
    }
  }
  console.log(
    `${entries.length} entries of ${packages.length} packages: imported, required, compiled (NodeNext ESM and CommonJS, Bundler)`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
