import type { Exposure } from "./exposure.ts";
import {
  INSTRUMENT_WIDTH,
  Instrument,
  NODE_WIDTH,
  Node,
  ROW_WIDTH,
  Row,
  SECTOR_WIDTH,
  Sector,
} from "./fields.ts";
import { UNLIMITED } from "./limits.ts";
import { sizeOf, stressLoss } from "./node-checks.ts";
import { RejectCode } from "./reject-code.ts";

/** Sees every limit that is set, with its use. */
export interface UseVisitor {
  /**
   * What is used, and the limit: in memory, because a call that is not inlined would allocate for arguments that are not
   * small integers.
   */
  readonly seen: Float64Array;
  /** @param slot - numbers the limit within its owner */
  use(slot: number, code: RejectCode): void;
}

/** Most slots that any of the visits below uses. */
export const SLOTS = 8;

/** Bits of {@link Node.limitKinds}: limits of the node's instruments, of its sectors, of the node as a whole. */
export const ROW_LIMITS = 1;
export const SECTOR_LIMITS = 2;
export const NODE_LIMITS = 4;

const KINDS = [
  [ROW_LIMITS, [Node.maxLong, Node.maxShort, Node.concentration, Node.maxSingleLoss]],
  [SECTOR_LIMITS, [Node.maxSectorGrossExposure, Node.maxSectorNetExposure]],
  [
    NODE_LIMITS,
    [
      Node.maxOpenOrders,
      Node.maxOpenNotional,
      Node.maxCredit,
      Node.maxDailyLoss,
      Node.maxGrossExposure,
      Node.maxNetExposure,
    ],
  ],
] as const;

/** Notes which kinds of limits a node has, so that nobody looks for the others after each order. */
export function noteLimits({ nodes: { data } }: Exposure, node: number): void {
  const n = node * NODE_WIDTH;
  // Limits of single instruments may have been set before.
  let kinds = data[n + Node.limitKinds]! & ROW_LIMITS;
  if (data[n + Node.hasCash] !== 0) kinds |= NODE_LIMITS;
  for (const [kind, limits] of KINDS) {
    if (limits.some((limit) => data[n + limit] !== UNLIMITED)) kinds |= kind;
  }
  data[n + Node.limitKinds] = kinds;
}

/** Limits of the node as a whole. */
export function visitNode(exposure: Exposure, node: number, visitor: UseVisitor): void {
  const { data } = exposure.nodes;
  const n = node * NODE_WIDTH;
  const open = data[n + Node.openNotional]!;
  see(visitor, 0, RejectCode.MaxOpenOrders, data[n + Node.openOrders]!, data[n + Node.maxOpenOrders]!);
  see(visitor, 1, RejectCode.MaxOpenNotional, open, data[n + Node.maxOpenNotional]!);
  see(visitor, 2, RejectCode.Credit, open + data[n + Node.traded]!, data[n + Node.maxCredit]!);
  if (data[n + Node.hasCash] !== 0) {
    const equity = data[n + Node.cash]! + data[n + Node.value]!;
    see(visitor, 3, RejectCode.BuyingPower, data[n + Node.margin]!, equity);
  }
  see(visitor, 4, RejectCode.DailyLoss, -data[n + Node.pnl]!, data[n + Node.maxDailyLoss]!);
  see(visitor, 5, RejectCode.GrossExposure, data[n + Node.gross]!, data[n + Node.maxGrossExposure]!);
  const net = sizeOf(data[n + Node.netHigh]!, data[n + Node.netLow]!);
  see(visitor, 6, RejectCode.NetExposure, net, data[n + Node.maxNetExposure]!);
}

/** Limits of one sector of the node. */
export function visitSector(exposure: Exposure, node: number, sector: number, visitor: UseVisitor): void {
  const { data } = exposure.nodes;
  const n = node * NODE_WIDTH;
  const totals = exposure.sectorTotals;
  const s = (node * exposure.sectors + sector) * SECTOR_WIDTH;
  see(
    visitor,
    0,
    RejectCode.SectorExposure,
    totals[s + Sector.gross]!,
    data[n + Node.maxSectorGrossExposure]!,
  );
  const net = sizeOf(totals[s + Sector.netHigh]!, totals[s + Sector.netLow]!);
  see(visitor, 1, RejectCode.SectorExposure, net, data[n + Node.maxSectorNetExposure]!);
}

/** Limits of one instrument of the node. */
export function visitRow(exposure: Exposure, row: number, visitor: UseVisitor): void {
  const rows = exposure.rows.data;
  const nodes = exposure.nodes.data;
  const r = row * ROW_WIDTH;
  const n = exposure.nodeOf(row) * NODE_WIDTH;
  const held = rows[r + Row.position]!;
  const mostLong = Math.min(rows[r + Row.maxLong]!, nodes[n + Node.maxLong]!);
  const mostShort = Math.min(rows[r + Row.maxShort]!, nodes[n + Node.maxShort]!);
  see(visitor, 0, RejectCode.MaxPosition, held + rows[r + Row.openBuy]!, mostLong);
  see(visitor, 1, RejectCode.MaxPosition, rows[r + Row.openSell]! - held, mostShort);
  const gross = sizeOf(rows[r + Row.netHigh]!, rows[r + Row.netLow]!);
  see(visitor, 2, RejectCode.Concentration, gross, nodes[n + Node.concentration]!);
  const ppm =
    exposure.instruments.data[exposure.instrumentOf(row) * INSTRUMENT_WIDTH + Instrument.stressPpm]!;
  see(visitor, 3, RejectCode.SingleLoss, stressLoss(gross, ppm), nodes[n + Node.maxSingleLoss]!);
}

function see(visitor: UseVisitor, slot: number, code: RejectCode, value: number, limit: number): void {
  if (limit === UNLIMITED) return;
  visitor.seen[0] = value;
  visitor.seen[1] = limit;
  visitor.use(slot, code);
}
