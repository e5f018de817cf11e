import type { OrderBookListener, RejectReason, Side } from "@exchange-kit/orderbook";

/** What a book said, one array an event, so that a test can compare the whole story. */
export type Event = readonly [string, ...(number | string)[]];

export const added = (orderId: number, side: Side, price: number, quantity: number): Event => [
  "added",
  orderId,
  side,
  price,
  quantity,
];
export const traded = (
  makerId: number,
  takerId: number,
  takerSide: Side,
  price: number,
  quantity: number,
  makerLeaves: number,
): Event => ["traded", makerId, takerId, takerSide, price, quantity, makerLeaves];
export const reduced = (orderId: number, leaves: number): Event => ["reduced", orderId, leaves];
export const cancelled = (orderId: number, quantity: number): Event => ["cancelled", orderId, quantity];
export const rejected = (orderId: number, reason: RejectReason): Event => ["rejected", orderId, reason];

/** A listener that writes every event into `events`. */
export function recorder(events: Event[]): OrderBookListener {
  return {
    added: (...event) => void events.push(added(...event)),
    traded: (...event) => void events.push(traded(...event)),
    reduced: (...event) => void events.push(reduced(...event)),
    cancelled: (...event) => void events.push(cancelled(...event)),
    rejected: (...event) => void events.push(rejected(...event)),
  };
}
