import sax, { type SAXParser } from "sax";
import type { TemplateIssue } from "./errors.ts";
import { compileTemplates } from "./template/compile.ts";
import type { TemplateDefinition } from "./template/definition.ts";
import { TemplateRegistry, templatesError } from "./template/registry.ts";
import { definitionsOf, type Element } from "./template/xml-templates.ts";

/**
 * Loads a template file: reads, checks and compiles it.
 *
 * @param xml - text of a file whose root is `templates` or `template`, of any namespace (that of FAST 1.1 or an older)
 * @returns the templates, ready for decoders and encoders
 * @throws FastError with the code of the first error (S1 to S5) and every error with its line in `issues`
 * @see FAST 1.1 appendix 1: template definition schema
 */
export function loadTemplates(xml: string): TemplateRegistry {
  return new TemplateRegistry(parseTemplates(xml));
}

/**
 * Reads a template file into definitions, as one could write them in code.
 *
 * @param xml - text of the file
 * @returns the definitions, in the order of the file
 * @throws FastError with the code of the first error (S1 to S5) and every error with its line in `issues`
 */
export function parseTemplates(xml: string): TemplateDefinition[] {
  const { root, issues } = parseXml(xml);
  if (!root) throw templatesError(issues);
  const { definitions, issues: schemaIssues } = definitionsOf(root);
  // What can be said about the operators is said in the same go.
  const all = [...issues, ...schemaIssues, ...compileTemplates(definitions).issues];
  if (all.length > 0) throw templatesError(all.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  return definitions;
}

/** Namespaces of FAST 1.1 and before; a file may also use one of its own, or none. */
const NAMESPACES: ReadonlySet<string> = new Set([
  "http://www.fixprotocol.org/ns/fast/td/1.1",
  "http://www.fixprotocol.org/ns/fast/td/1.2",
  "http://www.fixprotocol.org/ns/template-definition",
]);

function parseXml(xml: string): { root: Element | undefined; issues: TemplateIssue[] } {
  const issues: TemplateIssue[] = [];
  const open: Element[] = [];
  let root: Element | undefined;
  const parser: SAXParser = sax.parser(true, { xmlns: true, position: true });
  let rootUri: string | undefined;
  let tagLine = 0;
  parser.onerror = (error) => {
    const [message = ""] = error.message.split("\n");
    issues.push({ code: "S1", message: `not well-formed: ${message}`, path: "", line: parser.line + 1 });
    // Without this the parser would repeat the error for the rest of the file.
    (parser as { error: Error | null }).error = null;
  };
  parser.onopentagstart = () => {
    tagLine = parser.line + 1;
  };
  parser.onopentag = (tag) => {
    const attributes = Object.values(tag.attributes).map((attribute) =>
      typeof attribute === "string"
        ? { name: attribute, value: attribute }
        : { name: attribute.local, prefix: attribute.prefix, value: attribute.value },
    );
    const name = "local" in tag ? tag.local : tag.name;
    const element: Element = { name, attributes, children: [], line: tagLine };
    const uri = "uri" in tag ? tag.uri : "";
    rootUri ??= uri;
    // Elements of foreign namespaces may stand anywhere (FAST 1.1 appendix 1); they and what is in them say nothing to us.
    const isForeign = uri !== "" && uri !== rootUri && !NAMESPACES.has(uri);
    if (!isForeign) open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  };
  parser.onclosetag = () => void open.pop();
  parser.write(xml).close();
  if (!root && issues.length === 0)
    issues.push({ code: "S1", message: "there is no element", path: "", line: 1 });
  return { root: issues.length > 0 ? undefined : root, issues };
}
