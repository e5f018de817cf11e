import { type Exposure, longLimit, shortLimit } from "./exposure.ts";
import { Kind, UNLIMITED } from "./limits.ts";
import { RejectCode } from "./reject-code.ts";

/** Sees every limit that is set, with its use. `slot` numbers the limit within its owner. */
export interface UseVisitor {
  use(slot: number, code: RejectCode, value: number, limit: number): void;
}

/** Most slots that any of the visits below uses. */
export const SLOTS = 8;

/** Limits of the node as a whole. */
export function visitNode(exposure: Exposure, node: number, visitor: UseVisitor): void {
  const { nodes } = exposure;
  see(
    visitor,
    0,
    RejectCode.MaxOpenOrders,
    nodes.openOrders[node]!,
    exposure.limit(node, Kind.maxOpenOrders),
  );
  const openNotional = nodes.openNotional[node]!;
  see(visitor, 1, RejectCode.MaxOpenNotional, openNotional, exposure.limit(node, Kind.maxOpenNotional));
  const credit = openNotional + nodes.traded[node]!;
  see(visitor, 2, RejectCode.Credit, credit, exposure.limit(node, Kind.maxCredit));
  if (nodes.hasCash[node]) {
    const equity = nodes.cash[node]! + nodes.value[node]!;
    see(visitor, 3, RejectCode.BuyingPower, nodes.margin[node]!, equity);
  }
  see(visitor, 4, RejectCode.DailyLoss, -nodes.pnl[node]!, exposure.limit(node, Kind.maxDailyLoss));
  const total = node * (1 + exposure.sectors);
  see(
    visitor,
    5,
    RejectCode.GrossExposure,
    exposure.gross[total]!,
    exposure.limit(node, Kind.maxGrossExposure),
  );
  see(
    visitor,
    6,
    RejectCode.NetExposure,
    netSize(exposure, total),
    exposure.limit(node, Kind.maxNetExposure),
  );
}

/** Limits of one sector of the node. */
export function visitSector(exposure: Exposure, node: number, sector: number, visitor: UseVisitor): void {
  const bucket = node * (1 + exposure.sectors) + 1 + sector;
  const gross = exposure.limit(node, Kind.maxSectorGrossExposure);
  see(visitor, 0, RejectCode.SectorExposure, exposure.gross[bucket]!, gross);
  const net = exposure.limit(node, Kind.maxSectorNetExposure);
  see(visitor, 1, RejectCode.SectorExposure, netSize(exposure, bucket), net);
}

/** Limits of one instrument of the node. */
export function visitRow(exposure: Exposure, row: number, visitor: UseVisitor): void {
  const { rows, instruments } = exposure;
  const node = rows.node[row]!;
  const position = rows.position[row]!;
  see(visitor, 0, RejectCode.MaxPosition, position + rows.openBuy[row]!, longLimit(exposure, row));
  see(visitor, 1, RejectCode.MaxPosition, rows.openSell[row]! - position, shortLimit(exposure, row));
  see(visitor, 2, RejectCode.Concentration, rows.gross[row]!, concentrationLimit(exposure, node));
  const loss = stressLoss(rows.gross[row]!, instruments.stressPpm[rows.instrument[row]!]!);
  see(visitor, 3, RejectCode.SingleLoss, loss, exposure.limit(node, Kind.maxSingleLoss));
}

/** Worst-case net exposure of a node's total or sector, as a size. */
export function netSize(exposure: Exposure, bucket: number): number {
  return Math.max(Math.abs(exposure.netHigh[bucket]!), Math.abs(exposure.netLow[bucket]!));
}

/** Money that one instrument may be exposed to. */
export function concentrationLimit(exposure: Exposure, node: number): number {
  const ppm = exposure.limit(node, Kind.maxConcentrationPpm);
  return ppm === UNLIMITED ? UNLIMITED : Math.floor((exposure.limit(node, Kind.capital) * ppm) / 1_000_000);
}

/** Loss of an exposure under its instrument's stress move. */
export function stressLoss(gross: number, stressPpm: number): number {
  return Math.ceil((gross * stressPpm) / 1_000_000);
}

function see(visitor: UseVisitor, slot: number, code: RejectCode, value: number, limit: number): void {
  if (limit !== UNLIMITED) visitor.use(slot, code, value, limit);
}
