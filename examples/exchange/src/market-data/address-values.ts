import { z } from "zod";
import { timeMicros } from "./wire-format.ts";

// What stands behind the `?` of an address is text. An empty one is no number, though JavaScript reads it as 0.

/** A whole number from 0, written in decimal digits. */
export const wholeNumber: z.ZodType<number, string> = z
  .string()
  .regex(/^\d+$/)
  .transform(Number)
  .describe("a whole number");

/** ISO 8601 with at most six decimals, or milliseconds since 1970; read as microseconds since 1970. */
export const time: z.ZodType<number, string> = z
  .union([
    z.iso
      .datetime({ offset: true })
      .refine((text) => !/\.\d{7}/.test(text))
      .transform(timeMicros),
    wholeNumber.transform((millis) => millis * 1000),
  ])
  .describe('a time such as "2026-01-30T14:30:00.123456Z", or milliseconds since 1970');
