import { IdMap } from "../id-map.ts";
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
import { type LimitName, UNLIMITED } from "./limits.ts";
import { doubled, Records } from "./records.ts";

// Constants of this module are folded into the machine code; properties of an imported object are loaded each time.
const [R, N, I, S] = [ROW_WIDTH, NODE_WIDTH, INSTRUMENT_WIDTH, SECTOR_WIDTH];
const { position, openBuy, openSell, buyValue, sellValue, margin, value, pnl } = Row;
const [rowHigh, rowLow] = [Row.netHigh, Row.netLow];
const { openOrders, openNotional } = Node;
const [nodeMargin, nodeGross, nodeHigh, nodeLow] = [Node.margin, Node.gross, Node.netHigh, Node.netLow];
const { marginPpm, unit } = Instrument;
const [sectorGross, sectorHigh, sectorLow] = [Sector.gross, Sector.netHigh, Sector.netLow];

const MAX_INSTRUMENTS = 2 ** 21;

/** The longest chain: a node for each {@link NodeLevel}. */
export const LEVELS = 4;

/** Links of a row: indices of its node, of its instrument, of the row above it, of the next row of the instrument. */
export const LINKS = 4;
export const NODE = 0;
export const INSTRUMENT = 1;
export const PARENT = 2;
const NEXT = 3;

/** Places in {@link Exposure.outcome}, from {@link OUTCOME} × depth above the account on: what is, and how much more. */
const REACH = 0;
export const MORE_REACH = 1;
export const GROSS = 2;
export const MORE_GROSS = 3;
const MARGIN = 4;
export const MORE_MARGIN = 5;
export const OUTCOME = 6;
/** Places in {@link Exposure.change}. */
const [LOTS, MONEY] = [0, 1];

/**
 * Positions, open orders and money of every node, instrument and pair of both. A row keeps what it adds to its node's
 * totals and moves them by differences of whole numbers, so that totals are exact and return to zero by themselves.
 *
 * Open orders change in two steps, so that a change can be checked in between: {@link Exposure.evaluate} says what a row,
 * and each row above it, would then be exposed to, and {@link Exposure.commit} makes it so. Orders of one side move only
 * how far the position may reach on that side: up for purchases, down for sales, or the reverse where the mark is
 * negative. Numbers go between the steps in arrays because a call that is not inlined would allocate for each argument
 * that is not a small integer.
 */
export class Exposure {
  readonly sectors: number;
  readonly instruments: Records = new Records(I, 16);
  readonly nodes: Records = new Records(N, 16);
  /** Limits of each node, in the places of {@link Node}, with its soft limits in place of those they are below. */
  readonly softLimits: Records = new Records(N, 16);
  readonly rows: Records = new Records(R, 64);
  /** {@link LINKS} for each row. */
  links: Int32Array = new Int32Array(64 * LINKS);
  /** Parent of each node, or -1. */
  parents: Int32Array = new Int32Array(16);
  /** {@link NodeLevel} of each node. */
  levels: Int32Array = new Int32Array(16);
  /** Latest row of each instrument, or -1. */
  firstRows: Int32Array = new Int32Array(16);
  /** A record of {@link Sector} for each node and sector. */
  sectorTotals: Float64Array;
  readonly #rowOf: IdMap = new IdMap(256);
  /** Lots and money that are evaluated, and to be committed, on one side. */
  readonly #change: Float64Array = new Float64Array(2);
  #isBuy = true;
  readonly outcome: Float64Array = new Float64Array(OUTCOME * LEVELS);

  constructor(sectors: number) {
    this.sectors = sectors;
    this.sectorTotals = new Float64Array(16 * sectors * S);
  }

  newInstrument(): number {
    const index = this.instruments.add();
    if (index === this.firstRows.length) this.firstRows = doubled(this.firstRows);
    this.firstRows[index] = -1;
    return index;
  }

  newNode(parent: number, level: number): number {
    const index = this.nodes.add();
    this.softLimits.add();
    if (index === this.parents.length) {
      this.parents = doubled(this.parents);
      this.levels = doubled(this.levels);
      this.sectorTotals = doubled(this.sectorTotals);
    }
    this.parents[index] = parent;
    this.levels[index] = level;
    return index;
  }

  /** The row of a node in an instrument, made (with those of the nodes above) when it is first needed. */
  row(node: number, instrument: number): number {
    const known = this.find(node, instrument);
    if (known >= 0) return known;
    const above = this.parents[node]!;
    return this.#newRow(node, instrument, above >= 0 ? this.row(above, instrument) : -1);
  }

  #newRow(node: number, instrument: number, parent: number): number {
    const row = this.rows.add();
    if (row * LINKS === this.links.length) this.links = doubled(this.links);
    const link = row * LINKS;
    this.links[link + NODE] = node;
    this.links[link + INSTRUMENT] = instrument;
    this.links[link + PARENT] = parent;
    this.links[link + NEXT] = this.firstRows[instrument]!;
    this.firstRows[instrument] = row;
    this.rows.data[row * R + Row.maxLong] = UNLIMITED;
    this.rows.data[row * R + Row.maxShort] = UNLIMITED;
    this.#rowOf.key[0] = node * MAX_INSTRUMENTS + instrument;
    this.#rowOf.add(row);
    return row;
  }

  /** The row if there is one, else -1. */
  find(node: number, instrument: number): number {
    this.#rowOf.key[0] = node * MAX_INSTRUMENTS + instrument;
    return this.#rowOf.get();
  }

  nodeOf(row: number): number {
    return this.links[row * LINKS + NODE]!;
  }

  instrumentOf(row: number): number {
    return this.links[row * LINKS + INSTRUMENT]!;
  }

  sectorOf(instrument: number): number {
    return this.instruments.data[instrument * I + Instrument.sector]!;
  }

  /** Rows of an instrument, the latest first. */
  rowsOf(instrument: number): number[] {
    const rows: number[] = [];
    for (let row = this.firstRows[instrument]!; row >= 0; row = this.links[row * LINKS + NEXT]!)
      rows.push(row);
    return rows;
  }

  limit(node: number, name: LimitName): number {
    return this.nodes.data[node * N + Node[name]]!;
  }

  /** Would more open orders to buy move the upper end of an instrument's exposures? Else the lower one. */
  isHighEnd(instrument: number, isBuy: boolean): boolean {
    return isBuy === this.instruments.data[instrument * I + unit]! >= 0;
  }

  /** So many lots, worth so much money, more open on one side (or less: negative) are to be evaluated and committed. */
  setChange(isBuy: boolean, lots: number, money: number): void {
    this.#isBuy = isBuy;
    this.#change[LOTS] = lots;
    this.#change[MONEY] = money;
  }

  /** Writes what the row, and each row above it, would be exposed to after the change into `outcome`. */
  evaluate(row: number): void {
    const { links, outcome } = this;
    const rows = this.rows.data;
    const instruments = this.instruments.data;
    const instrument = links[(row & INDEX) * LINKS + INSTRUMENT]!;
    const worth = instruments[(instrument & INDEX) * I + unit]!;
    const ppm = instruments[(instrument & INDEX) * I + marginPpm]!;
    const size = magnitude(worth);
    const isBuy = this.#isBuy;
    const isHigh = this.isHighEnd(instrument, isBuy);
    const end = isHigh ? rowHigh : rowLow;
    const otherEnd = isHigh ? rowLow : rowHigh;
    const lotsBought = isBuy ? this.#change[LOTS]! : 0;
    const lotsSold = isBuy ? 0 : this.#change[LOTS]!;
    const moneyBought = isBuy ? this.#change[MONEY]! : 0;
    const moneySold = isBuy ? 0 : this.#change[MONEY]!;
    for (let at = row, depth = 0; at >= 0; at = links[(at & INDEX) * LINKS + PARENT]!, depth++) {
      const r = (at & INDEX) * R;
      const o = (depth & INDEX) * OUTCOME;
      const held = rows[r + position]!;
      const buying = rows[r + openBuy]! + lotsBought;
      const selling = rows[r + openSell]! + lotsSold;
      const reach = Math.round((isBuy ? held + buying : held - selling) * worth);
      const before = rows[r + end]!;
      const other = magnitude(rows[r + otherEnd]!);
      const gross = larger(magnitude(reach), other);
      outcome[o + REACH] = reach;
      outcome[o + MORE_REACH] = reach - before;
      outcome[o + GROSS] = gross;
      outcome[o + MORE_GROSS] = gross - larger(magnitude(before), other);
      const toBuy = rows[r + buyValue]! + moneyBought;
      const toSell = rows[r + sellValue]! + moneySold;
      const needed = marginOf(held, size, ppm, buying, toBuy, selling, toSell);
      outcome[o + MARGIN] = needed;
      outcome[o + MORE_MARGIN] = needed - rows[r + margin]!;
    }
  }

  /** Makes the evaluated change, with so many open orders more. */
  commit(row: number, orders: number): void {
    const { links, outcome, sectorTotals, sectors } = this;
    const rows = this.rows.data;
    const nodes = this.nodes.data;
    const instrument = links[(row & INDEX) * LINKS + INSTRUMENT]!;
    const sector = this.sectorOf(instrument) | 0;
    const lots = this.#change[LOTS]!;
    const money = this.#change[MONEY]!;
    const isBuy = this.#isBuy;
    const open = isBuy ? openBuy : openSell;
    const openValue = isBuy ? buyValue : sellValue;
    const isHigh = this.isHighEnd(instrument, isBuy);
    const end = isHigh ? rowHigh : rowLow;
    const nodeEnd = isHigh ? nodeHigh : nodeLow;
    const sectorEnd = isHigh ? sectorHigh : sectorLow;
    for (let at = row, depth = 0; at >= 0; at = links[(at & INDEX) * LINKS + PARENT]!, depth++) {
      const r = (at & INDEX) * R;
      const o = (depth & INDEX) * OUTCOME;
      const node = links[(at & INDEX) * LINKS + NODE]!;
      const n = (node & INDEX) * N;
      const s = ((node * sectors + sector) & INDEX) * S;
      const moreReach = outcome[o + MORE_REACH]!;
      const moreGross = outcome[o + MORE_GROSS]!;
      nodes[n + openOrders] = nodes[n + openOrders]! + orders;
      nodes[n + openNotional] = nodes[n + openNotional]! + money;
      nodes[n + nodeMargin] = nodes[n + nodeMargin]! + outcome[o + MORE_MARGIN]!;
      nodes[n + nodeGross] = nodes[n + nodeGross]! + moreGross;
      nodes[n + nodeEnd] = nodes[n + nodeEnd]! + moreReach;
      sectorTotals[s + sectorGross] = sectorTotals[s + sectorGross]! + moreGross;
      sectorTotals[s + sectorEnd] = sectorTotals[s + sectorEnd]! + moreReach;
      rows[r + open] = rows[r + open]! + lots;
      rows[r + openValue] = rows[r + openValue]! + money;
      rows[r + end] = outcome[o + REACH]!;
      rows[r + margin] = outcome[o + MARGIN]!;
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

/** Margin of a position with its open orders: those that only close it need none of their own. */
function marginOf(
  held: number,
  size: number,
  ppm: number,
  buying: number,
  toBuy: number,
  selling: number,
  toSell: number,
): number {
  let opensBuy = toBuy;
  let opensSell = toSell;
  if (held < 0) opensBuy = buying > -held ? toBuy * ((buying + held) / buying) : 0;
  if (held > 0) opensSell = selling > held ? toSell * ((selling - held) / selling) : 0;
  return Math.ceil(((magnitude(held) * size + larger(opensBuy, opensSell)) * ppm) / 1_000_000);
}

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
