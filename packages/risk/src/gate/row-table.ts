import { IdMap } from "../id-map.ts";
import { INDEX, INSTRUMENT_WIDTH, NODE_WIDTH, Node, ROW_WIDTH, Row } from "./fields.ts";
import { UNLIMITED } from "./limits.ts";
import { doubled, Records } from "./records.ts";

// Folded into the machine code: see `exposure.ts`.
const [R, N, I] = [ROW_WIDTH, NODE_WIDTH, INSTRUMENT_WIDTH];

const MAX_INSTRUMENTS = 2 ** 21;

/**
 * Links of a row: indices of its node, of its instrument, of the row above it, of the next row of the instrument, and of
 * the queues of its self-trade group in the instrument.
 */
export const LINKS = 5;
export const NODE = 0;
export const INSTRUMENT = 1;
export const PARENT = 2;
export const NEXT = 3;
const QUEUES = 4;
/** Queues of a row before they were asked for, and of one without a self-trade group. */
const [UNASKED, NO_QUEUES] = [-2, -1];

/**
 * The nodes, which hang below one another, the instruments, and a row for each pair of both that is used: a node's holding
 * in one instrument.
 */
export class RowTable {
  readonly instruments: Records = new Records(I, 16);
  readonly nodes: Records = new Records(N, 16);
  readonly rows: Records = new Records(R, 64);
  /** {@link LINKS} for each row. */
  links: Int32Array = new Int32Array(64 * LINKS);
  /** Parent of each node, or -1. */
  parents: Int32Array = new Int32Array(16);
  /** {@link NodeLevel} of each node. */
  levels: Int32Array = new Int32Array(16);
  /** Latest row of each instrument, or -1. */
  firstRows: Int32Array = new Int32Array(16);
  /** Rows by a hash of node and instrument, with linear probing; -1 is empty. */
  #cells: Int32Array = new Int32Array(256).fill(-1);
  /** Queues of a group and instrument. */
  readonly #queuesOf: IdMap = new IdMap(64);
  #queueCount = 0;

  newInstrument(): number {
    const index = this.instruments.add();
    if (index === this.firstRows.length) this.firstRows = doubled(this.firstRows);
    this.firstRows[index] = -1;
    return index;
  }

  newNode(parent: number, level: number): number {
    const index = this.nodes.add();
    if (index === this.parents.length) {
      this.parents = doubled(this.parents);
      this.levels = doubled(this.levels);
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

  /** Number of the queues ({@link OpenOrders}) of the row's self-trade group in its instrument, or -1 without a group. */
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

  /** Rows of an instrument, the latest first. */
  rowsOf(instrument: number): number[] {
    const rows: number[] = [];
    for (let row = this.firstRows[instrument]!; row >= 0; row = this.links[row * LINKS + NEXT]!)
      rows.push(row);
    return rows;
  }
}

function home(node: number, instrument: number): number {
  const mixed = Math.imul(node, 0x9e37_79b1) ^ Math.imul(instrument, 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
}
