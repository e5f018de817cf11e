import {
  Dictionary,
  FixMessage,
  FixParser,
  FixSession,
  type FixView,
  isFixError,
  MemoryStore,
  SessionSchedule,
} from "@exchange-kit/fix";
import { FIX40 } from "@exchange-kit/fix/fix40";
import { FIX50 } from "@exchange-kit/fix/fix50";
import { FIX50SP2 } from "@exchange-kit/fix/fix50sp2";
import { FIXT11 } from "@exchange-kit/fix/fixt11";
import { describe, expect, test } from "vitest";
import { dictionary, exchange, logOn, output, Side, START, settings } from "./support/pair.ts";
import { latin, wire } from "./support/wire.ts";

const NOW = "52=20260105-14:30:00";

/** An acceptor to which the test speaks by hand. */
function acceptor(more: ConstructorParameters<typeof Side>[1] = {}, application = {}): Side {
  const side = new Side("A", more, application);
  side.session.connect(START);
  return side;
}

function say(side: Side, body: string, now = START): string[] {
  side.session.receive(wire(body.replace("|", `|49=I|${NOW}|56=A|`)), now);
  return output(side.session);
}

function loggedOn(more: ConstructorParameters<typeof Side>[1] = {}, application = {}): Side {
  const side = acceptor(more, application);
  say(side, "35=A|34=1|98=0|108=30|");
  return side;
}

test("header data with SOH is sent behind its length, in the first place and again", () => {
  const [a, i] = [new Side("A"), new Side("I")];
  logOn(a, i);
  const message = new FixMessage("B", dictionary).set(148, "x").set(212, 5).set(213, "<\x01\n/>");
  message.set(90, 3).set(91, "\x0149").add(33).set(58, "t");
  i.session.send(message, START);
  const parser = new FixParser({ dictionary });
  const bytes = i.session.takeOutput().slice();
  parser.parse(bytes);
  expect([91, 213, 49].map((tag) => parser.view.string(tag))).toEqual(["\x0149", "<\x01\n/>", "I"]);
  // It was lost on the way: the peer asks for it.
  i.news("next");
  exchange(i.session, a.session);
  expect(a.got).toEqual(["t", "next"]);
  const wrong = new FixMessage("B").set(212, 9).set(213, "<\x01/>");
  expect(() => i.session.send(wrong, START)).toThrow("without SOH");
  expect(i.news("after")).toBe("sent");
});

test("hops of the header are sent", () => {
  const [a, i] = [new Side("A"), new Side("I")];
  logOn(a, i);
  const message = new FixMessage("B", dictionary).set(148, "x").set(115, "C").set(347, "UTF-8");
  message.add(33).set(58, "t");
  for (const hop of ["H1", "H2"]) message.add("NoHops").set(628, hop).set(630, 7);
  i.session.send(message, START);
  const bytes = i.session.takeOutput().slice();
  expect(Buffer.from(bytes).toString("latin1").replaceAll("\x01", "|")).toContain(
    "|56=A|115=C|347=UTF-8|627=2|628=H1|630=7|628=H2|630=7|33=1|",
  );
  a.session.receive(bytes, START);
  expect(a.got).toEqual(["t"]);
});

test("a SequenceReset that leaves no number for messages is rejected", () => {
  const side = loggedOn();
  expect(say(side, `35=4|34=2|36=${Number.MAX_SAFE_INTEGER}|`)[0]).toContain("35=3");
  expect(side.session.store.nextTargetSeqNum).toBe(2);
  say(side, `35=4|34=2|36=${2 ** 52}|`);
  expect(side.session.store.nextTargetSeqNum).toBe(2 ** 52);
  say(side, `35=0|34=${2 ** 52}|`);
  expect(side.session.store.nextTargetSeqNum).toBe(2 ** 52 + 1);
});

describe("logon", () => {
  test("both sides log on, exchange messages and log out", () => {
    const a = new Side("A");
    const i = new Side("I");
    logOn(a, i);
    expect([a.session.state, i.session.state]).toEqual(["active", "active"]);
    expect(i.news("hello")).toBe("sent");
    exchange(i.session, a.session);
    expect(a.got).toEqual(["hello"]);
    i.session.logout(START, "bye");
    exchange(i.session, a.session);
    expect([a.session.state, i.session.state]).toEqual(["disconnected", "disconnected"]);
    expect(a.log.at(-1)).toBe("onLogout: bye");
  });

  test.each([
    ["not a Logon", "35=0|34=1|"],
    ["a Logon of somebody else", "35=A|34=1|98=0|108=30|49=X|"],
    ["a Logon without HeartBtInt", "35=A|34=1|98=0|"],
  ])("%s is answered with nothing but the end of the connection", (_, body) => {
    const side = acceptor();
    expect(say(side, body)).toEqual([]);
    expect(side.session.state).toBe("closing");
  });

  test("garbage before the Logon ends the connection", () => {
    const side = acceptor();
    side.session.receive(latin("GET / HTTP/1.1\r\n"), START);
    expect([side.session.state, side.session.closeReason]).toEqual(["closing", "garbled: not-fix"]);
  });

  test("no Logon in time ends the connection", () => {
    const side = acceptor();
    expect(side.session.deadline).toBe(START + 10_000);
    side.session.tick(START + 10_000);
    expect(side.session.state).toBe("closing");
  });

  test("a Logon above the expected number is answered, then the gap is asked for", () => {
    const side = acceptor();
    expect(say(side, "35=A|34=5|98=0|108=30|")).toEqual([
      "35=A|34=1|49=A|56=I|98=0|108=30|",
      "35=2|34=2|49=A|56=I|7=1|16=0|",
    ]);
  });

  test("the application may wait with its decision, and what comes meanwhile is kept", () => {
    const side = acceptor({}, { onLogonRequest: () => "wait" });
    expect(say(side, "35=A|34=1|98=0|108=30|553=u|554=p|")).toEqual([]);
    expect([side.session.state, side.session.isPaused]).toEqual(["authenticating", true]);
    say(side, "35=1|34=2|112=X|");
    side.session.completeLogon("accept", START);
    expect(output(side.session)).toEqual(["35=A|34=1|49=A|56=I|98=0|108=30|", "35=0|34=2|49=A|56=I|112=X|"]);
  });

  test("a refused Logon gets the reason", () => {
    const side = acceptor({}, { onLogonRequest: () => ({ refuse: "unknown user" }) });
    expect(say(side, "35=A|34=1|98=0|108=30|")).toEqual(["35=5|34=1|49=A|56=I|58=unknown user|"]);
    const late = acceptor({}, { onLogonRequest: () => "wait" });
    say(late, "35=A|34=1|98=0|108=30|");
    late.session.completeLogon({ refuse: "no" }, START);
    expect(late.session.state).toBe("closing");
  });

  test("HeartBtInt out of range is refused", () => {
    const side = acceptor({ maxHeartBtIntSeconds: 60 });
    expect(say(side, "35=A|34=1|98=0|108=61|")).toEqual([
      "35=5|34=1|49=A|56=I|58=HeartBtInt 61 is not acceptable|",
    ]);
  });

  test("an EncryptMethod is refused: what would follow could not be read", () => {
    const side = acceptor();
    expect(say(side, "35=A|34=1|98=1|108=30|")).toEqual([
      "35=5|34=1|49=A|56=I|58=EncryptMethod 1 is not acceptable|",
    ]);
    expect(side.session.state).toBe("closing");
  });

  test("ResetSeqNumFlag starts anew, at logon and inside a session", () => {
    const a = new Side("A");
    const i = new Side("I", { resetOnLogon: true });
    logOn(a, i);
    i.news("one");
    exchange(i.session, a.session);
    i.session.resetSequence(START);
    exchange(i.session, a.session);
    expect([a.session.store.nextTargetSeqNum, i.session.store.nextTargetSeqNum]).toEqual([2, 2]);
    i.news("two");
    exchange(i.session, a.session);
    expect(a.got).toEqual(["one", "two"]);
  });

  test("with NextExpectedMsgSeqNum what was missed comes without being asked for", () => {
    const store = new MemoryStore();
    const a = new Side("A", { nextExpectedMsgSeqNum: true }, {}, store);
    const i = new Side("I", { nextExpectedMsgSeqNum: true });
    logOn(a, i);
    a.session.disconnected(START);
    i.session.disconnected(START);
    expect(a.news("while you were away")).toBe("queued");
    logOn(a, i);
    expect(i.got).toEqual(["while you were away"]);
    expect([a.session.statistics.resendRequests, i.session.statistics.resendRequests]).toEqual([0, 0]);
  });

  test("an initiator learns why it was refused", () => {
    const i = new Side("I", {
      logonFields: [[553, "user"]],
      senderSubId: "S",
      targetSubId: "T",
      senderLocationId: "L",
      targetLocationId: "M",
      lastMsgSeqNumProcessed: true,
    });
    i.session.connect(START);
    expect(output(i.session)).toEqual([
      "35=A|34=1|49=I|50=S|56=A|57=T|142=L|143=M|369=0|98=0|108=30|553=user|",
    ]);
    i.session.receive(wire(`35=5|34=1|49=A|${NOW}|56=I|58=wrong password|`), START);
    expect(i.session.closeReason).toBe("Logon refused: wrong password");
  });
});

test.each([
  ["98=0|108=99999|", "HeartBtInt 99999"],
  ["98=2|108=30|", "EncryptMethod 2"],
])("a Logon that starts anew inside a session is held to the same as the first: %s", (fields, what) => {
  const side = loggedOn();
  expect(say(side, `35=A|34=1|${fields}141=Y|`)).toEqual([
    `35=5|34=2|49=A|56=I|58=${what} is not acceptable|`,
  ]);
  expect([side.session.state, side.session.store.nextTargetSeqNum]).toEqual(["closing", 2]);
});

test("what the peer sent before it saw our reset is not taken for messages of the new sequence", () => {
  const a = new Side("A");
  const i = new Side("I");
  logOn(a, i);
  i.news("old 2");
  exchange(a.session, i.session);
  i.news("in flight 3");
  const inFlight = i.session.takeOutput().slice();
  a.session.resetSequence(START);
  const reset = a.session.takeOutput().slice();
  a.session.receive(inFlight, START);
  expect(output(a.session)).toEqual([]);
  i.session.receive(reset, START);
  exchange(i.session, a.session);
  for (const words of ["new 2", "new 3", "new 4"]) i.news(words);
  exchange(i.session, a.session);
  expect(a.got).toEqual(["old 2", "in flight 3", "new 2", "new 3", "new 4"]);
  expect([a.session.state, a.session.store.nextTargetSeqNum]).toEqual(["active", 5]);
});

test("a second reset before the first is answered is none", () => {
  const a = new Side("A");
  const i = new Side("I");
  logOn(a, i);
  a.session.resetSequence(START);
  a.session.resetSequence(START);
  const sent: number[] = [];
  for (const [from, to] of [
    [a, i],
    [i, a],
    [a, i],
  ] as const) {
    const bytes = from.session.takeOutput().slice();
    sent.push(bytes.length);
    to.session.receive(bytes, START);
  }
  expect(sent).toEqual([expect.any(Number), sent[0], 0]);
  a.session.resetSequence(START);
  expect(output(a.session)).toHaveLength(1);
});

test("before a reset is answered, a gap of the old sequence is not asked for", () => {
  const side = loggedOn();
  side.session.resetSequence(START);
  expect(output(side.session)).toHaveLength(1);
  expect(say(side, "35=B|34=9|148=x|33=1|58=x|")).toEqual([]);
  expect(side.log.at(-1)).toBe("sequence-reset: message 9 from before the reset dropped");
  // A peer that answers without ResetSeqNumFlag begins at 1 all the same.
  expect(say(side, "35=A|34=1|98=0|108=30|")).toEqual([]);
  expect(say(side, "35=B|34=2|148=x|33=1|58=x|")).toEqual([]);
  expect(side.got).toEqual(["x"]);
});

test("with NextExpectedMsgSeqNum, what is sent on logon goes out once", () => {
  const a = new Side("A", { nextExpectedMsgSeqNum: true });
  const i: Side = new Side("I", { nextExpectedMsgSeqNum: true }, { onLogon: () => void i.news("first") });
  a.session.connect(START);
  i.session.connect(START);
  a.session.receive(i.session.takeOutput().slice(), START);
  i.session.receive(a.session.takeOutput().slice(), START);
  expect(output(i.session)).toEqual(["35=B|34=2|49=I|56=A|33=1|58=first|148=first|"]);
});

describe("sequences", () => {
  test("a gap is asked for once, later messages wait, and all are delivered in order", () => {
    const side = loggedOn();
    expect(say(side, "35=B|34=4|148=x|33=1|58=four|")).toEqual(["35=2|34=2|49=A|56=I|7=2|16=0|"]);
    expect(say(side, "35=B|34=5|148=x|33=1|58=five|")).toEqual([]);
    expect(side.session.statistics.queued).toBe(2);
    say(side, `35=B|34=2|43=Y|122=20260105-14:30:00|148=x|33=1|58=two|`);
    say(side, `35=4|34=3|43=Y|122=20260105-14:30:00|36=4|123=Y|`);
    expect(side.got).toEqual(["two", "four", "five"]);
    expect(side.session.statistics.queued).toBe(0);
  });

  test("a gap is asked for in chunks", () => {
    const side = loggedOn({ resendChunk: 2 });
    expect(say(side, "35=0|34=6|")).toEqual(["35=2|34=2|49=A|56=I|7=2|16=3|"]);
    say(side, "35=0|34=2|43=Y|122=20260105-14:30:00|");
    expect(say(side, "35=0|34=3|43=Y|122=20260105-14:30:00|")).toEqual(["35=2|34=3|49=A|56=I|7=4|16=5|"]);
  });

  test("a gap that does not close is asked for again", () => {
    const side = loggedOn();
    say(side, "35=0|34=6|");
    side.session.tick(START + 29_999);
    expect(output(side.session)).toEqual([]);
    side.session.tick(START + 30_000);
    expect(output(side.session)[0]).toBe("35=2|34=3|49=A|56=I|7=2|16=0|");
  });

  test("too low without PossDupFlag is the end", () => {
    const side = loggedOn();
    say(side, "35=0|34=2|");
    expect(say(side, "35=0|34=1|")).toEqual([
      "35=5|34=2|49=A|56=I|58=MsgSeqNum too low, expecting 3 but received 1|",
    ]);
    expect(side.session.state).toBe("closing");
  });

  test("the queue above a gap is bounded", () => {
    const side = loggedOn({ maxQueuedMessages: 2 });
    for (const n of [4, 5, 6, 7]) say(side, `35=0|34=${n}|`);
    expect(side.session.statistics.queued).toBe(2);
    expect(side.log.at(-1)).toContain("message 7 above a gap dropped");
  });

  test("a resend gives application messages byte for byte and fills gaps for the rest", () => {
    const a = new Side("A");
    const i = new Side("I");
    logOn(a, i);
    a.news("one");
    a.news("two");
    exchange(a.session, i.session);
    i.session.receive(new Uint8Array(0), START);
    a.session.receive(wire(`35=2|34=2|49=I|${NOW}|56=A|7=1|16=0|`), START);
    expect(output(a.session)).toEqual([
      "35=4|34=1|43=Y|49=A|56=I|122=T|36=2|123=Y|",
      "35=B|34=2|43=Y|49=A|56=I|122=T|33=1|58=one|148=one|",
      "35=B|34=3|43=Y|49=A|56=I|122=T|33=1|58=two|148=two|",
    ]);
  });

  test("both sides may miss messages at once: each asks once, and each gets all", () => {
    const a = new Side("A");
    const i = new Side("I");
    logOn(a, i);
    for (const side of [a, i]) {
      side.news("lost");
      side.session.takeOutput();
      side.news("seen");
    }
    exchange(a.session, i.session);
    expect([a.got, i.got]).toEqual([
      ["lost", "seen"],
      ["lost", "seen"],
    ]);
    expect([a.session.statistics.resendRequests, i.session.statistics.resendRequests]).toEqual([1, 1]);
  });

  test("a peer that asks for the same again and again is answered each time, and asked for nothing", () => {
    const a = new Side("A");
    const i = new Side("I");
    logOn(a, i);
    a.news("one");
    a.session.takeOutput();
    for (let n = 2; n < 7; n++) {
      a.session.receive(wire(`35=2|34=${n}|49=I|${NOW}|56=A|7=2|16=0|`), START);
      expect(output(a.session)).toEqual(["35=B|34=2|43=Y|49=A|56=I|122=T|33=1|58=one|148=one|"]);
    }
    expect(a.session.statistics.resendRequests).toBe(0);
  });

  test("a long resend leaves room for live messages and is not done twice", () => {
    const a = new Side("A", { replayBatch: 2 });
    const i = new Side("I");
    logOn(a, i);
    for (let n = 0; n < 5; n++) a.news(`n${n}`);
    output(a.session);
    a.session.receive(wire(`35=2|34=2|49=I|${NOW}|56=A|7=2|16=0|`), START);
    expect(output(a.session)).toHaveLength(2);
    expect(a.session.deadline).toBe(START);
    a.session.receive(wire(`35=2|34=3|49=I|${NOW}|56=A|7=5|16=0|`), START);
    a.news("live");
    a.session.tick(START);
    a.session.tick(START);
    expect(a.session.statistics.resent).toBe(5);
  });

  test("an application may skip what is stale", () => {
    const a = new Side("A", {}, { onResend: () => "skip" as const });
    const i = new Side("I");
    logOn(a, i);
    a.news("stale");
    output(a.session);
    a.session.receive(wire(`35=2|34=2|49=I|${NOW}|56=A|7=2|16=0|`), START);
    expect(output(a.session)).toEqual(["35=4|34=2|43=Y|49=A|56=I|122=T|36=3|123=Y|"]);
  });

  test("garbled bytes never move the sequence", () => {
    const side = loggedOn();
    const bytes = wire(`35=B|34=2|49=I|${NOW}|56=A|148=x|33=1|58=x|`);
    for (let at = bytes.length - 40; at < bytes.length - 8; at++) {
      const garbled = Uint8Array.from(bytes);
      garbled[at] = garbled[at]! ^ 0x40;
      side.session.receive(garbled, START);
      expect(side.session.store.nextTargetSeqNum).toBe(2);
    }
    expect(side.session.state).toBe("active");
    say(side, "35=0|34=2|");
    expect(side.session.store.nextTargetSeqNum).toBe(3);
  });
});

describe("time", () => {
  test("heartbeats, a test request, and the end", () => {
    const side = loggedOn();
    side.session.tick(START + 30_000);
    expect(output(side.session)).toEqual(["35=0|34=2|49=A|56=I|"]);
    side.session.tick(START + 36_000);
    expect(output(side.session)).toEqual(["35=1|34=3|49=A|56=I|112=20260105-14:30:36.000|"]);
    expect(side.session.deadline).toBe(START + 72_000);
    side.session.tick(START + 72_000);
    expect([side.session.state, side.session.closeReason]).toEqual([
      "closing",
      "nothing received for 72000 ms",
    ]);
  });

  test("an unanswered Logout ends the connection", () => {
    const side = loggedOn();
    side.session.logout(START);
    side.session.tick(START + 2000);
    expect(side.session.closeReason).toBe("no answer to our Logout in time");
  });
});

describe("schedules", () => {
  const HOUR = 3_600_000;
  const hours = (start: string, end: string, holidays: string[] = []): SessionSchedule =>
    new SessionSchedule({ start: { time: start }, end: { time: end }, holidays });

  test("at the end of the day the session logs out, the next day begins at 1", () => {
    const schedule = hours("14:00", "20:00");
    const a = new Side("A", { schedule });
    const i = new Side("I", { schedule });
    logOn(a, i);
    i.news("today");
    exchange(i.session, a.session);
    expect(a.session.deadline).toBeLessThanOrEqual(START + 1000);
    a.session.tick(START + 6 * HOUR);
    exchange(a.session, i.session, START + 6 * HOUR);
    expect([a.session.state, i.session.closeReason]).toEqual(["disconnected", "end of session"]);
    logOn(a, i, START + 24 * HOUR);
    expect([a.session.store.nextTargetSeqNum, i.session.store.nextTargetSeqNum]).toEqual([2, 2]);
  });

  test("a connection lost during the day goes on where it was", () => {
    const schedule = hours("14:00", "20:00");
    const a = new Side("A", { schedule });
    const i = new Side("I", { schedule });
    logOn(a, i);
    a.session.disconnected(START);
    i.session.disconnected(START);
    logOn(a, i, START + HOUR);
    expect(a.session.store.nextTargetSeqNum).toBe(3);
  });

  test("round the clock, one session ends when the next begins", () => {
    const schedule = hours("17:00", "17:00");
    const a = new Side("A", { schedule });
    const i = new Side("I", { schedule, heartBtIntSeconds: 0 });
    logOn(a, i);
    a.session.tick(START + 2 * HOUR);
    expect(output(a.session)).toEqual([]);
    a.session.tick(START + 2.5 * HOUR);
    exchange(a.session, i.session, START + 2.5 * HOUR);
    expect([a.session.state, i.session.closeReason]).toEqual(["disconnected", "end of session"]);
  });

  test("the end comes also while messages go both ways all the time", () => {
    const a = new Side("A", { schedule: hours("14:00", "14:31") });
    const i = new Side("I");
    logOn(a, i);
    let now = START;
    for (; a.session.state === "active" && now < START + HOUR; now += 400) {
      a.news("x", now);
      i.news("y", now);
      exchange(a.session, i.session, now);
      if (a.session.deadline <= now) a.session.tick(now);
    }
    expect(now).toBeLessThan(START + 62_000);
  });

  test("what is sent between two sessions is kept for the next, or refused while it is closed", () => {
    const schedule = hours("14:00", "20:00");
    const a = new Side("A", { schedule });
    const i = new Side("I", { schedule });
    expect(a.news("before the first logon", START)).toBe("queued");
    logOn(a, i);
    expect(i.got).toEqual(["before the first logon"]);
    a.session.disconnected(START);
    i.session.disconnected(START);
    expect(a.news("at night", START + 10 * HOUR)).toBe("refused");
    expect(a.news("next day", START + 24 * HOUR)).toBe("queued");
    logOn(a, i, START + 24.1 * HOUR);
    expect(i.got.slice(1)).toEqual(["next day"]);
    expect(a.session.store.nextTargetSeqNum).toBe(3);
  });

  test.each([
    ["outside its hours", hours("15:00", "20:00")],
    ["on a holiday", hours("14:00", "20:00", ["2026-01-05"])],
  ])("%s nobody gets in", (_, schedule) => {
    const side = acceptor({ schedule });
    expect(say(side, "35=A|34=1|98=0|108=30|")).toEqual([]);
    expect(side.session.closeReason).toBe("Logon outside the session's hours");
  });
});

test("what happened is counted", () => {
  const side = loggedOn();
  say(side, "35=0|34=4|");
  side.session.receive(latin("garbage"), START);
  say(side, "35=0|34=2|43=Y|122=20260105-14:30:00|");
  say(side, "35=0|34=3|43=Y|122=20260105-14:30:00|");
  say(side, "35=0|34=3|43=Y|122=20260105-14:30:00|");
  say(side, "35=0|34=5|55=VOD|");
  side.news("hello");
  expect(side.session.statistics).toEqual({
    received: 6,
    sent: 4,
    resent: 0,
    garbled: 1,
    rejected: 1,
    duplicates: 1,
    resendRequests: 1,
    queued: 0,
  });
});

describe("rejects", () => {
  test("name the field, turn the route round, and take the number", () => {
    const side = loggedOn();
    expect(say(side, "35=0|34=2|115=X|55=VOD|")).toEqual([
      "35=3|34=2|49=A|56=I|128=X|45=2|58=Tag not defined for this message type: Symbol (55)|371=55|372=0|373=2|",
    ]);
    expect(side.session.store.nextTargetSeqNum).toBe(3);
  });

  test("turn round only the routing fields that the version has", () => {
    const side = acceptor({ beginString: "FIX.4.0", dictionary: new Dictionary(FIX40) });
    const speak = (body: string): string[] => {
      side.session.receive(wire(body.replace("|", `|49=I|${NOW}|56=A|`), "FIX.4.0"), START);
      return output(side.session);
    };
    speak("35=A|34=1|98=0|108=30|");
    expect(speak("35=0|34=2|115=X|144=Y|")).toEqual([
      "35=3|34=2|49=A|56=I|128=X|45=2|58=Invalid tag number (144)|",
    ]);
  });

  test("a Reject is not rejected", () => {
    const side = loggedOn();
    expect(say(side, "35=3|34=2|55=VOD|")).toEqual([]);
    expect(side.session.store.nextTargetSeqNum).toBe(3);
  });

  test("an unsupported message gets a business reject", () => {
    const side = loggedOn({}, { onMessage: () => "unsupported" as const });
    expect(say(side, "35=B|34=2|148=x|33=1|58=x|")).toEqual([
      "35=j|34=2|49=A|56=I|45=2|58=Unsupported Message Type|372=B|380=3|",
    ]);
  });

  test("a message the application throws on has not been received", () => {
    const side = loggedOn(
      {},
      {
        onMessage: () => {
          throw new Error("disk full");
        },
      },
    );
    expect(() => say(side, "35=B|34=2|148=x|33=1|58=x|")).toThrow("disk full");
    expect(side.session.store.nextTargetSeqNum).toBe(2);
  });
});

describe("sending", () => {
  test("is refused when the peer reads too slowly, and queued while it is away", () => {
    const side = loggedOn({ maxPendingBytes: 100 });
    side.session.pendingBytes = 101;
    expect(side.news("x")).toBe("refused");
    side.session.disconnected(START);
    side.session.pendingBytes = 0;
    expect(side.news("x")).toBe("queued");
    expect(new Side("A", { resetOnLogon: true }).news("x")).toBe("refused");
  });

  test("puts messages one behind the other, also when a long one needs more room", () => {
    const side = loggedOn();
    side.session.takeOutput();
    const words = ["short", "long ".repeat(5_000), "last"];
    for (const each of words) side.news(each);
    const peer = new FixParser();
    const bytes = side.session.takeOutput();
    const got: unknown[] = [];
    for (let at = 0; at < bytes.length; ) {
      at += peer.parse(bytes, at);
      got.push(peer.problem ?? peer.view.string(148));
    }
    expect(got).toEqual(words);
  });

  test("is kept for a peer that reads too slowly, which sees the gap later", () => {
    const events: string[] = [];
    const side = loggedOn({ maxPendingBytes: 100, whenBlocked: "keep" });
    side.session.takeOutput();
    side.session.pendingBytes = 101;
    const { nextSenderSeqNum } = side.session.store;
    events.push(side.news("x"), side.news("y"));
    expect([events, side.session.hasOutput]).toEqual([["queued", "queued"], false]);
    expect(side.session.store.nextSenderSeqNum).toBe(nextSenderSeqNum + 2);
    side.session.pendingBytes = 0;
    expect(side.news("z")).toBe("sent");
    expect(new TextDecoder().decode(side.session.takeOutput())).toContain(
      `\u000134=${nextSenderSeqNum + 2}\u0001`,
    );
  });

  test("a message's own SenderSubID goes out in the place of the session's", () => {
    const side = loggedOn({ senderSubId: "DESK", targetLocationId: "LONDON" });
    side.session.takeOutput();
    const message = new FixMessage("B", dictionary).set("Headline", "x");
    side.session.send(message.set("SenderSubID", "TRADER").set("TargetSubID", "T"), START);
    side.session.send(new FixMessage("B", dictionary).set("Headline", "y"), START);
    expect(output(side.session)).toEqual([
      "35=B|34=2|49=A|50=TRADER|56=I|57=T|143=LONDON|148=x|",
      "35=B|34=3|49=A|50=DESK|56=I|143=LONDON|148=y|",
    ]);
  });

  test("a message that was begun and never finished holds nothing up", () => {
    const side = loggedOn();
    side.session.takeOutput();
    expect(() => side.session.begin("B", START)!.string(148, "")).toThrow("tag 148");
    side.session.tick(START + 30_000);
    expect(output(side.session)).toEqual(["35=0|34=2|49=A|56=I|"]);
    expect(() => side.session.commit()).toThrow("no message was begun");
    expect(side.news("next", START + 30_000)).toBe("sent");
  });

  test("has clear errors", () => {
    const codes: string[] = [];
    const side = loggedOn();
    for (const wrong of [
      () => side.session.send(new FixMessage("0"), START),
      () => side.session.commit(),
      () => side.session.send(new FixMessage("B").set(58, "a\x01b"), START),
      () => side.session.connect(START),
      () => new Side("A").session.resetSequence(START),
      () => new FixSession({ ...settings("A"), beginString: "FIXT.1.1" }),
      () => new FixSession({ ...settings("A"), beginString: "FIX.5.0SP2" }),
      () => new FixSession({ ...settings("A"), heartBtIntSeconds: 0.5 }),
      () => new FixSession({ ...settings("A"), resendTimeoutMillis: Number.NaN }),
    ]) {
      try {
        wrong();
      } catch (error) {
        codes.push(isFixError(error) ? error.code : String(error));
      }
    }
    expect(codes).toEqual([
      "state-invalid",
      "state-invalid",
      "value-invalid",
      "state-invalid",
      "state-invalid",
      ...Array.from({ length: 4 }, () => "option-invalid"),
    ]);
    expect(side.news("still works")).toBe("sent");
  });
});

describe("FIXT", () => {
  const transportDictionary = new Dictionary(FIXT11);
  const fixt = {
    beginString: "FIXT.1.1",
    dictionary: new Dictionary(FIX50SP2),
    transportDictionary,
    defaultApplVerId: "9",
    applicationDictionaries: {
      "7": new Dictionary(FIX50),
      "9:MINE": new Dictionary(FIX50SP2).extend({
        fields: [{ tag: 20_001, name: "Mine", type: "STRING" }],
        messages: [
          {
            type: "B",
            name: "News",
            isAdmin: false,
            members: [{ kind: "field", tag: 20_001, isRequired: false }],
          },
        ],
      }),
      "9+EP161": dictionary,
    },
  } as const;
  function fixtSide(version = "9"): Side {
    const side = acceptor(fixt);
    side.session.receive(wire(`35=A|34=1|49=I|${NOW}|56=A|98=0|108=30|1137=${version}|`, "FIXT.1.1"), START);
    return side;
  }
  const speak = (side: Side, body: string): string[] => {
    side.session.receive(wire(body.replace("|", `|49=I|${NOW}|56=A|`), "FIXT.1.1"), START);
    return output(side.session);
  };

  test("one session serves several application versions", () => {
    const side = fixtSide();
    expect(output(side.session)).toEqual(["35=A|34=1|49=A|56=I|98=0|108=30|1137=9|"]);
    // RefTagID list of News has no 1474 in FIX 5.0.
    expect(speak(side, "35=B|34=2|148=x|33=1|58=x|1474=en|")).toEqual([]);
    expect(speak(side, "35=B|34=3|1128=7|148=x|33=1|58=x|1474=en|")[0]).toContain("371=1474");
    expect(speak(side, "35=B|34=4|1128=9|1129=MINE|148=x|33=1|58=x|20001=y|")).toEqual([]);
    expect(speak(side, "35=B|34=5|1128=9|1156=161|148=x|33=1|58=x|")).toEqual([]);
    expect(speak(side, "35=B|34=6|1128=2|148=x|33=1|58=x|")[0]).toContain("371=1128|372=B|373=18");
    expect(side.got).toHaveLength(3);
  });

  test("groups of the header and of session messages end where the transport dictionary says", () => {
    const seen: unknown[] = [];
    const side = acceptor(fixt, {
      onLogonRequest(logon: FixView) {
        const types = logon.group(384);
        while (types.next()) seen.push(types.string(372), types.has(553));
        return "accept";
      },
      onMessage(message: FixView) {
        const hops = message.group(627);
        while (hops.next()) seen.push(hops.string(628), hops.has(148));
        return undefined;
      },
    });
    side.session.receive(
      wire(`35=A|34=1|49=I|${NOW}|56=A|98=0|108=30|384=1|372=D|385=S|1137=9|553=u|`, "FIXT.1.1"),
      START,
    );
    speak(side, "35=B|34=2|627=1|628=HUB|629=20260105-14:30:00|630=7|148=x|33=1|58=x|");
    expect(seen).toEqual(["D", false, "HUB", false]);
  });

  test("a version that a peer chose once does not stay for its next Logon", () => {
    const side = fixtSide("7");
    side.session.disconnected(START);
    side.session.connect(START);
    speak(side, "35=A|34=2|98=0|108=30|1137=9|");
    expect(speak(side, "35=B|34=3|148=x|33=1|58=x|1474=en|")).toEqual([]);
    expect(side.got).toEqual(["x"]);
  });

  test.each([
    ["of the session", "9", ""],
    ["of the message", "7", "1128=9|"],
  ])("groups end where the version %s says", (_, version, own) => {
    const seen: unknown[] = [];
    const older = { ...fixt, dictionary: new Dictionary(FIX50), defaultApplVerId: "7" };
    const side = acceptor(
      { ...older, applicationDictionaries: { "9": new Dictionary(FIX50SP2) } },
      {
        onMessage(message: FixView) {
          const parties = message.group(453);
          while (parties.next()) seen.push(parties.string(448), parties.int(2376));
          return undefined;
        },
      },
    );
    speak(side, `35=A|34=1|98=0|108=30|1137=${version}|`);
    const order = "11=a|55=X|54=1|60=20260105-14:30:00|38=1|40=1|";
    // PartyRoleQualifier(2376) came with FIX 5.0 SP2.
    const parties = "453=2|448=P1|447=D|452=1|2376=1|448=P2|447=D|452=3|2376=2|";
    expect(speak(side, `35=D|34=2|${own}${order}${parties}`)).toEqual([]);
    expect(seen).toEqual(["P1", 1, "P2", 2]);
  });

  test("the peer's default version is followed, or refused when it is not known", () => {
    const older = fixtSide("7");
    output(older.session);
    expect(speak(older, "35=B|34=2|148=x|33=1|58=x|1474=en|")[0]).toContain("371=1474");
    expect(fixtSide("2").session.closeReason).toBe("DefaultApplVerID 2 is not supported");
  });
});
