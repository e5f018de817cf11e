import { larger, magnitude } from "./doubles.ts";
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
import type { LimitName } from "./limits.ts";
import { doubled, Records } from "./records.ts";
import { INSTRUMENT, LINKS, NEXT, NODE, PARENT, RowTable } from "./row-table.ts";

// Constants of this module are folded into the machine code; properties of an imported object are loaded each time.
const [R, N, I, S] = [ROW_WIDTH, NODE_WIDTH, INSTRUMENT_WIDTH, SECTOR_WIDTH];
const { position, openBuy, openSell, buyValue, sellValue, margin, value, pnl } = Row;
const [rowHigh, rowLow] = [Row.netHigh, Row.netLow];
const { openOrders, openNotional } = Node;
const [nodeMargin, nodeGross, nodeHigh, nodeLow] = [Node.margin, Node.gross, Node.netHigh, Node.netLow];
const { marginPpm, sector, unit } = Instrument;
const [sectorGross, sectorHigh, sectorLow] = [Sector.gross, Sector.netHigh, Sector.netLow];

/** Places in {@link Exposure.change}. */
export const LOTS = 0;
export const MONEY = 1;

/**
 * Positions, open orders and money of every node, instrument and pair of both. A row keeps what it adds to its node's
 * totals and moves them by differences of whole numbers, so that totals are exact and return to zero by themselves.
 *
 * Orders of one side move only how far the position may reach on that side: up for purchases, down for sales, or the
 * reverse where the mark is negative.
 */
export class Exposure extends RowTable {
  readonly sectors: number;
  /** Limits of each node, in the places of {@link Node}, with its soft limits in place of those they are below. */
  readonly softLimits: Records = new Records(N, 16);
  /** A record of {@link Sector} for each node and sector. */
  sectorTotals: Float64Array;
  /**
   * Lots and money of the next {@link Exposure.move}: in memory, because a call that is not inlined would allocate for an
   * argument that is not a small integer.
   */
  readonly change: Float64Array = new Float64Array(2);

  constructor(sectors: number) {
    super();
    this.sectors = sectors;
    this.sectorTotals = new Float64Array(16 * sectors * S);
  }

  override newNode(parent: number, level: number): number {
    const index = super.newNode(parent, level);
    this.softLimits.add();
    if (this.nodes.count * this.sectors * S > this.sectorTotals.length) {
      this.sectorTotals = doubled(this.sectorTotals);
    }
    return index;
  }

  sectorOf(instrument: number): number {
    return this.instruments.data[instrument * I + Instrument.sector]!;
  }

  limit(node: number, name: LimitName): number {
    return this.nodes.data[node * N + Node[name]]!;
  }

  /** Would more open orders to buy move the upper end of an instrument's exposures? Else the lower one. */
  isHighEnd(instrument: number, isBuy: boolean): boolean {
    return isBuy === this.instruments.data[instrument * I + unit]! >= 0;
  }

  /**
   * Moves the open lots and money of one side by {@link Exposure.change} (less where it is negative), on the row and all
   * rows above it.
   *
   * @param orders - open orders more
   */
  move(row: number, isBuy: boolean, orders: number): void {
    const { links, sectorTotals, sectors } = this;
    const rows = this.rows.data;
    const nodes = this.nodes.data;
    const instruments = this.instruments.data;
    const instrument = links[(row & INDEX) * LINKS + INSTRUMENT]!;
    const i = (instrument & INDEX) * I;
    const worth = instruments[i + unit]!;
    const ppm = instruments[i + marginPpm]!;
    const ofSector = instruments[i + sector]! | 0;
    const size = magnitude(worth);
    const lots = this.change[LOTS]!;
    const money = this.change[MONEY]!;
    const isHigh = this.isHighEnd(instrument, isBuy);
    const open = isBuy ? openBuy : openSell;
    const openValue = isBuy ? buyValue : sellValue;
    const end = isHigh ? rowHigh : rowLow;
    const otherEnd = isHigh ? rowLow : rowHigh;
    const nodeEnd = isHigh ? nodeHigh : nodeLow;
    const sectorEnd = isHigh ? sectorHigh : sectorLow;
    for (let at = row; at >= 0; at = links[(at & INDEX) * LINKS + PARENT]!) {
      const r = (at & INDEX) * R;
      const node = links[(at & INDEX) * LINKS + NODE]!;
      const n = (node & INDEX) * N;
      const s = ((node * sectors + ofSector) & INDEX) * S;
      rows[r + open] = rows[r + open]! + lots;
      rows[r + openValue] = rows[r + openValue]! + money;
      const held = rows[r + position]!;
      const buying = rows[r + openBuy]!;
      const selling = rows[r + openSell]!;
      const reach = reachOf(held, buying, selling, isBuy, worth);
      const needed = marginOf(held, size, ppm, buying, rows[r + buyValue]!, selling, rows[r + sellValue]!);
      const before = rows[r + end]!;
      const other = magnitude(rows[r + otherEnd]!);
      const moreGross = larger(magnitude(reach), other) - larger(magnitude(before), other);
      nodes[n + openOrders] = nodes[n + openOrders]! + orders;
      nodes[n + openNotional] = nodes[n + openNotional]! + money;
      nodes[n + nodeMargin] = nodes[n + nodeMargin]! + (needed - rows[r + margin]!);
      nodes[n + nodeGross] = nodes[n + nodeGross]! + moreGross;
      nodes[n + nodeEnd] = nodes[n + nodeEnd]! + (reach - before);
      sectorTotals[s + sectorGross] = sectorTotals[s + sectorGross]! + moreGross;
      sectorTotals[s + sectorEnd] = sectorTotals[s + sectorEnd]! + (reach - before);
      rows[r + end] = reach;
      rows[r + margin] = needed;
    }
  }

  /** Brings the row's contributions, and its node's totals, up to its position, open orders and mark. */
  #refresh(row: number): void {
    const { links, sectorTotals } = this;
    const rows = this.rows.data;
    const nodes = this.nodes.data;
    const instruments = this.instruments.data;
    const r = row * R;
    const node = links[row * LINKS + NODE]!;
    const n = node * N;
    const instrument = links[row * LINKS + INSTRUMENT]!;
    const s = (node * this.sectors + this.sectorOf(instrument)) * S;
    const worth = instruments[instrument * I + unit]!;
    const held = rows[r + position]!;
    const long = held + rows[r + openBuy]!;
    const short = held - rows[r + openSell]!;
    const high = Math.round((worth >= 0 ? long : short) * worth);
    const low = Math.round((worth >= 0 ? short : long) * worth);
    const gross = larger(magnitude(high), magnitude(low));
    const moreGross = gross - larger(magnitude(rows[r + rowHigh]!), magnitude(rows[r + rowLow]!));
    const needed = marginOf(
      held,
      magnitude(worth),
      instruments[instrument * I + marginPpm]!,
      rows[r + openBuy]!,
      rows[r + buyValue]!,
      rows[r + openSell]!,
      rows[r + sellValue]!,
    );
    nodes[n + nodeMargin] = nodes[n + nodeMargin]! + needed - rows[r + margin]!;
    nodes[n + nodeGross] = nodes[n + nodeGross]! + moreGross;
    nodes[n + nodeHigh] = nodes[n + nodeHigh]! + high - rows[r + rowHigh]!;
    nodes[n + nodeLow] = nodes[n + nodeLow]! + low - rows[r + rowLow]!;
    sectorTotals[s + sectorGross] = sectorTotals[s + sectorGross]! + moreGross;
    sectorTotals[s + sectorHigh] = sectorTotals[s + sectorHigh]! + high - rows[r + rowHigh]!;
    sectorTotals[s + sectorLow] = sectorTotals[s + sectorLow]! + low - rows[r + rowLow]!;
    rows[r + rowHigh] = high;
    rows[r + rowLow] = low;
    rows[r + margin] = needed;
    this.#value(row);
  }

  /** Value and profit of the row at its position and mark. */
  #value(row: number): void {
    const rows = this.rows.data;
    const nodes = this.nodes.data;
    const instruments = this.instruments.data;
    const r = row * R;
    const n = this.links[row * LINKS + NODE]! * N;
    const i = this.links[row * LINKS + INSTRUMENT]! * I;
    const held = rows[r + position]!;
    const worth = Math.round(held * instruments[i + unit]!);
    const local = held * instruments[i + Instrument.mark]! * instruments[i + Instrument.multiplier]!;
    const profit = Math.round((rows[r + Row.cashFlow]! + local) * instruments[i + Instrument.rate]!);
    nodes[n + Node.value] = nodes[n + Node.value]! + worth - rows[r + value]!;
    nodes[n + Node.pnl] = nodes[n + Node.pnl]! + profit - rows[r + pnl]!;
    rows[r + value] = worth;
    rows[r + pnl] = profit;
  }

  /**
   * A fill: moves the position on the row and all rows above it, and gives back what the filled lots had reserved.
   *
   * @param lots - of the fill
   * @param openLots - lots that are no longer open
   * @param openMoney - money that is no longer reserved
   * @param orders - open orders less: 1 when the fill ends its order
   */
  trade(
    row: number,
    isBuy: boolean,
    lots: number,
    price: number,
    fee: number,
    openLots: number,
    openMoney: number,
    orders: number,
  ): void {
    const { links } = this;
    const rows = this.rows.data;
    const nodes = this.nodes.data;
    const instruments = this.instruments.data;
    const i = links[row * LINKS + INSTRUMENT]! * I;
    const rate = instruments[i + Instrument.rate]!;
    const signed = isBuy ? lots : -lots;
    const money = signed * price * instruments[i + Instrument.multiplier]!;
    const paid = money + fee;
    const basePaid = Math.round(paid * rate);
    const traded = Math.round(magnitude(money) * rate);
    const open = isBuy ? openBuy : openSell;
    const openValue = isBuy ? buyValue : sellValue;
    for (let at = row; at >= 0; at = links[at * LINKS + PARENT]!) {
      const r = at * R;
      rows[r + position] = rows[r + position]! + signed;
      rows[r + Row.cashFlow] = rows[r + Row.cashFlow]! - paid;
      rows[r + open] = rows[r + open]! - openLots;
      rows[r + openValue] = rows[r + openValue]! - openMoney;
      const n = links[at * LINKS + NODE]! * N;
      nodes[n + Node.cash] = nodes[n + Node.cash]! - basePaid;
      nodes[n + Node.traded] = nodes[n + Node.traded]! + traded;
      nodes[n + Node.trades] = nodes[n + Node.trades]! + 1;
      nodes[n + openOrders] = nodes[n + openOrders]! - orders;
      nodes[n + openNotional] = nodes[n + openNotional]! - openMoney;
      this.#refresh(at);
    }
  }

  /** Gives a row, and all rows above it, a position that no trade explains, and what was paid for it. */
  book(row: number, lots: number, cashFlow: number): void {
    const { links } = this;
    const rows = this.rows.data;
    for (let at = row; at >= 0; at = links[at * LINKS + PARENT]!) {
      rows[at * R + position] = rows[at * R + position]! + lots;
      rows[at * R + Row.cashFlow] = rows[at * R + Row.cashFlow]! + cashFlow;
      this.#refresh(at);
    }
  }

  /** After a new mark or rate. */
  revalue(instrument: number): void {
    const { links } = this;
    const instruments = this.instruments.data;
    const i = instrument * I;
    instruments[i + unit] =
      instruments[i + Instrument.mark]! *
      instruments[i + Instrument.multiplier]! *
      instruments[i + Instrument.rate]!;
    for (let row = this.firstRows[instrument]!; row >= 0; row = links[row * LINKS + NEXT]!)
      this.#refresh(row);
  }

  /** Profit and loss starts again from the present marks, as do traded notional, messages and trades. */
  startDay(): void {
    const rows = this.rows.data;
    const nodes = this.nodes.data;
    const instruments = this.instruments.data;
    for (let row = 0; row < this.rows.count; row++) {
      const i = this.instrumentOf(row) * I;
      const worth = instruments[i + Instrument.mark]! * instruments[i + Instrument.multiplier]!;
      rows[row * R + Row.cashFlow] = -rows[row * R + position]! * worth;
      this.#value(row);
    }
    for (let n = 0; n < this.nodes.count * N; n += N) {
      nodes[n + Node.traded] = 0;
      nodes[n + Node.messages] = 0;
      nodes[n + Node.trades] = 0;
    }
  }

  dump(): ExposureDump {
    return {
      instruments: this.instruments.dump(),
      nodes: this.nodes.dump(),
      softLimits: this.softLimits.dump(),
      rows: this.rows.dump(),
      parents: Array.from(this.parents.subarray(0, this.nodes.count)),
      levels: Array.from(this.levels.subarray(0, this.nodes.count)),
      rowNodes: Array.from({ length: this.rows.count }, (_, row) => this.nodeOf(row)),
      rowInstruments: Array.from({ length: this.rows.count }, (_, row) => this.instrumentOf(row)),
      sectorTotals: Array.from(this.sectorTotals.subarray(0, this.nodes.count * this.sectors * S)),
    };
  }

  load(dump: ExposureDump): void {
    for (let index = 0; index < dump.instruments.length / I; index++) this.newInstrument();
    for (const [index, parent] of dump.parents.entries()) this.newNode(parent, dump.levels[index]!);
    // A row is younger than the row above it, so that the order of adding is right here too.
    for (const [index, node] of dump.rowNodes.entries()) this.row(node, dump.rowInstruments[index]!);
    this.instruments.load(dump.instruments);
    this.nodes.load(dump.nodes);
    this.softLimits.load(dump.softLimits);
    this.rows.load(dump.rows);
    this.sectorTotals.set(dump.sectorTotals);
  }
}

/** Exposure of a position with all open orders of one side filled, at a worth of one lot. */
export const reachOf = (
  held: number,
  buying: number,
  selling: number,
  isBuy: boolean,
  worth: number,
): number => {
  return Math.round((isBuy ? held + buying : held - selling) * worth);
};

/** Margin of a position with its open orders: those that only close it need none of their own. */
export const marginOf = (
  held: number,
  size: number,
  ppm: number,
  buying: number,
  toBuy: number,
  selling: number,
  toSell: number,
): number => {
  let opensBuy = toBuy;
  let opensSell = toSell;
  if (held < 0) opensBuy = buying > -held ? toBuy * ((buying + held) / buying) : 0;
  if (held > 0) opensSell = selling > held ? toSell * ((selling - held) / selling) : 0;
  return Math.ceil(((magnitude(held) * size + larger(opensBuy, opensSell)) * ppm) / 1_000_000);
};

/** State of an {@link Exposure} as plain data. */
export interface ExposureDump {
  readonly instruments: readonly number[];
  readonly nodes: readonly number[];
  readonly softLimits: readonly number[];
  readonly rows: readonly number[];
  readonly parents: readonly number[];
  readonly levels: readonly number[];
  readonly rowNodes: readonly number[];
  readonly rowInstruments: readonly number[];
  readonly sectorTotals: readonly number[];
}
