import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded stream of random numbers: the same seed gives the same ones. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** A whole number, ends included. */
  between(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** In [0, 1). */
  unit(): number {
    return uniformInt(this.#generator, 0, 0x7fff_fffe) / 0x7fff_ffff;
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** 0, 1, 2, …, with this mean. */
  geometric(mean: number): number {
    return Math.floor(Math.log(1 - this.unit()) / Math.log(mean / (1 + mean)));
  }

  /** How many events of a Poisson process fall into a time in which `mean` are expected; at most 20. */
  poisson(mean: number): number {
    let count = 0;
    for (let product = this.unit(); product > Math.exp(-mean) && count < 20; count++) product *= this.unit();
    return count;
  }

  /** From a normal distribution of mean 0 and deviation 1 (Box and Muller, 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}
