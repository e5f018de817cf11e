import {
  type ItchError,
  MessageStore,
  SoupBinClient,
  type SoupBinClientOptions,
  SoupBinPacketReader,
  SoupBinServerConnection,
  type SoupBinServerOptions,
  SoupBinType,
  soupBinPacket,
} from "@exchange-kit/itch";
import { expect, test } from "vitest";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const ascii = (words: string): Uint8Array => Uint8Array.from(Buffer.from(words, "latin1"));

function client(options: Partial<SoupBinClientOptions> = {}): {
  machine: SoupBinClient;
  written: string[];
  events: string[];
} {
  const written: string[] = [];
  const events: string[] = [];
  const machine = new SoupBinClient(
    { username: "user", password: "secret", ...options },
    {
      write: (bytes) => written.push(text(bytes)),
      message: (bytes, offset, length, sequence) =>
        events.push(`${sequence}:${text(bytes.subarray(offset, offset + length))}`),
      unsequenced: (bytes, offset, length) =>
        events.push(`u:${text(bytes.subarray(offset, offset + length))}`),
      accepted: (session, sequence) => events.push(`accepted ${session} ${sequence}`),
      debug: (words) => events.push(`debug ${words}`),
      ended: () => events.push("ended"),
      failed: (error) => events.push(`failed ${error.code} ${error.reason ?? ""}`.trim()),
    },
  );
  return { machine, written, events };
}

function server(
  options: Partial<SoupBinServerOptions> = {},
  write: (bytes: Uint8Array) => boolean = () => true,
): { machine: SoupBinServerConnection; written: string[]; events: string[]; store: MessageStore } {
  const written: string[] = [];
  const events: string[] = [];
  const store = new MessageStore();
  for (const message of ["one", "two", "three"]) store.append(ascii(message));
  const machine = new SoupBinServerConnection(
    {
      session: "DAY1",
      store,
      authenticate: (username, password) => `${username}/${password}` === "user/secret",
      ...options,
    },
    {
      write(bytes) {
        written.push(text(bytes));
        return write(bytes);
      },
      unsequenced: (bytes, offset, length) =>
        events.push(`u:${text(bytes.subarray(offset, offset + length))}`),
      loggedIn: (username, sequence) => events.push(`${username} from ${sequence}`),
      debug: (words) => events.push(`debug ${words}`),
      closed: (error?: ItchError) => events.push(`closed ${error?.code ?? ""} ${error?.reason ?? ""}`.trim()),
    },
    0,
  );
  return { machine, written, events, store };
}

const packet = (type: keyof typeof SoupBinType, payload = ""): Uint8Array =>
  soupBinPacket(SoupBinType[type], ascii(payload));
const loginRequest = (
  username: string,
  password: string,
  session: string,
  sequence: number | string,
): Uint8Array =>
  packet(
    "loginRequest",
    username.padEnd(6) + password.padEnd(10) + session.padEnd(10) + String(sequence).padStart(20),
  );
const loginAccepted = (session: string, sequence: number): Uint8Array =>
  packet("loginAccepted", session.padEnd(10) + String(sequence).padStart(20));

test("a client logs in, counts messages itself, and asks for the next one after a broken connection", () => {
  const { machine, written, events } = client();
  machine.connected(0);
  expect(written).toEqual([text(loginRequest("user", "secret", "", 1))]);
  expect(written[0]).toHaveLength(2 + 0x2f);
  machine.receive(loginAccepted("DAY1", 1), 1);
  machine.receive(packet("sequenced", "one"), 2);
  machine.receive(packet("sequenced", "two"), 2);
  machine.receive(packet("unsequenced", "hello"), 2);
  machine.receive(packet("debug", "note"), 2);
  machine.disconnected();
  machine.receive(packet("sequenced", "lost"), 3);
  machine.connected(10);
  expect(written[1]).toBe(text(loginRequest("user", "secret", "DAY1", 3)));
  machine.receive(loginAccepted("DAY1", 3), 11);
  machine.receive(packet("sequenced", "three"), 11);
  machine.receive(packet("endOfSession"), 12);
  machine.receive(packet("sequenced", "late"), 12);
  expect(events).toEqual([
    "accepted DAY1 1",
    "1:one",
    "2:two",
    "u:hello",
    "debug note",
    "accepted DAY1 3",
    "3:three",
    "ended",
  ]);
  expect(machine).toMatchObject({ state: "ended", nextSequence: 4, session: "DAY1" });
  expect(() => machine.connected(20)).toThrow(expect.objectContaining({ code: "session-ended" }));
});

test("a client sends orders and heartbeats, and fails when the server falls silent", () => {
  const { machine, written, events } = client();
  expect(() => machine.send(ascii("order"), 0)).toThrow(expect.objectContaining({ code: "not-open" }));
  expect(machine.nextDeadline).toBe(Number.POSITIVE_INFINITY);
  machine.connected(0);
  expect(machine.nextDeadline).toBe(15_000);
  machine.receive(loginAccepted("DAY1", 1), 0);
  machine.send(ascii("order"), 500);
  expect(machine.nextDeadline).toBe(1500);
  machine.tick(1499);
  machine.tick(1500);
  machine.receive(packet("serverHeartbeat"), 2000);
  machine.logout(2100);
  machine.tick(17_000);
  machine.tick(18_000);
  expect(written.slice(1)).toEqual([
    text(packet("unsequenced", "order")),
    text(packet("clientHeartbeat")),
    text(packet("logout")),
  ]);
  expect(events).toEqual(["accepted DAY1 1", "failed timed-out"]);
  expect(machine.state).toBe("disconnected");
});

test.each([
  ["a refused login", [packet("loginRejected", "A")], "failed login-rejected A"],
  ["a session that is not there", [packet("loginRejected", "S")], "failed login-rejected S"],
  ["an acceptance that is cut short", [packet("loginAccepted", "DAY1")], "failed protocol"],
  ["an acceptance of another number", [loginAccepted("DAY1", 7)], "failed protocol"],
  ["data before the acceptance", [packet("sequenced", "x")], "failed protocol"],
  ["a packet of a client", [loginAccepted("DAY1", 1), packet("logout")], "failed protocol"],
  ["a packet of length zero", [Uint8Array.of(0, 0)], "failed protocol"],
])("a client ends with an error at %s", (_, packets, failure) => {
  const { machine, events } = client();
  machine.connected(0);
  for (const bytes of packets) machine.receive(bytes, 0);
  expect(events.at(-1)).toBe(failure);
  machine.receive(loginAccepted("DAY1", 1), 0);
  expect(events.at(-1)).toBe(failure);
});

test("numbers of another session than the one asked for are no continuation", () => {
  const { machine, events } = client();
  machine.connected(0);
  machine.receive(loginAccepted("DAY1", 1), 0);
  machine.receive(packet("sequenced", "one"), 0);
  machine.disconnected();
  machine.connected(1);
  machine.receive(loginAccepted("DAY2", 2), 1);
  expect(events).toEqual(["accepted DAY1 1", "1:one", "failed protocol"]);
  expect(machine).toMatchObject({ session: "DAY1", nextSequence: 2 });
});

test("a client checks its options", () => {
  expect(() => client({ username: "toolong" })).toThrow("username");
  expect(() => client({ password: "é" })).toThrow("password");
  expect(() => client({ session: "ELEVENCHARS" })).toThrow("session");
  expect(() => client({ sequence: -1 })).toThrow("sequence");
});

test("a server replays from the number asked for, then follows the session to its end", () => {
  const { machine, written, events, store } = server();
  machine.receive(loginRequest("user", "secret", "", 2), 0);
  expect(written.join("")).toBe(
    [loginAccepted("DAY1", 2), packet("sequenced", "two"), packet("sequenced", "three")].map(text).join(""),
  );
  store.append(ascii("four"));
  machine.pump(1);
  machine.send(ascii("hi"), 2);
  machine.receive(packet("unsequenced", "order"), 3);
  machine.receive(packet("clientHeartbeat"), 3);
  machine.receive(packet("debug", "note"), 3);
  machine.tick(1002);
  machine.end(1003);
  expect(written.slice(2)).toEqual(
    [
      packet("sequenced", "four"),
      packet("unsequenced", "hi"),
      packet("serverHeartbeat"),
      packet("endOfSession"),
    ].map(text),
  );
  expect(events).toEqual(["user from 2", "u:order", "debug note", "closed"]);
  expect(machine).toMatchObject({ state: "closed", nextSequence: 5, nextDeadline: Number.POSITIVE_INFINITY });
});

test.each([
  ["a wrong password", loginRequest("user", "wrong", "", 1), "J", "closed login-rejected A"],
  ["another session", loginRequest("user", "secret", "DAY2", 1), "J", "closed login-rejected S"],
  ["a number beyond the end", loginRequest("user", "secret", "", 5), "J", "closed login-rejected S"],
  ["a number that is none", loginRequest("user", "secret", "", "x"), "", "closed protocol"],
  ["anything but a login", packet("unsequenced", "order"), "", "closed protocol"],
  ["a packet of length zero", Uint8Array.of(0, 0), "", "closed protocol"],
])("a server refuses %s", (_, bytes, answer, event) => {
  const { machine, written, events } = server();
  machine.receive(bytes, 0);
  expect(written.map((packetText) => packetText[2]).join("")).toBe(answer);
  expect(events).toEqual([event]);
  expect(() => machine.send(ascii("x"), 0)).toThrow(expect.objectContaining({ code: "not-open" }));
});

test("sequence 0 asks for what is new; a client may log out; a server packet from a client is an error", () => {
  const first = server();
  first.machine.receive(loginRequest("user", "secret", "DAY1", 0), 0);
  first.machine.receive(packet("logout"), 1);
  expect(first.events).toEqual(["user from 4", "closed"]);
  const second = server();
  second.machine.receive(loginRequest("user", "secret", "DAY1", 0), 0);
  second.machine.receive(packet("sequenced", "x"), 1);
  expect(second.events.at(-1)).toBe("closed protocol");
  expect(() => server({ session: "with space" })).toThrow("letters and digits");
});

test("messages that the store has dropped are not available", () => {
  const store = new MessageStore(2);
  for (const message of ["one", "two", "three"]) store.append(ascii(message));
  const refused = server({ store });
  refused.machine.receive(loginRequest("user", "secret", "", 1), 0);
  expect(refused.events).toEqual(["closed login-rejected S"]);
  const stalled = server({ store }, () => false);
  stalled.machine.receive(loginRequest("user", "secret", "", 2), 0);
  for (const message of ["four", "five"]) store.append(ascii(message));
  stalled.machine.drained(1);
  expect(stalled.events).toEqual(["user from 2", "closed sequence-unavailable"]);
});

test("a client that never reads costs no memory, and is closed", () => {
  const { machine, written, events, store } = server({}, () => false);
  machine.receive(loginRequest("user", "secret", "", 1), 0);
  for (let index = 0; index < 10_000; index++) {
    store.append(ascii("more"));
    machine.pump(index);
  }
  expect(written).toHaveLength(1);
  machine.tick(1000);
  expect(written).toHaveLength(1);
  machine.receive(packet("clientHeartbeat"), 20_000);
  machine.tick(29_999);
  expect(machine.nextDeadline).toBe(30_000);
  machine.tick(30_000);
  expect(events).toEqual(["user from 1", "closed slow-consumer"]);
});

test("unsequenced messages wait for a slow client up to a limit", () => {
  const { machine, events } = server({}, () => false);
  machine.receive(loginRequest("user", "secret", "", 1), 0);
  for (let index = 0; index < 5; index++) {
    if (machine.state === "open") machine.send(new Uint8Array(60_000), 0);
  }
  expect(events.at(-1)).toBe("closed slow-consumer");
});

test("a silent client is closed", () => {
  const { machine, events } = server();
  machine.tick(15_000);
  expect(events).toEqual(["closed timed-out"]);
});

test("a client that sends anything but a login is closed like a silent one", () => {
  const { machine, events } = server();
  for (let now = 1000; now < 15_000; now += 1000) {
    machine.receive(packet("debug", "still here"), now);
    machine.tick(now);
  }
  expect(machine.nextDeadline).toBe(15_000);
  machine.tick(15_000);
  expect(events.at(-1)).toBe("closed timed-out");
});

test("a store refuses a message that no packet can hold", () => {
  const store = new MessageStore();
  expect(store.append(new Uint8Array(65_534))).toBe(1);
  expect(() => store.append(new Uint8Array(65_535))).toThrow(expect.objectContaining({ code: "oversized" }));
  expect(store.nextSequence).toBe(2);
});

test("a payload that no packet can hold is refused, and a stopped reader stays silent", () => {
  expect(() => soupBinPacket(SoupBinType.debug, new Uint8Array(65_535))).toThrow(
    expect.objectContaining({ code: "oversized" }),
  );
  let count = 0;
  const reader = new SoupBinPacketReader(() => {
    count++;
    reader.stop();
  });
  reader.push(Uint8Array.from([...packet("clientHeartbeat"), ...packet("clientHeartbeat")]));
  reader.push(packet("clientHeartbeat"));
  expect(count).toBe(1);
});

test("a server may give each user a store of its own", () => {
  const stores = new Map(["alice", "bob"].map((name) => [name, new MessageStore()]));
  stores.get("bob")!.append(ascii("for bob"));
  const { machine, written } = server({
    authenticate: () => true,
    store: (username) => stores.get(username)!,
  });
  machine.receive(loginRequest("bob", "x", "", 1), 0);
  expect(written.at(-1)).toContain("for bob");
  stores.get("alice")!.append(ascii("for alice"));
  machine.pump(1);
  expect(written.at(-1)).toContain("for bob");
});
