import type { ItchHeader } from "./header.ts";
import { CHARACTERS, NOTHING, readAlpha } from "./wire.ts";

/** A trade against an order that was not displayed; it does not change the book. Type `P`, 44 bytes. */
export interface NonCrossTrade extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "P";
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
  /** Number of the match, unique within the day; a broken trade names it. */
  readonly matchNumber: bigint;
}

/** Reads a {@link NonCrossTrade} in place: every property is read from the bytes when it is asked for. */
export class NonCrossTradeView implements NonCrossTrade {
  /** Message type on the wire. */
  readonly type = "P" as const;
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

  /** High 32 bits of {@link NonCrossTrade.orderReferenceNumber}. */
  get orderReferenceNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link NonCrossTrade.orderReferenceNumber}. */
  get orderReferenceNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get buySellIndicator(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  /** Byte of {@link NonCrossTrade.buySellIndicator}, for code that must not compare strings. */
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

  get matchNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 36);
  }

  /** High 32 bits of {@link NonCrossTrade.matchNumber}. */
  get matchNumberHigh(): number {
    return this.#view.getUint32(this.#at + 36);
  }

  /** Low 32 bits of {@link NonCrossTrade.matchNumber}. */
  get matchNumberLow(): number {
    return this.#view.getUint32(this.#at + 40);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): NonCrossTrade {
    return {
      type: "P",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      orderReferenceNumber: this.orderReferenceNumber,
      buySellIndicator: this.buySellIndicator,
      shares: this.shares,
      stock: this.stock,
      price4: this.price4,
      matchNumber: this.matchNumber,
    };
  }
}

/** The result of a cross: opening, closing, halt or IPO. Type `Q`, 40 bytes. */
export interface CrossTrade extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "Q";
  /** Number of shares. */
  readonly shares: bigint;
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** Price of the cross in ten-thousandths of a dollar. */
  readonly crossPrice4: number;
  /** Number of the match, unique within the day; a broken trade names it. */
  readonly matchNumber: bigint;
  /** `O` opening, `C` closing, `H` halt or IPO, `A` extended trading close. */
  readonly crossType: string;
}

/** Reads a {@link CrossTrade} in place: every property is read from the bytes when it is asked for. */
export class CrossTradeView implements CrossTrade {
  /** Message type on the wire. */
  readonly type = "Q" as const;
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

  get shares(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link CrossTrade.shares}. */
  get sharesHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link CrossTrade.shares}. */
  get sharesLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get stock(): string {
    return readAlpha(this.#view, this.#at + 19, 8);
  }

  get crossPrice4(): number {
    return this.#view.getUint32(this.#at + 27);
  }

  get matchNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 31);
  }

  /** High 32 bits of {@link CrossTrade.matchNumber}. */
  get matchNumberHigh(): number {
    return this.#view.getUint32(this.#at + 31);
  }

  /** Low 32 bits of {@link CrossTrade.matchNumber}. */
  get matchNumberLow(): number {
    return this.#view.getUint32(this.#at + 35);
  }

  get crossType(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 39)]!;
  }

  /** Byte of {@link CrossTrade.crossType}, for code that must not compare strings. */
  get crossTypeCode(): number {
    return this.#view.getUint8(this.#at + 39);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): CrossTrade {
    return {
      type: "Q",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      shares: this.shares,
      stock: this.stock,
      crossPrice4: this.crossPrice4,
      matchNumber: this.matchNumber,
      crossType: this.crossType,
    };
  }
}

/** An earlier execution was broken; statistics need a correction, the book does not. Type `B`, 19 bytes. */
export interface BrokenTrade extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "B";
  /** Number of the match, unique within the day; a broken trade names it. */
  readonly matchNumber: bigint;
}

/** Reads a {@link BrokenTrade} in place: every property is read from the bytes when it is asked for. */
export class BrokenTradeView implements BrokenTrade {
  /** Message type on the wire. */
  readonly type = "B" as const;
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

  get matchNumber(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link BrokenTrade.matchNumber}. */
  get matchNumberHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link BrokenTrade.matchNumber}. */
  get matchNumberLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): BrokenTrade {
    return {
      type: "B",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      matchNumber: this.matchNumber,
    };
  }
}

/** What a cross would trade now, and the imbalance that would remain (NOII). Type `I`, 50 bytes. */
export interface NetOrderImbalance extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "I";
  /** Shares that can be matched at the current reference price. */
  readonly pairedShares: bigint;
  /** Shares that cannot. */
  readonly imbalanceShares: bigint;
  /** `B` buy, `S` sell, `N` none, `O` insufficient orders, `P` paused. */
  readonly imbalanceDirection: string;
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** Price at which the cross would happen against the cross book alone, in ten-thousandths of a dollar. */
  readonly farPrice4: number;
  /** Price at which the cross would happen against cross book and continuous book, in ten-thousandths of a dollar. */
  readonly nearPrice4: number;
  /** Price at which the imbalance is computed, in ten-thousandths of a dollar. */
  readonly currentReferencePrice4: number;
  /** `O` opening, `C` closing, `H` halt or IPO, `A` extended trading close. */
  readonly crossType: string;
  /** Distance of the near price from the reference price: `L`, `1`-`9`, `A`-`C` or space. */
  readonly priceVariationIndicator: string;
}

/** Reads a {@link NetOrderImbalance} in place: every property is read from the bytes when it is asked for. */
export class NetOrderImbalanceView implements NetOrderImbalance {
  /** Message type on the wire. */
  readonly type = "I" as const;
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

  get pairedShares(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link NetOrderImbalance.pairedShares}. */
  get pairedSharesHigh(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link NetOrderImbalance.pairedShares}. */
  get pairedSharesLow(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get imbalanceShares(): bigint {
    return this.#view.getBigUint64(this.#at + 19);
  }

  /** High 32 bits of {@link NetOrderImbalance.imbalanceShares}. */
  get imbalanceSharesHigh(): number {
    return this.#view.getUint32(this.#at + 19);
  }

  /** Low 32 bits of {@link NetOrderImbalance.imbalanceShares}. */
  get imbalanceSharesLow(): number {
    return this.#view.getUint32(this.#at + 23);
  }

  get imbalanceDirection(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 27)]!;
  }

  /** Byte of {@link NetOrderImbalance.imbalanceDirection}, for code that must not compare strings. */
  get imbalanceDirectionCode(): number {
    return this.#view.getUint8(this.#at + 27);
  }

  get stock(): string {
    return readAlpha(this.#view, this.#at + 28, 8);
  }

  get farPrice4(): number {
    return this.#view.getUint32(this.#at + 36);
  }

  get nearPrice4(): number {
    return this.#view.getUint32(this.#at + 40);
  }

  get currentReferencePrice4(): number {
    return this.#view.getUint32(this.#at + 44);
  }

  get crossType(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 48)]!;
  }

  /** Byte of {@link NetOrderImbalance.crossType}, for code that must not compare strings. */
  get crossTypeCode(): number {
    return this.#view.getUint8(this.#at + 48);
  }

  get priceVariationIndicator(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 49)]!;
  }

  /** Byte of {@link NetOrderImbalance.priceVariationIndicator}, for code that must not compare strings. */
  get priceVariationIndicatorCode(): number {
    return this.#view.getUint8(this.#at + 49);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): NetOrderImbalance {
    return {
      type: "I",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      pairedShares: this.pairedShares,
      imbalanceShares: this.imbalanceShares,
      imbalanceDirection: this.imbalanceDirection,
      stock: this.stock,
      farPrice4: this.farPrice4,
      nearPrice4: this.nearPrice4,
      currentReferencePrice4: this.currentReferencePrice4,
      crossType: this.crossType,
      priceVariationIndicator: this.priceVariationIndicator,
    };
  }
}

/** Whether there is retail interest on one side of a security. Type `N`, 20 bytes. */
export interface RetailInterest extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "N";
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** `B` buy side, `S` sell side, `A` both, `N` none. */
  readonly interestFlag: string;
}

/** Reads a {@link RetailInterest} in place: every property is read from the bytes when it is asked for. */
export class RetailInterestView implements RetailInterest {
  /** Message type on the wire. */
  readonly type = "N" as const;
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

  get stock(): string {
    return readAlpha(this.#view, this.#at + 11, 8);
  }

  get interestFlag(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): RetailInterest {
    return {
      type: "N",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      stock: this.stock,
      interestFlag: this.interestFlag,
    };
  }
}

/** Price discovery of a direct listing with a capital raise. Type `O`, 48 bytes. */
export interface DirectListingPriceDiscovery extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "O";
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** `Y` when the security may open, `N` when not. */
  readonly openEligibilityStatus: string;
  /** Lowest price at which it may open, in ten-thousandths of a dollar. */
  readonly minimumAllowablePrice4: number;
  /** Highest price at which it may open, in ten-thousandths of a dollar. */
  readonly maximumAllowablePrice4: number;
  /** Current indicative execution price in ten-thousandths of a dollar. */
  readonly nearExecutionPrice4: number;
  /** Time at which the near execution price was set, in nanoseconds since midnight (US Eastern). */
  readonly nearExecutionTime: bigint;
  /** Lower collar, 10 % below the registration price, in ten-thousandths of a dollar. */
  readonly lowerPriceRangeCollar4: number;
  /** Upper collar, 10 % above the registration price, in ten-thousandths of a dollar. */
  readonly upperPriceRangeCollar4: number;
}

/** Reads a {@link DirectListingPriceDiscovery} in place: every property is read from the bytes when it is asked for. */
export class DirectListingPriceDiscoveryView implements DirectListingPriceDiscovery {
  /** Message type on the wire. */
  readonly type = "O" as const;
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

  get stock(): string {
    return readAlpha(this.#view, this.#at + 11, 8);
  }

  get openEligibilityStatus(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  get minimumAllowablePrice4(): number {
    return this.#view.getUint32(this.#at + 20);
  }

  get maximumAllowablePrice4(): number {
    return this.#view.getUint32(this.#at + 24);
  }

  get nearExecutionPrice4(): number {
    return this.#view.getUint32(this.#at + 28);
  }

  get nearExecutionTime(): bigint {
    return this.#view.getBigUint64(this.#at + 32);
  }

  /** High 32 bits of {@link DirectListingPriceDiscovery.nearExecutionTime}. */
  get nearExecutionTimeHigh(): number {
    return this.#view.getUint32(this.#at + 32);
  }

  /** Low 32 bits of {@link DirectListingPriceDiscovery.nearExecutionTime}. */
  get nearExecutionTimeLow(): number {
    return this.#view.getUint32(this.#at + 36);
  }

  get lowerPriceRangeCollar4(): number {
    return this.#view.getUint32(this.#at + 40);
  }

  get upperPriceRangeCollar4(): number {
    return this.#view.getUint32(this.#at + 44);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): DirectListingPriceDiscovery {
    return {
      type: "O",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      stock: this.stock,
      openEligibilityStatus: this.openEligibilityStatus,
      minimumAllowablePrice4: this.minimumAllowablePrice4,
      maximumAllowablePrice4: this.maximumAllowablePrice4,
      nearExecutionPrice4: this.nearExecutionPrice4,
      nearExecutionTime: this.nearExecutionTime,
      lowerPriceRangeCollar4: this.lowerPriceRangeCollar4,
      upperPriceRangeCollar4: this.upperPriceRangeCollar4,
    };
  }
}
