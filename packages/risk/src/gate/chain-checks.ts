import type { Exposure } from "./exposure.ts";
import { INDEX, INSTRUMENT_WIDTH, Instrument, NODE_WIDTH, Node, ROW_WIDTH, Row } from "./fields.ts";
import { limitsOf, lowersPosition } from "./node-checks.ts";
import { BUY, type OrderTerms } from "./order-terms.ts";
import { RejectCode } from "./reject-code.ts";
import { LINKS, NODE, PARENT } from "./row-table.ts";
import type { Verdict } from "./verdict.ts";

// What an order alone must keep to, whatever else is open. The narrowest limit of a node and all above it is kept with the
// node, so that an account's record answers for its whole chain, and nearly every order passes with one look.

// Folded into the machine code: see `exposure.ts`.
const [I, N, R] = [INSTRUMENT_WIDTH, NODE_WIDTH, ROW_WIDTH];
const { isRestricted, isChainRestricted } = Row;
const { permission } = Instrument;
const { state, permissions, isLocked, minOrderQuantity, maxOrderQuantity, maxOrderNotional } = Node;
const { leastOfChain, mostOfChain, mostNotionalOfChain, permissionsOfChain, isChainHeld } = Node;

/** Trading states inside. */
const REDUCING = 1;
const HALTED = 2;

/** Works out what the chains through a node let through, after a setting of it changed. */
export function narrowChains(exposure: Exposure, changed: number): void {
  // A parent is older than its children.
  for (let node = changed; node < exposure.nodes.count; node++) {
    if (!exposure.isWithin(node, changed)) continue;
    narrowChain(exposure, exposure.nodes.data, node);
    narrowChain(exposure, exposure.softLimits.data, node);
  }
}

/** @param limits - of {@link Exposure.nodes} or {@link Exposure.softLimits} */
function narrowChain({ nodes, parents }: Exposure, limits: Float64Array, node: number): void {
  const n = node * N;
  const above = parents[node]! * N;
  const own = nodes.data;
  const isHeld = own[n + state] !== 0 || own[n + isLocked] !== 0;
  limits[n + leastOfChain] = limits[n + minOrderQuantity]!;
  limits[n + mostOfChain] = limits[n + maxOrderQuantity]!;
  limits[n + mostNotionalOfChain] = limits[n + maxOrderNotional]!;
  limits[n + permissionsOfChain] = own[n + permissions]!;
  limits[n + isChainHeld] = isHeld ? 1 : 0;
  if (above < 0) return;
  for (const place of [mostOfChain, mostNotionalOfChain]) {
    limits[n + place] = Math.min(limits[n + place]!, limits[above + place]!);
  }
  for (const place of [leastOfChain, isChainHeld]) {
    limits[n + place] = Math.max(limits[n + place]!, limits[above + place]!);
  }
  const permitted = limits[n + permissionsOfChain]! & limits[above + permissionsOfChain]!;
  limits[n + permissionsOfChain] = permitted;
}

/** Least and most lots that each node of the chain lets through. */
export function checkNodeSizes(exposure: Exposure, terms: OrderTerms, verdict: Verdict): void {
  const { links } = exposure;
  const { quantity, oldQuantity } = terms;
  const limits = limitsOf(exposure, terms.overridesSoftLimits);
  for (let at = terms.row, depth = 0; at >= 0; at = links[at * LINKS + PARENT]!, depth++) {
    const node = links[at * LINKS + NODE]!;
    const least = limits[node * N + minOrderQuantity]!;
    if (quantity < least) verdict.failAt(depth, node, RejectCode.MinQuantity, quantity, least);
    const most = limits[node * N + maxOrderQuantity]!;
    if (quantity > most && quantity > oldQuantity) {
      verdict.failAt(depth, node, RejectCode.MaxQuantity, quantity, most);
    }
  }
}

/** Checks of the order alone: what the whole chain lets through is known, so that a look at each node is rare. */
export function checkChain(exposure: Exposure, terms: OrderTerms, verdict: Verdict): void {
  const limits = limitsOf(exposure, terms.overridesSoftLimits);
  const n = (exposure.nodeOf(terms.row) & INDEX) * N;
  const { quantity } = terms;
  const permissionBit = exposure.instruments.data[(terms.instrument & INDEX) * I + permission]! | 0;
  if (
    quantity >= limits[n + leastOfChain]! &&
    quantity <= limits[n + mostOfChain]! &&
    terms.value <= limits[n + mostNotionalOfChain]! &&
    ((limits[n + permissionsOfChain]! >>> permissionBit) & 1) !== 0 &&
    limits[n + isChainHeld] === 0 &&
    exposure.rows.data[(terms.row & INDEX) * R + isChainRestricted] === 0
  ) {
    return;
  }
  checkNodeSizes(exposure, terms, verdict);
  checkSettings(exposure, terms, verdict);
}

/** What each node of the chain, as it is set, lets through of an order. */
function checkSettings(exposure: Exposure, terms: OrderTerms, verdict: Verdict): void {
  const { links } = exposure;
  const rows = exposure.rows.data;
  const nodes = exposure.nodes.data;
  const limits = limitsOf(exposure, terms.overridesSoftLimits);
  const permissionBit = exposure.instruments.data[terms.instrument * I + permission]! | 0;
  const isLower = lowersPosition(rows, terms.row * R, terms.side === BUY, terms.quantity - terms.oldQuantity);
  for (let at = terms.row, depth = 0; at >= 0; at = links[at * LINKS + PARENT]!, depth++) {
    const node = links[at * LINKS + NODE]!;
    const n = node * N;
    if (rows[at * R + isRestricted] !== 0) verdict.failAt(depth, node, RejectCode.Restricted, 1, 0);
    const permitted = nodes[n + permissions]! | 0;
    if (((permitted >>> permissionBit) & 1) === 0) {
      verdict.failAt(depth, node, RejectCode.NotPermitted, permissionBit, permitted);
    }
    const most = limits[n + maxOrderNotional]!;
    if (terms.value > most) verdict.failAt(depth, node, RejectCode.MaxNotional, terms.value, most);
    const tradingState = nodes[n + state]!;
    if (tradingState === HALTED) verdict.failAt(depth, node, RejectCode.Halted, HALTED, 0);
    if (tradingState === REDUCING && !isLower) {
      verdict.failAt(depth, node, RejectCode.ReduceOnly, REDUCING, 0);
    }
    if (nodes[n + isLocked] !== 0) verdict.failAt(depth, node, RejectCode.RepeatedExecution, 1, 0);
  }
}
