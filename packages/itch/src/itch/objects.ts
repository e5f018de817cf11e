import type {
  IpoQuotingPeriodUpdate,
  LuldAuctionCollar,
  MarketParticipantPosition,
  MwcbDeclineLevel,
  MwcbStatus,
  OperationalHalt,
  RegShoRestriction,
  StockDirectory,
  StockTradingAction,
  SystemEvent,
} from "./administrative.ts";
import { ItchDecoder } from "./decoder.ts";
import type { ItchListener } from "./listener.ts";
import type {
  AddOrder,
  AddOrderWithMpid,
  OrderCancel,
  OrderDelete,
  OrderExecuted,
  OrderExecutedWithPrice,
  OrderReplace,
} from "./orders.ts";
import type {
  BrokenTrade,
  CrossTrade,
  DirectListingPriceDiscovery,
  NetOrderImbalance,
  NonCrossTrade,
  RetailInterest,
} from "./trades.ts";

/** Any ITCH 5.0 message as a plain object, told apart by `type`. */
export type ItchMessage =
  | SystemEvent
  | StockDirectory
  | StockTradingAction
  | RegShoRestriction
  | MarketParticipantPosition
  | MwcbDeclineLevel
  | MwcbStatus
  | IpoQuotingPeriodUpdate
  | LuldAuctionCollar
  | OperationalHalt
  | AddOrder
  | AddOrderWithMpid
  | OrderExecuted
  | OrderExecutedWithPrice
  | OrderCancel
  | OrderDelete
  | OrderReplace
  | NonCrossTrade
  | CrossTrade
  | BrokenTrade
  | NetOrderImbalance
  | RetailInterest
  | DirectListingPriceDiscovery;

/**
 * A listener that turns every message into a plain object, for code that would rather have objects than speed.
 *
 * @param onMessage - gets each message; the object is its own
 */
export function itchObjects(onMessage: (message: ItchMessage) => void): ItchListener {
  return {
    systemEvent: (message) => onMessage(message.toObject()),
    stockDirectory: (message) => onMessage(message.toObject()),
    stockTradingAction: (message) => onMessage(message.toObject()),
    regShoRestriction: (message) => onMessage(message.toObject()),
    marketParticipantPosition: (message) => onMessage(message.toObject()),
    mwcbDeclineLevel: (message) => onMessage(message.toObject()),
    mwcbStatus: (message) => onMessage(message.toObject()),
    ipoQuotingPeriodUpdate: (message) => onMessage(message.toObject()),
    luldAuctionCollar: (message) => onMessage(message.toObject()),
    operationalHalt: (message) => onMessage(message.toObject()),
    addOrder: (message) => onMessage(message.toObject()),
    addOrderWithMpid: (message) => onMessage(message.toObject()),
    orderExecuted: (message) => onMessage(message.toObject()),
    orderExecutedWithPrice: (message) => onMessage(message.toObject()),
    orderCancel: (message) => onMessage(message.toObject()),
    orderDelete: (message) => onMessage(message.toObject()),
    orderReplace: (message) => onMessage(message.toObject()),
    nonCrossTrade: (message) => onMessage(message.toObject()),
    crossTrade: (message) => onMessage(message.toObject()),
    brokenTrade: (message) => onMessage(message.toObject()),
    netOrderImbalance: (message) => onMessage(message.toObject()),
    retailInterest: (message) => onMessage(message.toObject()),
    directListingPriceDiscovery: (message) => onMessage(message.toObject()),
  };
}

/**
 * Decodes one message into a plain object.
 *
 * @param bytes - holds the message
 * @param offset - of its type byte
 * @param length - of the message in bytes
 * @returns `undefined` when the type is unknown or the length is not that of the type
 */
export function decodeItch(
  bytes: Uint8Array,
  offset = 0,
  length: number = bytes.length - offset,
): ItchMessage | undefined {
  let decoded: ItchMessage | undefined;
  new ItchDecoder(
    itchObjects((message) => {
      decoded = message;
    }),
  ).decode(bytes, offset, length);
  return decoded;
}
