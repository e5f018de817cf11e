// Our side of the interoperation test; the same program as quickfix-peer.cpp, over this package:
//   kit-peer.ts acceptor|initiator FOLDER PORT BEGIN_STRING COUNT WINDOW
import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import {
  Dictionary,
  type FixApplication,
  FixParser,
  type FixSession,
  type FixView,
  type SessionSettings,
} from "@exchange-kit/fix";
import { createFileStore, type FileStore } from "@exchange-kit/fix/file";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { FIX50SP2 } from "@exchange-kit/fix/fix50sp2";
import { FIXT11 } from "@exchange-kit/fix/fixt11";
import { FixAcceptor, FixInitiator } from "@exchange-kit/fix/net";

const [role, folder = "", port, beginString = "", count, window] = process.argv.slice(2);
const isAcceptor = role === "acceptor";
const ORDER = 11;
const EXECUTION = 17;

/** Numbers that were received, kept in a file before the session counts their message. */
class Journal {
  readonly #received = new Set<number>();
  readonly #file: number;

  constructor(path: string) {
    if (existsSync(path)) {
      for (const line of readFileSync(path, "utf8").split("\n")) {
        if (line.startsWith("got ")) this.#received.add(Number(line.slice(4)));
      }
    }
    this.#file = openSync(path, "a");
  }

  get size(): number {
    return this.#received.size;
  }

  note(number: number, isPossibleDuplicate: boolean): void {
    if (this.#received.has(number)) {
      writeSync(this.#file, `${isPossibleDuplicate ? "again" : "doubled"} ${number}\n`);
      return;
    }
    this.#received.add(number);
    writeSync(this.#file, `got ${number}\n${isPossibleDuplicate ? `resent ${number}\n` : ""}`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Numbers of the orders or reports that the store holds, which are thereby sent. */
function sentNumbers(store: FileStore, tag: number): Set<number> {
  const parser = new FixParser();
  const numbers = new Set<number>();
  for (let seqNum = 1; seqNum < store.nextSenderSeqNum; seqNum++) {
    const bytes = store.get(seqNum);
    if (bytes && parser.parse(bytes) > 0 && parser.view.has(tag)) numbers.add(parser.view.int(tag));
  }
  return numbers;
}

const journal = new Journal(join(folder, "journal"));
const store = createFileStore(join(folder, "store"));
const sent = sentNumbers(store, isAcceptor ? EXECUTION : ORDER);

function settings(senderCompId: string, targetCompId: string): Omit<SessionSettings, "role"> {
  const common = { beginString, senderCompId, targetCompId };
  return beginString === "FIXT.1.1"
    ? {
        ...common,
        dictionary: new Dictionary(FIX50SP2),
        transportDictionary: new Dictionary(FIXT11),
        defaultApplVerId: "9",
      }
    : { ...common, dictionary: new Dictionary(FIX44) };
}

function sendReport(session: FixSession, number: number): void {
  const encoder = session.begin("8", Date.now());
  if (!encoder) return;
  encoder.int(6, 0).int(ORDER, number).int(14, 0).int(EXECUTION, number).string(37, "X").string(39, "0");
  encoder.string(54, "1").string(55, "VOD").string(150, "0").int(151, 100);
  session.commit();
  sent.add(number);
}

function note(message: FixView, tag: number): number {
  const number = message.int(tag);
  journal.note(number, message.boolean(43) === true);
  return number;
}

if (isAcceptor) {
  const acceptor = new FixAcceptor({
    sessions: [settings("VENUE", "BUYER")],
    store: () => store,
    application: {
      onMessage(message, session) {
        const number = note(message, ORDER);
        if (!sent.has(number)) sendReport(session, number);
        return undefined;
      },
    },
  });
  await acceptor.listen(Number(port), "127.0.0.1");
  process.once("SIGTERM", () => void acceptor.close().then(() => journal.close()));
} else {
  let last = Math.max(0, ...sent);
  const sendMore = (session: FixSession): void => {
    while (session.isLoggedOn && last < Number(count) && last - journal.size < Number(window)) {
      const encoder = session.begin("D", Date.now());
      if (!encoder) return;
      encoder.int(ORDER, ++last).int(38, 100).string(40, "2").string(44, "12.50").string(54, "1");
      encoder.string(55, "VOD").string(60, "20260105-14:30:00.000");
      session.commit();
    }
  };
  const application: FixApplication = {
    onLogon: sendMore,
    onMessage(message, session) {
      note(message, EXECUTION);
      sendMore(session);
      if (journal.size === Number(count))
        setImmediate(() => void initiator.stop().then(() => journal.close()));
      return undefined;
    },
  };
  const initiator = new FixInitiator({
    session: settings("BUYER", "VENUE"),
    store,
    application,
    host: "127.0.0.1",
    port: Number(port),
    reconnectMillis: 100,
  });
  initiator.start();
}
