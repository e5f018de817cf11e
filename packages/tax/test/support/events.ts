import type { BuyEvent, SellEvent, TaxEvent } from "@exchange-kit/tax";

type Extra = Record<string, unknown>;

export function buy(id: string, date: string, quantity: number, price: string, more: Extra = {}): BuyEvent {
  return { type: "buy", id, date, symbol: "X", quantity, price, ...more };
}

export function sell(id: string, date: string, quantity: number, price: string, more: Extra = {}): SellEvent {
  return { type: "sell", id, date, symbol: "X", quantity, price, ...more };
}

export function event(type: string, id: string, date: string, more: Extra): TaxEvent {
  return { type, id, date, symbol: "X", ...more } as unknown as TaxEvent;
}
