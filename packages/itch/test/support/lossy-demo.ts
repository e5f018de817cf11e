import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { MessageStore } from "@exchange-kit/itch";
import {
  MoldUdp64UdpPublisher,
  MoldUdp64UdpReceiver,
  MoldUdp64UdpRequestServer,
} from "@exchange-kit/itch/net";

/** What a run of the demo came to. */
export interface DemoResult {
  readonly published: number;
  readonly received: number;
  readonly packets: number;
  readonly packetsLost: number;
  readonly requests: number;
  readonly publishedHash: string;
  readonly receivedHash: string;
}

/** Messages published before the event loop gets its turn: a burst that a socket's buffer can hold. */
const BURST = 400;

/**
 * Publishes a length-prefixed file over MoldUDP64 on the loopback, through a relay that loses packets at random from
 * a fixed seed, to a receiver that asks a re-request server for what is missing; hashes both ends.
 */
export async function runDemo(file: Uint8Array, loss: number): Promise<DemoResult> {
  const store = new MessageStore();
  const requestServer = new MoldUdp64UdpRequestServer({ session: "DEMO", store });
  const requestPort = await requestServer.open();
  const receivedHash = createHash("sha256");
  const publishedHash = createHash("sha256");
  let received = 0;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const receiver = new MoldUdp64UdpReceiver(
    {
      message(bytes, offset, length) {
        received++;
        receivedHash.update(bytes.subarray(offset, offset + length));
      },
      sessionEnded: () => end(),
    },
    {
      lines: [{ host: "127.0.0.1", port: 0 }],
      requestServer: { host: "127.0.0.1", port: requestPort },
      requestTimeoutMillis: 20,
    },
  );
  const [port] = (await receiver.open()) as [number];

  const relay = createSocket("udp4");
  let state = 1;
  let packets = 0;
  let packetsLost = 0;
  relay.on("message", (packet) => {
    packets++;
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    if (state / 2 ** 32 < loss) packetsLost++;
    else relay.send(packet, port, "127.0.0.1");
  });
  await new Promise<void>((resolve) => relay.bind(0, "127.0.0.1", resolve));

  const publisher = new MoldUdp64UdpPublisher({ session: "DEMO", store, heartbeatMillis: 20 }, [
    { host: "127.0.0.1", port: relay.address().port },
  ]);
  let published = 0;
  for (let at = 0; at + 2 < file.length; ) {
    const length = file[at]! * 256 + file[at + 1]!;
    const message = file.subarray(at + 2, at + 2 + length);
    publishedHash.update(message);
    publisher.publish(message);
    if (++published % BURST === 0) await new Promise((resolve) => setImmediate(resolve));
    at += 2 + length;
  }
  publisher.end();
  await ended;
  relay.close();
  await Promise.all([publisher.close(), receiver.close(), requestServer.close()]);
  return {
    published,
    received,
    packets,
    packetsLost,
    requests: receiver.receiver.counts.requests,
    publishedHash: publishedHash.digest("hex"),
    receivedHash: receivedHash.digest("hex"),
  };
}
