import { type AddressInfo, connect, createServer } from "node:net";
import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import { Authority } from "./support/certificates.ts";
import { initiator, listen, news, them, until, us } from "./support/net.ts";

const authority = new Authority("Test authority");
const stranger = new Authority("Another authority");
const venue = authority.issue("venue.test");
const ca = authority.cert;

test("with mutual TLS both sides know each other by certificate", async () => {
  const { port } = await listen({ tls: { ...venue, ca, requestCert: true } });
  const { initiator: client, done } = initiator(port, 1, {
    tls: { ...authority.issue("buyer.test"), ca, servername: "venue.test" },
  });
  client.session.send(news("sealed"), Date.now());
  expect(await done).toEqual(["sealed"]);
});

test.each([
  ["no certificate", {}],
  ["a certificate of another authority", stranger.issue("buyer.test")],
])("a client with %s does not get as far as a Logon", async (_, identity) => {
  const { acceptor, port } = await listen({ tls: { ...venue, ca, requestCert: true } });
  const failures: string[] = [];
  initiator(port, 1, {
    tls: { ...identity, ca, servername: "venue.test" },
    application: { onEvent: ({ text }) => failures.push(text) },
  });
  await until(() => failures.length >= 2);
  expect(acceptor.sessions.get("FIX.4.4:I->A")!.statistics.received).toBe(0);
  // The port goes on serving those who may.
  const { initiator: client, done } = initiator(port, 1, {
    tls: { ...authority.issue("buyer.test"), ca, servername: "venue.test" },
  });
  client.session.send(news("sealed"), Date.now());
  expect(await done).toEqual(["sealed"]);
});

test("an initiator does not talk to a server of another name or authority", async () => {
  const { acceptor, port } = await listen({ tls: venue });
  for (const tls of [
    { ca, servername: "elsewhere.test" },
    { ca: stranger.cert, servername: "venue.test" },
  ]) {
    const failures: string[] = [];
    const { initiator: client } = initiator(port, 1, {
      tls,
      application: { onEvent: ({ text }) => failures.push(text) },
    });
    await until(() => failures.length >= 1);
    expect(client.session.state).toBe("disconnected");
    await client.stop();
  }
  expect(acceptor.sessions.get("FIX.4.4:I->A")!.statistics.received).toBe(0);
});

test("an initiator does not wait for ever for a handshake", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => silent.once("listening", resolve));
  const failures: string[] = [];
  initiator((silent.address() as AddressInfo).port, 1, {
    tls: { ca, servername: "venue.test" },
    connectTimeoutMillis: 30,
    application: { onEvent: ({ text }) => failures.push(text) },
  });
  await until(() => failures.length >= 2);
  expect(failures[0]).toMatch(/^no connection in time; next attempt in/);
  silent.close();
});

test("by SNI a port has a certificate for each of its names", async () => {
  const names: string[] = [];
  const { port } = await listen({
    sessions: [{ ...us, resetOnLogon: true }],
    tls: {
      SNICallback(name, done) {
        names.push(name);
        done(null, createSecureContext(authority.issue(name)));
      },
    },
  });
  for (const servername of ["equities.test", "futures.test"]) {
    const session = { ...them, resetOnLogon: true };
    const { initiator: client, done } = initiator(port, 1, { session, tls: { ca, servername } });
    await until(() => client.session.isLoggedOn);
    client.session.send(news(servername), Date.now());
    expect(await done).toEqual([servername]);
    await client.stop();
  }
  expect(names).toEqual(["equities.test", "futures.test"]);
});

test("handshakes that never end are counted and given up", async () => {
  const reasons: string[] = [];
  const { port } = await listen({
    tls: venue,
    maxPendingLogons: 3,
    logonTimeoutMillis: 100,
    events: { refused: (reason) => reasons.push(reason) },
  });
  const closed = Array.from(
    { length: 5 },
    () =>
      new Promise((resolve) => {
        const socket = connect({ host: "127.0.0.1", port });
        socket.on("error", () => {});
        socket.on("close", resolve);
      }),
  );
  await Promise.all(closed);
  expect(reasons.filter((reason) => reason.startsWith("too many"))).toHaveLength(2);
  const { initiator: client, done } = initiator(port, 1, { tls: { ca, servername: "venue.test" } });
  client.session.send(news("sealed"), Date.now());
  expect(await done).toEqual(["sealed"]);
});
