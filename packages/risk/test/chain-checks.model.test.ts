import { PreTradeGate, type RejectName, type RiskError, rejectName } from "@exchange-kit/risk";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";

// What an order alone must keep to is kept for whole chains. Here settings of any node change between orders, and accounts
// and holdings begin in between; the model looks at every node of the chain each time.

const LEVELS = ["firm", "desk", "trader", "account"] as const;
const CHANGE = { timeMillis: 0, actor: "test" };
const PRICE = 100;

interface ModelNode {
  readonly parent: ModelNode | undefined;
  readonly index: number;
  state: "active" | "reducing" | "halted";
  permissions: number;
  least: number;
  most: number;
  mostNotional: number;
  readonly restricted: Set<number>;
}

type Step =
  | { kind: "add"; parent: number }
  | { kind: "order"; account: number; instrument: number; quantity: number }
  | { kind: "state"; node: number; state: ModelNode["state"] }
  | { kind: "permissions"; node: number; permissions: number }
  | { kind: "restricted"; node: number; instrument: number; isRestricted: boolean }
  | { kind: "limits"; node: number; least: number; most: number; mostNotional: number }
  | { kind: "restart" };

const some = fc.nat({ max: 30 });
const instrument = fc.nat({ max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("add" as const), parent: some }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      account: some,
      instrument,
      quantity: fc.integer({ min: 1, max: 12 }),
    }),
  },
  fc.record({
    kind: fc.constant("state" as const),
    node: some,
    state: fc.constantFrom("active", "active", "reducing", "halted"),
  }),
  fc.record({ kind: fc.constant("permissions" as const), node: some, permissions: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant("restricted" as const), node: some, instrument, isRestricted: fc.boolean() }),
  fc.record({
    kind: fc.constant("limits" as const),
    node: some,
    least: fc.integer({ min: 1, max: 4 }),
    most: fc.integer({ min: 3, max: 12 }),
    mostNotional: fc.integer({ min: 200, max: 1_200 }),
  }),
  fc.record({ kind: fc.constant("restart" as const) }),
);

function chainOf(node: ModelNode): ModelNode[] {
  return node.parent ? [node, ...chainOf(node.parent)] : [node];
}

/** The first check that an order fails, in check order. */
function expected(account: ModelNode, on: number, quantity: number): RejectName {
  const chain = chainOf(account);
  if (chain.some(({ restricted }) => restricted.has(on))) return "restricted";
  if (chain.some(({ permissions }) => ((permissions >> on) & 1) === 0)) return "not-permitted";
  if (chain.some(({ least }) => quantity < least)) return "min-quantity";
  if (chain.some(({ most }) => quantity > most)) return "max-quantity";
  if (chain.some(({ mostNotional }) => quantity * PRICE > mostNotional)) return "max-notional";
  if (chain.some(({ state }) => state === "halted")) return "halted";
  // Nothing is held, so that every order opens a position.
  if (chain.some(({ state }) => state === "reducing")) return "reduce-only";
  return "accepted";
}

test("an order meets the settings of every node of its chain as they are when it comes", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      let gate = new PreTradeGate({ baseCurrency: "USD" });
      const session = gate.addSession({ name: "session" });
      for (const permission of [0, 1]) {
        gate.addInstrument({ name: `instrument ${permission}`, referencePrice: PRICE, permission });
      }
      const nodes: ModelNode[] = [];
      const add = (parent: ModelNode | undefined, isAccount: boolean): void => {
        const depth = parent ? chainOf(parent).length : 0;
        const level = isAccount ? "account" : LEVELS[depth]!;
        const above = parent ? { parent: parent.index } : {};
        const index = gate.addNode({ name: `node ${nodes.length}`, level, ...above });
        const open = { state: "active", permissions: 3, least: 0, most: 99, mostNotional: 1e9 } as const;
        nodes.push({ parent, index, ...open, restricted: new Set() });
      };
      add(undefined, false);
      add(nodes[0], true);
      const isAccount = new Set([nodes[1]!]);
      let orderId = 0;
      for (const action of steps) {
        if (action.kind === "restart") {
          gate = PreTradeGate.restore(JSON.parse(JSON.stringify(gate.snapshot())));
          continue;
        }
        if (action.kind === "add") {
          const parents = nodes.filter((node) => !isAccount.has(node));
          const parent = parents[action.parent % parents.length]!;
          // Every other one is an account; below a trader there is nothing else.
          const ends = action.parent % 2 === 0 || chainOf(parent).length === LEVELS.length - 1;
          add(parent, ends);
          if (ends) isAccount.add(nodes.at(-1)!);
          continue;
        }
        if (action.kind === "order") {
          const accounts = [...isAccount];
          const account = accounts[action.account % accounts.length]!;
          const id = ++orderId;
          const code = gate.newOrder({
            orderId: id,
            account: account.index,
            session,
            instrument: action.instrument,
            side: "buy",
            type: "limit",
            price: PRICE,
            stopPrice: 0,
            quantity: action.quantity,
            timeMillis: id,
          });
          expect(rejectName(code)).toBe(expected(account, action.instrument, action.quantity));
          gate.cancel(id, id);
          continue;
        }
        const node = nodes[action.node % nodes.length]!;
        switch (action.kind) {
          case "state":
            gate.setState(node.index, action.state, CHANGE);
            node.state = action.state;
            break;
          case "permissions":
            gate.setPermissions(node.index, action.permissions, CHANGE);
            node.permissions = action.permissions;
            break;
          case "restricted":
            gate.setRestricted(node.index, action.instrument, action.isRestricted, CHANGE);
            if (action.isRestricted) node.restricted.add(action.instrument);
            else node.restricted.delete(action.instrument);
            break;
          case "limits":
            try {
              const { least, most, mostNotional } = action;
              const limits = {
                minOrderQuantity: least,
                maxOrderQuantity: most,
                maxOrderNotional: mostNotional,
              };
              gate.setLimits(node.index, limits, CHANGE);
              Object.assign(node, { least, most, mostNotional });
            } catch (error) {
              // Limits that contradict each other or those of another node change nothing.
              expect((error as RiskError).code).toBe("contradictory-limits");
            }
        }
      }
    }),
    { numRuns: runs(500) },
  );
});
