import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { FeeSchedule } from "../config.ts";
import type { Directory } from "../directory.ts";
import type { Liquidity, PostTradeListener } from "../events.ts";
import { HOLDER, Ledger } from "./ledger.ts";
import { Obligations } from "./obligations.ts";
import { share, splitLots } from "./shares.ts";

const MILLION = 1_000_000;

/** What the ledgers sum to: all 0 (0n), at any moment. */
export interface Imbalance {
  readonly cash: bigint;
  readonly fees: number;
  /** By instrument: settled lots, open obligations in lots and in cash. */
  readonly securities: readonly number[];
  readonly owedQuantity: readonly number[];
  readonly owedCash: readonly number[];
}

/**
 * What happens to a trade after it is done: continuous net settlement through a clearing house, at the earliest on the day
 * after the trade (T+1).
 *
 * 1. **Trade**: buyer and seller each owe the clearing house; obligations of the day add up by account and instrument. Fees
 *    are owed to the venue.
 * 2. **End of day**: what the day left joins what was due before (a failed delivery nets with new trades).
 * 3. **Settle**, on a later day: accounts that must deliver hand over what they have, against its share of the cash; what
 *    came in goes to those who wait, longest first, then by account. What is missing stays due: a fail, tried again at the
 *    next settlement. Cash is always paid; a balance may go below zero, which is credit of the clearing house, to be
 *    bounded by risk limits.
 *
 * An account's position is by trade date: settled lots and all obligations. So a dividend goes to who bought before it,
 * settled or not, and no due bills are needed.
 */
export class Clearing {
  readonly #directory: Directory;
  readonly #listener: PostTradeListener;
  readonly #accounts: number;
  readonly #ledger: Ledger;
  /** Of trades of the day. */
  readonly #today: Obligations;
  /** Netted at the end of a day, not settled yet. */
  readonly #due: Obligations;
  /** Settlements that an obligation has failed, by instrument and account. */
  readonly #failedDays: Int32Array;
  /** Fees owed by each account; the last row is what the venue is owed, negative. */
  readonly #feesToday: Float64Array;
  readonly #feesDue: Float64Array;
  fees: FeeSchedule;

  constructor(directory: Directory, listener: PostTradeListener) {
    const accounts = directory.config.accounts.length;
    const instruments = directory.instruments.length;
    this.#directory = directory;
    this.#listener = listener;
    this.#accounts = accounts;
    this.#ledger = new Ledger(accounts, instruments);
    this.#today = new Obligations(accounts, instruments);
    this.#due = new Obligations(accounts, instruments);
    this.#failedDays = new Int32Array(accounts * instruments);
    this.#feesToday = new Float64Array(accounts + 1);
    this.#feesDue = new Float64Array(accounts + 1);
    this.fees = directory.config.fees ?? { makerPpm: 0, takerPpm: 0, auctionPpm: 0 };
  }

  /** Money that so many lots at a price are worth, in minor units. The configuration bounds it. */
  valueOf(instrument: number, price: number, quantity: number): number {
    return price * quantity * this.#directory.instruments[instrument]!.multiplier;
  }

  /** The fee of one side of a trade of this value: millionths of it, rounded half up. */
  fee(value: number, liquidity: Liquidity): number {
    const { fees } = this;
    const ppm =
      liquidity === "maker" ? fees.makerPpm : liquidity === "taker" ? fees.takerPpm : fees.auctionPpm;
    const product = value * ppm;
    if (Number.isSafeInteger(product)) return Math.floor((product + MILLION / 2) / MILLION);
    const exact = BigInt(value) * BigInt(ppm) + BigInt(MILLION / 2);
    // Bigint division rounds towards zero.
    const quotient = exact / BigInt(MILLION);
    return Number(exact < 0n && exact % BigInt(MILLION) !== 0n ? quotient - 1n : quotient);
  }

  trade(
    instrument: number,
    quantity: number,
    value: number,
    buyer: number,
    seller: number,
    buyFee: number,
    sellFee: number,
  ): void {
    this.#today.add(buyer, instrument, quantity, -value);
    this.#today.add(seller, instrument, -quantity, value);
    this.#feesToday[buyer] = this.#feesToday[buyer]! + buyFee;
    this.#feesToday[seller] = this.#feesToday[seller]! + sellFee;
    this.#feesToday[this.#accounts] = this.#feesToday[this.#accounts]! - buyFee - sellFee;
  }

  /** Lots of an account by trade date: settled, and to be received less to be delivered. */
  position(account: number, instrument: number): number {
    return (
      this.#ledger.securities(account, instrument) +
      this.#due.quantity(account, instrument) +
      this.#today.quantity(account, instrument)
    );
  }

  settledQuantity(account: number, instrument: number): number {
    return this.#ledger.securities(account, instrument);
  }

  settledCash(account: number): bigint {
    return this.#ledger.cash(account);
  }

  /** Cash of an account by trade date: settled, and all that is owed both ways, fees included. */
  cash(account: number): bigint {
    let owed = -this.#feesToday[account]! - this.#feesDue[account]!;
    for (let instrument = 0; instrument < this.#directory.instruments.length; instrument++) {
      owed += this.#due.cash(account, instrument) + this.#today.cash(account, instrument);
    }
    return this.#ledger.cash(account) + BigInt(owed);
  }

  /** Cash into an account from outside; out of it when negative. */
  transferCash(account: number, amount: number): void {
    this.#ledger.moveCash(this.#ledger.holder(HOLDER.OUTSIDE), account, BigInt(amount));
    this.#listener.cashMoved(account, amount, "transfer");
  }

  transferSecurities(account: number, instrument: number, quantity: number): void {
    this.#ledger.moveSecurities(this.#ledger.holder(HOLDER.OUTSIDE), account, instrument, quantity);
    this.#listener.securitiesMoved(account, instrument, quantity, "transfer");
  }

  /** Nets the day: what it left joins what is due. */
  endDay(): void {
    for (let instrument = 0; instrument < this.#directory.instruments.length; instrument++) {
      for (let account = 0; account < this.#accounts; account++) {
        const quantity = this.#today.quantity(account, instrument);
        const cash = this.#today.cash(account, instrument);
        if (quantity === 0 && cash === 0) continue;
        this.#today.add(account, instrument, -quantity, -cash);
        this.#due.add(account, instrument, quantity, cash);
        this.#listener.obligationNetted(account, instrument, quantity, cash);
      }
    }
    for (let row = 0; row <= this.#accounts; row++)
      this.#feesDue[row] = this.#feesDue[row]! + this.#feesToday[row]!;
    this.#feesToday.fill(0);
  }

  /** Settles what is due, as far as there are securities to deliver. */
  settle(): void {
    for (let instrument = 0; instrument < this.#directory.instruments.length; instrument++) {
      this.#settleInstrument(instrument);
    }
    const fees = this.#ledger.holder(HOLDER.FEES);
    for (let account = 0; account < this.#accounts; account++) {
      this.#ledger.moveCash(account, fees, BigInt(this.#feesDue[account]!));
    }
    this.#feesDue.fill(0);
  }

  /** The issuer pays each lot held; short positions pay. */
  payDividend(instrument: number, amountPerLot: number): void {
    const issuer = this.#ledger.holder(HOLDER.ISSUERS);
    for (let account = 0; account < this.#accounts; account++) {
      const amount = this.position(account, instrument) * amountPerLot;
      if (amount === 0) continue;
      this.#ledger.moveCash(issuer, account, BigInt(amount));
      this.#listener.cashMoved(account, amount, "dividend");
    }
  }

  /**
   * Gives `numerator` lots for each `denominator`. Settled lots are rounded down; obligations are rounded so that they
   * still sum to zero ({@link splitLots}); what an account has too little or too much by that is paid in cash at `price`,
   * the value of a new lot.
   */
  split(instrument: number, numerator: number, denominator: number, price: number): void {
    const accounts = [...Array(this.#accounts).keys()];
    const before = accounts.map((account) => this.position(account, instrument));
    for (const obligations of [this.#today, this.#due]) {
      const old = accounts.map((account) => obligations.quantity(account, instrument));
      const now = splitLots(old, numerator, denominator);
      for (const account of accounts) obligations.add(account, instrument, now[account]! - old[account]!, 0);
    }
    const issuer = this.#ledger.holder(HOLDER.ISSUERS);
    for (const account of accounts) {
      const settled = this.#ledger.securities(account, instrument);
      const change = Math.floor((settled * numerator) / denominator) - settled;
      this.#ledger.moveSecurities(issuer, account, instrument, change);
      const after = this.position(account, instrument);
      if (after !== before[account]) {
        this.#listener.securitiesMoved(account, instrument, after - before[account]!, "split");
      }
      // The fraction of a lot that is missing, over the denominator.
      const missing = before[account]! * numerator - after * denominator;
      const money = share(this.valueOf(instrument, price, 1), missing, denominator);
      if (money === 0) continue;
      this.#ledger.moveCash(issuer, account, BigInt(money));
      this.#listener.cashMoved(account, money, "cash-in-lieu");
    }
  }

  /** What every ledger sums to. */
  imbalance(): Imbalance {
    const instruments = [...this.#directory.instruments.keys()];
    const owed = instruments.map((instrument) => {
      const [today, due] = [this.#today.sums(instrument), this.#due.sums(instrument)];
      return { quantity: today.quantity + due.quantity, cash: today.cash + due.cash };
    });
    return {
      cash: this.#ledger.cashSum(),
      fees: sum(this.#feesToday) + sum(this.#feesDue),
      securities: instruments.map((instrument) => this.#ledger.securitiesSum(instrument)),
      owedQuantity: owed.map(({ quantity }) => quantity),
      owedCash: owed.map(({ cash }) => cash),
    };
  }

  write(writer: ByteWriter): void {
    this.#ledger.write(writer);
    this.#today.write(writer);
    this.#due.write(writer);
    for (const days of this.#failedDays) writer.int(days);
    for (const fees of [this.#feesToday, this.#feesDue]) for (const fee of fees) writer.double(fee);
    for (const ppm of [this.fees.makerPpm, this.fees.takerPpm, this.fees.auctionPpm]) writer.int(ppm);
  }

  read(reader: ByteReader): void {
    this.#ledger.read(reader);
    this.#today.read(reader);
    this.#due.read(reader);
    for (const at of this.#failedDays.keys()) this.#failedDays[at] = reader.int();
    for (const fees of [this.#feesToday, this.#feesDue]) {
      for (const at of fees.keys()) fees[at] = reader.double();
    }
    this.fees = { makerPpm: reader.int(), takerPpm: reader.int(), auctionPpm: reader.int() };
  }

  #settleInstrument(instrument: number): void {
    let pool = 0;
    const waiting: number[] = [];
    for (let account = 0; account < this.#accounts; account++) {
      const quantity = this.#due.quantity(account, instrument);
      if (quantity > 0) waiting.push(account);
      else if (quantity < 0) {
        const has = Math.max(0, this.#ledger.securities(account, instrument));
        const delivered = Math.min(-quantity, has);
        if (delivered > 0) this.#exchange(account, instrument, -delivered);
        pool += delivered;
      } else if (this.#due.cash(account, instrument) !== 0) this.#exchange(account, instrument, 0);
    }
    waiting.sort((a, b) => this.#daysOf(b, instrument) - this.#daysOf(a, instrument) || a - b);
    for (const account of waiting) {
      const received = Math.min(this.#due.quantity(account, instrument), pool);
      if (received > 0) this.#exchange(account, instrument, received);
      pool -= received;
    }
    for (let account = 0; account < this.#accounts; account++) {
      const at = instrument * this.#accounts + account;
      const quantity = this.#due.quantity(account, instrument);
      this.#failedDays[at] = quantity === 0 ? 0 : this.#failedDays[at]! + 1;
      if (quantity !== 0) {
        this.#listener.settlementFailed(account, instrument, quantity, this.#failedDays[at]!);
      }
    }
  }

  /** An account receives lots from the clearing house (delivers when negative), against their share of its cash. */
  #exchange(account: number, instrument: number, quantity: number): void {
    const house = this.#ledger.holder(HOLDER.CLEARING_HOUSE);
    const owed = this.#due.quantity(account, instrument);
    const cash =
      owed === 0
        ? this.#due.cash(account, instrument)
        : share(this.#due.cash(account, instrument), quantity, owed);
    this.#ledger.moveSecurities(house, account, instrument, quantity);
    this.#ledger.moveCash(house, account, BigInt(cash));
    this.#due.add(account, instrument, -quantity, -cash);
    this.#due.add(this.#accounts, instrument, quantity, cash);
    this.#listener.settled(account, instrument, quantity, cash);
  }

  #daysOf(account: number, instrument: number): number {
    return this.#failedDays[instrument * this.#accounts + account]!;
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
