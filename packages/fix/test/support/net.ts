import { connect, type Socket } from "node:net";
import { FixMessage, type FixView, type SessionSettings } from "@exchange-kit/fix";
import {
  FixAcceptor,
  type FixAcceptorOptions,
  FixInitiator,
  type FixInitiatorOptions,
} from "@exchange-kit/fix/net";
import { afterEach } from "vitest";
import { dictionary } from "./pair.ts";
import { wire } from "./wire.ts";

type Settings = Omit<SessionSettings, "role">;

export const us: Settings = { beginString: "FIX.4.4", senderCompId: "A", targetCompId: "I", dictionary };
export const them: Settings = { ...us, senderCompId: "I", targetCompId: "A" };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An acceptor that sends everything back. */
export async function listen(
  options: Partial<FixAcceptorOptions> = {},
): Promise<{ acceptor: FixAcceptor; port: number }> {
  const acceptor = new FixAcceptor({
    sessions: [us],
    application: {
      onMessage(message: FixView, session) {
        session.send(FixMessage.from(message, dictionary), Date.now());
        return undefined;
      },
    },
    ...options,
  });
  closers.push(() => acceptor.close());
  return { acceptor, port: await acceptor.listen(0, "127.0.0.1") };
}

/** A client that keeps calling; `done` gives the headlines of the first `expected` messages. */
export function initiator(
  port: number,
  expected: number,
  more: Partial<FixInitiatorOptions> = {},
): { initiator: FixInitiator; done: Promise<string[]> } {
  const got: string[] = [];
  let finish: (got: string[]) => void = () => {};
  const done = new Promise<string[]>((resolve) => {
    finish = resolve;
  });
  const client = new FixInitiator({
    session: them,
    host: "127.0.0.1",
    port,
    reconnectMillis: 20,
    application: {
      onMessage(message) {
        got.push(message.string(148)!);
        if (got.length === expected) finish(got);
        return undefined;
      },
    },
    ...more,
  });
  closers.push(() => client.stop());
  client.start();
  return { initiator: client, done };
}

export function news(words: string): FixMessage {
  const message = new FixMessage("B", dictionary).set("Headline", words);
  message.add("NoLinesOfText").set("Text", "x");
  return message;
}

/** Waits for something that another turn of the event loop brings about. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A peer without an engine: it says what it is told to, and reads only while `isReading`. */
export class RawPeer {
  readonly socket: Socket;
  received = "";
  isClosed = false;

  constructor(port: number) {
    this.socket = connect({ host: "127.0.0.1", port });
    this.socket.on("data", (chunk) => {
      this.received += chunk.toString("latin1").replaceAll("\x01", "|");
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.isClosed = true;
    });
    closers.push(() => this.socket.destroy());
  }

  /** Sends a message from `35=…|34=…|` and what follows. */
  say(body: string, us = "I", them = "A"): void {
    const time = new Date().toISOString().replace(/-/g, "").replace("T", "-").slice(0, 17);
    this.socket.write(wire(body.replace(/(\|34=\d+\|)/, `$149=${us}|52=${time}|56=${them}|`)));
  }

  async logOn(): Promise<void> {
    this.say("35=A|34=1|98=0|108=30|");
    await until(() => this.received.includes("|35=A|"));
  }
}
