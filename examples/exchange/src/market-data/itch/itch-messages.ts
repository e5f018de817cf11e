import type { ItchMessage } from "@exchange-kit/itch";
import type { Phase, Side } from "@exchange-kit/orderbook";
import type { Instrument } from "../../venue/directory.ts";

/** What the header of a message is made of. */
export interface Stamp {
  /** Index of the instrument; −1 for messages about the whole market. */
  readonly instrument: number;
  readonly timestampNanos: number;
}

/** In ITCH every instrument has a number, its locate; 0 is the market. */
const header = ({ instrument, timestampNanos }: Stamp) => ({
  stockLocate: instrument + 1,
  trackingNumber: 0,
  timestampNanos,
});

const sideCode = (side: Side): "B" | "S" => (side === "buy" ? "B" : "S");

/** Price units as ten-thousandths of the currency unit. */
export function price4(price: number, { priceDecimals }: Instrument): number {
  return price * 10 ** (4 - priceDecimals);
}

/** The market as a whole: start and end of messages, system hours, market hours (`O S Q M E C`). */
export function systemEvent(stamp: Stamp, eventCode: string): ItchMessage {
  return { type: "S", ...header(stamp), eventCode };
}

export function stockDirectory(stamp: Stamp, symbol: string, { lotSize }: Instrument): ItchMessage {
  return {
    type: "R",
    ...header(stamp),
    stock: symbol,
    marketCategory: " ",
    financialStatusIndicator: "N",
    roundLotSize: lotSize,
    roundLotsOnly: lotSize > 1 ? "Y" : "N",
    issueClassification: "C",
    issueSubType: "Z",
    authenticity: "T",
    shortSaleThresholdIndicator: "N",
    ipoFlag: "N",
    luldReferencePriceTier: " ",
    etpFlag: "N",
    etpLeverageFactor: 0,
    inverseIndicator: "N",
  };
}

/** `T` trading, `Q` a call (quotation only), `H` halted or closed. */
export function tradingAction(stamp: Stamp, symbol: string, phase: Phase, reason: string): ItchMessage {
  const tradingState = phase === "continuous" ? "T" : phase === "halted" || phase === "closed" ? "H" : "Q";
  return {
    type: "H",
    ...header(stamp),
    stock: symbol,
    tradingState,
    reserved: " ",
    reason: reason.slice(0, 4),
  };
}

export function addOrder(
  stamp: Stamp,
  symbol: string,
  rules: Instrument,
  reference: number,
  side: Side,
  price: number,
  quantity: number,
): ItchMessage {
  return {
    type: "A",
    ...header(stamp),
    orderReferenceNumber: BigInt(reference),
    buySellIndicator: sideCode(side),
    shares: quantity,
    stock: symbol,
    price4: price4(price, rules),
  };
}

export function orderExecuted(
  stamp: Stamp,
  reference: number,
  quantity: number,
  tradeId: number,
): ItchMessage {
  return {
    type: "E",
    ...header(stamp),
    orderReferenceNumber: BigInt(reference),
    executedShares: quantity,
    matchNumber: BigInt(tradeId),
  };
}

/** An order's part of a cross: not printable, because the cross itself is told by {@link crossTrade}. */
export function orderCrossed(
  stamp: Stamp,
  rules: Instrument,
  reference: number,
  price: number,
  quantity: number,
  tradeId: number,
): ItchMessage {
  return {
    type: "C",
    ...header(stamp),
    orderReferenceNumber: BigInt(reference),
    executedShares: quantity,
    matchNumber: BigInt(tradeId),
    printable: "N",
    executionPrice4: price4(price, rules),
  };
}

export function orderReduced(stamp: Stamp, reference: number, quantity: number): ItchMessage {
  return {
    type: "X",
    ...header(stamp),
    orderReferenceNumber: BigInt(reference),
    cancelledShares: quantity,
  };
}

export function orderDeleted(stamp: Stamp, reference: number): ItchMessage {
  return { type: "D", ...header(stamp), orderReferenceNumber: BigInt(reference) };
}

export function orderReplaced(
  stamp: Stamp,
  rules: Instrument,
  reference: number,
  newReference: number,
  price: number,
  quantity: number,
): ItchMessage {
  return {
    type: "U",
    ...header(stamp),
    originalOrderReferenceNumber: BigInt(reference),
    newOrderReferenceNumber: BigInt(newReference),
    shares: quantity,
    price4: price4(price, rules),
  };
}

/** A trade against an order that was not shown. */
export function hiddenTrade(
  stamp: Stamp,
  symbol: string,
  rules: Instrument,
  makerSide: Side,
  price: number,
  quantity: number,
  tradeId: number,
): ItchMessage {
  return {
    type: "P",
    ...header(stamp),
    // The specification has 0 here since 2010, so that nothing is learnt about the hidden order.
    orderReferenceNumber: 0n,
    buySellIndicator: sideCode(makerSide),
    shares: quantity,
    stock: symbol,
    price4: price4(price, rules),
    matchNumber: BigInt(tradeId),
  };
}

const crossCode = (call: Phase): string =>
  call === "closing-auction" ? "C" : call === "volatility-auction" || call === "halted" ? "H" : "O";

export function crossTrade(
  stamp: Stamp,
  symbol: string,
  rules: Instrument,
  call: Phase,
  price: number,
  quantity: number,
  tradeId: number,
): ItchMessage {
  return {
    type: "Q",
    ...header(stamp),
    shares: BigInt(quantity),
    stock: symbol,
    crossPrice4: price4(price, rules),
    matchNumber: BigInt(tradeId),
    crossType: crossCode(call),
  };
}

/** Net order imbalance: what the auction would be now. Nobody trades beside it, so near and reference price are one. */
export function imbalance(
  stamp: Stamp,
  symbol: string,
  rules: Instrument,
  call: Phase,
  price: number | undefined,
  farPrice: number | undefined,
  volume: number,
  imbalanceQuantity: number,
): ItchMessage {
  const near = price === undefined ? 0 : price4(price, rules);
  return {
    type: "I",
    ...header(stamp),
    pairedShares: BigInt(volume),
    imbalanceShares: BigInt(Math.abs(imbalanceQuantity)),
    imbalanceDirection:
      price === undefined ? "O" : imbalanceQuantity > 0 ? "B" : imbalanceQuantity < 0 ? "S" : "N",
    stock: symbol,
    farPrice4: farPrice === undefined ? 0 : price4(farPrice, rules),
    nearPrice4: near,
    currentReferencePrice4: near,
    crossType: crossCode(call),
    // How far the near price is from the reference price: below 1 %, or not known.
    priceVariationIndicator: price === undefined ? " " : "L",
  };
}
