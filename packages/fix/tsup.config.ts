import { defineConfig } from "tsup";
import { base } from "../../tsup.base.ts";

const config: ReturnType<typeof defineConfig> = defineConfig({
  ...base,
  entry: [
    "src/index.ts",
    "src/net/index.ts",
    "src/file/index.ts",
    "src/xml/index.ts",
    "src/cli/index.ts",
    "src/dictionaries/fix40.ts",
    "src/dictionaries/fix41.ts",
    "src/dictionaries/fix42.ts",
    "src/dictionaries/fix43.ts",
    "src/dictionaries/fix44.ts",
    "src/dictionaries/fix50.ts",
    "src/dictionaries/fix50sp1.ts",
    "src/dictionaries/fix50sp2.ts",
    "src/dictionaries/fixt11.ts",
    "src/types/fix44.ts",
    "src/types/fix50sp2.ts",
    "src/cli-main.ts",
  ],
});
export default config;
