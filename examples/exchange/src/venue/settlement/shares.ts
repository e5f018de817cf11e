/**
 * `amount` × `part` ÷ `whole`, rounded half away from zero, exactly.
 *
 * @param whole - not 0
 */
export function share(amount: number, part: number, whole: number): number {
  if (part === whole) return amount;
  const product = BigInt(amount) * BigInt(part) * (whole < 0 ? -1n : 1n);
  const divisor = BigInt(Math.abs(whole));
  const size = product < 0n ? -product : product;
  const rounded = (size * 2n + divisor) / (divisor * 2n);
  return Number(product < 0n ? -rounded : rounded);
}

/**
 * Multiplies quantities that sum to zero by `numerator` ÷ `denominator`, so that the whole results sum to zero too: all
 * are rounded down, then those with the largest fractions get one more, by index among equals (largest remainder method).
 */
export function splitLots(quantities: readonly number[], numerator: number, denominator: number): number[] {
  const parts = quantities.map((quantity, index) => {
    const exact = BigInt(quantity) * BigInt(numerator);
    const divisor = BigInt(denominator);
    let whole = exact / divisor;
    if (exact < 0n && exact % divisor !== 0n) whole -= 1n;
    return { index, whole: Number(whole), rest: Number(exact - whole * divisor) };
  });
  const missing = -parts.reduce((sum, { whole }) => sum + whole, 0);
  const results = parts.map(({ whole }) => whole);
  const byRest = parts.toSorted((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of byRest.slice(0, missing)) results[index]! += 1;
  return results;
}
