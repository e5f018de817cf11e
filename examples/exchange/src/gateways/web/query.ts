import type { z } from "zod";
import { ApiError } from "./api-error.ts";

/** Reads what stands behind the `?` of an address. @throws ApiError `invalid-request` that names the parameter */
export function readQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path[0]?.toString();
  throw new ApiError("invalid-request", `${field ?? "the query"}: ${issue?.message}`, field);
}
