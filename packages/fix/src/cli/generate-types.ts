import type { DictionaryDefinition, FieldDefinition, Member } from "../definition.ts";

/**
 * Writes TypeScript types of all messages of a dictionary: one interface for each message, component and group, and the
 * enumerated values of fields as unions. Values are text, as on the wire, so that prices stay exact.
 *
 * @param definition - the facts
 * @param source - said in the file's first line
 * @returns a module without imports
 */
export function generateTypes(definition: DictionaryDefinition, source: string): string {
  const fields = new Map(definition.fields.map((field) => [field.tag, field]));
  const usedEnums = new Set<number>();
  const interfaces: string[] = [];
  const taken = new Set<string>();
  const unique = (name: string): string => {
    let candidate = name;
    for (let n = 2; taken.has(candidate); n++) candidate = `${name}${n}`;
    taken.add(candidate);
    return candidate;
  };
  for (const message of definition.messages) taken.add(message.name);
  const components = new Map(
    Object.keys(definition.components).map((name) => [name, unique(`${name}Component`)]),
  );

  const write = (name: string, members: readonly Member[], doc: string): void => {
    const parents = members
      .filter((member) => member.kind === "component")
      .map(({ name: at }) => components.get(at)!);
    const lines = members.flatMap((member) => {
      if (member.kind === "component") return [];
      const field = fields.get(member.tag)!;
      if (member.kind === "field") return [`  ${field.name}?: ${typeOf(field, usedEnums)};`];
      const entry = unique(`${name}${field.name}`);
      write(entry, member.members, `One entry of ${field.name} (${field.tag}).`);
      return [`  ${field.name}?: readonly ${entry}[];`];
    });
    const heritage = parents.length > 0 ? ` extends ${[...new Set(parents)].join(", ")}` : "";
    if (lines.length === 0 && heritage === "") {
      interfaces.push(`/** ${doc} */\nexport type ${name} = Record<never, never>;`);
      return;
    }
    interfaces.push(
      `/** ${doc} */\nexport interface ${name}${heritage} {\n${[...new Set(lines)].join("\n")}\n}`,
    );
  };
  for (const [name, members] of Object.entries(definition.components)) {
    write(components.get(name)!, members, `Component ${name}.`);
  }
  for (const message of definition.messages) {
    write(message.name, message.members, `${message.name}, MsgType ${message.type}.`);
  }
  const enums = [...usedEnums]
    .sort((a, b) => a - b)
    .map((tag) => {
      const field = fields.get(tag)!;
      const values = [...new Set(field.values!.map(([value]) => JSON.stringify(value)))];
      return `/** ${field.name} (${tag}): ${field
        .values!.map(([value, name]) => `${value} ${name}`)
        .join(", ")
        .replaceAll("*/", "* /")}. */
export type ${field.name}Value = ${values.join(" | ")};`;
    });
  const byName = definition.messages.map((message) => `  ${message.name}: ${message.name};`).join("\n");
  return `// Written by \`npx @exchange-kit/fix generate\` from ${source}. Values are text as on the wire.
${enums.join("\n")}

${interfaces.join("\n\n")}

/** All messages of ${definition.version} by name. */
export interface Messages {
${byName}
}
`;
}

function typeOf(field: FieldDefinition, usedEnums: Set<number>): string {
  const isMultiple = field.type.startsWith("MULTIPLE");
  if (!field.values || isMultiple || field.type === "BOOLEAN")
    return field.type === "BOOLEAN" ? '"Y" | "N"' : "string";
  usedEnums.add(field.tag);
  return `${field.name}Value`;
}
