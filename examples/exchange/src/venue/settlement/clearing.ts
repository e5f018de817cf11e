import type { FeeSchedule } from "../config.ts";
import type { Directory } from "../directory.ts";
import type { Liquidity, PostTradeListener } from "../events.ts";
import { Ledger } from "./ledger.ts";
import { Obligations } from "./obligations.ts";

const MILLION = 1_000_000;

/**
 * What happens to a trade after it is done: continuous net settlement through a clearing house on the day after the trade
 * (T+1).
 *
 * 1. **Trade**: buyer and seller each owe the clearing house; obligations of the day add up by account and instrument. Fees
 *    are owed to the venue.
 * 2. **End of day**: what the day left joins what was due before (a failed delivery nets with new trades).
 * 3. **Settle**, on a later day: accounts that must deliver hand over what they have, against its share of the cash; what
 *    came in goes to those who wait, longest first, then by account. What is missing stays due: a fail, tried again at the
 *    next settlement. Cash is always paid; a balance may go below zero, which is credit of the clearing house, to be
 *    bounded by risk limits.
 */
export class Clearing {
  readonly #directory: Directory;
  readonly #listener: PostTradeListener;
  readonly ledger: Ledger;
  /** Of trades of the day. */
  readonly #today: Obligations;
  /** Netted at the end of a day, not settled yet. */
  readonly #due: Obligations;
  /** How many settlements an obligation has failed, by instrument and account. */
  readonly #failedDays: Int32Array;
  readonly #feesToday: Float64Array;
  readonly #feesDue: Float64Array;
  fees: FeeSchedule;

  constructor(directory: Directory, listener: PostTradeListener) {
    const accounts = directory.config.accounts.length;
    const instruments = directory.instruments.length;
    this.#directory = directory;
    this.#listener = listener;
    this.ledger = new Ledger(accounts, instruments);
    this.#today = new Obligations(accounts, instruments);
    this.#due = new Obligations(accounts, instruments);
    this.#failedDays = new Int32Array(accounts * instruments);
    this.#feesToday = new Float64Array(accounts);
    this.#feesDue = new Float64Array(accounts);
    this.fees = directory.config.fees ?? { makerPpm: 0, takerPpm: 0, auctionPpm: 0 };
  }

  /** Money that so many lots at a price are worth, in minor units. The configuration bounds it. */
  valueOf(instrument: number, price: number, quantity: number): number {
    return price * quantity * this.#directory.instruments[instrument]!.multiplier;
  }

  /** The fee of one side of a trade of this value. */
  fee(value: number, liquidity: Liquidity): number {
    const { fees } = this;
    const ppm =
      liquidity === "maker" ? fees.makerPpm : liquidity === "taker" ? fees.takerPpm : fees.auctionPpm;
    if (ppm === 0) return 0;
    const product = value * ppm;
    if (Number.isSafeInteger(product)) return Math.floor((product + MILLION / 2) / MILLION);
    const exact = BigInt(value) * BigInt(ppm) + BigInt(MILLION / 2);
    // Bigint division rounds towards zero; fees round half up, rebates too.
    const quotient = exact / BigInt(MILLION);
    return Number(exact < 0n && exact % BigInt(MILLION) !== 0n ? quotient - 1n : quotient);
  }

  trade(
    instrument: number,
    price: number,
    quantity: number,
    buyer: number,
    seller: number,
    buyFee: number,
    sellFee: number,
  ): void {
    const value = this.valueOf(instrument, price, quantity);
    this.#today.add(buyer, instrument, quantity, -value);
    this.#today.add(seller, instrument, -quantity, value);
    this.#feesToday[buyer] = this.#feesToday[buyer]! + buyFee;
    this.#feesToday[seller] = this.#feesToday[seller]! + sellFee;
  }
}
