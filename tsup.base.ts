import type { Options } from "tsup";

/**
 * The bundler turns `const` at the top of a module into `var`. V8 folds a constant into its machine code and has to load
 * and check a variable each time: a parser's inner loop is a fifth slower with `var`, a risk gate's call a quarter. By the
 * house's naming only constants begin with a capital, come from a pattern or are arrow functions, so those are given their
 * `const` back.
 */
const keepConstants: NonNullable<Options["plugins"]>[number] = {
  name: "keep-constants",
  renderChunk: (code) => ({
    code: code.replace(/^var (?=[[{]|[A-Z]\w* = |\w+ = \([^()]*\) => )/gm, "const "),
  }),
};

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
  plugins: [keepConstants],
};
