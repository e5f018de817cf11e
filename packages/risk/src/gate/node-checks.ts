import { larger, magnitude } from "./doubles.ts";
import { type Exposure, marginOf, reachOf } from "./exposure.ts";
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
import { LINKS, NODE, PARENT } from "./row-table.ts";
import type { Verdict } from "./verdict.ts";

// Folded into the machine code: see `exposure.ts`.
const [I, N, R, S] = [INSTRUMENT_WIDTH, NODE_WIDTH, ROW_WIDTH, SECTOR_WIDTH];
const { position, openBuy, openSell, buyValue, sellValue, maxLong, maxShort } = Row;
const { sector, stressPpm, marginPpm, unit } = Instrument;
const { messages, trades, openOrders, openNotional, traded } = Node;
const { margin, value, cash, hasCash, pnl, gross, netHigh, netLow, concentration } = Node;
const { maxOpenOrders, maxOpenNotional, maxCredit } = Node;
const { maxGrossExposure, maxNetExposure, maxSectorGrossExposure, maxSectorNetExposure } = Node;
const { maxSingleLoss, maxDailyLoss, maxOrderToTradeRatio, orderToTradeGrace } = Node;
const [nodeLong, nodeShort] = [Node.maxLong, Node.maxShort];
const [rowHigh, rowLow, rowMargin] = [Row.netHigh, Row.netLow, Row.margin];
const [sectorGross, sectorHigh, sectorLow] = [Sector.gross, Sector.netHigh, Sector.netLow];

/**
 * Every check of the totals of every node of the chain, in one pass over their records. A limit on a total refuses only
 * what makes the total worse.
 */
export function checkTotals(exposure: Exposure, terms: OrderTerms, verdict: Verdict): void {
  const { links, sectorTotals } = exposure;
  const rows = exposure.rows.data;
  const nodes = exposure.nodes.data;
  const limits = limitsOf(exposure, terms.overridesSoftLimits);
  const instruments = exposure.instruments.data;
  const i = (terms.instrument & INDEX) * I;
  const ofSector = instruments[i + sector]! | 0;
  const stress = instruments[i + stressPpm]!;
  const worth = instruments[i + unit]!;
  const ppm = instruments[i + marginPpm]!;
  const size = magnitude(worth);
  const isBuy = terms.side === BUY;
  const isNew = terms.slot < 0;
  const moreLots = terms.quantity - terms.oldQuantity;
  const moreNotional = terms.value - terms.oldValue;
  const own = (terms.row & INDEX) * R;
  const lotsBought = isBuy ? moreLots : 0;
  const lotsSold = isBuy ? 0 : moreLots;
  const moneyBought = isBuy ? moreNotional : 0;
  const moneySold = isBuy ? 0 : moreNotional;
  const isHigh = exposure.isHighEnd(terms.instrument, isBuy);
  const rowEnd = isHigh ? rowHigh : rowLow;
  const rowOther = isHigh ? rowLow : rowHigh;
  const nodeEnd = isHigh ? netHigh : netLow;
  const nodeOther = isHigh ? netLow : netHigh;
  const sectorEnd = isHigh ? sectorHigh : sectorLow;
  const sectorOther = isHigh ? sectorLow : sectorHigh;
  const rowMost = isBuy ? maxLong : maxShort;
  const nodeMost = isBuy ? nodeLong : nodeShort;

  for (let at = terms.row, depth = 0; at >= 0; at = links[(at & INDEX) * LINKS + PARENT]!, depth++) {
    const node = links[(at & INDEX) * LINKS + NODE]!;
    const n = (node & INDEX) * N;
    const r = (at & INDEX) * R;
    const sent = nodes[n + messages]!;
    const grace = nodes[n + orderToTradeGrace]!;
    const earned = nodes[n + maxOrderToTradeRatio]! * larger(1, nodes[n + trades]!);
    if (sent > grace && sent > earned) {
      verdict.failAt(depth, node, RejectCode.OrderToTrade, sent, Math.max(grace, earned));
    }
    const orders = nodes[n + openOrders]! + 1;
    const mostOrders = limits[n + maxOpenOrders]!;
    if (isNew && orders > mostOrders) {
      verdict.failAt(depth, node, RejectCode.MaxOpenOrders, orders, mostOrders);
    }

    const held = rows[r + position]!;
    const buying = rows[r + openBuy]! + lotsBought;
    const selling = rows[r + openSell]! + lotsSold;
    if (moreLots > 0) {
      const worst = isBuy ? held + buying : selling - held;
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

    if (nodes[n + hasCash] !== 0) {
      const toBuy = rows[r + buyValue]! + moneyBought;
      const toSell = rows[r + sellValue]! + moneySold;
      const moreMargin = marginOf(held, size, ppm, buying, toBuy, selling, toSell) - rows[r + rowMargin]!;
      const needed = nodes[n + margin]! + moreMargin;
      const equity = nodes[n + cash]! + nodes[n + value]!;
      if (needed > equity && moreMargin > 0) {
        verdict.failAt(depth, node, RejectCode.BuyingPower, needed, equity);
      }
    }
    const s = ((node * exposure.sectors + ofSector) & INDEX) * S;
    const reach = reachOf(held, buying, selling, isBuy, worth);
    const before = rows[r + rowEnd]!;
    const other = magnitude(rows[r + rowOther]!);
    const ownGross = larger(magnitude(reach), other);
    const moreGross = ownGross - larger(magnitude(before), other);
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
    const moreReach = reach - before;
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
export function limitsOf({ nodes, softLimits }: Exposure, overridesSoftLimits: boolean): Float64Array {
  return overridesSoftLimits ? nodes.data : softLimits.data;
}

/** Is the position nearer to zero with the order filled than without, all open orders of its side filled in both? */
export function lowersPosition(rows: Float64Array, r: number, isBuy: boolean, moreLots: number): boolean {
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
