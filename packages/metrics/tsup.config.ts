import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

const config: ReturnType<typeof defineConfig> = defineConfig({
  ...base,
  entry: ["src/index.ts", "src/tear-sheet/index.ts", "src/histogram/index.ts"],
});
export default config;
