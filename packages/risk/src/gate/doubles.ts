// `Math.abs` and `Math.max` give small integers where they can. V8 then expects small integers in the
// arithmetic that follows, and there converts and tests every number from an array of doubles. These stay with doubles.
// No number of the gate is NaN.

export function magnitude(value: number): number {
  return value < 0 ? -value : value;
}

export function larger(one: number, other: number): number {
  if (one > other) return one;
  return other;
}
