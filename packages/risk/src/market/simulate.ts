/** Everything that a thread needs to simulate some blocks of paths. */
export interface Simulation {
  /** Any 32-bit integer. */
  readonly seed: number;
  readonly paths: number;
  /** Lower triangular factor of the covariance over the horizon, rows one after another, without the zeros. */
  readonly factor: Float64Array;
  /** Expected returns over the horizon. */
  readonly means: Float64Array;
  readonly weights: Float64Array;
  /** Degrees of freedom of Student's t; 0 is normal. */
  readonly degrees: number;
  readonly isAntithetic: boolean;
}

/** Paths in a block, which has its own random stream. Even, so that antithetic pairs stay together. */
export const BLOCK = 4096;

/**
 * Simulates the losses of the paths of one block, and writes them at their place in `losses`. The block's random stream
 * is keyed by (seed, block number) and by nothing else, so it does not matter which thread does which block.
 *
 * This one function is also the source text of the worker threads: it must not refer to anything outside itself.
 *
 * Uniform numbers: sfc32 (Doty-Humphrey, PractRand), its state filled from the key by the finaliser of MurmurHash3.
 * Normal numbers: ziggurat of 128 layers (Marsaglia and Tsang 2000) in Doornik's form (2005). Chi-square: Marsaglia and
 * Tsang (2000), "A simple method for generating gamma variables".
 */
export function createSimulator(
  simulation: Simulation,
  losses: Float64Array,
  blockSize: number,
): (block: number) => void {
  const { seed, paths, factor, means, weights, degrees, isAntithetic } = simulation;
  const assets = weights.length;
  const words = new Int32Array(2048);
  const state = new Int32Array(4);
  let at = words.length;

  const layers = 128;
  const tail = 3.442619855899;
  const area = 9.91256303526217e-3;
  const edge = new Float64Array(layers + 1);
  const ratio = new Float64Array(layers);
  let density = Math.exp(-0.5 * tail * tail);
  edge[0] = area / density;
  edge[1] = tail;
  for (let layer = 2; layer < layers; layer++) {
    edge[layer] = Math.sqrt(-2 * Math.log(area / edge[layer - 1]! + density));
    density = Math.exp(-0.5 * edge[layer]! * edge[layer]!);
  }
  for (let layer = 0; layer < layers; layer++) ratio[layer] = edge[layer + 1]! / edge[layer]!;

  function mix(key: number): number {
    let hash = key | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }

  /** A batch at a time, so that the generator's state stays in registers. */
  function refill(): void {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let index = 0; index < words.length; index++) {
      const sum = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (c << 21) | (c >>> 11);
      c = (c + sum) | 0;
      words[index] = sum;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    at = 0;
  }

  function start(block: number): void {
    state[0] = mix(seed ^ mix(block));
    state[1] = mix((seed + 0x9e3779b9) ^ mix(block + 0x7f4a7c15));
    state[2] = mix(block ^ mix(seed ^ 0x2545f491));
    state[3] = 1;
    refill();
  }

  /** Above 0 and below 1. */
  function uniform(): number {
    if (at === words.length) refill();
    return ((words[at++]! >>> 0) + 0.5) * 2 ** -32;
  }

  function unusual(layer: number, signed: number): number {
    if (layer === 0) {
      for (;;) {
        const x = Math.log(uniform()) / tail;
        const y = Math.log(uniform());
        if (-2 * y >= x * x) return signed < 0 ? x - tail : tail - x;
      }
    }
    const x = signed * edge[layer]!;
    const outer = Math.exp(-0.5 * (edge[layer]! * edge[layer]! - x * x));
    const inner = Math.exp(-0.5 * (edge[layer + 1]! * edge[layer + 1]! - x * x));
    return inner + uniform() * (outer - inner) < 1 ? x : Number.NaN;
  }

  /** Into an array: a number that is returned from a call that is not inlined is allocated. */
  function drawNormals(into: Float64Array): void {
    for (let index = 0; index < into.length; index++) {
      for (;;) {
        if (at + 2 > words.length) refill();
        const signed = (words[at]! + 0.5) * 2 ** -31;
        const layer = words[at + 1]! & 127;
        at += 2;
        const x = Math.abs(signed) < ratio[layer]! ? signed * edge[layer]! : unusual(layer, signed);
        if (Number.isNaN(x)) continue;
        into[index] = x;
        break;
      }
    }
  }

  const single = new Float64Array(1);

  /** Gamma with shape above 1 and scale 1. */
  function gamma(shape: number): number {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      drawNormals(single);
      const x = single[0]!;
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      if (Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  let drift = 0;
  for (let asset = 0; asset < assets; asset++) drift += weights[asset]! * means[asset]!;
  // The portfolio is linear in the assets' moves, and those in the normal numbers: Σ w·(L·z) = Σ (Lᵀ·w)·z.
  const loading = new Float64Array(assets);
  const z = new Float64Array(assets);
  for (let asset = 0, entry = 0; asset < assets; asset++) {
    for (let k = 0; k <= asset; k++) loading[k] = loading[k]! + weights[asset]! * factor[entry++]!;
  }

  return (block) => {
    start(block);
    const end = Math.min(paths, (block + 1) * blockSize);
    let path = block * blockSize;
    while (path < end) {
      let profit = 0;
      drawNormals(z);
      for (let k = 0; k < assets; k++) profit += loading[k]! * z[k]!;
      // Scaled so that the covariance is the given one for any number of degrees.
      if (degrees > 0) profit *= Math.sqrt((degrees - 2) / (2 * gamma(degrees / 2)));
      losses[path++] = -(drift + profit);
      if (isAntithetic && path < end) losses[path++] = profit - drift;
    }
  };
}
