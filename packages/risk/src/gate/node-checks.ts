import { larger, magnitude } from "./doubles.ts";
import {
  type Exposure,
  GROSS,
  LINKS,
  MORE_GROSS,
  MORE_MARGIN,
  MORE_REACH,
  NODE,
  OUTCOME,
  PARENT,
} from "./exposure.ts";
import {
  INDEX,
  INSTRUMENT_WIDTH,
  Instrument,
  NODE_WIDTH,
  Node,
  ROW_WIDTH,
  Row,
  SECTOR_WIDTH,
  Sector,
} from "./fields.ts";
import { BUY, type OrderTerms } from "./order-terms.ts";
import { RejectCode } from "./reject-code.ts";
import type { Verdict } from "./verdict.ts";

// Folded into the machine code: see `exposure.ts`.
const [I, N, R, S] = [INSTRUMENT_WIDTH, NODE_WIDTH, ROW_WIDTH, SECTOR_WIDTH];
const [linkWidth, nodeLink, parentLink] = [LINKS, NODE, PARENT];
const [outcomeWidth, newGross] = [OUTCOME, GROSS];
const [addedReach, addedGross, addedMargin] = [MORE_REACH, MORE_GROSS, MORE_MARGIN];
const { position, openBuy, openSell, isRestricted, maxLong, maxShort } = Row;
const { permission, sector, stressPpm } = Instrument;
const { state, permissions, isLocked, messages, trades, openOrders, openNotional, traded } = Node;
const { margin, value, cash, hasCash, pnl, gross, netHigh, netLow, concentration } = Node;
const { minOrderQuantity, maxOrderQuantity, maxOrderNotional, maxOpenOrders, maxOpenNotional } = Node;
const { maxCredit, maxGrossExposure, maxNetExposure, maxSectorGrossExposure, maxSectorNetExposure } = Node;
const { maxSingleLoss, maxDailyLoss, maxOrderToTradeRatio, orderToTradeGrace } = Node;
const [nodeLong, nodeShort] = [Node.maxLong, Node.maxShort];
const [sectorGross, sectorHigh, sectorLow] = [Sector.gross, Sector.netHigh, Sector.netLow];

/** Trading states inside. */
export const REDUCING = 1;
export const HALTED = 2;

/** Least and most lots that each node of the chain lets through. */
export function checkNodeSizes(exposure: Exposure, terms: OrderTerms, verdict: Verdict): void {
  const { links } = exposure;
  const limits = limitsOf(exposure, terms.overridesSoftLimits);
  for (let at = terms.row, depth = 0; at >= 0; at = links[(at & INDEX) * linkWidth + parentLink]!, depth++) {
    checkNodeSize(limits, terms, verdict, links[(at & INDEX) * linkWidth + nodeLink]!, depth);
  }
}

function checkNodeSize(
  limits: Float64Array,
  { quantity, oldQuantity }: OrderTerms,
  verdict: Verdict,
  node: number,
  depth: number,
): void {
  const least = limits[(node & INDEX) * N + minOrderQuantity]!;
  if (quantity < least) verdict.failAt(depth, node, RejectCode.MinQuantity, quantity, least);
  const most = limits[(node & INDEX) * N + maxOrderQuantity]!;
  if (quantity > most && quantity > oldQuantity) {
    verdict.failAt(depth, node, RejectCode.MaxQuantity, quantity, most);
  }
}

/**
 * Every check of every node of the chain, in one pass over their records. A limit on a total refuses only what makes the
 * total worse. Leaves in `exposure.outcome` what {@link Exposure.commit} needs to enter the order.
 */
export function checkNodes(exposure: Exposure, terms: OrderTerms, verdict: Verdict): void {
  const { links, outcome, sectorTotals } = exposure;
  const rows = exposure.rows.data;
  const nodes = exposure.nodes.data;
  const limits = limitsOf(exposure, terms.overridesSoftLimits);
  const instruments = exposure.instruments.data;
  const i = (terms.instrument & INDEX) * I;
  const permissionBit = instruments[i + permission]! | 0;
  const ofSector = instruments[i + sector]! | 0;
  const stress = instruments[i + stressPpm]!;
  const isBuy = terms.side === BUY;
  const isNew = terms.slot < 0;
  const moreLots = terms.quantity - terms.oldQuantity;
  const notional = terms.value;
  const moreNotional = notional - terms.oldValue;
  const own = (terms.row & INDEX) * R;
  const isHigh = exposure.isHighEnd(terms.instrument, isBuy);
  const nodeEnd = isHigh ? netHigh : netLow;
  const nodeOther = isHigh ? netLow : netHigh;
  const sectorEnd = isHigh ? sectorHigh : sectorLow;
  const sectorOther = isHigh ? sectorLow : sectorHigh;
  const rowMost = isBuy ? maxLong : maxShort;
  const nodeMost = isBuy ? nodeLong : nodeShort;
  exposure.setChange(isBuy, moreLots, moreNotional);
  exposure.evaluate(terms.row);

  for (let at = terms.row, depth = 0; at >= 0; at = links[(at & INDEX) * linkWidth + parentLink]!, depth++) {
    const node = links[(at & INDEX) * linkWidth + nodeLink]!;
    const n = (node & INDEX) * N;
    const r = (at & INDEX) * R;
    if (rows[r + isRestricted] !== 0) verdict.failAt(depth, node, RejectCode.Restricted, 1, 0);
    const permitted = nodes[n + permissions]! | 0;
    if (((permitted >>> permissionBit) & 1) === 0) {
      verdict.failAt(depth, node, RejectCode.NotPermitted, permissionBit, permitted);
    }
    checkNodeSize(limits, terms, verdict, node, depth);
    const mostNotional = limits[n + maxOrderNotional]!;
    if (notional > mostNotional) verdict.failAt(depth, node, RejectCode.MaxNotional, notional, mostNotional);
    const tradingState = nodes[n + state]!;
    if (tradingState !== 0) {
      if (tradingState === HALTED) verdict.failAt(depth, node, RejectCode.Halted, HALTED, 0);
      else if (!lowersPosition(rows, own, isBuy, moreLots))
        verdict.failAt(depth, node, RejectCode.ReduceOnly, REDUCING, 0);
    }

    const sent = nodes[n + messages]!;
    const grace = nodes[n + orderToTradeGrace]!;
    const earned = nodes[n + maxOrderToTradeRatio]! * larger(1, nodes[n + trades]!);
    if (sent > grace && sent > earned) {
      verdict.failAt(depth, node, RejectCode.OrderToTrade, sent, Math.max(grace, earned));
    }
    if (nodes[n + isLocked] !== 0) verdict.failAt(depth, node, RejectCode.RepeatedExecution, 1, 0);
    const orders = nodes[n + openOrders]! + 1;
    const mostOrders = limits[n + maxOpenOrders]!;
    if (isNew && orders > mostOrders) {
      verdict.failAt(depth, node, RejectCode.MaxOpenOrders, orders, mostOrders);
    }

    if (moreLots > 0) {
      const worst = isBuy
        ? rows[r + position]! + rows[r + openBuy]! + moreLots
        : rows[r + openSell]! - rows[r + position]! + moreLots;
      const most = rows[r + rowMost]!;
      const mostOfNode = limits[n + nodeMost]!;
      if (worst > most || worst > mostOfNode) {
        verdict.failAt(depth, node, RejectCode.MaxPosition, worst, Math.min(most, mostOfNode));
      }
    }
    if (moreNotional > 0) {
      const open = nodes[n + openNotional]! + moreNotional;
      const mostOpen = limits[n + maxOpenNotional]!;
      if (open > mostOpen) verdict.failAt(depth, node, RejectCode.MaxOpenNotional, open, mostOpen);
      const credit = open + nodes[n + traded]!;
      const mostCredit = limits[n + maxCredit]!;
      if (credit > mostCredit) verdict.failAt(depth, node, RejectCode.Credit, credit, mostCredit);
    }

    const o = (depth & INDEX) * outcomeWidth;
    const moreMargin = outcome[o + addedMargin]!;
    if (nodes[n + hasCash] !== 0 && moreMargin > 0) {
      const needed = nodes[n + margin]! + moreMargin;
      const equity = nodes[n + cash]! + nodes[n + value]!;
      if (needed > equity) verdict.failAt(depth, node, RejectCode.BuyingPower, needed, equity);
    }
    const s = ((node * exposure.sectors + ofSector) & INDEX) * S;
    const ownGross = outcome[o + newGross]!;
    const moreGross = outcome[o + addedGross]!;
    if (moreGross > 0) {
      const all = nodes[n + gross]! + moreGross;
      const mostGross = limits[n + maxGrossExposure]!;
      if (all > mostGross) verdict.failAt(depth, node, RejectCode.GrossExposure, all, mostGross);
      const inSector = sectorTotals[s + sectorGross]! + moreGross;
      const mostInSector = limits[n + maxSectorGrossExposure]!;
      if (inSector > mostInSector) {
        verdict.failAt(depth, node, RejectCode.SectorExposure, inSector, mostInSector);
      }
      const mostInOne = limits[n + concentration]!;
      if (ownGross > mostInOne) {
        verdict.failAt(depth, node, RejectCode.Concentration, ownGross, mostInOne);
      }
      const mostLoss = limits[n + maxSingleLoss]!;
      if ((ownGross * stress) / 1_000_000 > mostLoss) {
        verdict.failAt(depth, node, RejectCode.SingleLoss, stressLoss(ownGross, stress), mostLoss);
      }
    }
    const moreReach = outcome[o + addedReach]!;
    // The other end stays where it is, so only this one can make the net worse.
    const end = nodes[n + nodeEnd]!;
    const net = magnitude(end + moreReach);
    const mostNet = limits[n + maxNetExposure]!;
    if (net > mostNet && net > sizeOf(end, nodes[n + nodeOther]!)) {
      verdict.failAt(depth, node, RejectCode.NetExposure, net, mostNet);
    }
    const endInSector = sectorTotals[s + sectorEnd]!;
    const netInSector = magnitude(endInSector + moreReach);
    const mostNetInSector = limits[n + maxSectorNetExposure]!;
    if (netInSector > mostNetInSector && netInSector > sizeOf(endInSector, sectorTotals[s + sectorOther]!)) {
      verdict.failAt(depth, node, RejectCode.SectorExposure, netInSector, mostNetInSector);
    }
    const lost = -nodes[n + pnl]!;
    const mostLost = limits[n + maxDailyLoss]!;
    if (lost > mostLost && !lowersPosition(rows, own, isBuy, moreLots)) {
      verdict.failAt(depth, node, RejectCode.DailyLoss, lost, mostLost);
    }
  }
}

/** The limits that bind, in the places of {@link Node}. */
function limitsOf({ nodes, softLimits }: Exposure, overridesSoftLimits: boolean): Float64Array {
  return overridesSoftLimits ? nodes.data : softLimits.data;
}

/** Is the position nearer to zero with the order filled than without, all open orders of its side filled in both? */
function lowersPosition(rows: Float64Array, r: number, isBuy: boolean, moreLots: number): boolean {
  const before = isBuy ? rows[r + position]! + rows[r + openBuy]! : rows[r + position]! - rows[r + openSell]!;
  return Math.abs(isBuy ? before + moreLots : before - moreLots) < Math.abs(before);
}

/** Worst-case net exposure as a size. */
export function sizeOf(high: number, low: number): number {
  return larger(magnitude(high), magnitude(low));
}

/** Loss of an exposure under its instrument's stress move. */
export function stressLoss(exposed: number, ppm: number): number {
  return Math.ceil((exposed * ppm) / 1_000_000);
}
