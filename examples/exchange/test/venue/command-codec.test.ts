import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommandCodec, MAX_HOT_COMMAND_BYTES } from "../../src/venue/command-codec.ts";
import type { CancelOrder, SubmitOrder, VenueCommand } from "../../src/venue/commands.ts";
import { isVenueError } from "../../src/venue/venue-error.ts";
import { commands } from "./support/commands-arbitrary.ts";

const submit: SubmitOrder = {
  type: "submit",
  timeMicros: 1_767_225_600_000_000,
  session: 3,
  account: 4,
  clientOrderId: "ORDER-000001",
  instrument: 2,
  side: "sell-short",
  quantity: 500,
  orderType: "limit",
  timeInForce: "day",
  price: 18_725,
};
const cancel: CancelOrder = {
  type: "cancel",
  timeMicros: 1,
  session: 0,
  account: 0,
  clientOrderId: "c",
  origClientOrderId: "o",
  orderId: 2 ** 40,
  totalQuantity: 0,
};

const limits = (maxLong: number): VenueCommand => ({
  type: "set-limits",
  timeMicros: 1,
  of: "account",
  index: 0,
  actor: "office",
  limits: { maxLong },
});

/** What was thrown, by code; anything else fails the test. */
function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!isVenueError(error)) throw error;
    return error.code;
  }
}

describe("command codec", () => {
  test("what is decoded is what was encoded, wherever it lies", () => {
    const codec = new CommandCodec();
    fc.assert(
      fc.property(commands, fc.nat(20), (list, offset) => {
        for (const command of list) {
          const bytes = new Uint8Array(1_000);
          const length = codec.encode(command, bytes, offset);
          expect(codec.decode(bytes, offset, length)).toEqual(command);
          expect(bytes.subarray(0, offset).every((byte) => byte === 0)).toBe(true);
          expect(bytes.subarray(offset + length).every((byte) => byte === 0)).toBe(true);
          if (bytes[offset] !== 4) expect(length).toBeLessThanOrEqual(MAX_HOT_COMMAND_BYTES);
        }
      }),
      { numRuns: runs(30) },
    );
  });

  test("a plain limit order takes 48 bytes", () => {
    expect(new CommandCodec().encode(submit, new Uint8Array(400))).toBe(48);
  });

  test.each<[string, VenueCommand, string]>([
    ["a fraction", { ...submit, quantity: 1.5 }, "invalid-command"],
    ["a quantity beyond 32 bits", { ...submit, quantity: 2 ** 31 }, "invalid-command"],
    ["no number", { ...submit, price: Number.NaN }, "invalid-command"],
    ["an unknown side", { ...submit, side: "lend" as never }, "invalid-command"],
    ["an id beyond Latin-1", { ...submit, clientOrderId: "日本" }, "invalid-command"],
    ["an id of 256 characters", { ...cancel, clientOrderId: "x".repeat(256) }, "invalid-command"],
    ["an unsafe order id", { ...cancel, orderId: 2 ** 53 }, "invalid-command"],
    ["a limit that is no number", limits(Number.NaN), "invalid-command"],
    ["a limit without bounds", limits(Number.POSITIVE_INFINITY), "invalid-command"],
    ["an unknown command", { type: "launch", timeMicros: 1 } as never, "invalid-command"],
  ])("%s cannot be encoded", (_name, command, code) => {
    expect(codeOf(() => new CommandCodec().encode(command, new Uint8Array(1_000)))).toBe(code);
  });

  test("a buffer that may be too small is refused before anything is written", () => {
    const codec = new CommandCodec();
    for (const command of [submit, cancel, { type: "start-day", timeMicros: 1, date: 9 } as const]) {
      const bytes = new Uint8Array(30);
      expect(codeOf(() => codec.encode(command, bytes))).toBe("buffer-too-small");
      expect(bytes.every((byte) => byte === 0)).toBe(true);
    }
  });

  test("a record that is cut, or has a byte too many, is malformed", () => {
    const codec = new CommandCodec();
    for (const command of [submit, cancel, { ...cancel, type: "replace", quantity: 5 } as const]) {
      const bytes = new Uint8Array(400);
      const length = codec.encode(command, bytes);
      for (let end = 0; end < length; end++) {
        expect(codeOf(() => codec.decode(bytes, 0, end))).toBe("malformed-command");
      }
      expect(codeOf(() => codec.decode(bytes, 0, length + 1))).toBe("malformed-command");
      expect(codeOf(() => codec.decode(bytes, 390, 20))).toBe("malformed-command");
    }
  });

  test("any bytes are a command or malformed, never anything else", () => {
    const codec = new CommandCodec();
    const record = fc.uint8Array({ maxLength: 80 });
    fc.assert(
      fc.property(record, fc.constantFrom(1, 2, 3, 4, undefined), (bytes, kind) => {
        if (kind !== undefined && bytes.length > 0) bytes[0] = kind;
        expect([undefined, "malformed-command"]).toContain(codeOf(() => codec.decode(bytes)));
      }),
      { numRuns: runs(2_000) },
    );
  });

  test("a flipped byte gives another command or a typed error", () => {
    const codec = new CommandCodec();
    const bytes = new Uint8Array(400);
    const length = codec.encode(
      { ...submit, displayQuantity: 100, expireTimeMicros: 5, extras: { peg: "market", randomSeed: 7 } },
      bytes,
    );
    for (let at = 0; at < length; at++) {
      for (const bit of [1, 16, 128]) {
        const damaged = bytes.slice(0, length);
        damaged[at]! ^= bit;
        expect([undefined, "malformed-command"]).toContain(codeOf(() => codec.decode(damaged)));
      }
    }
  });
});
