import { FastError, type TemplateIssue } from "../errors.ts";
import { compileTemplates } from "./compile.ts";
import type { TemplateDefinition } from "./definition.ts";
import type { Plan, TemplateInfo } from "./plan.ts";

/** A checked set of templates that refer to each other; decoders and encoders are made for one. */
export class TemplateRegistry {
  /** The templates as they were given. */
  readonly definitions: readonly TemplateDefinition[];
  /** @internal */
  readonly plan: Plan;

  /**
   * @param definitions - templates built in code, or those of `parseTemplates` from `@exchange-kit/fast/xml`
   * @throws FastError with the code of the first error (S1 to S5) and all of them in `issues`; nothing is loaded then
   */
  constructor(definitions: readonly TemplateDefinition[]) {
    const { plan, issues } = compileTemplates(definitions);
    if (issues.length > 0) throw templatesError(issues);
    this.definitions = definitions;
    this.plan = plan;
  }

  /** Name, id and reset flag of every template, in the order given. */
  get templates(): readonly TemplateInfo[] {
    return this.plan.templates.map((template) => template.info);
  }
}

/** The error of templates that were refused: the first issue in its text, all of them as data. */
export function templatesError(issues: readonly TemplateIssue[]): FastError {
  const [first] = issues as readonly [TemplateIssue, ...TemplateIssue[]];
  const where = `${first.path}${first.line === undefined ? "" : `, line ${first.line}`}`;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new FastError(first.code, `${first.message} at ${where}${more}`, { issues, field: first.path });
}
