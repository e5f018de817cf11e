export type { OrderBookListener } from "./listener.ts";
export { NaiveOrderBook, type PriceLevel, type RestingOrder } from "./naive-order-book.ts";
export type { RejectReason } from "./reject-reason.ts";
export type { Side } from "./side.ts";
