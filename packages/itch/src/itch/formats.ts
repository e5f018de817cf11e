/**
 * How a field is written: `char` one latin-1 byte, `alpha` latin-1 padded with spaces, `uN` unsigned big-endian of
 * N bits, `price4` and `price8` the same as `u32` and `u64` with 4 and 8 implied decimals.
 */
export type ItchFieldKind = "char" | "alpha" | "u16" | "u32" | "u48" | "u64" | "price4" | "price8";

/** One field of a message on the wire. */
export interface ItchField {
  /** Property of the plain object that holds it. */
  readonly name: string;
  /** Offset from the message's type byte. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** How it is written. */
  readonly kind: ItchFieldKind;
}

/** One type of message on the wire. */
export interface ItchFormat {
  /** Message type: the first byte, as a character. */
  readonly type: string;
  /** Method of `ItchListener` that gets it. */
  readonly name: string;
  /** Bytes, the type byte included. */
  readonly length: number;
  /** The fields after the type byte, in wire order. */
  readonly fields: readonly ItchField[];
}

const HEADER = "stockLocate:u16 trackingNumber:u16 timestampNanos:u48";

/** Type, name and own fields of every message, in the order of the Nasdaq TotalView-ITCH 5.0 specification. */
const ROWS: readonly (readonly [type: string, name: string, fields: string])[] = [
  ["S", "systemEvent", "eventCode:char"],
  [
    "R",
    "stockDirectory",
    "stock:alpha8 marketCategory:char financialStatusIndicator:char roundLotSize:u32 roundLotsOnly:char issueClassification:char issueSubType:alpha2 authenticity:char shortSaleThresholdIndicator:char ipoFlag:char luldReferencePriceTier:char etpFlag:char etpLeverageFactor:u32 inverseIndicator:char",
  ],
  ["H", "stockTradingAction", "stock:alpha8 tradingState:char reserved:char reason:alpha4"],
  ["Y", "regShoRestriction", "stock:alpha8 regShoAction:char"],
  [
    "L",
    "marketParticipantPosition",
    "mpid:alpha4 stock:alpha8 primaryMarketMaker:char marketMakerMode:char marketParticipantState:char",
  ],
  ["V", "mwcbDeclineLevel", "level1Price8:price8 level2Price8:price8 level3Price8:price8"],
  ["W", "mwcbStatus", "breachedLevel:char"],
  [
    "K",
    "ipoQuotingPeriodUpdate",
    "stock:alpha8 ipoQuotationReleaseTime:u32 ipoQuotationReleaseQualifier:char ipoPrice4:price4",
  ],
  [
    "J",
    "luldAuctionCollar",
    "stock:alpha8 auctionCollarReferencePrice4:price4 upperAuctionCollarPrice4:price4 lowerAuctionCollarPrice4:price4 auctionCollarExtension:u32",
  ],
  ["h", "operationalHalt", "stock:alpha8 marketCode:char operationalHaltAction:char"],
  ["A", "addOrder", "orderReferenceNumber:u64 buySellIndicator:char shares:u32 stock:alpha8 price4:price4"],
  [
    "F",
    "addOrderWithMpid",
    "orderReferenceNumber:u64 buySellIndicator:char shares:u32 stock:alpha8 price4:price4 attribution:alpha4",
  ],
  ["E", "orderExecuted", "orderReferenceNumber:u64 executedShares:u32 matchNumber:u64"],
  [
    "C",
    "orderExecutedWithPrice",
    "orderReferenceNumber:u64 executedShares:u32 matchNumber:u64 printable:char executionPrice4:price4",
  ],
  ["X", "orderCancel", "orderReferenceNumber:u64 cancelledShares:u32"],
  ["D", "orderDelete", "orderReferenceNumber:u64"],
  [
    "U",
    "orderReplace",
    "originalOrderReferenceNumber:u64 newOrderReferenceNumber:u64 shares:u32 price4:price4",
  ],
  [
    "P",
    "nonCrossTrade",
    "orderReferenceNumber:u64 buySellIndicator:char shares:u32 stock:alpha8 price4:price4 matchNumber:u64",
  ],
  ["Q", "crossTrade", "shares:u64 stock:alpha8 crossPrice4:price4 matchNumber:u64 crossType:char"],
  ["B", "brokenTrade", "matchNumber:u64"],
  [
    "I",
    "netOrderImbalance",
    "pairedShares:u64 imbalanceShares:u64 imbalanceDirection:char stock:alpha8 farPrice4:price4 nearPrice4:price4 currentReferencePrice4:price4 crossType:char priceVariationIndicator:char",
  ],
  ["N", "retailInterest", "stock:alpha8 interestFlag:char"],
  [
    "O",
    "directListingPriceDiscovery",
    "stock:alpha8 openEligibilityStatus:char minimumAllowablePrice4:price4 maximumAllowablePrice4:price4 nearExecutionPrice4:price4 nearExecutionTime:u64 lowerPriceRangeCollar4:price4 upperPriceRangeCollar4:price4",
  ],
];

const WIDTHS: Readonly<Record<string, number>> = {
  char: 1,
  u16: 2,
  u32: 4,
  u48: 6,
  u64: 8,
  price4: 4,
  price8: 8,
};

function formatOf([type, name, own]: readonly [string, string, string]): ItchFormat {
  let offset = 1;
  const fields = `${HEADER} ${own}`.split(" ").map((text): ItchField => {
    const [fieldName = "", code = ""] = text.split(":");
    const isAlpha = code.startsWith("alpha");
    const length = isAlpha ? Number(code.slice("alpha".length)) : WIDTHS[code]!;
    const field = { name: fieldName, offset, length, kind: (isAlpha ? "alpha" : code) as ItchFieldKind };
    offset += length;
    return field;
  });
  return { type, name, length: offset, fields };
}

/**
 * The wire format of all 23 message types, for tools that treat messages alike (converters, viewers).
 *
 * @see Nasdaq TotalView-ITCH 5.0 specification, section 4
 */
export const itchFormats: readonly ItchFormat[] = /* @__PURE__ */ ROWS.map(formatOf);

/** Length of a message by its type byte; 0 for a byte that is no type. */
export const LENGTHS: Uint8Array = /* @__PURE__ */ lengthsOf(itchFormats);

function lengthsOf(formats: readonly ItchFormat[]): Uint8Array {
  const lengths = new Uint8Array(256);
  for (const { type, length } of formats) lengths[type.charCodeAt(0)] = length;
  return lengths;
}

/**
 * Length in bytes of a message type.
 *
 * @param type - type byte, such as 0x41 for an added order
 * @returns 0 when there is no such type
 */
export function itchLength(type: number): number {
  return LENGTHS[type] ?? 0;
}
