import {
  datagramOf,
  ItchDecoder,
  type ItchListener,
  type ItchMessage,
  itchFormats,
} from "@exchange-kit/itch";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyMessage, framed } from "./support/messages.ts";

test("every view gives every field, 64-bit ones also in halves, and characters also as codes", () => {
  const seen: [ItchMessage, Record<string, unknown>][] = [];
  let expected: ItchMessage;
  const listener = Object.fromEntries(
    itchFormats.map(({ name }) => [name, (view: Record<string, unknown>) => seen.push([expected, view])]),
  ) as ItchListener;
  const decoder = new ItchDecoder(listener);
  fc.assert(
    fc.property(anyMessage, (message) => {
      expected = message;
      seen.length = 0;
      decoder.decodeFrames(framed([message]));
      const [[, view]] = seen as [[ItchMessage, Record<string, unknown>]];
      const values = message as unknown as Record<string, unknown>;
      const format = itchFormats.find(({ type }) => type === message.type)!;
      for (const { name, kind } of format.fields) {
        expect([name, view[name]]).toEqual([name, values[name]]);
        if (kind === "u64" || kind === "price8") {
          const halves =
            (BigInt(view[`${name}High`] as number) << 32n) | BigInt(view[`${name}Low`] as number);
          expect(halves).toBe(values[name]);
        }
        const code = view[`${name}Code`];
        if (kind === "char" && code !== undefined) expect(code).toBe((values[name] as string).charCodeAt(0));
      }
    }),
    { numRuns: runs(500) },
  );
});

/** An IPv6 UDP packet with a hop-by-hop header, from port 1 to port 2. */
const ipv6 = Uint8Array.from([
  ...[0x60, 0, 0, 0, 0, 19, 0, 64],
  ...new Array<number>(32).fill(1),
  ...[17, 0, 0, 0, 0, 0, 0, 0],
  ...[0, 1, 0, 2, 0, 11, 0, 0, 7, 8, 9],
]);

test.each([
  ["Ethernet", 1, [...new Array<number>(12).fill(0), 0x86, 0xdd]],
  ["Linux cooked", 113, [...new Array<number>(14).fill(0), 0x86, 0xdd]],
  ["Linux cooked, version 2", 276, [0x86, 0xdd, ...new Array<number>(18).fill(0)]],
  ["loopback", 0, [30, 0, 0, 0]],
  ["raw IP", 101, []],
])("a datagram over IPv6 is found behind %s", (_, linkType, header) => {
  const frame = Uint8Array.from([...header, ...ipv6, 0xee, 0xee]);
  expect(datagramOf(linkType, frame)).toEqual({
    protocol: "udp",
    sourcePort: 1,
    destinationPort: 2,
    payload: Uint8Array.of(7, 8, 9),
  });
  for (let length = 0; length < frame.length - 2; length++) {
    expect(datagramOf(linkType, frame.subarray(0, length))).toBeUndefined();
  }
});

test("what is no IP, or a transport that is neither UDP nor TCP, is no datagram", () => {
  expect(datagramOf(999, ipv6)).toBeUndefined();
  expect(datagramOf(101, Uint8Array.of(0x10, 0, 0))).toBeUndefined();
  const other = ipv6.slice();
  other[40] = 58;
  expect(datagramOf(101, other)).toBeUndefined();
});
