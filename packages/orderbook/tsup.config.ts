import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

const config: ReturnType<typeof defineConfig> = defineConfig({
  ...base,
  entry: ["src/index.ts", "src/events.ts", "src/journal.ts", "src/schema.ts"],
  minifySyntax: true,
});
export default config;
