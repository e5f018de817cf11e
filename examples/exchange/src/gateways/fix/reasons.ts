import type { SequencerRefusal } from "../../sequencer.ts";
import type { OrderEndReason, RejectReason } from "../../venue/reject-reasons.ts";
import type { FixVersion } from "./versions.ts";

/** What the gateway refuses before the venue sees it. */
export type FixFault =
  | "invalid-client-order-id"
  | "unknown-symbol"
  | "unknown-account"
  | "unsupported-side"
  | "unsupported-order-type"
  | "unsupported-time-in-force"
  | "unsupported-instruction"
  | "unsupported-peg"
  | "unsupported-change"
  | "other-order-id"
  | "other-symbol"
  | "other-side"
  | "invalid-peg-offset"
  | "unsupported-capacity"
  | "invalid-quantity"
  | "invalid-price"
  | "invalid-stop-price"
  | "invalid-expire-time"
  | "invalid-display-quantity"
  | "invalid-minimum-quantity"
  | "invalid-self-match-prevention"
  | "unavailable";

export type Refusal = FixFault | RejectReason | SequencerRefusal;

/** OrdRejReason(103) that says more than "other". FIX 4.2 knows 0 to 8. */
const orderCodes: Readonly<Partial<Record<Refusal, number>>> = {
  "unknown-symbol": 1,
  "unknown-instrument": 1,
  "phase-forbids-order": 2,
  halted: 2,
  credit: 3,
  "buying-power": 3,
  "max-position": 3,
  "max-notional": 3,
  "max-quantity": 3,
  "max-open-orders": 3,
  "max-open-notional": 3,
  "quantity-above-maximum": 3,
  expired: 4,
  "unknown-order": 5,
  "duplicate-client-order-id": 6,
  "unsupported-side": 11,
  "unsupported-order-type": 11,
  "unsupported-time-in-force": 11,
  "unsupported-instruction": 11,
  "unsupported-peg": 11,
  "invalid-peg-offset": 11,
  "unsupported-capacity": 11,
  "invalid-quantity": 13,
  "off-lot-quantity": 13,
  "lot-size": 13,
  "min-quantity": 13,
  "invalid-display-quantity": 13,
  "invalid-minimum-quantity": 13,
  "unknown-account": 15,
  "not-permitted": 15,
  "price-outside-band": 16,
  "price-collar": 16,
  "static-collar": 16,
  "off-tick-price": 18,
  "tick-size": 18,
};

/** OrdRejReason(103) of a refused order. */
export function orderRejectCode(reason: Refusal, version: FixVersion): number {
  const code = orderCodes[reason];
  if (version.isFix42) return code !== undefined && code <= 8 ? code : 0;
  if (code === undefined || (code > 15 && !version.isFix50)) return 99;
  return code;
}

/** CxlRejReason(102) of a refused cancel or replace. */
export function cancelRejectCode(reason: Refusal, version: FixVersion): number {
  if (reason === "too-late") return 0;
  if (reason === "unknown-order" || reason === "other-order-id") return 1;
  if (version.isFix42) return 2;
  if (reason === "duplicate-client-order-id") return 6;
  return 99;
}

/** Text(58): the reason in words. */
export function reasonText(reason: Refusal | OrderEndReason): string {
  return texts[reason] ?? reason.replaceAll("-", " ");
}

const texts: Readonly<Partial<Record<Refusal | OrderEndReason, string>>> = {
  "unsupported-change": "a replace changes quantity and prices only; cancel the order and send another",
  "other-order-id": "the order with this OrigClOrdID has another OrderID",
  "other-symbol": "the order is for another Symbol",
  "other-side": "the order is of another Side",
  unavailable: "the venue takes no commands at present",
  busy: "too many commands wait",
  invalid: "a number is beyond what the venue can hold",
  failed: "the venue has failed",
  unfilled: "not filled at once",
  requested: "cancelled by its owner",
  "mass-cancel": "cancelled by a mass cancel",
  disconnect: "cancelled because its session ended",
  "kill-switch": "cancelled by risk control",
  "self-trade": "self-match prevention",
  expired: "time in force is over",
};
