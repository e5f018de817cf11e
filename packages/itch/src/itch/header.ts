/** What every ITCH message begins with. */
export interface ItchHeader {
  /** Locate code of the security, the day's index of its symbol; 0 for messages about no security. */
  readonly stockLocate: number;
  /** Nasdaq's internal tracking number. */
  readonly trackingNumber: number;
  /** Nanoseconds since midnight, US Eastern. */
  readonly timestampNanos: number;
}
