import {
  IpoQuotingPeriodUpdateView,
  LuldAuctionCollarView,
  MarketParticipantPositionView,
  MwcbDeclineLevelView,
  MwcbStatusView,
  OperationalHaltView,
  RegShoRestrictionView,
  StockDirectoryView,
  StockTradingActionView,
  SystemEventView,
} from "./administrative.ts";
import { LENGTHS } from "./formats.ts";
import type { ItchListener } from "./listener.ts";
import {
  AddOrderView,
  AddOrderWithMpidView,
  OrderCancelView,
  OrderDeleteView,
  OrderExecutedView,
  OrderExecutedWithPriceView,
  OrderReplaceView,
} from "./orders.ts";
import {
  BrokenTradeView,
  CrossTradeView,
  DirectListingPriceDiscoveryView,
  NetOrderImbalanceView,
  NonCrossTradeView,
  RetailInterestView,
} from "./trades.ts";
import { CHARACTERS, NOTHING } from "./wire.ts";

/**
 * Reads ITCH 5.0 messages from bytes and calls a listener once for each, without allocating anything per message.
 *
 * Length and type of every frame are checked before the listener is called, so no view ever reads outside its
 * message. What does not fit is skipped by its frame length and counted.
 *
 * @see Nasdaq TotalView-ITCH 5.0 specification
 */
export class ItchDecoder {
  /** Frames seen, skipped ones included. */
  messages = 0;
  /** Frames skipped because their type is unknown or their length is not that of their type. */
  skipped = 0;
  readonly #listener: ItchListener;
  #bytes: Uint8Array | undefined;
  #view: DataView = NOTHING;
  readonly #systemEvent = new SystemEventView();
  readonly #stockDirectory = new StockDirectoryView();
  readonly #stockTradingAction = new StockTradingActionView();
  readonly #regShoRestriction = new RegShoRestrictionView();
  readonly #marketParticipantPosition = new MarketParticipantPositionView();
  readonly #mwcbDeclineLevel = new MwcbDeclineLevelView();
  readonly #mwcbStatus = new MwcbStatusView();
  readonly #ipoQuotingPeriodUpdate = new IpoQuotingPeriodUpdateView();
  readonly #luldAuctionCollar = new LuldAuctionCollarView();
  readonly #operationalHalt = new OperationalHaltView();
  readonly #addOrder = new AddOrderView();
  readonly #addOrderWithMpid = new AddOrderWithMpidView();
  readonly #orderExecuted = new OrderExecutedView();
  readonly #orderExecutedWithPrice = new OrderExecutedWithPriceView();
  readonly #orderCancel = new OrderCancelView();
  readonly #orderDelete = new OrderDeleteView();
  readonly #orderReplace = new OrderReplaceView();
  readonly #nonCrossTrade = new NonCrossTradeView();
  readonly #crossTrade = new CrossTradeView();
  readonly #brokenTrade = new BrokenTradeView();
  readonly #netOrderImbalance = new NetOrderImbalanceView();
  readonly #retailInterest = new RetailInterestView();
  readonly #directListingPriceDiscovery = new DirectListingPriceDiscoveryView();

  /** @param listener - is told of every message */
  constructor(listener: ItchListener) {
    this.#listener = listener;
  }

  /**
   * Decodes one message, as it comes in a MoldUDP64 or SoupBinTCP packet.
   *
   * @param bytes - holds the message
   * @param offset - of its type byte
   * @param length - of the message in bytes
   * @returns false when it was skipped: unknown type, or not the length of its type
   * @throws RangeError when `offset` and `length` reach beyond `bytes`
   */
  decode(bytes: Uint8Array, offset = 0, length: number = bytes.length - offset): boolean {
    if (offset < 0 || length < 0 || offset + length > bytes.length) {
      throw new RangeError(`a message of ${length} bytes at ${offset} reaches beyond ${bytes.length} bytes`);
    }
    this.#attach(bytes);
    this.messages++;
    const type = length === 0 ? 0 : bytes[offset]!;
    if (length === 0 || LENGTHS[type] !== length) {
      this.#skip(offset, length);
      return false;
    }
    this.#dispatch(type, offset);
    return true;
  }

  /**
   * Decodes a run of messages, each behind a big-endian 16-bit length (Nasdaq's BinaryFILE framing).
   *
   * Stops before a frame that is not complete and before a frame of length zero, which ends a file.
   *
   * @param bytes - holds the frames
   * @param offset - of the first frame's length
   * @param end - offset where the bytes to read end
   * @returns offset of the first byte that was not consumed
   */
  decodeFrames(bytes: Uint8Array, offset = 0, end: number = bytes.length): number {
    if (offset < 0 || end > bytes.length) {
      throw new RangeError(`frames from ${offset} to ${end} reach beyond ${bytes.length} bytes`);
    }
    this.#attach(bytes);
    const view = this.#view;
    let at = offset;
    let messages = 0;
    while (at + 2 < end) {
      const length = view.getUint16(at);
      const next = at + 2 + length;
      if (length === 0 || next > end) break;
      const type = view.getUint8(at + 2);
      messages++;
      if (LENGTHS[type] === length) this.#dispatch(type, at + 2);
      else this.#skip(at + 2, length);
      at = next;
    }
    this.messages += messages;
    return at;
  }

  /** Lets go of the bytes last decoded, which are otherwise held until the next call. */
  release(): void {
    this.#point(NOTHING);
    this.#bytes = undefined;
  }

  #attach(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#point(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  #point(view: DataView): void {
    this.#view = view;
    this.#systemEvent.wrap(view, 0);
    this.#stockDirectory.wrap(view, 0);
    this.#stockTradingAction.wrap(view, 0);
    this.#regShoRestriction.wrap(view, 0);
    this.#marketParticipantPosition.wrap(view, 0);
    this.#mwcbDeclineLevel.wrap(view, 0);
    this.#mwcbStatus.wrap(view, 0);
    this.#ipoQuotingPeriodUpdate.wrap(view, 0);
    this.#luldAuctionCollar.wrap(view, 0);
    this.#operationalHalt.wrap(view, 0);
    this.#addOrder.wrap(view, 0);
    this.#addOrderWithMpid.wrap(view, 0);
    this.#orderExecuted.wrap(view, 0);
    this.#orderExecutedWithPrice.wrap(view, 0);
    this.#orderCancel.wrap(view, 0);
    this.#orderDelete.wrap(view, 0);
    this.#orderReplace.wrap(view, 0);
    this.#nonCrossTrade.wrap(view, 0);
    this.#crossTrade.wrap(view, 0);
    this.#brokenTrade.wrap(view, 0);
    this.#netOrderImbalance.wrap(view, 0);
    this.#retailInterest.wrap(view, 0);
    this.#directListingPriceDiscovery.wrap(view, 0);
  }

  #skip(at: number, length: number): void {
    this.skipped++;
    this.#listener.skipped?.(length === 0 ? "" : CHARACTERS[this.#view.getUint8(at)]!, length, at);
  }

  #dispatch(type: number, at: number): void {
    const listener = this.#listener;
    // Ordered as in the specification; the compiler makes a jump table of it.
    switch (type) {
      case 83: // S
        listener.systemEvent?.(this.#systemEvent.moveTo(at));
        return;
      case 82: // R
        listener.stockDirectory?.(this.#stockDirectory.moveTo(at));
        return;
      case 72: // H
        listener.stockTradingAction?.(this.#stockTradingAction.moveTo(at));
        return;
      case 89: // Y
        listener.regShoRestriction?.(this.#regShoRestriction.moveTo(at));
        return;
      case 76: // L
        listener.marketParticipantPosition?.(this.#marketParticipantPosition.moveTo(at));
        return;
      case 86: // V
        listener.mwcbDeclineLevel?.(this.#mwcbDeclineLevel.moveTo(at));
        return;
      case 87: // W
        listener.mwcbStatus?.(this.#mwcbStatus.moveTo(at));
        return;
      case 75: // K
        listener.ipoQuotingPeriodUpdate?.(this.#ipoQuotingPeriodUpdate.moveTo(at));
        return;
      case 74: // J
        listener.luldAuctionCollar?.(this.#luldAuctionCollar.moveTo(at));
        return;
      case 104: // h
        listener.operationalHalt?.(this.#operationalHalt.moveTo(at));
        return;
      case 65: // A
        listener.addOrder?.(this.#addOrder.moveTo(at));
        return;
      case 70: // F
        listener.addOrderWithMpid?.(this.#addOrderWithMpid.moveTo(at));
        return;
      case 69: // E
        listener.orderExecuted?.(this.#orderExecuted.moveTo(at));
        return;
      case 67: // C
        listener.orderExecutedWithPrice?.(this.#orderExecutedWithPrice.moveTo(at));
        return;
      case 88: // X
        listener.orderCancel?.(this.#orderCancel.moveTo(at));
        return;
      case 68: // D
        listener.orderDelete?.(this.#orderDelete.moveTo(at));
        return;
      case 85: // U
        listener.orderReplace?.(this.#orderReplace.moveTo(at));
        return;
      case 80: // P
        listener.nonCrossTrade?.(this.#nonCrossTrade.moveTo(at));
        return;
      case 81: // Q
        listener.crossTrade?.(this.#crossTrade.moveTo(at));
        return;
      case 66: // B
        listener.brokenTrade?.(this.#brokenTrade.moveTo(at));
        return;
      case 73: // I
        listener.netOrderImbalance?.(this.#netOrderImbalance.moveTo(at));
        return;
      case 78: // N
        listener.retailInterest?.(this.#retailInterest.moveTo(at));
        return;
      case 79: // O
        listener.directListingPriceDiscovery?.(this.#directListingPriceDiscovery.moveTo(at));
        return;
    }
  }
}
