import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

const config: ReturnType<typeof defineConfig> = defineConfig({
  ...base,
  entry: ["src/index.ts", "src/file/index.ts", "src/net/index.ts", "src/cli/itch.ts"],
});
export default config;
