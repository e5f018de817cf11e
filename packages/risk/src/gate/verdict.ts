import type { Failure } from "./gate-types.ts";
import { RejectCode } from "./reject-code.ts";

/** Greater than the rank of any failure. */
const NONE = 2 ** 30;

/**
 * Takes down failed checks in whatever order they are made, and says which is first: by code, then from the account up.
 * So the checks can be made in the order that is fastest.
 */
export class Verdict {
  /** The first failure. */
  readonly rejection: { code: RejectCode; node: number; value: number; limit: number } = {
    code: RejectCode.Accepted,
    node: -1,
    value: 0,
    limit: 0,
  };
  #rank = NONE;
  #all: { rank: number; failure: Failure }[] | undefined;

  begin(): void {
    this.#rank = NONE;
  }

  get isAccepted(): boolean {
    return this.#rank === NONE;
  }

  get code(): RejectCode {
    return this.#rank === NONE ? RejectCode.Accepted : this.rejection.code;
  }

  /** A failure that is not of a node. */
  fail(code: RejectCode, value: number, limit: number): void {
    this.failAt(-1, -1, code, value, limit);
  }

  /** @param depth - of the node above the account: 0 is the account itself */
  failAt(depth: number, node: number, code: RejectCode, value: number, limit: number): void {
    const rank = code * 8 + depth;
    this.#all?.push({ rank, failure: { code, node, value, limit } });
    if (rank >= this.#rank) return;
    this.#rank = rank;
    const { rejection } = this;
    rejection.code = code;
    rejection.node = node;
    rejection.value = value;
    rejection.limit = limit;
  }

  /** Every failure of what `check` does, first first. What the last call was refused for stays as it was. */
  collect(check: () => void): Failure[] {
    const all: { rank: number; failure: Failure }[] = [];
    const before = { ...this.rejection };
    this.#all = all;
    this.begin();
    check();
    this.#all = undefined;
    Object.assign(this.rejection, before);
    return all.sort((a, b) => a.rank - b.rank).map(({ failure }) => failure);
  }

  /** Is every failure wanted, not only the first? */
  get isCollecting(): boolean {
    return this.#all !== undefined;
  }
}
