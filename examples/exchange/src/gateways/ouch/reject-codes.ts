import type { SequencerRefusal } from "../../sequencer.ts";
import type { RejectReason } from "../../venue/reject-reasons.ts";

/** What the gateway refuses before the venue sees it. */
export type OuchFault =
  | "invalid-side"
  | "invalid-price"
  | "invalid-quantity"
  | "invalid-time-in-force"
  | "invalid-display"
  | "invalid-cross-type"
  | "invalid-capacity"
  | "unsupported-option"
  | "unavailable";

/**
 * RejectedOrderReason of Order Rejected, which OUCH leaves to the exchange. What the risk gate refuses has 200, what the
 * matching engine refuses otherwise 300.
 */
const codes: Readonly<Partial<Record<OuchFault | RejectReason, number>>> = {
  "unknown-session": 1,
  "unknown-account": 1,
  "not-permitted": 1,
  "unknown-instrument": 2,
  "invalid-client-order-id": 3,
  "duplicate-client-order-id": 4,
  "invalid-side": 10,
  "invalid-price": 11,
  "invalid-quantity": 12,
  "invalid-time-in-force": 13,
  "invalid-display": 14,
  "invalid-cross-type": 15,
  "invalid-capacity": 16,
  "unsupported-option": 17,
  "invalid-request": 18,
  "unknown-order": 20,
  "too-late": 21,
  unavailable: 100,
  "invalid-order": 300,
  "off-tick-price": 301,
  "off-lot-quantity": 302,
  "quantity-above-maximum": 303,
  "price-outside-band": 304,
  expired: 305,
  "phase-forbids-order": 306,
  "would-take": 307,
  "held-order": 308,
  "too-many-orders": 309,
};
const RISK = 200;

export function rejectCode(reason: OuchFault | RejectReason | SequencerRefusal): number {
  return codes[reason as OuchFault] ?? RISK;
}
