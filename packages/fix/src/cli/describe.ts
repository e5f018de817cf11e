import type { Dictionary, Section } from "../dictionary.ts";
import type { FixView } from "../view.ts";

/** How {@link describeMessage} writes. */
export interface DescribeOptions {
  /** Escape codes for a terminal, default false. */
  readonly isColoured?: boolean;
}

/**
 * A message for people: one line for each field with tag, name, value and the value's name; group entries indented.
 *
 * @param view - the message
 * @param dictionary - names
 * @param options - colours
 */
export function describeMessage(
  view: FixView,
  dictionary: Dictionary,
  options: DescribeOptions = {},
): string {
  const paint = (code: number, text: string): string =>
    options.isColoured ? `\x1b[${code}m${text}\x1b[0m` : text;
  const message = dictionary.message(view.type);
  const lines = [paint(1, `${message?.name ?? "Unknown message"} (${view.type})`)];
  const line = (index: number, depth: number): void => {
    const tag = view.tagAt(index);
    const value = printable(view.stringAt(index));
    const name = dictionary.valueName(tag, value);
    const label = `${" ".repeat(2 + depth * 2)}${dictionary.fieldName(tag) ?? "?"} (${tag})`;
    lines.push(`${paint(36, label)} = ${value}${name ? paint(32, ` ${name}`) : ""}`);
  };
  /** Writes fields of one level from `index` on; gives the index after them. */
  const level = (
    from: number,
    sections: readonly Section[],
    depth: number,
    isInside: (tag: number) => boolean,
  ): number => {
    let index = from;
    while (index < view.size && isInside(view.tagAt(index))) {
      const tag = view.tagAt(index);
      line(index, depth);
      index++;
      for (const section of sections) {
        const kind = section.table.get(tag);
        if (kind < 2) continue;
        const group = section.groups[kind - 2]!;
        index = level(index, [group], depth + 1, (member) => group.table.get(member) !== 0);
      }
    }
    return index;
  };
  level(0, message ? [message, dictionary.header] : [dictionary.header], 0, () => true);
  return lines.join("\n");
}

/** A peer's text must not give orders to the terminal: control characters are shown as their pictures. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "�";
  });
}
