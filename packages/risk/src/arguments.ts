import { RiskError } from "./errors.ts";

/** Throws `invalid-argument` unless `value` is a safe integer of at least `least`. */
export function whole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RiskError(
      "invalid-argument",
      `${name} must be a whole number of at least ${least}, was ${value}`,
      {
        value,
      },
    );
  }
}

/** Throws `invalid-argument` unless `value` is a positive finite number. */
export function positive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RiskError("invalid-argument", `${name} must be positive, was ${value}`, { value });
  }
}
