import type { FixEncoder, FixView } from "@exchange-kit/fix";
import type { OrderType, Peg } from "@exchange-kit/orderbook";
import type { OrderExtras, SubmitOrder } from "../../venue/commands.ts";
import type { Instrument } from "../../venue/directory.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { FixVersion } from "./versions.ts";

const MAX_WORD = 2 ** 30 - 1;
/** ExecInst(18) of a pegged order, as PegPriceType(1094) has it. */
const pegOfInstruction: Readonly<Record<string, Peg>> = { R: "primary", P: "market", M: "midpoint" };
const pegOfPriceType: Readonly<Record<string, Peg>> = { "5": "primary", "4": "market", "2": "midpoint" };
const pegCodes: Readonly<Record<Peg, readonly [instruction: string, priceType: string]>> = {
  primary: ["R", "5"],
  market: ["P", "4"],
  midpoint: ["M", "2"],
};
const TRAILING_INSTRUCTION = "a";
const TRAILING_PRICE_TYPE = "8";

/** What ExecInst and its like make of an order. */
export interface Instructions {
  readonly orderType: OrderType;
  readonly postOnly: SubmitOrder["postOnly"];
  readonly extras: OrderExtras | undefined;
}

export type InstructionFault = "unsupported-instruction" | "unsupported-peg" | "invalid-peg-offset";

const plain: Readonly<Partial<Record<OrderType, Instructions>>> = {
  limit: { orderType: "limit", postOnly: undefined, extras: undefined },
  market: { orderType: "market", postOnly: undefined, extras: undefined },
};

/**
 * Reads ExecInst(18) and the pegs. `6` is post-only, `G` all or none, `a` a trailing stop; with OrdType P one of `R`, `P`
 * and `M` (or PegPriceType) says what the order follows. Any other instruction is refused.
 *
 * @param orderType - of OrdType(40); `pegged` may be a trailing stop in truth
 */
export function readInstructions(
  view: FixView,
  orderType: OrderType,
  instrument: Instrument,
): Instructions | InstructionFault {
  if (!hasInstructions(view) && orderType !== "pegged") {
    return plain[orderType] ?? { orderType, postOnly: undefined, extras: undefined };
  }
  let postOnly: SubmitOrder["postOnly"];
  let allOrNone: true | undefined;
  let peg: Peg | undefined;
  let trails = false;
  for (const instruction of (view.string(18) ?? "").split(" ")) {
    if (instruction === "") continue;
    if (instruction === "6") postOnly = "reject";
    else if (instruction === "G") allOrNone = true;
    else if (instruction === TRAILING_INSTRUCTION) trails = true;
    else if (pegOfInstruction[instruction] !== undefined && peg === undefined) {
      peg = pegOfInstruction[instruction];
    } else return "unsupported-instruction";
  }
  const priceType = view.string(1094);
  if (priceType === TRAILING_PRICE_TYPE) trails = true;
  else if (priceType !== undefined) {
    const told = pegOfPriceType[priceType];
    if (told === undefined || (peg !== undefined && peg !== told)) return "unsupported-peg";
    peg = told;
  }
  if (trails) {
    if (peg !== undefined || (orderType !== "pegged" && orderType !== "stop")) return "unsupported-peg";
    const distance = readOffset(view, instrument);
    if (typeof distance === "string") return distance;
    return { orderType: "trailing-stop", postOnly, extras: { ...distance, ...only({ allOrNone }) } };
  }
  if ((orderType === "pegged") !== (peg !== undefined)) return "unsupported-peg";
  if (peg === undefined) {
    if (view.has(211)) return "unsupported-peg";
    return { orderType, postOnly, extras: allOrNone && { allOrNone } };
  }
  if (!isFloating(view)) return "unsupported-peg";
  const offset = readOffset(view, instrument);
  if (typeof offset === "string") return offset;
  const { trailAmount: pegOffset, trailBasisPoints } = offset;
  if (trailBasisPoints !== undefined) return "unsupported-peg";
  return { orderType, postOnly, extras: { peg, ...only({ pegOffset, allOrNone }) } };
}

/** Whether ExecInst(18), PegOffsetValue(211) or PegPriceType(1094) is there. */
export function hasInstructions(view: FixView): boolean {
  return view.has(18) || view.has(211) || view.has(1094);
}

/** Writes back what {@link readInstructions} read, in the words of the version. */
export function writeInstructions(
  encoder: FixEncoder,
  { isFix50, isFix42 }: FixVersion,
  { postOnly, extras, orderType }: Pick<OrderView, "postOnly" | "extras" | "orderType">,
  priceDecimals: number,
): void {
  if (postOnly === undefined && extras === undefined) return;
  const isTrailing = orderType === "trailing-stop" || orderType === "trailing-stop-limit";
  const peg = extras?.peg;
  const instructions: string[] = [];
  if (postOnly !== undefined) instructions.push("6");
  if (extras?.allOrNone) instructions.push("G");
  if (peg !== undefined) instructions.push(pegCodes[peg][0]);
  if (isTrailing && !isFix42) instructions.push(TRAILING_INSTRUCTION);
  if (instructions.length > 0) encoder.string(18, instructions.join(" "));
  if (isFix50 && (peg !== undefined || isTrailing)) {
    encoder.string(1094, peg === undefined ? TRAILING_PRICE_TYPE : pegCodes[peg][1]);
  }
  const basisPoints = extras?.trailBasisPoints;
  const offset = extras?.pegOffset ?? extras?.trailAmount;
  if (offset !== undefined) encoder.decimal(211, offset, priceDecimals);
  else if (basisPoints !== undefined && !isFix42) encoder.int(211, basisPoints).string(836, "1");
  if (isFix50 && extras?.displayLowQuantity !== undefined) {
    encoder
      .string(1084, "3")
      .int(1085, extras.displayLowQuantity)
      .int(1086, extras.displayHighQuantity ?? 0);
  }
}

/** PegOffsetValue(211) by PegOffsetType(836): a price, hundredths of a percent, or ticks. */
function readOffset(
  view: FixView,
  { priceDecimals, tickSize }: Instrument,
): { trailAmount?: number; trailBasisPoints?: number } | InstructionFault {
  if (!view.has(211)) return {};
  const type = view.string(836) ?? "0";
  if (type === "1") {
    const points = view.decimal(211, 0);
    return points >= 1 && points <= 10_000 ? { trailBasisPoints: points } : "invalid-peg-offset";
  }
  if (type !== "0" && type !== "2") return "unsupported-peg";
  const offset = type === "0" ? view.decimal(211, priceDecimals) : view.decimal(211, 0) * tickSize;
  return Math.abs(offset) <= MAX_WORD ? { trailAmount: offset } : "invalid-peg-offset";
}

/** PegMoveType(835): a peg that stays where it was is a limit order. */
function isFloating(view: FixView): boolean {
  return !view.has(835) || view.equals(835, "0");
}

/** The fields that are there. */
function only<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
