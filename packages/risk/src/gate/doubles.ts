// `Math.abs` and `Math.max` give small integers where they can. V8 then expects small integers in the
// arithmetic that follows, and there converts and tests every number from an array of doubles. These stay with doubles.
// No number of the gate is NaN.
//
// They are constants because a declared function can be assigned to: V8 loads and compares it at each call that it has
// inlined, which is a twentieth of the gate's time. So are the other functions that are called for every level.

export const magnitude = (value: number): number => (value < 0 ? -value : value);

export const larger = (one: number, other: number): number => {
  if (one > other) return one;
  return other;
};
