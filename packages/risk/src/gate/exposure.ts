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
const { marginPpm, sector, unit } = Instrument;
const [sectorGross, sectorHigh, sectorLow] = [Sector.gross, Sector.netHigh, Sector.netLow];

const MAX_INSTRUMENTS = 2 ** 21;

/**
 * Links of a row: indices of its node, of its instrument, of the row above it, of the next row of the instrument, and of
 * the queues of its self-trade group in the instrument.
 */
export const LINKS = 5;
export const NODE = 0;
export const INSTRUMENT = 1;
export const PARENT = 2;
const NEXT = 3;
const QUEUES = 4;
/** Queues of a row before they were asked for, and of one without a self-trade group. */
const [UNASKED, NO_QUEUES] = [-2, -1];

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
  /** Rows by a hash of node and instrument, with linear probing; -1 is empty. */
  #cells: Int32Array = new Int32Array(256).fill(-1);
  /** Queues of a group and instrument. */
  readonly #queuesOf: IdMap = new IdMap(64);
  #queueCount = 0;
  /**
   * Lots and money of the next {@link Exposure.move}: in memory, because a call that is not inlined would allocate for an
   * argument that is not a small integer.
   */
  readonly change: Float64Array = new Float64Array(2);

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

  /** True when `node` is `above` or below it. */
  isWithin(node: number, above: number): boolean {
    for (let at = node; at >= 0; at = this.parents[at]!) if (at === above) return true;
    return false;
  }

  /** Works out what the chains through a node let through, after a setting of it changed. */
  narrow(changed: number): void {
    // A parent is older than its children.
    for (let node = changed; node < this.nodes.count; node++) {
      if (!this.isWithin(node, changed)) continue;
      this.#narrow(this.nodes.data, node);
      this.#narrow(this.softLimits.data, node);
    }
  }

  /** @param limits - of {@link Exposure.nodes} or {@link Exposure.softLimits} */
  #narrow(limits: Float64Array, node: number): void {
    const n = node * N;
    const above = this.parents[node]! * N;
    const own = this.nodes.data;
    const isHeld = own[n + Node.state] !== 0 || own[n + Node.isLocked] !== 0;
    limits[n + Node.leastOfChain] = limits[n + Node.minOrderQuantity]!;
    limits[n + Node.mostOfChain] = limits[n + Node.maxOrderQuantity]!;
    limits[n + Node.mostNotionalOfChain] = limits[n + Node.maxOrderNotional]!;
    limits[n + Node.permissionsOfChain] = own[n + Node.permissions]!;
    limits[n + Node.isChainHeld] = isHeld ? 1 : 0;
    if (above < 0) return;
    for (const place of [Node.mostOfChain, Node.mostNotionalOfChain] as const) {
      limits[n + place] = Math.min(limits[n + place]!, limits[above + place]!);
    }
    for (const place of [Node.leastOfChain, Node.isChainHeld] as const) {
      limits[n + place] = Math.max(limits[n + place]!, limits[above + place]!);
    }
    const permitted = limits[n + Node.permissionsOfChain]! & limits[above + Node.permissionsOfChain]!;
    limits[n + Node.permissionsOfChain] = permitted;
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
    if (parent >= 0) this.#inherit(row, parent);
    this.links[link + QUEUES] = UNASKED;
    if (this.rows.count * 2 > this.#cells.length) this.#spread();
    else this.#place(row);
    return row;
  }

  #place(row: number): void {
    const mask = this.#cells.length - 1;
    let at = home(this.nodeOf(row), this.instrumentOf(row)) & mask;
    while (this.#cells[at]! >= 0) at = (at + 1) & mask;
    this.#cells[at] = row;
  }

  #spread(): void {
    this.#cells = new Int32Array(this.#cells.length * 2).fill(-1);
    for (let row = 0; row < this.rows.count; row++) this.#place(row);
  }

  setRestricted(row: number, isRestricted: boolean): void {
    const { data } = this.rows;
    data[row * R + Row.isRestricted] = isRestricted ? 1 : 0;
    // A row is younger than the row above it.
    for (const at of this.rowsOf(this.instrumentOf(row)).reverse()) {
      data[at * R + Row.isChainRestricted] = data[at * R + Row.isRestricted]!;
      const parent = this.links[at * LINKS + PARENT]!;
      if (parent >= 0) this.#inherit(at, parent);
    }
  }

  #inherit(row: number, parent: number): void {
    const { data } = this.rows;
    if (data[parent * R + Row.isChainRestricted] !== 0) data[row * R + Row.isChainRestricted] = 1;
  }

  /** The row if there is one, else -1. */
  find(node: number, instrument: number): number {
    const cells = this.#cells;
    const { links } = this;
    const mask = cells.length - 1;
    for (let at = home(node, instrument) & mask; ; at = (at + 1) & mask) {
      const row = cells[at]!;
      if (row < 0) return -1;
      const link = (row & INDEX) * LINKS;
      if (links[link + NODE] === node && links[link + INSTRUMENT] === instrument) return row;
    }
  }

  /** Number of the queues of the row's self-trade group in its instrument, or -1 without a group. */
  queues(row: number): number {
    const known = this.links[(row & INDEX) * LINKS + QUEUES]!;
    return known === UNASKED ? this.#findQueues(row) : known;
  }

  #findQueues(row: number): number {
    const group = this.nodes.data[this.nodeOf(row) * N + Node.group]!;
    let found = NO_QUEUES;
    if (group !== 0) {
      this.#queuesOf.key[0] = group * MAX_INSTRUMENTS + this.instrumentOf(row);
      found = this.#queuesOf.get();
      if (found < 0) {
        found = this.#queueCount++;
        this.#queuesOf.add(found);
      }
    }
    // A group and an instrument never change.
    this.links[row * LINKS + QUEUES] = found;
    return found;
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

function home(node: number, instrument: number): number {
  const mixed = Math.imul(node, 0x9e37_79b1) ^ Math.imul(instrument, 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
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
