import type { ItchHeader } from "./header.ts";
import { CHARACTERS, NOTHING, readAlpha } from "./wire.ts";

/** A milestone of the trading day: start and end of messages, system hours and market hours. Type `S`, 12 bytes. */
export interface SystemEvent extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "S";
  /** `O` start of messages, `S` start of system hours, `Q` start of market hours, `M` end of market hours, `E` end of system hours, `C` end of messages. */
  readonly eventCode: string;
}

/** Reads a {@link SystemEvent} in place: every property is read from the bytes when it is asked for. */
export class SystemEventView implements SystemEvent {
  /** Message type on the wire. */
  readonly type = "S" as const;
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

  get eventCode(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 11)]!;
  }

  /** Byte of {@link SystemEvent.eventCode}, for code that must not compare strings. */
  get eventCodeCode(): number {
    return this.#view.getUint8(this.#at + 11);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): SystemEvent {
    return {
      type: "S",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      eventCode: this.eventCode,
    };
  }
}

/** One security of the day; sent for every symbol before the start of trading, and names its locate code. Type `R`, 39 bytes. */
export interface StockDirectory extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "R";
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** Listing market: `Q` Global Select, `G` Global Market, `S` Capital Market, `N` NYSE, `A` NYSE American, `P` NYSE Arca, `Z` Cboe BZX, `V` IEX, space when not available. */
  readonly marketCategory: string;
  /** `N` normal, `D` deficient, `E` delinquent, `Q` bankrupt, `S` suspended and their combinations; space when not available. */
  readonly financialStatusIndicator: string;
  /** Shares in a round lot. */
  readonly roundLotSize: number;
  /** `Y` when only round lots are accepted, else `N`. */
  readonly roundLotsOnly: string;
  /** Security class, such as `C` common stock or `Q` ETF-like unit. */
  readonly issueClassification: string;
  /** Security sub-type, such as `C` common or `E` exchange traded fund. */
  readonly issueSubType: string;
  /** `P` live production, `T` test symbol. */
  readonly authenticity: string;
  /** `Y` restricted under SEC rule 203(b)(3), `N` not, space when not available. */
  readonly shortSaleThresholdIndicator: string;
  /** `Y` when the security is set up for IPO release, `N` not, space when not available. */
  readonly ipoFlag: string;
  /** Limit-up limit-down tier: `1`, `2` or space. */
  readonly luldReferencePriceTier: string;
  /** `Y` exchange traded product, `N` not, space when not available. */
  readonly etpFlag: string;
  /** Leverage of the product in whole multiples of its index. */
  readonly etpLeverageFactor: number;
  /** `Y` for an inverse product, else `N`. */
  readonly inverseIndicator: string;
}

/** Reads a {@link StockDirectory} in place: every property is read from the bytes when it is asked for. */
export class StockDirectoryView implements StockDirectory {
  /** Message type on the wire. */
  readonly type = "R" as const;
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

  get marketCategory(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  get financialStatusIndicator(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 20)]!;
  }

  get roundLotSize(): number {
    return this.#view.getUint32(this.#at + 21);
  }

  get roundLotsOnly(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 25)]!;
  }

  get issueClassification(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 26)]!;
  }

  get issueSubType(): string {
    return readAlpha(this.#view, this.#at + 27, 2);
  }

  get authenticity(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 29)]!;
  }

  get shortSaleThresholdIndicator(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 30)]!;
  }

  get ipoFlag(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 31)]!;
  }

  get luldReferencePriceTier(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 32)]!;
  }

  get etpFlag(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 33)]!;
  }

  get etpLeverageFactor(): number {
    return this.#view.getUint32(this.#at + 34);
  }

  get inverseIndicator(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 38)]!;
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): StockDirectory {
    return {
      type: "R",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      stock: this.stock,
      marketCategory: this.marketCategory,
      financialStatusIndicator: this.financialStatusIndicator,
      roundLotSize: this.roundLotSize,
      roundLotsOnly: this.roundLotsOnly,
      issueClassification: this.issueClassification,
      issueSubType: this.issueSubType,
      authenticity: this.authenticity,
      shortSaleThresholdIndicator: this.shortSaleThresholdIndicator,
      ipoFlag: this.ipoFlag,
      luldReferencePriceTier: this.luldReferencePriceTier,
      etpFlag: this.etpFlag,
      etpLeverageFactor: this.etpLeverageFactor,
      inverseIndicator: this.inverseIndicator,
    };
  }
}

/** A change of the trading state of a security: halted, paused, quotation only, or trading. Type `H`, 25 bytes. */
export interface StockTradingAction extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "H";
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** `H` halted, `P` paused, `Q` quotation only, `T` trading. */
  readonly tradingState: string;
  /** Reserved by the exchange. */
  readonly reserved: string;
  /** Reason code of the action, such as `LUDP` or `IPO1`; empty when none. */
  readonly reason: string;
}

/** Reads a {@link StockTradingAction} in place: every property is read from the bytes when it is asked for. */
export class StockTradingActionView implements StockTradingAction {
  /** Message type on the wire. */
  readonly type = "H" as const;
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

  get tradingState(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  /** Byte of {@link StockTradingAction.tradingState}, for code that must not compare strings. */
  get tradingStateCode(): number {
    return this.#view.getUint8(this.#at + 19);
  }

  get reserved(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 20)]!;
  }

  get reason(): string {
    return readAlpha(this.#view, this.#at + 21, 4);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): StockTradingAction {
    return {
      type: "H",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      stock: this.stock,
      tradingState: this.tradingState,
      reserved: this.reserved,
      reason: this.reason,
    };
  }
}

/** The state of the short-sale price test (Regulation SHO rule 201) for a security. Type `Y`, 20 bytes. */
export interface RegShoRestriction extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "Y";
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** `0` no test in effect, `1` restriction in effect after an intra-day fall, `2` restriction remains in effect. */
  readonly regShoAction: string;
}

/** Reads a {@link RegShoRestriction} in place: every property is read from the bytes when it is asked for. */
export class RegShoRestrictionView implements RegShoRestriction {
  /** Message type on the wire. */
  readonly type = "Y" as const;
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

  get regShoAction(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): RegShoRestriction {
    return {
      type: "Y",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      stock: this.stock,
      regShoAction: this.regShoAction,
    };
  }
}

/** The state of one market maker in one security. Type `L`, 26 bytes. */
export interface MarketParticipantPosition extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "L";
  /** Market participant identifier, without padding. */
  readonly mpid: string;
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** `Y` primary market maker, else `N`. */
  readonly primaryMarketMaker: string;
  /** `N` normal, `P` passive, `S` syndicate, `R` pre-syndicate, `L` penalty. */
  readonly marketMakerMode: string;
  /** `A` active, `E` excused, `W` withdrawn, `S` suspended, `D` deleted. */
  readonly marketParticipantState: string;
}

/** Reads a {@link MarketParticipantPosition} in place: every property is read from the bytes when it is asked for. */
export class MarketParticipantPositionView implements MarketParticipantPosition {
  /** Message type on the wire. */
  readonly type = "L" as const;
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

  get mpid(): string {
    return readAlpha(this.#view, this.#at + 11, 4);
  }

  get stock(): string {
    return readAlpha(this.#view, this.#at + 15, 8);
  }

  get primaryMarketMaker(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 23)]!;
  }

  get marketMakerMode(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 24)]!;
  }

  get marketParticipantState(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 25)]!;
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): MarketParticipantPosition {
    return {
      type: "L",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      mpid: this.mpid,
      stock: this.stock,
      primaryMarketMaker: this.primaryMarketMaker,
      marketMakerMode: this.marketMakerMode,
      marketParticipantState: this.marketParticipantState,
    };
  }
}

/** The three decline levels of the market-wide circuit breaker for the day. Type `V`, 35 bytes. */
export interface MwcbDeclineLevel extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "V";
  /** First decline level in hundred-millionths of an index point. */
  readonly level1Price8: bigint;
  /** Second decline level in hundred-millionths of an index point. */
  readonly level2Price8: bigint;
  /** Third decline level in hundred-millionths of an index point. */
  readonly level3Price8: bigint;
}

/** Reads a {@link MwcbDeclineLevel} in place: every property is read from the bytes when it is asked for. */
export class MwcbDeclineLevelView implements MwcbDeclineLevel {
  /** Message type on the wire. */
  readonly type = "V" as const;
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

  get level1Price8(): bigint {
    return this.#view.getBigUint64(this.#at + 11);
  }

  /** High 32 bits of {@link MwcbDeclineLevel.level1Price8}. */
  get level1Price8High(): number {
    return this.#view.getUint32(this.#at + 11);
  }

  /** Low 32 bits of {@link MwcbDeclineLevel.level1Price8}. */
  get level1Price8Low(): number {
    return this.#view.getUint32(this.#at + 15);
  }

  get level2Price8(): bigint {
    return this.#view.getBigUint64(this.#at + 19);
  }

  /** High 32 bits of {@link MwcbDeclineLevel.level2Price8}. */
  get level2Price8High(): number {
    return this.#view.getUint32(this.#at + 19);
  }

  /** Low 32 bits of {@link MwcbDeclineLevel.level2Price8}. */
  get level2Price8Low(): number {
    return this.#view.getUint32(this.#at + 23);
  }

  get level3Price8(): bigint {
    return this.#view.getBigUint64(this.#at + 27);
  }

  /** High 32 bits of {@link MwcbDeclineLevel.level3Price8}. */
  get level3Price8High(): number {
    return this.#view.getUint32(this.#at + 27);
  }

  /** Low 32 bits of {@link MwcbDeclineLevel.level3Price8}. */
  get level3Price8Low(): number {
    return this.#view.getUint32(this.#at + 31);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): MwcbDeclineLevel {
    return {
      type: "V",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      level1Price8: this.level1Price8,
      level2Price8: this.level2Price8,
      level3Price8: this.level3Price8,
    };
  }
}

/** A level of the market-wide circuit breaker was breached. Type `W`, 12 bytes. */
export interface MwcbStatus extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "W";
  /** `1`, `2` or `3`. */
  readonly breachedLevel: string;
}

/** Reads a {@link MwcbStatus} in place: every property is read from the bytes when it is asked for. */
export class MwcbStatusView implements MwcbStatus {
  /** Message type on the wire. */
  readonly type = "W" as const;
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

  get breachedLevel(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 11)]!;
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): MwcbStatus {
    return {
      type: "W",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      breachedLevel: this.breachedLevel,
    };
  }
}

/** The expected release time and price of an IPO. Type `K`, 28 bytes. */
export interface IpoQuotingPeriodUpdate extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "K";
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** Expected release of quotations, in seconds since midnight (US Eastern). */
  readonly ipoQuotationReleaseTime: number;
  /** `A` anticipated release time, `C` cancelled or postponed. */
  readonly ipoQuotationReleaseQualifier: string;
  /** Expected IPO price in ten-thousandths of a dollar. */
  readonly ipoPrice4: number;
}

/** Reads an {@link IpoQuotingPeriodUpdate} in place: every property is read from the bytes when it is asked for. */
export class IpoQuotingPeriodUpdateView implements IpoQuotingPeriodUpdate {
  /** Message type on the wire. */
  readonly type = "K" as const;
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

  get ipoQuotationReleaseTime(): number {
    return this.#view.getUint32(this.#at + 19);
  }

  get ipoQuotationReleaseQualifier(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 23)]!;
  }

  get ipoPrice4(): number {
    return this.#view.getUint32(this.#at + 24);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): IpoQuotingPeriodUpdate {
    return {
      type: "K",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      stock: this.stock,
      ipoQuotationReleaseTime: this.ipoQuotationReleaseTime,
      ipoQuotationReleaseQualifier: this.ipoQuotationReleaseQualifier,
      ipoPrice4: this.ipoPrice4,
    };
  }
}

/** The price collars of the auction that ends a limit-up limit-down pause. Type `J`, 35 bytes. */
export interface LuldAuctionCollar extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "J";
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** Reference price of the collars in ten-thousandths of a dollar. */
  readonly auctionCollarReferencePrice4: number;
  /** Upper collar in ten-thousandths of a dollar. */
  readonly upperAuctionCollarPrice4: number;
  /** Lower collar in ten-thousandths of a dollar. */
  readonly lowerAuctionCollarPrice4: number;
  /** How often the collars were extended. */
  readonly auctionCollarExtension: number;
}

/** Reads a {@link LuldAuctionCollar} in place: every property is read from the bytes when it is asked for. */
export class LuldAuctionCollarView implements LuldAuctionCollar {
  /** Message type on the wire. */
  readonly type = "J" as const;
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

  get auctionCollarReferencePrice4(): number {
    return this.#view.getUint32(this.#at + 19);
  }

  get upperAuctionCollarPrice4(): number {
    return this.#view.getUint32(this.#at + 23);
  }

  get lowerAuctionCollarPrice4(): number {
    return this.#view.getUint32(this.#at + 27);
  }

  get auctionCollarExtension(): number {
    return this.#view.getUint32(this.#at + 31);
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): LuldAuctionCollar {
    return {
      type: "J",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      stock: this.stock,
      auctionCollarReferencePrice4: this.auctionCollarReferencePrice4,
      upperAuctionCollarPrice4: this.upperAuctionCollarPrice4,
      lowerAuctionCollarPrice4: this.lowerAuctionCollarPrice4,
      auctionCollarExtension: this.auctionCollarExtension,
    };
  }
}

/** A halt of one security on one market centre (operational halt), or its end. Type `h`, 21 bytes. */
export interface OperationalHalt extends ItchHeader {
  /** Message type on the wire. */
  readonly type: "h";
  /** Symbol, without the padding of the wire. */
  readonly stock: string;
  /** `Q` Nasdaq, `B` BX, `X` PSX. */
  readonly marketCode: string;
  /** `H` halted, `T` resumed. */
  readonly operationalHaltAction: string;
}

/** Reads an {@link OperationalHalt} in place: every property is read from the bytes when it is asked for. */
export class OperationalHaltView implements OperationalHalt {
  /** Message type on the wire. */
  readonly type = "h" as const;
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

  get marketCode(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 19)]!;
  }

  get operationalHaltAction(): string {
    return CHARACTERS[this.#view.getUint8(this.#at + 20)]!;
  }

  /** Copies the message into a plain object that outlives the bytes. */
  toObject(): OperationalHalt {
    return {
      type: "h",
      stockLocate: this.stockLocate,
      trackingNumber: this.trackingNumber,
      timestampNanos: this.timestampNanos,
      stock: this.stock,
      marketCode: this.marketCode,
      operationalHaltAction: this.operationalHaltAction,
    };
  }
}
