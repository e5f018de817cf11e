// Writes src/types/*.ts from the packed dictionaries:
//   npx tsx --conditions=@exchange-kit/source packages/fix/scripts/generate-types.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateTypes } from "../src/cli/generate-types.ts";
import { unpackDefinition } from "../src/definition.ts";
import { FIX44 } from "../src/dictionaries/fix44.ts";
import { FIX50SP2 } from "../src/dictionaries/fix50sp2.ts";

for (const [name, facts] of Object.entries({ fix44: FIX44, fix50sp2: FIX50SP2 })) {
  const text = generateTypes(unpackDefinition(facts), `the packed dictionary of ${facts.version}`);
  writeFileSync(join(import.meta.dirname, `../src/types/${name}.ts`), text);
  console.log(`${name}: ${text.length} bytes`);
}
