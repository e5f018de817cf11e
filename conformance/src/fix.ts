import { existsSync, readFileSync } from "node:fs";
import {
  type AnyFields,
  Dictionary,
  type FieldReader,
  FixParser,
  type FixView,
  type GroupSection,
  type GroupView,
  type PackedDictionary,
  type Section,
} from "@exchange-kit/fix";
import { FIX40 } from "@exchange-kit/fix/fix40";
import { FIX41 } from "@exchange-kit/fix/fix41";
import { FIX42 } from "@exchange-kit/fix/fix42";
import { FIX43 } from "@exchange-kit/fix/fix43";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { FIX50 } from "@exchange-kit/fix/fix50";
import { FIX50SP1 } from "@exchange-kit/fix/fix50sp1";
import { FIX50SP2 } from "@exchange-kit/fix/fix50sp2";
import { FIXT11 } from "@exchange-kit/fix/fixt11";
import { readQuickFixXml } from "@exchange-kit/fix/xml";
import type { Subject } from "./subject.ts";

const PACKED: Readonly<Record<string, PackedDictionary>> = {
  FIX40,
  FIX41,
  FIX42,
  FIX43,
  FIX44,
  FIX50,
  FIX50SP1,
  FIX50SP2,
};

type Pair = [tag: number, value: string];
type Entry = (Pair | { tag: number; entries: Entry[] })[];

/** Decodes a file of messages, a line of JSON for each message or stretch of bytes that is not one. */
export const fix: Subject = {
  usage: "fix FILE [--dictionary FIX40|…|FIX50SP2|FILE.xml]",
  run(args, print) {
    const [path] = args;
    if (!path) throw new Error("no file was named");
    const named = args[args.indexOf("--dictionary") + 1];
    const dictionary = args.includes("--dictionary") ? dictionaryOf(named ?? "") : undefined;
    const bytes = readFileSync(path);
    // From FIX 5.0 on, header and session messages are those of FIXT.
    const transport = dictionary?.version.startsWith("FIX.5") ? new Dictionary(FIXT11) : dictionary;
    const parser = new FixParser({
      maxMessageBytes: 2 ** 30,
      ...(dictionary && transport ? { dictionary, transportDictionary: transport } : {}),
    });
    let at = 0;
    while (at < bytes.length) {
      if (bytes[at] === 0x0a || bytes[at] === 0x0d) {
        at++;
        continue;
      }
      const consumed = parser.parse(bytes, at);
      if (consumed === 0) {
        print(JSON.stringify({ ok: false, code: "truncated", tag: 0, at }));
        return;
      }
      if (parser.problem === undefined) print(JSON.stringify(decoded(parser.view, dictionary, transport)));
      else print(JSON.stringify({ ok: false, code: parser.problem, tag: tagOf(parser.problem), at }));
      at += consumed;
    }
  },
};

/** The field that a problem of framing is about. */
function tagOf(problem: string): number {
  return { "body-length": 9, checksum: 10, "first-fields": 35, "not-fix": 8, "too-long": 9 }[problem] ?? 0;
}

function dictionaryOf(name: string): Dictionary {
  const packed = PACKED[name.toUpperCase().replaceAll(".", "")];
  if (packed) return new Dictionary(packed);
  if (!existsSync(name)) throw new Error(`dictionary ${name}: neither a version nor a file`);
  return new Dictionary(readQuickFixXml(readFileSync(name, "utf8")));
}

function decoded(
  view: FixView,
  dictionary: Dictionary | undefined,
  transport: Dictionary | undefined,
): AnyFields {
  const fields = Array.from({ length: view.size }, (_, i): Pair => [view.tagAt(i), view.stringAt(i)]);
  const result = { ok: true, msgType: view.type, fields };
  if (!dictionary || !transport) return result;
  const groups: Record<string, Entry[]> = {};
  const section = dictionary.message(view.type) ?? transport.message(view.type);
  for (const level of section ? [transport.header, section] : [transport.header]) {
    for (const group of level.groups)
      if (view.has(group.tag)) groups[group.tag] = entries(view.group(group.tag), group);
  }
  return { ...result, groups };
}

function entries(cursor: GroupView, group: GroupSection): Entry[] {
  const all: Entry[] = [];
  while (cursor.next()) all.push(entry(cursor, group));
  return all;
}

/** The fields of one entry in wire order, a nested group in the place of its count field. */
function entry(cursor: GroupView, section: Section): Entry {
  const result: Entry = [];
  const at = cursor.fieldIndexes();
  for (let i = 0; i < at.length; i++) {
    const tag = cursor.tagAt(at[i]!);
    const kind = section.table.get(tag);
    if (kind === 0) continue;
    result.push([tag, (cursor as FieldReader).string(tag) ?? ""]);
    if (kind < 2) continue;
    const nested = section.groups[kind - 2]!;
    result.push({ tag, entries: entries(cursor.group(tag), nested) });
    while (i + 1 < at.length && nested.all.get(cursor.tagAt(at[i + 1]!)) !== 0) i++;
  }
  return result;
}
