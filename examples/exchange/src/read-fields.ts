import { z } from "zod";

/** What is wrong with what a client sent. */
export interface FieldFault {
  /** The part that is wrong, where it is one. */
  readonly field: string | undefined;
  /** For people: `quantity must be a whole number above 0, was "1,000"`. */
  readonly words: string;
}

export type Reading<Value> =
  | { readonly value: Value; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: FieldFault };

/**
 * Reads an object that a client sent. The first fault is told in words: a field's own is its description, because zod's
 * texts speak to programmers of types.
 *
 * @param what - what it is, with its article: `an order`
 */
export function readFields<Schema extends z.ZodObject>(
  schema: Schema,
  given: unknown,
  what: string,
): Reading<z.output<Schema>> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0]!;
  if (issue.code === "unrecognized_keys") {
    const [field = ""] = issue.keys;
    return { fault: { field, words: `${what} has no field ${field.slice(0, 40)}` } };
  }
  const field = issue.path[0]?.toString();
  if (field === undefined) return { fault: { field, words: `${what} must be a JSON object` } };
  const value = (given as Record<string, unknown>)[field];
  if (value === undefined) return { fault: { field, words: `${field} is missing` } };
  const isTooLarge = issue.code === "too_big" && (issue.origin === "number" || issue.origin === "int");
  const due = isTooLarge ? `at most ${issue.maximum}` : expected(schema.shape[field]!);
  return { fault: { field, words: `${field} must be ${due}, was ${JSON.stringify(value).slice(0, 40)}` } };
}

function expected(schema: z.core.$ZodType): string {
  const description = z.globalRegistry.get(schema)?.description;
  if (description !== undefined) return description;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return expected(schema.unwrap());
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.join(", ")}`;
  throw new Error("a field that is no choice needs a description");
}
