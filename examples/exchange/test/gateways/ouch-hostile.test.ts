import {
  isItchError,
  type Ouch50EnterOrder,
  type Ouch50Inbound,
  type Ouch50Outbound,
  OuchTag,
  ouch50,
} from "@exchange-kit/itch";
import { SoupBinTcpClient } from "@exchange-kit/itch/net";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { OuchGateway } from "../../src/gateways/ouch/ouch-gateway.ts";
import { Logins } from "../../src/logins.ts";
import { referenceLogins } from "../../src/reference-logins.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";

// Any numbers that the fields of a message can hold, with those at which a record of the venue ends.
const word = fc.oneof(
  fc.constantFrom(0, 1, 100, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1),
  fc.nat({ max: 200 }),
);
const price4 = fc.oneof(
  fc.constantFrom(0, 1, 187_2500, 187_2600, 0x7fff_ffff, 2 ** 31 * 100, 2 ** 40, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 187_0000, max: 188_0000 }),
);
const userRefNum = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32 - 1) },
);
const terms = {
  quantity: word,
  price4,
  timeInForce: fc.constantFrom("0", "3", "5", "6", "E"),
  display: fc.constantFrom("Y", "N", "A"),
  intermarketSweepEligibility: fc.constantFrom("Y", "N"),
  clOrdId: fc.constantFrom("", "one", "\u0001"),
  appendages: fc.array(
    fc.oneof(
      fc.record({ tag: fc.constantFrom(OuchTag.maxFloor, OuchTag.minimumQuantity), value: word }),
      fc.record({ tag: fc.constantFrom(OuchTag.displayPrice), value: price4 }),
    ),
    { maxLength: 2 },
  ),
};
const inbound = fc.oneof(
  fc.record({
    type: fc.constant("O"),
    userRefNum,
    side: fc.constantFrom("B", "S", "T", "E"),
    symbol: fc.constantFrom("ACME", "BOLT", "NONE"),
    capacity: fc.constantFrom("A", "P", "R", "O"),
    crossType: fc.constantFrom("N", "O", "C", "H"),
    ...terms,
  }),
  fc.record({ type: fc.constant("U"), origUserRefNum: userRefNum, userRefNum, ...terms }),
  fc.record({ type: fc.constant("X"), userRefNum, quantity: word }),
  fc.record({
    type: fc.constant("M"),
    userRefNum,
    side: fc.constantFrom("B", "S", "T", "E"),
    quantity: word,
  }),
  fc.constant({ type: "Q" }),
);
const step = fc.oneof(
  { weight: 8, arbitrary: inbound },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 60 }) },
);
const lastOrder: Ouch50EnterOrder = {
  type: "O",
  userRefNum: 1,
  side: "B",
  quantity: 1,
  symbol: "ACME",
  price4: 1_800_000,
  timeInForce: "0",
  display: "Y",
  capacity: "P",
  intermarketSweepEligibility: "N",
  crossType: "N",
  clOrdId: "",
  appendages: [],
};

/** As bytes; what the codec itself has no room for is no message. */
function bytesOf(step: unknown): Uint8Array | undefined {
  if (step instanceof Uint8Array) return step;
  try {
    return ouch50.encodeInbound(step as Ouch50Inbound);
  } catch (error) {
    if (isItchError(error)) return undefined;
    throw error;
  }
}

/** Reference numbers that must be answered: each that is higher than all before. */
function answerable(messages: readonly Uint8Array[]): number[] {
  let highest = 0;
  const numbers: number[] = [];
  for (const bytes of messages) {
    let message: Ouch50Inbound;
    try {
      message = ouch50.decodeInbound(bytes, 0, bytes.length);
    } catch {
      continue;
    }
    if (message.type !== "O" && message.type !== "U") continue;
    if (message.userRefNum <= highest || message.userRefNum === 2 ** 32 - 1) continue;
    highest = message.userRefNum;
    numbers.push(highest);
  }
  return numbers;
}

test("no message ends the venue, whatever its numbers, and each new reference number is answered once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
      let micros = 1_767_225_600_000_000;
      const sequenced = new SequencedVenue({
        config: referenceConfig,
        journal: "memory",
        now: () => ++micros,
      });
      const gateway = new OuchGateway({ sequenced, logins: new Logins(referenceLogins, referenceConfig) });
      sequenced.add(gateway);
      await sequenced.open();
      const port = await gateway.listen(0, "127.0.0.1");
      sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });

      const messages = steps.flatMap((step) => bytesOf(step) ?? []);
      const told: Ouch50Outbound[] = [];
      const take = (bytes: Uint8Array, offset: number, length: number): void =>
        void told.push(ouch50.decodeOutbound(bytes, offset, length));
      const login = { host: "127.0.0.1", port, username: "ALFA", password: "alfa" };
      const client = await new Promise<SoupBinTcpClient>((resolve) => {
        const made: SoupBinTcpClient = new SoupBinTcpClient(login, {
          message: take,
          accepted: () => resolve(made),
        });
      });
      for (const bytes of messages) client.send(bytes);
      const last = { ...lastOrder, userRefNum: 2 ** 32 - 2 };
      client.send(ouch50.encodeInbound(last));
      const expected = answerable([...messages, ouch50.encodeInbound(last)]);
      const answers = (): number[] =>
        told.flatMap((message) =>
          "AUJ".includes(message.type) && "userRefNum" in message ? message.userRefNum : [],
        );
      await vi.waitFor(() => expect(answers().length).toBeGreaterThanOrEqual(expected.length), {
        interval: 1,
      });
      expect(answers().sort((a, b) => a - b)).toEqual(expected);
      expect(sequenced.state).toBe("running");
      sequenced.venue.audit();
      client.close();
      await gateway.close();
    }),
    { numRuns: runs(60) },
  );
});
