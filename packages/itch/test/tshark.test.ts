import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageStore, MoldUdp64Publisher } from "@exchange-kit/itch";
import { describe, expect, test } from "vitest";
import { ethernet, pcap } from "./support/captures.ts";
import { framed, make } from "./support/messages.ts";

const isInstalled = spawnSync("tshark", ["--version"]).status === 0;
if (!isInstalled) console.warn("skipped: tshark is not installed, which would dissect what we publish");

describe.skipIf(!isInstalled)("Wireshark's dissector (skipped where tshark is not installed)", () => {
  test("reads our MoldUDP64 packets: session, numbers, and the messages in them", () => {
    const frames: Uint8Array[] = [];
    const publisher = new MoldUdp64Publisher({ session: "DAY1", store: new MessageStore() }, (packet) =>
      frames.push(ethernet(packet)),
    );
    for (const message of [make.add(1, "B", 100, 10_000), make.execute(1, 40), make.delete(1)]) {
      publisher.publish(framed([message]).subarray(2), 0);
    }
    publisher.flush(0);
    publisher.tick(1000);
    publisher.end(2000);
    const folder = mkdtempSync(join(tmpdir(), "exchange-kit-tshark-"));
    try {
      const path = join(folder, "mold.pcap");
      writeFileSync(path, pcap(frames, { isLittle: true, isNanos: true }));
      const fields = ["session", "sequence", "count", "msglen"].flatMap((name) => [
        "-e",
        `moldudp64.${name}`,
      ]);
      const output = execFileSync(
        "tshark",
        ["-r", path, "-d", "udp.port==26477,moldudp64", "-T", "fields", "-E", "separator=|", ...fields],
        { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
      );
      const rows = output
        .trimEnd()
        .split("\n")
        .map((line) => line.split("|"));
      expect(rows.map(([session, , count]) => [session?.trim(), Number(count)])).toEqual([
        ["DAY1", 3],
        ["DAY1", 0],
        ["DAY1", 0xffff],
      ]);
      // The dissector numbers every message of a packet; the packet's own number comes first.
      expect(rows.map(([, sequence]) => Number(sequence?.split(",")[0]))).toEqual([1, 4, 4]);
      expect(rows[0]?.[3]).toBe("36,31,19");
      const malformed = execFileSync(
        "tshark",
        ["-r", path, "-d", "udp.port==26477,moldudp64", "-Y", "_ws.malformed"],
        {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
        },
      );
      expect(malformed).toBe("");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
