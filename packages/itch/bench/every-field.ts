import type {
  AddOrderView,
  AddOrderWithMpidView,
  CrossTradeView,
  ItchListener,
  NetOrderImbalanceView,
  NonCrossTradeView,
  OrderCancelView,
  OrderDeleteView,
  OrderExecutedView,
  OrderExecutedWithPriceView,
  OrderReplaceView,
} from "@exchange-kit/itch";

/**
 * Reads every number of the ten types that make up a day, as the yardstick in C does, and adds them up so that no
 * read can be left out. Of the other types, less than one message in a
 * hundred, only the length is checked.
 */
export class EveryField implements ItchListener {
  /** Of all fields. */
  sum = 0;

  addOrder(message: AddOrderView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.orderReferenceNumberHigh +
      message.orderReferenceNumberLow +
      message.buySellIndicatorCode +
      message.shares +
      message.price4;
  }

  addOrderWithMpid(message: AddOrderWithMpidView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.orderReferenceNumberHigh +
      message.orderReferenceNumberLow +
      message.buySellIndicatorCode +
      message.shares +
      message.price4 +
      message.attributionCode;
  }

  orderExecuted(message: OrderExecutedView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.orderReferenceNumberHigh +
      message.orderReferenceNumberLow +
      message.executedShares +
      message.matchNumberHigh +
      message.matchNumberLow;
  }

  orderExecutedWithPrice(message: OrderExecutedWithPriceView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.orderReferenceNumberHigh +
      message.orderReferenceNumberLow +
      message.executedShares +
      message.matchNumberHigh +
      message.matchNumberLow +
      message.printableCode +
      message.executionPrice4;
  }

  orderCancel(message: OrderCancelView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.orderReferenceNumberHigh +
      message.orderReferenceNumberLow +
      message.cancelledShares;
  }

  orderDelete(message: OrderDeleteView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.orderReferenceNumberHigh +
      message.orderReferenceNumberLow;
  }

  orderReplace(message: OrderReplaceView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.originalOrderReferenceNumberHigh +
      message.originalOrderReferenceNumberLow +
      message.newOrderReferenceNumberHigh +
      message.newOrderReferenceNumberLow +
      message.shares +
      message.price4;
  }

  nonCrossTrade(message: NonCrossTradeView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.orderReferenceNumberHigh +
      message.orderReferenceNumberLow +
      message.buySellIndicatorCode +
      message.shares +
      message.price4 +
      message.matchNumberHigh +
      message.matchNumberLow;
  }

  crossTrade(message: CrossTradeView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.sharesHigh +
      message.sharesLow +
      message.crossPrice4 +
      message.matchNumberHigh +
      message.matchNumberLow +
      message.crossTypeCode;
  }

  netOrderImbalance(message: NetOrderImbalanceView): void {
    this.sum +=
      message.stockLocate +
      message.trackingNumber +
      message.timestampNanos +
      message.pairedSharesHigh +
      message.pairedSharesLow +
      message.imbalanceSharesHigh +
      message.imbalanceSharesLow +
      message.imbalanceDirectionCode +
      message.farPrice4 +
      message.nearPrice4 +
      message.currentReferencePrice4 +
      message.crossTypeCode +
      message.priceVariationIndicatorCode;
  }
}
