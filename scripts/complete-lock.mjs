// Completes package-lock.json with the optional binaries of other platforms.
//
// npm writes only the platform packages it saw; `npm ci` then fails with EUSAGE ("Missing: @rollup/rollup-darwin-arm64
// from lock file") for tools that publish one package per platform. Run after every dependency change (`npm run lock`);
// `--check` only says whether anything is missing and exits 1 then.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "x64",
  "wasm32",
];
const libraries = { gnu: "glibc", musl: "musl", gnueabihf: "glibc", musleabihf: "musl" };

const added = [];
for (const [location, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+/.test(version)) continue;
    const parent = location.slice(0, location.lastIndexOf("node_modules/"));
    const target = `${parent}node_modules/${name}`;
    if (lock.packages[target] || lock.packages[`${location}/node_modules/${name}`]) continue;
    const words = name.split(/[-/@]/);
    const pick = (known) => words.filter((word) => known.includes(word));
    const libc = words.map((word) => libraries[word]).filter(Boolean);
    lock.packages[target] = {
      version,
      cpu: pick(processors),
      ...(entry.dev ? { dev: true } : {}),
      ...(libc.length > 0 ? { libc } : {}),
      optional: true,
      os: pick(systems),
    };
    for (const key of ["cpu", "os"])
      if (lock.packages[target][key].length === 0) delete lock.packages[target][key];
    added.push(`${name}@${version}`);
  }
}

if (process.argv.includes("--check")) {
  if (added.length > 0) {
    console.error(
      `package-lock.json lacks ${added.length} platform packages (run: npm run lock): ${added.join(", ")}`,
    );
    process.exit(1);
  }
  console.log("package-lock.json is complete for every platform");
} else if (added.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${added.length} platform packages to package-lock.json`);
}
