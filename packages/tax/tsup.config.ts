import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

const config: ReturnType<typeof defineConfig> = defineConfig({
  ...base,
  entry: [
    "src/index.ts",
    "src/import.ts",
    "src/constructive-sales.ts",
    "src/html.ts",
    "src/pdf.ts",
    "src/cli.ts",
    "src/bin.ts",
  ],
});
export default config;
