import { NODE_WIDTH, Node } from "./fields.ts";
import type { GateSettings } from "./gate-settings.ts";
import type { AlertLevel } from "./gate-types.ts";
import {
  NODE_LIMITS,
  ROW_LIMITS,
  SECTOR_LIMITS,
  SLOTS,
  type UseVisitor,
  visitNode,
  visitRow,
  visitSector,
} from "./limit-uses.ts";
import { doubled } from "./records.ts";
import type { RejectCode } from "./reject-code.ts";
import { LINKS, PARENT } from "./row-table.ts";

export const ALERT_LEVELS: readonly (AlertLevel | undefined)[] = [
  undefined,
  "information",
  "warning",
  "breach",
];

const LIMIT_KINDS = Node.limitKinds;

/** 0 … 3, an index into {@link ALERT_LEVELS}. */
export function alertLevel(value: number, limit: number, informationPpm: number, warningPpm: number): number {
  if (value <= 0) return 0;
  if (value > limit) return 3;
  const share = value * 1_000_000;
  return share >= limit * warningPpm ? 2 : share >= limit * informationPpm ? 1 : 0;
}

/** Levels that limits were last seen at: of nodes, of their sectors, of their instruments. */
class Levels {
  #levels = new Uint8Array(256);

  get(index: number): number {
    return index < this.#levels.length ? this.#levels[index]! : 0;
  }

  set(index: number, level: number): void {
    while (index >= this.#levels.length) this.#levels = doubled(this.#levels);
    this.#levels[index] = level;
  }

  dump(): number[] {
    return Array.from(this.#levels);
  }

  load(levels: readonly number[]): void {
    this.#levels = Uint8Array.from(levels);
  }
}

/** Fires an alert when the use of a limit rises to another level. */
export class AlertWatch implements UseVisitor {
  readonly seen: Float64Array = new Float64Array(2);
  readonly #gate: GateSettings;
  readonly #nodes: Levels = new Levels();
  readonly #sectors: Levels = new Levels();
  readonly #rows: Levels = new Levels();
  #levels: Levels = this.#nodes;
  #base = 0;
  #node = 0;
  #instrument = 0;

  constructor(gate: GateSettings) {
    this.#gate = gate;
  }

  /** Looks at every limit that the row and the rows above it use. */
  watch(row: number): void {
    if (!this.#gate.listener.alert) return;
    const { links } = this.#gate.exposure;
    for (let at = row; at >= 0; at = links[at * LINKS + PARENT]!) this.#watchRow(at);
  }

  /** Looks at every limit that a position in the instrument uses. */
  watchInstrument(instrument: number): void {
    if (!this.#gate.listener.alert) return;
    for (const row of this.#gate.exposure.rowsOf(instrument)) this.#watchRow(row);
  }

  /** Looks at the limits of the node as a whole; one that has no row uses none. */
  watchNode(node: number): void {
    const { exposure, listener } = this.#gate;
    if (!listener.alert) return;
    for (let instrument = 0; instrument < exposure.instruments.count; instrument++) {
      const row = exposure.find(node, instrument);
      if (row < 0) continue;
      this.#watchRow(row);
      return;
    }
  }

  /** Looks at every limit of every node. */
  watchAll(): void {
    if (!this.#gate.listener.alert) return;
    const { count } = this.#gate.exposure.rows;
    for (let row = 0; row < count; row++) this.#watchRow(row);
  }

  /** Looks at the limits that one row uses. */
  #watchRow(row: number): void {
    const { exposure } = this.#gate;
    const node = exposure.nodeOf(row);
    const kinds = exposure.nodes.data[node * NODE_WIDTH + LIMIT_KINDS]!;
    if (kinds === 0) return;
    this.#node = node;
    this.#instrument = exposure.instrumentOf(row);
    if ((kinds & ROW_LIMITS) !== 0) {
      this.#levels = this.#rows;
      this.#base = row * SLOTS;
      visitRow(exposure, row, this);
    }
    if ((kinds & SECTOR_LIMITS) !== 0) {
      const sector = exposure.sectorOf(this.#instrument);
      this.#levels = this.#sectors;
      this.#base = (node * exposure.sectors + sector) * SLOTS;
      visitSector(exposure, node, sector, this);
    }
    if ((kinds & NODE_LIMITS) !== 0) {
      this.#levels = this.#nodes;
      this.#base = node * SLOTS;
      visitNode(exposure, node, this);
    }
  }

  use(slot: number, code: RejectCode): void {
    const value = this.seen[0]!;
    const limit = this.seen[1]!;
    const { informationPpm, warningPpm } = this.#gate.options;
    const index = this.#base + slot;
    const before = this.#levels.get(index);
    // Nearly always: far from the limit, as it was.
    if (before === 0 && value * 1_000_000 < limit * informationPpm) return;
    const level = alertLevel(value, limit, informationPpm, warningPpm);
    if (level === before) return;
    this.#levels.set(index, level);
    if (level > before) {
      this.#gate.listener.alert!(ALERT_LEVELS[level]!, code, this.#node, this.#instrument, value, limit);
    }
  }

  dump(): { nodes: number[]; sectors: number[]; rows: number[] } {
    return { nodes: this.#nodes.dump(), sectors: this.#sectors.dump(), rows: this.#rows.dump() };
  }

  load(dump: ReturnType<AlertWatch["dump"]>): void {
    this.#nodes.load(dump.nodes);
    this.#sectors.load(dump.sectors);
    this.#rows.load(dump.rows);
  }
}
