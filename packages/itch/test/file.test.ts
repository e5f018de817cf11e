import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  CaptureReader,
  ItchEncoder,
  type ItchMessage,
  itchObjects,
  MessageStore,
  MoldUdp64Publisher,
} from "@exchange-kit/itch";
import { decodeItchFile, readItchFile } from "@exchange-kit/itch/file";
import { outsideData } from "@exchange-kit/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ethernet, pcap, pcapng } from "./support/captures.ts";
import { framed, make } from "./support/messages.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-itch-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Uint8Array): string {
  const path = join(folder, "file");
  writeFileSync(path, bytes);
  return path;
}

async function readAll(path: string): Promise<{ messages: ItchMessage[]; error: unknown }> {
  const messages: ItchMessage[] = [];
  try {
    for await (const message of readItchFile(path)) messages.push(message);
    return { messages, error: undefined };
  } catch (error) {
    return { messages, error };
  }
}

const messages = [make.add(1, "B", 100, 10_000), make.execute(1, 40), make.delete(1)];

test("a file reads as plain objects, plain or gzip", async () => {
  expect(await readAll(file(framed(messages)))).toEqual({ messages, error: undefined });
  expect(await readAll(file(gzipSync(framed(messages))))).toEqual({ messages, error: undefined });
  expect(await readAll(file(new Uint8Array(0)))).toEqual({ messages: [], error: undefined });
});

test("a bare file is recognised by its two zero bytes", async () => {
  const bytes = framed(messages);
  for (const at of [1, 39, 72]) bytes[at] = 0;
  expect(await readAll(file(bytes))).toEqual({ messages, error: undefined });
});

test("a truncated file gives every message before the cut, then the offset of the cut frame", async () => {
  const bytes = framed(messages);
  const cut = await readAll(file(bytes.subarray(0, bytes.length - 1)));
  expect(cut.messages).toEqual(messages.slice(0, 2));
  expect(cut.error).toMatchObject({ code: "truncated", offset: 71 });

  const many = framed(
    Array.from({ length: 20_000 }, (_, index) => make.add(index * 7919, "B", index, index * 31)),
  );
  const zipped = gzipSync(many);
  const cutGzip = await readAll(file(zipped.subarray(0, zipped.length >> 1)));
  expect(cutGzip.messages.length).toBeGreaterThan(100);
  expect(cutGzip.error).toMatchObject({ code: "truncated" });
});

test("progress is told, reading can stop early, and be aborted", async () => {
  const path = file(framed(Array.from({ length: 100_000 }, (_, index) => make.delete(index))));
  const progress: number[] = [];
  const whole = await decodeItchFile(path, {}, { onProgress: ({ bytesRead }) => progress.push(bytesRead) });
  expect(whole).toMatchObject({ messages: 100_000, bytes: 2_100_000, tailBytes: 0, fault: undefined });
  expect(progress.at(-1)).toBe(2_100_000);
  const stopped = await decodeItchFile(path, {}, { shouldStop: () => true });
  expect(stopped.messages).toBeLessThan(100_000);
  expect(stopped.fault).toBeUndefined();
  await expect(decodeItchFile(path, {}, { signal: AbortSignal.abort() })).rejects.toThrow("abort");
  await expect(decodeItchFile(join(folder, "missing"), {})).rejects.toThrow("ENOENT");
});

function moldPacket(...published: ItchMessage[]): Uint8Array {
  const packets: Uint8Array[] = [];
  const publisher = new MoldUdp64Publisher({ session: "S", store: new MessageStore() }, (packet) =>
    packets.push(packet.slice()),
  );
  for (const message of published) publisher.publish(framed([message]).subarray(2), 0);
  publisher.flush(0);
  return packets[0]!;
}

describe("captures of MoldUDP64", () => {
  const packets = [moldPacket(messages[0]!, messages[1]!), moldPacket(messages[2]!)];
  const frames = [ethernet(packets[0]!, { trailer: 20 }), ethernet(packets[1]!, { vlans: 2 })];

  test.each([
    ["pcap, big-endian, microseconds", pcap(frames, { isLittle: false, isNanos: false })],
    ["pcap, little-endian, nanoseconds", pcap(frames, { isLittle: true, isNanos: true })],
    ["pcapng, big-endian, 2^-10 s", pcapng(frames, { isLittle: false, resolution: 0x8a })],
    ["pcapng, little-endian, 10^-9 s", pcapng(frames, { isLittle: true, resolution: 9 })],
  ])("%s: messages, and one time for every frame", async (_, bytes) => {
    expect(await readAll(file(bytes))).toEqual({ messages, error: undefined });
    for (const size of [1, 7, bytes.length]) {
      const times: bigint[] = [];
      const reader = new CaptureReader(({ timestampNanos }) => times.push(timestampNanos));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(reader.end()).toBeUndefined();
      expect(times).toEqual([1_500_000_000n, 1_500_000_000n]);
    }
  });

  test("what carries no messages is counted, and the rest is read", async () => {
    const noise = [
      new Uint8Array(5),
      ethernet(packets[0]!, { etherType: 0x0806 }),
      ethernet(packets[0]!, { fragment: 0x2000 }),
      ethernet(packets[0]!.subarray(0, 30)),
      ethernet(new Uint8Array(3)),
    ];
    const path = file(pcap([...noise, ...frames], { isLittle: true, isNanos: true }));
    const seen: ItchMessage[] = [];
    const summary = await decodeItchFile(
      path,
      itchObjects((message) => seen.push(message)),
    );
    expect(summary.packetsSkipped).toBe(5);
    expect(seen).toEqual(messages);
    const none = await decodeItchFile(path, {}, { packets: ({ destinationPort }) => destinationPort === 1 });
    expect(none.messages).toBe(0);
  });

  test("a capture that is cut off or lies gives what came before, and where it broke", async () => {
    const bytes = pcap(frames, { isLittle: true, isNanos: true });
    const cut = await readAll(file(bytes.subarray(0, bytes.length - 1)));
    expect(cut.messages).toHaveLength(2);
    expect(cut.error).toMatchObject({ code: "truncated" });
    const lying = bytes.slice();
    new DataView(lying.buffer).setUint32(24 + 16 + frames[0]!.length + 8, 0x7fffffff, true);
    const lied = await readAll(file(lying));
    expect(lied.messages).toHaveLength(2);
    expect(lied.error).toMatchObject({ code: "not-a-capture", offset: 24 + 16 + frames[0]!.length });
  });

  test("what a listener throws comes out, also an error of this package", async () => {
    const encoder = new ItchEncoder();
    const listener = itchObjects((message) => encoder.encode(message, new Uint8Array(5)));
    for (const bytes of [pcap(frames, { isLittle: true, isNanos: true }), framed(messages)]) {
      await expect(decodeItchFile(file(bytes), listener)).rejects.toMatchObject({ code: "no-room" });
    }
  });

  test("no corrupted byte of a capture does worse than a typed error", () => {
    for (const bytes of [
      pcap(frames, { isLittle: true, isNanos: true }),
      pcapng(frames, { isLittle: false, resolution: 6 }),
    ]) {
      for (let at = 0; at < bytes.length; at++) {
        for (const value of [0, 1, 0x7f, 0xff]) {
          const corrupted = bytes.slice();
          corrupted[at] = value;
          try {
            new CaptureReader(() => {}).push(corrupted);
          } catch (error) {
            expect(error).toMatchObject({ code: "not-a-capture" });
          }
        }
      }
    }
  });
});

const data = outsideData("itch/pcap");
describe.skipIf(!data)("real captures (skipped where the outside vectors are missing)", () => {
  test.each(["Nasdaq.Equities.TotalView.Itch.v5.0", "Nasdaq.Equities.TotalView.Itch.v5.0.20230822"])(
    "%s: the messages of its packets are those of the file made from them",
    async (name) => {
      const seen: ItchMessage[] = [];
      for (const pcapName of readdirSync(join(data!, name))) {
        const listener = itchObjects((message) => seen.push(message));
        const summary = await decodeItchFile(join(data!, name, pcapName), listener);
        expect([pcapName, summary.skipped, summary.packetsSkipped, summary.fault]).toEqual([
          pcapName,
          0,
          0,
          undefined,
        ]);
      }
      const expected = readFileSync(join(data!, "..", `${name}.from-pcap.itch`));
      const sorted = (bytes: Uint8Array): string[] => framesOf(bytes).sort();
      expect(sorted(framed(seen))).toEqual(sorted(expected));
    },
  );
});

function framesOf(bytes: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += 2 + bytes[at + 1]!) {
    found.push(Buffer.from(bytes.subarray(at, at + 2 + bytes[at + 1]!)).toString("hex"));
  }
  return found;
}
