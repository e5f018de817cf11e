import { mkdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { FixEncoder, FixParser, Validator } from "@exchange-kit/fix";
import { FixGateway } from "../../../src/gateways/fix/fix-gateway.ts";
import { versions } from "../../../src/gateways/fix/versions.ts";
import type { OpenJournalFile } from "../../../src/journal/journal-file.ts";
import { type Login, Logins } from "../../../src/logins.ts";
import { PublicMarket } from "../../../src/market-data/public/public-market.ts";
import { SequencedVenue } from "../../../src/sequenced-venue.ts";
import type { VenueConfig } from "../../../src/venue/config.ts";

/** Goes on from one life of a venue to the next. */
let micros = 1_767_225_600_000_000;

export interface RunningGateway {
  readonly sequenced: SequencedVenue;
  readonly gateway: FixGateway;
  readonly port: number;
  /** Stops in order. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly config: VenueConfig;
  readonly logins: readonly Login[];
  /** Folder of journal and sessions; in memory when left out. */
  readonly folder?: string;
  readonly snapshotEvery?: number;
  /** In place of real files of the journal. */
  readonly openFile?: OpenJournalFile;
}

/** A venue with a FIX gateway, open for trading. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, folder, snapshotEvery, openFile } = options;
  const sequenced = new SequencedVenue({
    config,
    journal: folder === undefined ? "memory" : { folder, sync: "never", ...(openFile && { openFile }) },
    now: () => ++micros,
    ...(snapshotEvery === undefined ? {} : { snapshotEvery }),
  });
  const instruments = config.instruments.map((rules) => ({ lotSize: 1, ...rules }));
  const market = new PublicMarket(instruments, () => sequenced.venue.timeMicros);
  if (folder !== undefined) mkdirSync(join(folder, "sessions"), { recursive: true });
  const gateway = new FixGateway({
    sequenced,
    market,
    logins: new Logins(options.logins, config),
    compId: config.mic,
    folder: folder && join(folder, "sessions"),
    isForcedToDisk: false,
  });
  sequenced.add(gateway);
  sequenced.add(market);
  await sequenced.open();
  market.open(sequenced.venue);
  const port = await gateway.listen(0, "127.0.0.1");
  if (sequenced.venue.phase(0) === "closed")
    sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
  return {
    sequenced,
    gateway,
    port,
    close: async () => {
      await sequenced.close();
      await gateway.close();
    },
  };
}

/** The version of a client: BeginString, and DefaultApplVerID(1137) of FIXT. */
export type ClientVersion = "FIX.4.2" | "FIX.4.4" | "FIXT.1.1";

/** `tag=value` fields apart by `|`, such as `11=a|55=ACME`. */
export type Fields = string;

/**
 * A client of bytes: no session engine, so that a test can say anything and sees everything. It counts its own messages and
 * keeps what comes, and every message must be sound by the dictionary of its version.
 */
export class WireClient {
  nextSeqNum = 1;
  /** Number of the last message that came. */
  lastSeqNum = 0;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #compId: string;
  readonly #version: ClientVersion;
  readonly #target: string;
  readonly #encoder = new FixEncoder(new Uint8Array(4096), { growTo: 1024 * 1024, allowEmptyValues: true });
  readonly #parser: FixParser;
  readonly #validator: Validator;
  readonly #arrived: string[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};
  readonly #written: Buffer[] = [];
  /** The venue sent what it may not send. */
  #fault: Error | undefined;
  isClosed = false;

  constructor(port: number, compId: string, version: ClientVersion = "FIX.4.4", target = "XKIT") {
    this.#compId = compId;
    this.#target = target;
    this.#version = version;
    const { dictionaries } = versions.find(({ beginString }) => beginString === version)!;
    const { dictionary, transportDictionary } = dictionaries();
    this.#parser = new FixParser({ dictionary, ...(transportDictionary && { transportDictionary }) });
    this.#validator = new Validator(dictionary, {}, transportDictionary ?? dictionary);
    this.#socket = connect({ host: "127.0.0.1", port });
    this.#socket.on("error", () => {});
    this.#socket.on("data", (chunk) => this.#receive(chunk));
    this.closed = new Promise((resolve) => {
      this.#socket.on("close", () => {
        this.isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  /** Logs on; `fields` come after the password. @returns the answer */
  logOn(password: string, fields: Fields = "141=Y"): Promise<string> {
    const secret = this.#version === "FIX.4.2" ? `95=${password.length}|96=${password}` : `554=${password}`;
    const version = this.#version === "FIXT.1.1" ? "1137=9|" : "";
    this.send("A", `98=0|108=30|${version}${secret}${fields === "" ? "" : `|${fields}`}`);
    return this.next();
  }

  /** Sends a message with the next number; header fields may come first in `fields`. */
  send(type: string, fields: Fields, seqNum: number = this.nextSeqNum++): void {
    this.#encoder.begin(this.#version, type).int(34, seqNum).string(49, this.#compId);
    const [header, body] = split(fields);
    for (const [tag, value] of header) if (tag < 52) this.#encoder.string(tag, value);
    this.#encoder.string(52, now()).string(56, this.#target);
    for (const [tag, value] of header) if (tag > 52) this.#encoder.string(tag, value);
    for (const [tag, value] of body) this.#encoder.string(tag, value);
    const length = this.#encoder.end();
    this.write(this.#encoder.buffer.slice(this.#encoder.start, this.#encoder.start + length));
  }

  write(bytes: Uint8Array | string): void {
    const chunk = Buffer.from(bytes as string);
    this.#written.push(chunk);
    this.#socket.write(chunk);
  }

  /** Sends several messages as one: none is carried out before the last has come. */
  sendAtOnce(send: () => void): void {
    this.#socket.cork();
    send();
    this.#socket.uncork();
  }

  /** All that was sent on this connection. */
  get written(): Uint8Array {
    return Buffer.concat(this.#written);
  }

  /** Stops to read. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Waits for the next message: its fields from MsgType on, without what every message has and without times. */
  async next(): Promise<string> {
    while (this.#arrived.length === 0) {
      if (this.#fault) throw this.#fault;
      if (this.isClosed) throw new Error("closed");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#arrived.shift()!;
  }

  /** The next message's value of a tag. */
  async nextValue(tag: number): Promise<string | undefined> {
    return field(await this.next(), tag);
  }

  /** Waits for a number of messages. */
  async take(count: number): Promise<string[]> {
    const messages: string[] = [];
    while (messages.length < count) messages.push(await this.next());
    return messages;
  }

  /** Messages that are here and not taken. */
  get waiting(): readonly string[] {
    return this.#arrived;
  }

  close(): Promise<void> {
    this.#socket.destroy();
    return this.closed;
  }

  #receive(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const consumed = this.#parser.parse(bytes, at, bytes.length);
      if (consumed === 0) break;
      at += consumed;
      const { view } = this.#parser;
      this.lastSeqNum = view.int(34);
      if (!this.#validator.validate(view)) {
        const { reason, tag } = this.#validator;
        this.#fault = new Error(`35=${view.type} breaks its dictionary: reason ${reason}, tag ${tag}`);
      }
      const fields: string[] = [];
      for (let index = 2; index < view.size - 1; index++) {
        const tag = view.tagAt(index);
        if (!LEFT_OUT.has(tag)) fields.push(`${tag}=${view.stringAt(index)}`);
      }
      this.#arrived.push(fields.join("|"));
    }
    this.#rest = bytes.subarray(at);
    this.#wake();
  }
}

/** Header, and times that differ from run to run. */
const LEFT_OUT = new Set([34, 49, 52, 56, 60, 122]);
const HEADER = new Set([43, 97, 122, 128, 129, 142, 143, 1128]);

export function field(message: string, tag: number): string | undefined {
  return message
    .split("|")
    .find((text) => text.startsWith(`${tag}=`))
    ?.slice(String(tag).length + 1);
}

export function now(millis: number = Date.now()): string {
  return new Date(millis).toISOString().replaceAll("-", "").replace("T", "-").slice(0, 21);
}

function split(fields: Fields): [header: [number, string][], body: [number, string][]] {
  const all = fields.split("|").flatMap((field): [number, string][] => {
    const at = field.indexOf("=");
    return at < 0 ? [] : [[Number(field.slice(0, at)), field.slice(at + 1)]];
  });
  return [all.filter(([tag]) => HEADER.has(tag)), all.filter(([tag]) => !HEADER.has(tag))];
}
