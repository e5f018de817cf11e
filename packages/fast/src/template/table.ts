import type { FieldDefinition, OperatorDefinition, TemplateDefinition } from "./definition.ts";

/**
 * Describes templates as Markdown tables, one for each: field, type, presence, operator with its initial value, and
 * the dictionary entry where it is not the field's own in the template's dictionary.
 *
 * @param definitions - the templates
 * @returns text that ends with a line break
 */
export function describeTemplates(definitions: readonly TemplateDefinition[]): string {
  return definitions.map(describeTemplate).join("\n");
}

function describeTemplate(definition: TemplateDefinition): string {
  const notes = [
    definition.id === undefined ? "no id" : `id ${definition.id}`,
    `dictionary ${definition.dictionary ?? "global"}`,
    ...(definition.typeRef ? [`type ${definition.typeRef}`] : []),
    ...(definition.reset ? ["clears all dictionaries first"] : []),
  ];
  const rows = definition.fields.flatMap((field) => rowsOf(field, ""));
  const header = ["field", "id", "type", "presence", "operator"];
  const title = `### ${definition.name} (${notes.join(", ")})\n`;
  if (rows.length === 0) return `${title}\nNo fields.\n`;
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |\n`;
  return `${title}\n${line(header)}${line(widths.map((width) => "-".repeat(width)))}${rows.map(line).join("")}`;
}

function rowsOf(field: FieldDefinition, indent: string): string[][] {
  if (field.type === "templateRef") {
    const kind = field.name === undefined ? "dynamic template reference" : "static template reference";
    return [[`${indent}${field.name ?? "(any)"}`, "", kind, "mandatory", ""]];
  }
  const presence = field.optional ? "optional" : "mandatory";
  const row = (type: string, operator: string): string[] => [
    `${indent}${field.name}`,
    field.id ?? "",
    type,
    presence,
    operator,
  ];
  const inner = `${indent}· `;
  switch (field.type) {
    case "sequence": {
      const { length } = field;
      const operator = describe(length?.operator);
      const note = [length?.name, operator].filter(Boolean).join(" ");
      return [
        row("sequence", note && `length ${note}`),
        ...field.fields.flatMap((element) => rowsOf(element, inner)),
      ];
    }
    case "group":
      return [row("group", ""), ...field.fields.flatMap((member) => rowsOf(member, inner))];
    case "decimal": {
      const parts = (["exponent", "mantissa"] as const)
        .filter((part) => field[part])
        .map((part) => `${part} ${describe(field[part])}`);
      return [row("decimal", parts.length > 0 ? parts.join(", ") : describe(field.operator))];
    }
    case "enum":
    case "set":
      return [row(`${field.type}: ${field.elements.join(", ")}`, describe(field.operator))];
    case "bitGroup": {
      const bits = field.fields.map(({ name, bits: width }) => `${name}:${width}`).join(" ");
      return [row(`bitGroup: ${bits}`, describe(field.operator))];
    }
    default:
      return [row(field.type, describe(field.operator))];
  }
}

function describe(operator: OperatorDefinition | undefined): string {
  if (!operator) return "";
  const { kind, value, dictionary, key } = operator;
  const notes = [kind, ...(value === undefined ? [] : [JSON.stringify(value)])];
  if (dictionary) notes.push(`in ${dictionary}`);
  if (key) notes.push(`key ${key}`);
  return notes.join(" ");
}
