import { z } from "zod";
import { readFields } from "../../read-fields.ts";
import { ApiError } from "./api-error.ts";

/** Reads what stands behind the `?` of an address. @throws ApiError `invalid-request` that names the parameter */
export function readQuery<Schema extends z.ZodObject>(schema: Schema, query: unknown): z.output<Schema> {
  const { value, fault } = readFields(schema, query, "the query");
  if (fault !== undefined) throw new ApiError("invalid-request", fault.words, fault.field);
  return value;
}

/** How many are listed. */
export function limit(most: number, usual: number): z.ZodDefault<z.ZodCoercedNumber> {
  const count = z.coerce.number().int().min(1).max(most);
  return count.default(usual).describe(`a whole number from 1 to ${most.toLocaleString("en")}`);
}
