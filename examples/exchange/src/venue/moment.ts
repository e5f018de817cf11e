/** The time of the command that is being applied. One object, which every part reads. */
export class Moment {
  /** Microseconds since 1970; never goes back. */
  micros = 0;
  /** The same in whole milliseconds, for the risk gate. */
  millis = 0;

  moveTo(micros: number): void {
    if (micros <= this.micros) return;
    this.micros = micros;
    this.millis = Math.floor(micros / 1000);
  }
}
