import { FastError } from "./errors.ts";

/** Bounds that keep a hostile peer from exhausting the process; each is checked before memory is taken. */
export interface FastLimits {
  /** Longest string or byte vector, in bytes. Default 65,536. */
  readonly maxStringBytes?: number;
  /** Most elements in all sequences of one message together. Default 65,536. */
  readonly maxElements?: number;
  /** Longest message, in bytes; an unfinished one that is longer is an error, not "need more". Default 1,048,576. */
  readonly maxMessageBytes?: number;
  /** Deepest chain of dynamic template references. Default 16. */
  readonly maxReferenceDepth?: number;
}

/** Limits with every value set. */
export type ResolvedLimits = Required<FastLimits>;

/**
 * When dictionaries are cleared, beside {@link TemplateInfo.reset | templates that say so}: `template`: only by such
 * templates and on demand · `message`: before every message, the template id too · `packet`: before every frame, the
 * template id too (a decoder without frames takes it as `template`; its caller resets).
 */
export type ResetPolicy = "template" | "message" | "packet";

const DEFAULTS: ResolvedLimits = {
  maxStringBytes: 65_536,
  maxElements: 65_536,
  maxMessageBytes: 1_048_576,
  maxReferenceDepth: 16,
};

export function resolveLimits(limits: FastLimits = {}): ResolvedLimits {
  const resolved = { ...DEFAULTS, ...limits };
  for (const [name, value] of Object.entries(resolved)) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new FastError("bad-option", `${name} must be a positive integer, was ${value}`);
  }
  return resolved;
}

export function checkReset(reset: ResetPolicy): void {
  if (reset !== "template" && reset !== "message" && reset !== "packet")
    throw new FastError("bad-option", `reset must be template, message or packet, was ${String(reset)}`);
}
