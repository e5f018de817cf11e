import type { ItchHeader } from "./header.ts";
import { CHARACTERS, NOTHING, readAlpha } from "./wire.ts";

/** An order without attribution was accepted and is displayed on the book. Type `A`, 36 bytes. */
export interface AddOrder extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "A";
  /** Reference of the order, unique within the day. */
  readonly orderReferenceNumber: bigint;
  /** `B` buy, `S` sell. */
  readonly buySellIndicator: string;
  /** Number of shares. */
  readonly shares: number;
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
}

/** Reads an {@link AddOrder} in place: every property is read from the bytes when it is asked for. */
export class AddOrderView implements AddOrder {
  /** Message type on the wire. */
  readonly type = "A" as const;
  #view: DataView = NOTHING;
  #at = 0;

  /**
   * Points this view at a message.
   *
   * @param view - the bytes
   * @param at - offset of the message's type byte in `view`
   * @returns this view
   */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  /** Points this view at another message of the bytes it already reads. */
  moveTo(at: number): this {
    this.#at = at;
    return this;
  }

  get stockLocate(): number {
    return this.#view.getUint16(this.#at + 1);
  }

  get trackingNumber(): number {
    return this.#view.getUint16(this.#at + 3);
  }

  get timestampNanos(): number {
    return this.#view.getUint16(this.#at + 5) * 4294967296 + this.#view.getUint32(this.#at + 7);
  }

  get orderReferenceNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link AddOrder.orderReferenceNumber}. */
  get orderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link AddOrder.orderReferenceNumber}. */
  get orderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get buySellIndicator(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  /** Byte of {@link AddOrder.buySellIndicator}, for code that must not compare strings. */
  get buySellIndicatorCode(): number {
    return this.#view.getUint8(this.#at + 19);
  }

  get shares(): number {
    return this.#view.getUint32(this.#at + 20);
  }

  get stock(): string {
    return readAlpha(this.#view, this.#at + 24, 8);
  }

  get price4(): number {
    return this.#view.getUint32(this.#at + 32);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): AddOrder {
    return {
      type: "A",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      orderReferenceNumber: this.orderReferenceNumber,
      buySellIndicator: this.buySellIndicator,
      shares: this.shares,
      stock: this.stock,
      price4: this.price4,
    };
  }
}

/** An order attributed to a market participant was accepted and is displayed on the book. Type `F`, 40 bytes. */
export interface AddOrderWithMpid extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "F";
  /** Reference of the order, unique within the day. */
  readonly orderReferenceNumber: bigint;
  /** `B` buy, `S` sell. */
  readonly buySellIndicator: string;
  /** Number of shares. */
  readonly shares: number;
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
  /** Market participant that the order is attributed to, without padding. */
  readonly attribution: string;
}

/** Reads an {@link AddOrderWithMpid} in place: every property is read from the bytes when it is asked for. */
export class AddOrderWithMpidView implements AddOrderWithMpid {
  /** Message type on the wire. */
  readonly type = "F" as const;
  #view: DataView = NOTHING;
  #at = 0;

  /**
   * Points this view at a message.
   *
   * @param view - the bytes
   * @param at - offset of the message's type byte in `view`
   * @returns this view
   */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  /** Points this view at another message of the bytes it already reads. */
  moveTo(at: number): this {
    this.#at = at;
    return this;
  }

  get stockLocate(): number {
    return this.#view.getUint16(this.#at + 1);
  }

  get trackingNumber(): number {
    return this.#view.getUint16(this.#at + 3);
  }

  get timestampNanos(): number {
    return this.#view.getUint16(this.#at + 5) * 4294967296 + this.#view.getUint32(this.#at + 7);
  }

  get orderReferenceNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link AddOrderWithMpid.orderReferenceNumber}. */
  get orderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link AddOrderWithMpid.orderReferenceNumber}. */
  get orderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get buySellIndicator(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  /** Byte of {@link AddOrderWithMpid.buySellIndicator}, for code that must not compare strings. */
  get buySellIndicatorCode(): number {
    return this.#view.getUint8(this.#at + 19);
  }

  get shares(): number {
    return this.#view.getUint32(this.#at + 20);
  }

  get stock(): string {
    return readAlpha(this.#view, this.#at + 24, 8);
  }

  get price4(): number {
    return this.#view.getUint32(this.#at + 32);
  }

  get attribution(): string {
    return readAlpha(this.#view, this.#at + 36, 4);
  }

  /** The four bytes of {@link AddOrderWithMpid.attribution} as an unsigned number, for code that must not make strings. */
  get attributionCode(): number {
    return this.#view.getUint32(this.#at + 36);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): AddOrderWithMpid {
    return {
      type: "F",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      orderReferenceNumber: this.orderReferenceNumber,
      buySellIndicator: this.buySellIndicator,
      shares: this.shares,
      stock: this.stock,
      price4: this.price4,
      attribution: this.attribution,
    };
  }
}

/** A displayed order was executed, whole or in part, at its own price. Type `E`, 31 bytes. */
export interface OrderExecuted extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "E";
  /** Reference of the order, unique within the day. */
  readonly orderReferenceNumber: bigint;
  /** Shares executed by this message. */
  readonly executedShares: number;
  /** Number of the match, unique within the day; a broken trade names it. */
  readonly matchNumber: bigint;
}

/** Reads an {@link OrderExecuted} in place: every property is read from the bytes when it is asked for. */
export class OrderExecutedView implements OrderExecuted {
  /** Message type on the wire. */
  readonly type = "E" as const;
  #view: DataView = NOTHING;
  #at = 0;

  /**
   * Points this view at a message.
   *
   * @param view - the bytes
   * @param at - offset of the message's type byte in `view`
   * @returns this view
   */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  /** Points this view at another message of the bytes it already reads. */
  moveTo(at: number): this {
    this.#at = at;
    return this;
  }

  get stockLocate(): number {
    return this.#view.getUint16(this.#at + 1);
  }

  get trackingNumber(): number {
    return this.#view.getUint16(this.#at + 3);
  }

  get timestampNanos(): number {
    return this.#view.getUint16(this.#at + 5) * 4294967296 + this.#view.getUint32(this.#at + 7);
  }

  get orderReferenceNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link OrderExecuted.orderReferenceNumber}. */
  get orderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link OrderExecuted.orderReferenceNumber}. */
  get orderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get executedShares(): number {
    return this.#view.getUint32(this.#at + 19);
  }

  get matchNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 23);
  }

  /** High 32 bits of {@link OrderExecuted.matchNumber}. */
  get matchNumberHigh(): number {
    return this.#view.getUint32(this.#at + 23);
  }

  /** Low 32 bits of {@link OrderExecuted.matchNumber}. */
  get matchNumberLow(): number {
    return this.#view.getUint32(this.#at + 27);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): OrderExecuted {
    return {
      type: "E",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      orderReferenceNumber: this.orderReferenceNumber,
      executedShares: this.executedShares,
      matchNumber: this.matchNumber,
    };
  }
}

/** A displayed order was executed, whole or in part, at a price that differs from its display price. Type `C`, 36 bytes. */
export interface OrderExecutedWithPrice extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "C";
  /** Reference of the order, unique within the day. */
  readonly orderReferenceNumber: bigint;
  /** Shares executed by this message. */
  readonly executedShares: number;
  /** Number of the match, unique within the day; a broken trade names it. */
  readonly matchNumber: bigint;
  /** `Y` when the execution counts for time and sales, `N` when it will be part of a later print. */
  readonly printable: string;
  /** Price of the execution in ten-thousandths of a dollar. */
  readonly executionPrice4: number;
}

/** Reads an {@link OrderExecutedWithPrice} in place: every property is read from the bytes when it is asked for. */
export class OrderExecutedWithPriceView implements OrderExecutedWithPrice {
  /** Message type on the wire. */
  readonly type = "C" as const;
  #view: DataView = NOTHING;
  #at = 0;

  /**
   * Points this view at a message.
   *
   * @param view - the bytes
   * @param at - offset of the message's type byte in `view`
   * @returns this view
   */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  /** Points this view at another message of the bytes it already reads. */
  moveTo(at: number): this {
    this.#at = at;
    return this;
  }

  get stockLocate(): number {
    return this.#view.getUint16(this.#at + 1);
  }

  get trackingNumber(): number {
    return this.#view.getUint16(this.#at + 3);
  }

  get timestampNanos(): number {
    return this.#view.getUint16(this.#at + 5) * 4294967296 + this.#view.getUint32(this.#at + 7);
  }

  get orderReferenceNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link OrderExecutedWithPrice.orderReferenceNumber}. */
  get orderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link OrderExecutedWithPrice.orderReferenceNumber}. */
  get orderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get executedShares(): number {
    return this.#view.getUint32(this.#at + 19);
  }

  get matchNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 23);
  }

  /** High 32 bits of {@link OrderExecutedWithPrice.matchNumber}. */
  get matchNumberHigh(): number {
    return this.#view.getUint32(this.#at + 23);
  }

  /** Low 32 bits of {@link OrderExecutedWithPrice.matchNumber}. */
  get matchNumberLow(): number {
    return this.#view.getUint32(this.#at + 27);
  }

  get printable(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 31)]!;
  }

  /** Byte of {@link OrderExecutedWithPrice.printable}, for code that must not compare strings. */
  get printableCode(): number {
    return this.#view.getUint8(this.#at + 31);
  }

  get executionPrice4(): number {
    return this.#view.getUint32(this.#at + 32);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): OrderExecutedWithPrice {
    return {
      type: "C",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      orderReferenceNumber: this.orderReferenceNumber,
      executedShares: this.executedShares,
      matchNumber: this.matchNumber,
      printable: this.printable,
      executionPrice4: this.executionPrice4,
    };
  }
}

/** Part of a displayed order was cancelled; the rest keeps its place in the queue. Type `X`, 23 bytes. */
export interface OrderCancel extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "X";
  /** Reference of the order, unique within the day. */
  readonly orderReferenceNumber: bigint;
  /** Shares taken off the order. */
  readonly cancelledShares: number;
}

/** Reads an {@link OrderCancel} in place: every property is read from the bytes when it is asked for. */
export class OrderCancelView implements OrderCancel {
  /** Message type on the wire. */
  readonly type = "X" as const;
  #view: DataView = NOTHING;
  #at = 0;

  /**
   * Points this view at a message.
   *
   * @param view - the bytes
   * @param at - offset of the message's type byte in `view`
   * @returns this view
   */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  /** Points this view at another message of the bytes it already reads. */
  moveTo(at: number): this {
    this.#at = at;
    return this;
  }

  get stockLocate(): number {
    return this.#view.getUint16(this.#at + 1);
  }

  get trackingNumber(): number {
    return this.#view.getUint16(this.#at + 3);
  }

  get timestampNanos(): number {
    return this.#view.getUint16(this.#at + 5) * 4294967296 + this.#view.getUint32(this.#at + 7);
  }

  get orderReferenceNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link OrderCancel.orderReferenceNumber}. */
  get orderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link OrderCancel.orderReferenceNumber}. */
  get orderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get cancelledShares(): number {
    return this.#view.getUint32(this.#at + 19);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): OrderCancel {
    return {
      type: "X",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      orderReferenceNumber: this.orderReferenceNumber,
      cancelledShares: this.cancelledShares,
    };
  }
}

/** A displayed order was cancelled; nothing of it remains. Type `D`, 19 bytes. */
export interface OrderDelete extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "D";
  /** Reference of the order, unique within the day. */
  readonly orderReferenceNumber: bigint;
}

/** Reads an {@link OrderDelete} in place: every property is read from the bytes when it is asked for. */
export class OrderDeleteView implements OrderDelete {
  /** Message type on the wire. */
  readonly type = "D" as const;
  #view: DataView = NOTHING;
  #at = 0;

  /**
   * Points this view at a message.
   *
   * @param view - the bytes
   * @param at - offset of the message's type byte in `view`
   * @returns this view
   */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  /** Points this view at another message of the bytes it already reads. */
  moveTo(at: number): this {
    this.#at = at;
    return this;
  }

  get stockLocate(): number {
    return this.#view.getUint16(this.#at + 1);
  }

  get trackingNumber(): number {
    return this.#view.getUint16(this.#at + 3);
  }

  get timestampNanos(): number {
    return this.#view.getUint16(this.#at + 5) * 4294967296 + this.#view.getUint32(this.#at + 7);
  }

  get orderReferenceNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link OrderDelete.orderReferenceNumber}. */
  get orderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link OrderDelete.orderReferenceNumber}. */
  get orderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): OrderDelete {
    return {
      type: "D",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      orderReferenceNumber: this.orderReferenceNumber,
    };
  }
}

/** A displayed order was replaced by one with a new reference, size and price; side and stock stay. Type `U`, 35 bytes. */
export interface OrderReplace extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "U";
  /** Reference of the order that leaves the book. */
  readonly originalOrderReferenceNumber: bigint;
  /** Reference of the order that takes its place. */
  readonly newOrderReferenceNumber: bigint;
  /** Number of shares. */
  readonly shares: number;
  /** Price in ten-thousandths of a dollar. */
  readonly price4: number;
}

/** Reads an {@link OrderReplace} in place: every property is read from the bytes when it is asked for. */
export class OrderReplaceView implements OrderReplace {
  /** Message type on the wire. */
  readonly type = "U" as const;
  #view: DataView = NOTHING;
  #at = 0;

  /**
   * Points this view at a message.
   *
   * @param view - the bytes
   * @param at - offset of the message's type byte in `view`
   * @returns this view
   */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  /** Points this view at another message of the bytes it already reads. */
  moveTo(at: number): this {
    this.#at = at;
    return this;
  }

  get stockLocate(): number {
    return this.#view.getUint16(this.#at + 1);
  }

  get trackingNumber(): number {
    return this.#view.getUint16(this.#at + 3);
  }

  get timestampNanos(): number {
    return this.#view.getUint16(this.#at + 5) * 4294967296 + this.#view.getUint32(this.#at + 7);
  }

  get originalOrderReferenceNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link OrderReplace.originalOrderReferenceNumber}. */
  get originalOrderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link OrderReplace.originalOrderReferenceNumber}. */
  get originalOrderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get newOrderReferenceNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 19);
  }

  /** High 32 bits of {@link OrderReplace.newOrderReferenceNumber}. */
  get newOrderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 19);
  }

  /** Low 32 bits of {@link OrderReplace.newOrderReferenceNumber}. */
  get newOrderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 23);
  }

  get shares(): number {
    return this.#view.getUint32(this.#at + 27);
  }

  get price4(): number {
    return this.#view.getUint32(this.#at + 31);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): OrderReplace {
    return {
      type: "U",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      originalOrderReferenceNumber: this.originalOrderReferenceNumber,
      newOrderReferenceNumber: this.newOrderReferenceNumber,
      shares: this.shares,
      price4: this.price4,
    };
  }
}
