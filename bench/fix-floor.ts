// The least that any FIX venue in Node.js does, for the benchmark to compare with: it reads an order, makes its bytes durable and
// answers with an accepting and a filling report. No session rules, no store, no risk, no book, no feed. What it takes is the
// machine's, Node's and the codec's part of the exchange's figures.
//
//   node --import tsx --conditions=@exchange-kit/source bench/fix-floor.ts --journal FILE
import { closeSync, constants, fsyncSync, openSync, write, writeSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { FixEncoder, FixParser, formatTimestamp } from "@exchange-kit/fix";

const JOURNAL_BYTES = 64 * 2 ** 20;
/** Of an order in the journal, about as many as the exchange writes. */
const ORDER_BYTES = 64;
/** More than the load client ever leaves unanswered at once. */
const BATCH_BYTES = 2 * 2 ** 20;
const OUTPUT_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** One batch is written and synced while the next one fills, as the exchange does it. */
class Journal {
  readonly #file: number | undefined;
  readonly #block = Buffer.alloc(BATCH_BYTES);
  #at = 0;
  #waiting: (() => void)[] = [];
  #isWriting = false;

  /** @param path - of a file, or `memory` for one that keeps nothing */
  constructor(path: string) {
    if (path === "memory") return;
    // Zeros that are there: a sync has no new length to write down.
    const file = openSync(path, "w");
    for (let at = 0; at < JOURNAL_BYTES; at += BATCH_BYTES) writeSync(file, this.#block);
    fsyncSync(file);
    closeSync(file);
    // One trip to the thread pool instead of two for write and fdatasync.
    this.#file = openSync(path, constants.O_WRONLY | constants.O_DSYNC);
  }

  /** @param durable - called in order, when what was added with it is on the disk */
  add(durable: () => void): void {
    this.#waiting.push(durable);
    if (!this.#isWriting) this.#write();
  }

  #write(): void {
    this.#isWriting = true;
    // What comes in the same turn of the event loop goes together.
    setImmediate(() => {
      const batch = this.#waiting;
      this.#waiting = [];
      if (this.#file === undefined) return this.#end(batch, null);
      const length = Math.min(batch.length * ORDER_BYTES, BATCH_BYTES);
      if (this.#at + length > JOURNAL_BYTES) this.#at = 0;
      write(this.#file, this.#block, 0, length, this.#at, (error) => this.#end(batch, error));
      this.#at += length;
    });
  }

  #end(batch: readonly (() => void)[], failure: Error | null): void {
    if (failure) throw failure;
    for (const durable of batch) durable();
    this.#isWriting = false;
    if (this.#waiting.length > 0) this.#write();
  }
}

/** Answers what the load client sends, which is a Logon(A) and then orders. */
class Session {
  readonly #socket: Socket;
  readonly #journal: Journal;
  readonly #encoder = new FixEncoder(new Uint8Array(1024));
  readonly #parser = new FixParser({ maxFields: 200 });
  readonly #output: Buffer = Buffer.allocUnsafe(OUTPUT_BYTES);
  #outputLength = 0;
  #nextSeqNum = 1;
  #compId = "";
  #rest: Buffer = NOTHING;
  #isFlushDue = false;

  constructor(socket: Socket, journal: Journal) {
    this.#socket = socket;
    this.#journal = journal;
    socket.on("data", (chunk) => this.#receive(chunk));
    // The client leaves when it has what it wanted.
    socket.on("error", () => socket.destroy());
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const consumed = this.#parser.parse(bytes, at, bytes.length);
      if (consumed === 0) break;
      at += consumed;
      const { view } = this.#parser;
      if (view.equals(35, "A")) {
        this.#compId = view.string(49)!;
        this.#begin("A").int(98, 0).int(108, 0).string(141, "Y");
        this.#end();
      } else {
        const clientOrderId = view.string(11)!;
        const side = view.string(54)!;
        this.#journal.add(() => {
          this.#report(clientOrderId, side, "0");
          this.#report(clientOrderId, side, "F");
        });
      }
    }
    this.#rest = at === bytes.length ? NOTHING : Buffer.from(bytes.subarray(at));
  }

  #report(clientOrderId: string, side: string, execType: "0" | "F"): void {
    const filled = execType === "F" ? 100 : 0;
    this.#begin("8")
      .int(37, this.#nextSeqNum)
      .string(11, clientOrderId)
      .int(17, this.#nextSeqNum)
      .string(150, execType)
      .string(39, execType === "F" ? "2" : "0")
      .string(55, "ACME")
      .string(54, side)
      .int(38, 100)
      .string(44, "187.25")
      .int(151, 100 - filled)
      .int(14, filled)
      .string(6, execType === "F" ? "187.25" : "0");
    this.#end();
  }

  #begin(type: string): FixEncoder {
    return this.#encoder
      .begin("FIX.4.4", type)
      .int(34, this.#nextSeqNum++)
      .string(49, "XKIT")
      .string(52, formatTimestamp(Date.now()))
      .string(56, this.#compId);
  }

  #end(): void {
    const length = this.#encoder.end();
    if (this.#outputLength + length > this.#output.length) this.#flush();
    const { start, buffer } = this.#encoder;
    this.#output.set(buffer.subarray(start, start + length), this.#outputLength);
    this.#outputLength += length;
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    // Once for all reports of a batch.
    queueMicrotask(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#outputLength === 0) return;
    this.#socket.write(Buffer.from(this.#output.subarray(0, this.#outputLength)));
    this.#outputLength = 0;
  }
}

const { values } = parseArgs({ options: { journal: { type: "string", default: "memory" } } });
const journal = new Journal(values.journal);
const server = createServer({ noDelay: true }, (socket) => new Session(socket, journal));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`listening on ${address.port}`);
});
process.on("SIGINT", () => process.exit(0));
