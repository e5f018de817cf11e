import {
  Dictionary,
  type FixApplication,
  FixMessage,
  FixSession,
  MemoryStore,
  type MessageStore,
  type SessionSettings,
} from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { text } from "./wire.ts";

export const dictionary: Dictionary = new Dictionary(FIX44);
export const START: number = Date.UTC(2026, 0, 5, 14, 30);

/** Settings of one side; `A` is the acceptor. */
export function settings(side: "A" | "I", more: Partial<SessionSettings> = {}): SessionSettings {
  return {
    beginString: "FIX.4.4",
    senderCompId: side,
    targetCompId: side === "A" ? "I" : "A",
    role: side === "A" ? "acceptor" : "initiator",
    dictionary,
    ...more,
  };
}

/** One side with everything that happened to it. */
export class Side {
  readonly session: FixSession;
  readonly got: string[] = [];
  readonly log: string[] = [];

  constructor(
    side: "A" | "I",
    more: Partial<SessionSettings> = {},
    application: FixApplication = {},
    store: MessageStore = new MemoryStore(),
  ) {
    this.session = new FixSession(
      settings(side, more),
      {
        onMessage: (message) => {
          this.got.push(message.string(58) ?? message.type);
          return undefined;
        },
        onEvent: ({ code, text: words }) => this.log.push(`${code}: ${words}`),
        onLogout: (_, reason) => this.log.push(`onLogout: ${reason}`),
        ...application,
      },
      store,
    );
  }

  news(words: string, now: number = START): string {
    const message = new FixMessage("B", dictionary).set("Headline", words);
    message.add("NoLinesOfText").set("Text", words);
    return this.session.send(message, now).status;
  }
}

/** Moves bytes both ways until nothing moves any more. */
export function exchange(a: FixSession, b: FixSession, now: number = START): void {
  for (let moved = true; moved; ) {
    moved = false;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const bytes = from.takeOutput().slice();
      if (bytes.length > 0) {
        moved = true;
        to.receive(bytes, now);
      }
      if (from.state === "closing") {
        from.disconnected(now);
        to.disconnected(now, "peer closed");
      }
    }
  }
}

export function logOn(a: Side, i: Side, now: number = START): void {
  a.session.connect(now);
  i.session.connect(now);
  exchange(i.session, a.session, now);
}

/** What a session writes next, without 8, 9, 52 and 10. */
export function output(session: FixSession): string[] {
  return text(session.takeOutput())
    .split(/(?<=\|10=\d{3}\|)/)
    .filter((message) => message !== "")
    .map((message) =>
      message
        .replace(/^8=[^|]*\|9=\d+\|/, "")
        .replace(/10=\d{3}\|$/, "")
        .replace(/\|52=[^|]*/, "")
        .replace(/\|122=[^|]*/, "|122=T"),
    );
}
