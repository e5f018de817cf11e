import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

const config: ReturnType<typeof defineConfig> = defineConfig({
  ...base,
  // The package's tsconfig proves that the main entry needs no Node; the declarations of the side entries do.
  dts: { compilerOptions: { ignoreDeprecations: "6.0", types: ["node"] } },
  entry: ["src/index.ts", "src/file/index.ts", "src/net/index.ts", "src/cli/itch.ts"],
});
export default config;
