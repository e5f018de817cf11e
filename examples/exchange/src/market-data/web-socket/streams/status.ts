import type { PublicInstrument } from "../../public/public-market.ts";
import { type StatusJson, statusJson } from "../../wire-format.ts";
import { Stream } from "../stream.ts";

/** The phase of trading, and the indicative auction; every message says all of it. */
export class StatusStream extends Stream {
  constructor(instrument: PublicInstrument, now: () => number) {
    super("status", instrument, now, { throttleMillis: 0, isConflated: true });
  }

  override statusChanged(): void {
    this.isDirty = true;
  }

  protected override present(): StatusJson {
    return statusJson(this.instrument);
  }

  protected override changes(): StatusJson {
    return this.present();
  }
}
