import { dumpColumns, growColumns, loadColumns } from "./columns.ts";
import { IdMap } from "./id-map.ts";
import { KINDS, Kind, UNLIMITED } from "./limits.ts";

/** Fields of an instrument. */
export interface InstrumentColumns {
  multiplier: Float64Array;
  currency: Int32Array;
  sector: Int32Array;
  permission: Int32Array;
  tickSize: Float64Array;
  lotSize: Float64Array;
  minQuantity: Float64Array;
  maxQuantity: Float64Array;
  reference: Float64Array;
  staticPpm: Float64Array;
  dynamicPpm: Float64Array;
  fatFingerPpm: Float64Array;
  marginPpm: Float64Array;
  stressPpm: Float64Array;
  isShortMarked: Uint8Array;
  needsLocate: Uint8Array;
  tradable: Uint8Array;
  restricted: Uint8Array;
  shortSaleRestricted: Uint8Array;
  mark: Float64Array;
  bid: Float64Array;
  ask: Float64Array;
  dynamicLow: Float64Array;
  dynamicHigh: Float64Array;
  staticLow: Float64Array;
  staticHigh: Float64Array;
  fatSell: Float64Array;
  fatBuy: Float64Array;
  bandLow: Float64Array;
  bandHigh: Float64Array;
  /** Rate to the base currency. */
  rate: Float64Array;
  /** Base money that one lot is worth at the mark: mark × multiplier × rate. */
  unit: Float64Array;
  firstRow: Int32Array;
}

/** Fields of a node. */
export interface NodeColumns {
  parent: Int32Array;
  level: Uint8Array;
  state: Uint8Array;
  permissions: Int32Array;
  group: Int32Array;
  openNotional: Float64Array;
  traded: Float64Array;
  openOrders: Int32Array;
  margin: Float64Array;
  value: Float64Array;
  cash: Float64Array;
  hasCash: Uint8Array;
  pnl: Float64Array;
  messages: Float64Array;
  trades: Float64Array;
  isLocked: Uint8Array;
}

/** Fields of a row: one node's holding in one instrument, with everything below the node. */
export interface RowColumns {
  node: Int32Array;
  instrument: Int32Array;
  parent: Int32Array;
  next: Int32Array;
  isRestricted: Uint8Array;
  maxLong: Float64Array;
  maxShort: Float64Array;
  position: Float64Array;
  openBuy: Float64Array;
  openSell: Float64Array;
  /** Base money of the open buys and sales at their worst price. */
  buyValue: Float64Array;
  sellValue: Float64Array;
  /** What trades since the day's start brought in, in the instrument's currency. */
  cashFlow: Float64Array;
  locates: Float64Array;
  gross: Float64Array;
  netHigh: Float64Array;
  netLow: Float64Array;
  margin: Float64Array;
  value: Float64Array;
  pnl: Float64Array;
}

const MAX_INSTRUMENTS = 2 ** 21;

/** Numbers that {@link Exposure.evaluate} gives for one row. */
export const GROSS = 0;
export const HIGH = 1;
export const LOW = 2;
export const MARGIN = 3;
/** Numbers for each row of the chain in the scratch array. */
export const SCRATCH = 4;

/**
 * Positions, open orders and money of every node, instrument and pair of both. A row keeps what it adds to its node's
 * totals and moves them by differences of whole numbers, so that totals are exact and return to zero by themselves.
 */
export class Exposure {
  readonly sectors: number;
  readonly instruments: InstrumentColumns;
  readonly nodes: NodeColumns;
  readonly rows: RowColumns;
  /** {@link KINDS} numbers for each node. */
  limits: Float64Array;
  /** Totals by node × (1 + sectors) + bucket; bucket 0 is the node's total, 1 + s its sector s. */
  gross: Float64Array;
  netHigh: Float64Array;
  netLow: Float64Array;
  instrumentCount = 0;
  nodeCount = 0;
  rowCount = 0;
  readonly #rowOf: IdMap = new IdMap(256);
  /** Results of {@link Exposure.evaluate}, {@link SCRATCH} for each depth of the chain. */
  readonly scratch: Float64Array = new Float64Array(SCRATCH * 8);

  constructor(sectors: number) {
    this.sectors = sectors;
    this.instruments = instrumentColumns(16);
    this.nodes = nodeColumns(16);
    this.rows = rowColumns(64);
    this.limits = new Float64Array(16 * KINDS);
    const buckets = 16 * (1 + sectors);
    this.gross = new Float64Array(buckets);
    this.netHigh = new Float64Array(buckets);
    this.netLow = new Float64Array(buckets);
  }

  newInstrument(): number {
    if (this.instrumentCount === this.instruments.mark.length) growColumns(this.instruments);
    this.instruments.firstRow[this.instrumentCount] = -1;
    return this.instrumentCount++;
  }

  newNode(): number {
    if (this.nodeCount === this.nodes.parent.length) this.#growNodes();
    return this.nodeCount++;
  }

  #growNodes(): void {
    growColumns(this.nodes);
    for (const name of TOTALS) {
      const larger = new Float64Array(this[name].length * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
  }

  /** The row of a node in an instrument, made (with those of the nodes above) when it is first needed. */
  row(node: number, instrument: number): number {
    const key = node * MAX_INSTRUMENTS + instrument;
    const known = this.#rowOf.get(key);
    if (known >= 0) return known;
    const above = this.nodes.parent[node]!;
    const parent = above >= 0 ? this.row(above, instrument) : -1;
    if (this.rowCount === this.rows.node.length) growColumns(this.rows);
    const row = this.rowCount++;
    const { rows } = this;
    rows.node[row] = node;
    rows.instrument[row] = instrument;
    rows.parent[row] = parent;
    rows.next[row] = this.instruments.firstRow[instrument]!;
    rows.maxLong[row] = UNLIMITED;
    rows.maxShort[row] = UNLIMITED;
    this.instruments.firstRow[instrument] = row;
    this.#rowOf.add(key, row);
    return row;
  }

  /** The row if there is one, else -1. */
  find(node: number, instrument: number): number {
    return this.#rowOf.get(node * MAX_INSTRUMENTS + instrument);
  }

  limit(node: number, kind: number): number {
    return this.limits[node * KINDS + kind]!;
  }

  /** Writes what the row would add to its node's totals into `scratch[at …]`. */
  evaluate(
    row: number,
    at: number,
    position: number,
    openBuy: number,
    openSell: number,
    buyValue: number,
    sellValue: number,
  ): void {
    const instrument = this.rows.instrument[row]!;
    const unit = this.instruments.unit[instrument]!;
    const long = position + openBuy;
    const short = position - openSell;
    const size = Math.abs(unit);
    const { scratch } = this;
    scratch[at + GROSS] = Math.round(Math.max(Math.abs(long), Math.abs(short)) * size);
    scratch[at + HIGH] = Math.round(unit >= 0 ? long * unit : short * unit);
    scratch[at + LOW] = Math.round(unit >= 0 ? short * unit : long * unit);
    // Open orders that only close the position need no margin of their own.
    const closingBuy = position < 0 ? Math.min(openBuy, -position) : 0;
    const closingSell = position > 0 ? Math.min(openSell, position) : 0;
    const opensBuy = openBuy > closingBuy ? buyValue * ((openBuy - closingBuy) / openBuy) : 0;
    const opensSell = openSell > closingSell ? sellValue * ((openSell - closingSell) / openSell) : 0;
    const held = Math.abs(position) * size;
    scratch[at + MARGIN] = Math.ceil(
      ((held + Math.max(opensBuy, opensSell)) * this.instruments.marginPpm[instrument]!) / 1_000_000,
    );
  }

  /** Brings the row's contributions, and its node's totals, up to its position, open orders and mark. */
  refresh(row: number): void {
    this.#refreshExposure(row);
    const { rows, nodes, instruments } = this;
    const position = rows.position[row]!;
    const instrument = rows.instrument[row]!;
    const node = rows.node[row]!;
    const value = Math.round(position * instruments.unit[instrument]!);
    nodes.value[node] = nodes.value[node]! + value - rows.value[row]!;
    rows.value[row] = value;
    const worth = position * instruments.mark[instrument]! * instruments.multiplier[instrument]!;
    const pnl = Math.round((rows.cashFlow[row]! + worth) * instruments.rate[instrument]!);
    nodes.pnl[node] = nodes.pnl[node]! + pnl - rows.pnl[row]!;
    rows.pnl[row] = pnl;
  }

  /** The part of {@link Exposure.refresh} that open orders can move; value and profit are of the position alone. */
  #refreshExposure(row: number): void {
    const { rows, nodes, instruments, scratch } = this;
    const instrument = rows.instrument[row]!;
    this.evaluate(
      row,
      0,
      rows.position[row]!,
      rows.openBuy[row]!,
      rows.openSell[row]!,
      rows.buyValue[row]!,
      rows.sellValue[row]!,
    );
    const node = rows.node[row]!;
    const total = node * (1 + this.sectors);
    const sector = total + 1 + instruments.sector[instrument]!;
    const gross = scratch[GROSS]! - rows.gross[row]!;
    const high = scratch[HIGH]! - rows.netHigh[row]!;
    const low = scratch[LOW]! - rows.netLow[row]!;
    rows.gross[row] = scratch[GROSS]!;
    rows.netHigh[row] = scratch[HIGH]!;
    rows.netLow[row] = scratch[LOW]!;
    this.gross[total] = this.gross[total]! + gross;
    this.gross[sector] = this.gross[sector]! + gross;
    this.netHigh[total] = this.netHigh[total]! + high;
    this.netHigh[sector] = this.netHigh[sector]! + high;
    this.netLow[total] = this.netLow[total]! + low;
    this.netLow[sector] = this.netLow[sector]! + low;
    nodes.margin[node] = nodes.margin[node]! + scratch[MARGIN]! - rows.margin[row]!;
    rows.margin[row] = scratch[MARGIN]!;
  }

  /** Adds an open order (or, with negative numbers, takes one away) on the row and all rows above it. */
  reserve(row: number, isBuy: boolean, quantity: number, value: number, orders: number): void {
    const { rows, nodes } = this;
    for (let at = row; at >= 0; at = rows.parent[at]!) {
      if (isBuy) {
        rows.openBuy[at] = rows.openBuy[at]! + quantity;
        rows.buyValue[at] = rows.buyValue[at]! + value;
      } else {
        rows.openSell[at] = rows.openSell[at]! + quantity;
        rows.sellValue[at] = rows.sellValue[at]! + value;
      }
      const node = rows.node[at]!;
      nodes.openNotional[node] = nodes.openNotional[node]! + value;
      nodes.openOrders[node] = nodes.openOrders[node]! + orders;
      this.#refreshExposure(at);
    }
  }

  /** Moves the position on the row and all rows above it; `quantity` is negative for a sale. */
  trade(row: number, quantity: number, price: number, fee: number): void {
    const { rows, nodes, instruments } = this;
    const instrument = rows.instrument[row]!;
    const paid = quantity * price * instruments.multiplier[instrument]! + fee;
    const basePaid = Math.round(paid * instruments.rate[instrument]!);
    const traded = Math.round(
      Math.abs(quantity * price) * instruments.multiplier[instrument]! * instruments.rate[instrument]!,
    );
    for (let at = row; at >= 0; at = rows.parent[at]!) {
      rows.position[at] = rows.position[at]! + quantity;
      rows.cashFlow[at] = rows.cashFlow[at]! - paid;
      const node = rows.node[at]!;
      nodes.cash[node] = nodes.cash[node]! - basePaid;
      nodes.traded[node] = nodes.traded[node]! + traded;
      nodes.trades[node] = nodes.trades[node]! + 1;
      this.refresh(at);
    }
  }

  /** After a new mark or rate. */
  revalue(instrument: number): void {
    const { instruments, rows } = this;
    instruments.unit[instrument] =
      instruments.mark[instrument]! * instruments.multiplier[instrument]! * instruments.rate[instrument]!;
    for (let row = instruments.firstRow[instrument]!; row >= 0; row = rows.next[row]!) this.refresh(row);
  }

  /** Profit and loss starts again from the present marks, as do traded notional, messages and trades. */
  startDay(): void {
    const { rows, nodes, instruments } = this;
    for (let row = 0; row < this.rowCount; row++) {
      const instrument = rows.instrument[row]!;
      rows.cashFlow[row] =
        -rows.position[row]! * instruments.mark[instrument]! * instruments.multiplier[instrument]!;
      this.refresh(row);
    }
    for (const column of [nodes.traded, nodes.messages, nodes.trades]) column.fill(0);
  }

  dump(): ExposureDump {
    return {
      instruments: dumpColumns(this.instruments, this.instrumentCount),
      nodes: dumpColumns(this.nodes, this.nodeCount),
      rows: dumpColumns(this.rows, this.rowCount),
      limits: Array.from(this.limits.subarray(0, this.nodeCount * KINDS)),
      gross: Array.from(this.gross.subarray(0, this.nodeCount * (1 + this.sectors))),
      netHigh: Array.from(this.netHigh.subarray(0, this.nodeCount * (1 + this.sectors))),
      netLow: Array.from(this.netLow.subarray(0, this.nodeCount * (1 + this.sectors))),
    };
  }

  load(dump: ExposureDump): void {
    for (const _ of dump.instruments.mark!) this.newInstrument();
    for (const _ of dump.nodes.parent!) this.newNode();
    while (this.rows.node.length < dump.rows.node!.length) growColumns(this.rows);
    loadColumns(this.instruments, dump.instruments);
    loadColumns(this.nodes, dump.nodes);
    loadColumns(this.rows, dump.rows);
    for (const name of TOTALS) this[name].set(dump[name]);
    this.rowCount = dump.rows.node!.length;
    for (let row = 0; row < this.rowCount; row++) {
      this.#rowOf.add(this.rows.node[row]! * MAX_INSTRUMENTS + this.rows.instrument[row]!, row);
    }
  }
}

const TOTALS = ["limits", "gross", "netHigh", "netLow"] as const;

/** State of an {@link Exposure} as plain data. */
export interface ExposureDump {
  readonly instruments: Record<string, number[]>;
  readonly nodes: Record<string, number[]>;
  readonly rows: Record<string, number[]>;
  readonly limits: number[];
  readonly gross: number[];
  readonly netHigh: number[];
  readonly netLow: number[];
}

/** Long and short limits of a row: the narrower of the instrument's own and the node's. */
export function longLimit(exposure: Exposure, row: number): number {
  return Math.min(exposure.rows.maxLong[row]!, exposure.limit(exposure.rows.node[row]!, Kind.maxLong));
}

export function shortLimit(exposure: Exposure, row: number): number {
  return Math.min(exposure.rows.maxShort[row]!, exposure.limit(exposure.rows.node[row]!, Kind.maxShort));
}

function instrumentColumns(length: number): InstrumentColumns {
  return {
    multiplier: new Float64Array(length),
    currency: new Int32Array(length),
    sector: new Int32Array(length),
    permission: new Int32Array(length),
    tickSize: new Float64Array(length),
    lotSize: new Float64Array(length),
    minQuantity: new Float64Array(length),
    maxQuantity: new Float64Array(length),
    reference: new Float64Array(length),
    staticPpm: new Float64Array(length),
    dynamicPpm: new Float64Array(length),
    fatFingerPpm: new Float64Array(length),
    marginPpm: new Float64Array(length),
    stressPpm: new Float64Array(length),
    isShortMarked: new Uint8Array(length),
    needsLocate: new Uint8Array(length),
    tradable: new Uint8Array(length),
    restricted: new Uint8Array(length),
    shortSaleRestricted: new Uint8Array(length),
    mark: new Float64Array(length),
    bid: new Float64Array(length),
    ask: new Float64Array(length),
    dynamicLow: new Float64Array(length),
    dynamicHigh: new Float64Array(length),
    staticLow: new Float64Array(length),
    staticHigh: new Float64Array(length),
    fatSell: new Float64Array(length),
    fatBuy: new Float64Array(length),
    bandLow: new Float64Array(length),
    bandHigh: new Float64Array(length),
    rate: new Float64Array(length),
    unit: new Float64Array(length),
    firstRow: new Int32Array(length),
  };
}

function nodeColumns(length: number): NodeColumns {
  return {
    parent: new Int32Array(length),
    level: new Uint8Array(length),
    state: new Uint8Array(length),
    permissions: new Int32Array(length),
    group: new Int32Array(length),
    openNotional: new Float64Array(length),
    traded: new Float64Array(length),
    openOrders: new Int32Array(length),
    margin: new Float64Array(length),
    value: new Float64Array(length),
    cash: new Float64Array(length),
    hasCash: new Uint8Array(length),
    pnl: new Float64Array(length),
    messages: new Float64Array(length),
    trades: new Float64Array(length),
    isLocked: new Uint8Array(length),
  };
}

function rowColumns(length: number): RowColumns {
  return {
    node: new Int32Array(length),
    instrument: new Int32Array(length),
    parent: new Int32Array(length),
    next: new Int32Array(length),
    isRestricted: new Uint8Array(length),
    maxLong: new Float64Array(length),
    maxShort: new Float64Array(length),
    position: new Float64Array(length),
    openBuy: new Float64Array(length),
    openSell: new Float64Array(length),
    buyValue: new Float64Array(length),
    sellValue: new Float64Array(length),
    cashFlow: new Float64Array(length),
    locates: new Float64Array(length),
    gross: new Float64Array(length),
    netHigh: new Float64Array(length),
    netLow: new Float64Array(length),
    margin: new Float64Array(length),
    value: new Float64Array(length),
    pnl: new Float64Array(length),
  };
}
