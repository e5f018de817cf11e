// Writes src/dictionaries/*.ts from QuickFIX-format XML files:
//   npx tsx --conditions=@exchange-kit/source packages/fix/scripts/generate-dictionaries.ts FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packDefinition } from "../src/definition.ts";
import { readQuickFixXml } from "../src/xml/index.ts";

const VERSIONS = ["40", "41", "42", "43", "44", "50", "50SP1", "50SP2"]
  .map((name) => `FIX${name}`)
  .concat("FIXT11");
const [folder = ""] = process.argv.slice(2);
for (const name of VERSIONS) {
  const read = readQuickFixXml(readFileSync(join(folder, `${name}.xml`), "utf8"));
  // A value such as "ISO Country Code" stands for many: such a list is open, and any value is allowed.
  const fields = read.fields.map(({ values, ...field }) =>
    values && !values.some(([value]) => value.includes(" ")) ? { ...field, values } : field,
  );
  const definition = { ...read, fields };
  const packed = packDefinition(definition);
  const text = `// Written by scripts/generate-dictionaries.ts from the facts of ${name}.xml (QuickFIX, spec/, commit 5078718);
// see DICTIONARIES.md for provenance and notice.
import type { PackedDictionary } from "../definition.ts";

/** Fields, components and messages of ${definition.version}, to be given to a \`Dictionary\`. */
export const ${name}: PackedDictionary = {
  version: "${definition.version}",
  packed: \`${packed}\`,
};
`;
  const path = join(import.meta.dirname, `../src/dictionaries/${name.toLowerCase()}.ts`);
  writeFileSync(path, text);
  console.log(
    `${name}: ${definition.fields.length} fields, ${definition.messages.length} messages, ${packed.length} bytes`,
  );
}
