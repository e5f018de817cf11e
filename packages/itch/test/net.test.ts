import { createHash } from "node:crypto";
import { connect } from "node:net";
import {
  ItchDecoder,
  type ItchMessage,
  itchObjects,
  MessageStore,
  type SoupBinServerConnection,
} from "@exchange-kit/itch";
import {
  MoldUdp64UdpPublisher,
  MoldUdp64UdpReceiver,
  MoldUdp64UdpRequestServer,
  SoupBinTcpClient,
  SoupBinTcpServer,
} from "@exchange-kit/itch/net";
import { expect, test } from "vitest";
import { runDemo } from "./support/lossy-demo.ts";
import { framed, make } from "./support/messages.ts";

const ascii = (words: string): Uint8Array => Uint8Array.from(Buffer.from(words, "latin1"));

test("a day published over UDP with loss arrives complete and in order, through requests", async () => {
  const messages = Array.from({ length: 3000 }, (_, index) => make.add(index + 1, "B", index, index));
  const result = await runDemo(framed(messages), 0.1);
  expect(result.packetsLost).toBeGreaterThan(0);
  expect(result.received).toBe(3000);
  expect(result.receivedHash).toBe(result.publishedHash);
});

test("two lines feed one receiver, which delivers each message once", async () => {
  const seen: ItchMessage[] = [];
  const decoder = new ItchDecoder(itchObjects((message) => seen.push(message)));
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const receiver = new MoldUdp64UdpReceiver(
    { message: (bytes, offset, length) => decoder.decode(bytes, offset, length), sessionEnded: () => end() },
    {
      lines: [
        { host: "127.0.0.1", port: 0 },
        { host: "127.0.0.1", port: 0 },
      ],
    },
  );
  const ports = await receiver.open();
  const lines = ports.map((port) => ({ host: "127.0.0.1", port }));
  const publisher = new MoldUdp64UdpPublisher({ session: "AB", store: new MessageStore() }, lines);
  const messages = [make.add(1, "B", 1, 1), make.delete(1)];
  for (const message of messages) publisher.publish(framed([message]).subarray(2));
  publisher.flush();
  publisher.end();
  await ended;
  expect(seen).toEqual(messages);
  await Promise.all([publisher.close(), receiver.close()]);
});

test("a request server answers over UDP, and errors of a socket are told", async () => {
  const server = new MoldUdp64UdpRequestServer({ session: "S", store: new MessageStore() });
  const port = await server.open();
  const other = new MoldUdp64UdpRequestServer({ session: "S", store: new MessageStore() });
  await expect(other.open(port)).rejects.toThrow("EADDRINUSE");
  await Promise.all([server.close(), other.close()]);
});

test("a SoupBinTCP client gets a session over TCP, survives a broken connection, and sends orders", async () => {
  const store = new MessageStore();
  for (let index = 1; index <= 2000; index++) store.append(ascii(`message ${index}`));
  const orders: string[] = [];
  const connections: SoupBinServerConnection[] = [];
  const server = new SoupBinTcpServer(
    { session: "DAY1", store, authenticate: (username) => username === "trader" },
    {
      loggedIn: (connection) => connections.push(connection),
      unsequenced(_, bytes, offset, length) {
        orders.push(Buffer.from(bytes.subarray(offset, offset + length)).toString());
        store.append(ascii("late"));
        server.pump();
        server.end();
      },
    },
  );
  const port = await server.listen(0);
  const hash = createHash("sha256");
  let count = 0;
  let disconnects = 0;
  const finished = new Promise<void>((resolve) => {
    const client = new SoupBinTcpClient(
      { host: "127.0.0.1", port, username: "trader", password: "x", reconnectMillis: 5 },
      {
        message(bytes, offset, length) {
          hash.update(bytes.subarray(offset, offset + length));
          // The server drops the client in the middle; it asks for the rest by itself.
          if (++count === 1000) connections[0]!.receive(ascii("\0\x01?"), performance.now());
        },
        disconnected() {
          disconnects++;
          if (disconnects > 1) resolve();
        },
        accepted(_session, sequence) {
          if (sequence > 1) client.send(ascii("order"));
        },
      },
    );
  });
  await finished;
  expect(count).toBe(2001);
  expect(orders).toEqual(["order"]);
  const expected = createHash("sha256");
  for (let sequence = 1; sequence < store.nextSequence; sequence++) expected.update(store.message(sequence)!);
  expect(hash.digest("hex")).toBe(expected.digest("hex"));
  await server.close();
});

test("a refused client is told, and does not try again", async () => {
  const server = new SoupBinTcpServer({ session: "S", store: new MessageStore(), authenticate: () => false });
  const port = await server.listen(0);
  const codes: string[] = [];
  await new Promise<void>((resolve) => {
    new SoupBinTcpClient(
      { host: "127.0.0.1", port, username: "u", password: "p", reconnectMillis: 1 },
      { message() {}, failed: (error) => codes.push(error.code), disconnected: () => resolve() },
    );
  });
  expect(codes).toEqual(["login-rejected"]);
  await server.close();
});

test("a client is told that nobody listens, and calls again", async () => {
  const server = new SoupBinTcpServer({ session: "S", store: new MessageStore(), authenticate: () => true });
  const port = await server.listen(0);
  await server.close();
  const errors: string[] = [];
  await new Promise<void>((resolve) => {
    const client = new SoupBinTcpClient(
      { host: "127.0.0.1", port, username: "u", password: "p", reconnectMillis: 1 },
      {
        message() {},
        disconnected: (error) => {
          if (errors.push(error!.message) < 2) return;
          client.close();
          resolve();
        },
      },
    );
  });
  const refused = `connect ECONNREFUSED 127.0.0.1:${port}`;
  expect(errors).toEqual([refused, refused]);
});

test("a client that never reads does not make the server's memory grow, and is closed", async () => {
  const store = new MessageStore();
  const message = new Uint8Array(60_000);
  for (let index = 0; index < 600; index++) store.append(message);
  let reason: string | undefined;
  let close: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const server = new SoupBinTcpServer(
    { session: "S", store, authenticate: () => true, stallMillis: 200 },
    {
      closed(_, error) {
        reason = error?.code;
        close();
      },
    },
  );
  const port = await server.listen(0);
  const login = `${"u".padEnd(6)}${"p".padEnd(10)}${"".padEnd(10)}${"1".padStart(20)}`;
  const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(`\0\x2fL${login}`, "latin1")));
  socket.pause();
  socket.on("error", () => {});
  const before = process.memoryUsage().arrayBuffers;
  await closed;
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
  expect(reason).toBe("slow-consumer");
  socket.destroy();
  await server.close();
});

test("a client that is refused and never closes its side does not keep its place", async () => {
  let reason: string | undefined;
  let close: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const server = new SoupBinTcpServer(
    { session: "S", store: new MessageStore(), authenticate: () => true, stallMillis: 100 },
    {
      closed(_, error) {
        reason = error?.code;
        close();
      },
    },
  );
  const port = await server.listen(0);
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.write("\0\x01?"));
  socket.on("error", () => {});
  socket.resume();
  await closed;
  expect(reason).toBe("protocol");
  expect(socket.destroyed).toBe(false);
  socket.destroy();
  await server.close();
});

test("what was sent before the publisher is closed goes out, the end of the session included", async () => {
  const seen: string[] = [];
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const receiver = new MoldUdp64UdpReceiver(
    {
      message: (bytes, offset, length) =>
        seen.push(Buffer.from(bytes.subarray(offset, offset + length)).toString()),
      sessionEnded: () => end(),
    },
    { lines: [{ host: "127.0.0.1", port: 0 }] },
  );
  const [port] = await receiver.open();
  // A name, which the system looks up on a thread of its own for each packet.
  const lines = [{ host: "localhost", port: port! }];
  const publisher = new MoldUdp64UdpPublisher({ session: "AB", store: new MessageStore() }, lines);
  publisher.publish(ascii("last words"));
  publisher.end();
  await publisher.close();
  await ended;
  expect(seen).toEqual(["last words"]);
  await receiver.close();
});

test("a line is alive before its first message", async () => {
  const receiver = new MoldUdp64UdpReceiver({ message() {} }, { lines: [{ host: "127.0.0.1", port: 0 }] });
  const [port] = await receiver.open();
  const lines = [{ host: "127.0.0.1", port: port! }];
  const publisher = new MoldUdp64UdpPublisher(
    { session: "AB", store: new MessageStore(), heartbeatMillis: 10 },
    lines,
  );
  await expect.poll(() => receiver.receiver.counts.packets).toBeGreaterThan(1);
  expect([receiver.receiver.session, receiver.receiver.hasGap]).toEqual(["AB", false]);
  await Promise.all([publisher.close(), receiver.close()]);
});

test("a publisher whose packets nobody takes is closed all the same", async () => {
  const publisher = new MoldUdp64UdpPublisher({ session: "AB", store: new MessageStore() }, [
    { host: "nobody.invalid", port: 9 },
  ]);
  publisher.end();
  await publisher.close();
});
