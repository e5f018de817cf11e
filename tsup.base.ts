import type { Options } from "tsup";

/** What every package builds: ESM, CommonJS and declarations for each of its entries. */
export const base: Options = {
  format: ["esm", "cjs"],
  // tsup sets `baseUrl` for declarations, which TypeScript 6 reports as TS5101.
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  // Without splitting every CommonJS entry would carry its own copy of a shared class.
  splitting: true,
  sourcemap: true,
  clean: true,
  target: "node20",
};
