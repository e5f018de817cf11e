import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

const config: ReturnType<typeof defineConfig> = defineConfig({
  ...base,
  // The package's tsconfig has no Node types, to prove that the main entry needs none; `./workers` does.
  dts: { compilerOptions: { ignoreDeprecations: "6.0", types: ["node"] } },
  entry: ["src/index.ts", "src/workers.ts"],
});
export default config;
