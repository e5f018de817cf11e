// Writes src/dictionaries/*.ts from QuickFIX-format XML files:
//   npx tsx --conditions=@exchange-kit/source packages/fix/scripts/generate-dictionaries.ts FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type DictionaryDefinition,
  type FieldDefinition,
  type Member,
  packDefinition,
} from "../src/definition.ts";
import { readQuickFixXml } from "../src/xml/index.ts";

/** The source has this component of the FIXT Logon without members. @see FIXT 1.1, MsgTypeGrp */
const MSG_TYPE_FIELDS: readonly FieldDefinition[] = [
  { tag: 384, name: "NoMsgTypes", type: "NUMINGROUP" },
  {
    tag: 385,
    name: "MsgDirection",
    type: "CHAR",
    values: [
      ["R", "RECEIVE"],
      ["S", "SEND"],
    ],
  },
  { tag: 1130, name: "RefApplVerID", type: "STRING" },
  { tag: 1406, name: "RefApplExtID", type: "INT" },
  { tag: 1131, name: "RefCstmApplVerID", type: "STRING" },
  { tag: 1410, name: "DefaultVerIndicator", type: "BOOLEAN" },
];

function withMsgTypeGroup(definition: DictionaryDefinition): DictionaryDefinition {
  const members = [372, 385, 1130, 1406, 1131, 1410].map(
    (tag) => ({ kind: "field", tag, isRequired: false }) as const,
  );
  const group: Member = { kind: "group", tag: 384, isRequired: false, members };
  return {
    ...definition,
    fields: [...definition.fields, ...MSG_TYPE_FIELDS],
    components: { ...definition.components, MsgTypeGrp: [group] },
  };
}

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
  const whole = { ...read, fields };
  const definition = name === "FIXT11" ? withMsgTypeGroup(whole) : whole;
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
