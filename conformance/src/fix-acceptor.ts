import {
  Dictionary,
  type FixApplication,
  FixMessage,
  type FixSession,
  type FixView,
  isHeaderTag,
  type PackedDictionary,
  type SessionSettings,
} from "@exchange-kit/fix";
import { createFileStore } from "@exchange-kit/fix/file";
import { FIX40 } from "@exchange-kit/fix/fix40";
import { FIX41 } from "@exchange-kit/fix/fix41";
import { FIX42 } from "@exchange-kit/fix/fix42";
import { FIX43 } from "@exchange-kit/fix/fix43";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { FIX50 } from "@exchange-kit/fix/fix50";
import { FIX50SP1 } from "@exchange-kit/fix/fix50sp1";
import { FIX50SP2 } from "@exchange-kit/fix/fix50sp2";
import { FIXT11 } from "@exchange-kit/fix/fixt11";
import { FixAcceptor } from "@exchange-kit/fix/net";
import type { Subject } from "./subject.ts";

type Settings = Omit<SessionSettings, "role">;

/** The acceptance suite compares texts and a few choices that the standard leaves open. */
const SUITE: Partial<Settings> = { resetOnLogon: true, rejectText: "standard", testReqId: "TEST" };

function sessions(): Settings[] {
  const transport = new Dictionary(FIXT11);
  const classic = (beginString: string, targetCompId: string, dictionary: Dictionary): Settings => ({
    ...SUITE,
    beginString,
    senderCompId: "ISLD",
    targetCompId,
    dictionary,
    openEndSeqNum: beginString === "FIX.4.0" || beginString === "FIX.4.1" ? 999999 : 0,
  });
  const fixt = (targetCompId: string, facts: PackedDictionary, defaultApplVerId: string): Settings => ({
    ...SUITE,
    beginString: "FIXT.1.1",
    senderCompId: "ISLD",
    targetCompId,
    dictionary: new Dictionary(facts),
    transportDictionary: transport,
    defaultApplVerId,
  });
  const fix44 = new Dictionary(FIX44);
  return [
    classic("FIX.4.0", "TW40", new Dictionary(FIX40)),
    classic("FIX.4.1", "TW41", new Dictionary(FIX41)),
    classic("FIX.4.2", "TW42", new Dictionary(FIX42)),
    classic("FIX.4.3", "TW43", new Dictionary(FIX43)),
    classic("FIX.4.4", "TW44", fix44),
    classic("FIX.4.4", "TW", fix44),
    {
      ...classic("FIX.4.4", "NO_CHECK_FIELDS_HAVE_VALUES", fix44),
      validation: { checkValuesPresent: false },
    },
    fixt("TW50", FIX50, "7"),
    fixt("TW50SP1", FIX50SP1, "8"),
    fixt("TW50SP2", FIX50SP2, "9"),
  ];
}

/** The suite's application: orders, security definitions and mails come back, everything else is not supported. */
export class EchoApplication implements FixApplication {
  readonly #seen = new Map<FixSession, Set<string>>();

  onMessage(message: FixView, session: FixSession): undefined | "unsupported" {
    const code = message.length(35) === 1 ? message.char(35) : 0;
    switch (code) {
      case 0x44: // D
        if (this.#isNew(message, session)) echo(message, session);
        return undefined;
      case 0x64: // d
        if (session.settings.beginString < "FIX.4.2") return "unsupported";
        echo(message, session);
        return undefined;
      case 0x43: // C
        echo(message, session);
        return undefined;
      default:
        return unsupported(message, session);
    }
  }

  onLogout(session: FixSession): void {
    this.#seen.delete(session);
  }

  /** A possible resend of an order that was seen is ignored. */
  #isNew(message: FixView, session: FixSession): boolean {
    let seen = this.#seen.get(session);
    if (!seen) {
      seen = new Set();
      this.#seen.set(session, seen);
    }
    const id = message.string(11)!;
    if (message.boolean(97) === true && seen.has(id)) return false;
    seen.add(id);
    return true;
  }
}

/** In FIXT sessions the suite expects DefaultApplVerID in the business reject, which the standard does not define. */
function unsupported(message: FixView, session: FixSession): undefined | "unsupported" {
  const version = session.settings.defaultApplVerId;
  if (version === undefined) return "unsupported";
  const reject = session.begin("j", 0);
  reject
    ?.int(45, message.int(34))
    .string(58, "Unsupported Message Type")
    .string(372, message.type)
    .int(380, 3)
    .string(1137, version);
  if (reject) session.commit();
  return undefined;
}

/** The same body, sorted: fields by ascending tag, members of a group in dictionary order. */
function echo(message: FixView, session: FixSession): void {
  const last = message.size - 1;
  let index = 3;
  while (index < last && isHeaderTag(message.tagAt(index))) index++;
  if (!isSorted(message, index, last) || message.has(97)) {
    session.send(FixMessage.from(message, session.settings.dictionary), 0);
    return;
  }
  const encoder = session.begin(message.type, 0);
  // The body is already as it should be: its bytes go back as they came.
  encoder?.fields(message.buffer, message.endAt(index - 1) + 1, message.startAt(last) - 3);
  if (encoder) session.commit();
}

function isSorted(message: FixView, from: number, to: number): boolean {
  for (let index = from + 1; index < to; index++) {
    if (message.tagAt(index) <= message.tagAt(index - 1)) return false;
  }
  return !isHeaderTag(message.tagAt(from));
}

/** Starts the acceptor of the acceptance suite. */
export async function startAcceptor(
  port: number,
  storeFolder?: string,
  sync?: "batch",
): Promise<FixAcceptor> {
  const acceptor = new FixAcceptor({
    sessions: sessions(),
    application: new EchoApplication(),
    ...(storeFolder === undefined
      ? {}
      : {
          store: (settings) =>
            createFileStore(`${storeFolder}/${settings.beginString}-${settings.targetCompId}.fixstore`, {
              sync: sync ?? "never",
            }),
        }),
  });
  await acceptor.listen(port);
  return acceptor;
}

/** Runs the acceptance-test acceptor until SIGTERM. */
export const fixAcceptor: Subject = {
  usage: "fix-acceptor --port P [--store FOLDER [--sync batch]]",
  async run(args, _print) {
    const option = (name: string): string | undefined => {
      const at = args.indexOf(`--${name}`);
      return at < 0 ? undefined : args[at + 1];
    };
    const port = Number(option("port"));
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error("--port needs a port number");
    const acceptor = await startAcceptor(
      port,
      option("store"),
      option("sync") === "batch" ? "batch" : undefined,
    );
    console.error(`listening on ${port}`);
    await new Promise<void>((resolve) => {
      process.once("SIGTERM", resolve);
      process.once("SIGINT", resolve);
    });
    await acceptor.close();
  },
};
