import { FastError } from "./errors.ts";

/**
 * How decoders and encoders are specialised for their templates: `generated` code by `new Function`, `closures` for pages
 * whose content security policy forbids that, or `auto`: generated where it is allowed.
 */
export type SpecialisationMode = "auto" | "generated" | "closures";

/** Whether a mode means generated code here. @throws FastError `bad-option` */
export function isGeneratedMode(mode: SpecialisationMode): boolean {
  if (mode !== "auto" && mode !== "generated" && mode !== "closures")
    throw new FastError("bad-option", `mode must be auto, generated or closures, was ${String(mode)}`);
  return mode === "generated" || (mode === "auto" && canGenerate());
}

/** Whether code may be made of text; a content security policy can forbid it. */
function canGenerate(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}
