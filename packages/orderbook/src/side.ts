/** Which way an order trades. */
export type Side = "buy" | "sell";

/** The side an order of this side trades against. */
export function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}
