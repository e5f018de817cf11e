import type { TaxEvent } from "./events.ts";
import { TaxLedger } from "./ledger/tax-ledger.ts";
import type { GainLine, OpenLot, Totals } from "./lines/line.ts";

/** A country's rules as a plug-in: events in, that country's report out. */
export interface Jurisdiction<Report> {
  /** Short name, such as `US`. */
  readonly id: string;
  /** Name for people. */
  readonly title: string;
  /**
   * Applies the rules to a whole history.
   *
   * @throws TaxError for events that the rules cannot place
   */
  report(events: Iterable<TaxEvent>): Report;
}

/** What United States rules give. */
export interface UnitedStatesReport {
  /** Lines of Form 8949. */
  readonly lines: readonly GainLine[];
  /** Open lots. */
  readonly lots: readonly OpenLot[];
  /** Sums. */
  readonly totals: Totals;
}

/** United States rules with the default options, as a plug-in; use {@link TaxLedger} for everything else. */
export const usJurisdiction: Jurisdiction<UnitedStatesReport> = {
  id: "US",
  title: "United States, lots and wash sales",
  report(events) {
    const ledger = new TaxLedger();
    ledger.applyAll(events);
    return { lines: ledger.lines(), lots: ledger.lots(), totals: ledger.totals() };
  },
};
