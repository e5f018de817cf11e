import type { FixView } from "@exchange-kit/fix";

/** MsgType(35) as a number: its character, or both. Numbers, because a string would have to be made for each message. */
export const NEW_ORDER: number = code("D");
export const CANCEL: number = code("F");
export const REPLACE: number = code("G");
export const MASS_CANCEL: number = code("q");
export const STATUS: number = code("H");
export const MASS_STATUS: number = code("AF");
export const MARKET_DATA: number = code("V");
export const SECURITY_LIST: number = code("x");
export const TRADING_SESSIONS: number = code("g");

/** 0 for a type of more than two characters. */
export function typeOf(view: FixView): number {
  const length = view.length(35);
  if (length === 1) return view.char(35);
  return length === 2 ? code(view.type) : 0;
}

function code(type: string): number {
  return type.length === 1 ? type.charCodeAt(0) : type.charCodeAt(0) * 256 + type.charCodeAt(1);
}
