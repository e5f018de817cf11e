/** A point of a line: a day and a value. */
export interface Point {
  readonly date: Date;
  readonly value: number;
}

/** More points than pixels only make a page heavier. */
const MOST_POINTS = 800;

/**
 * Points of a line without undefined values. Of a long series the smallest and the largest value of each stretch are
 * kept, so that no peak and no trough is lost.
 */
export function pointsOf(dates: readonly Date[], values: readonly number[]): Point[] {
  const points: Point[] = [];
  for (let index = 0; index < values.length; index++)
    if (Number.isFinite(values[index])) points.push({ date: dates[index]!, value: values[index]! });
  if (points.length <= MOST_POINTS) return points;
  const thin: Point[] = [points[0]!];
  const stretches = MOST_POINTS / 2 - 1;
  const inner = points.length - 2;
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = 1 + Math.floor((stretch * inner) / stretches);
    const to = 1 + Math.floor(((stretch + 1) * inner) / stretches);
    let [low, high] = [from, from];
    for (let index = from; index < to; index++) {
      if (points[index]!.value < points[low]!.value) low = index;
      if (points[index]!.value > points[high]!.value) high = index;
    }
    thin.push(points[Math.min(low, high)]!);
    if (low !== high) thin.push(points[Math.max(low, high)]!);
  }
  thin.push(points.at(-1)!);
  return thin;
}
