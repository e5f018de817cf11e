// The least that any FIX venue in Node.js does, for the benchmark to compare with: it reads an order, makes its bytes durable and
// answers with an accepting and a filling report. No session rules, no store, no risk, no book, no feed. What it takes is the
// machine's, Node's and the codec's part of the exchange's figures.
//
//   node --import tsx --conditions=@exchange-kit/source bench/fix-floor.ts --journal FILE
import { closeSync, constants, fsyncSync, openSync, write, writeSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { parseArgs } from "node:util";
import type { FixView } from "@exchange-kit/fix";
import { FixWire } from "./fix-wire.ts";

const JOURNAL_BYTES = 64 * 2 ** 20;
/** Of an order in the journal, about as many as the exchange writes. */
const ORDER_BYTES = 64;
/** Room for more orders than the load client leaves unanswered at once, which are 20,000. */
const BATCH_BYTES = 2 * 2 ** 20;

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
      const length = batch.length * ORDER_BYTES;
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
function serve(socket: Socket, journal: Journal): void {
  const wire = new FixWire(socket, "XKIT", "", (view) => {
    if (view.equals(35, "A")) return logOn(view);
    const clientOrderId = view.string(11)!;
    const side = view.string(54)!;
    journal.add(() => {
      report(clientOrderId, side, false);
      report(clientOrderId, side, true);
    });
  });
  let isFlushDue = false;
  const end = (): void => {
    wire.end();
    if (isFlushDue) return;
    isFlushDue = true;
    // Once for all reports of a batch.
    queueMicrotask(() => {
      isFlushDue = false;
      wire.flush();
    });
  };
  const logOn = (view: FixView): void => {
    wire.targetCompId = view.string(49)!;
    wire.tick(Date.now());
    wire.begin("A").int(98, 0).int(108, 0).string(141, "Y");
    end();
  };
  const report = (clientOrderId: string, side: string, isFilled: boolean): void => {
    const filled = isFilled ? 100 : 0;
    wire.tick(Date.now());
    wire
      .begin("8")
      .int(37, wire.nextSeqNum)
      .string(11, clientOrderId)
      .int(17, wire.nextSeqNum)
      .string(150, isFilled ? "F" : "0")
      .string(39, isFilled ? "2" : "0")
      .string(55, "ACME")
      .string(54, side)
      .int(38, 100)
      .string(44, "187.25")
      .int(151, 100 - filled)
      .int(14, filled)
      .string(6, isFilled ? "187.25" : "0");
    end();
  };
  socket.on("data", (chunk) => wire.receive(chunk));
  // The client leaves when it has what it wanted.
  socket.on("error", () => socket.destroy());
}

const { values } = parseArgs({ options: { journal: { type: "string", default: "memory" } } });
const journal = new Journal(values.journal);
const server = createServer({ noDelay: true }, (socket) => serve(socket, journal));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`listening on ${address.port}`);
});
process.on("SIGINT", () => process.exit(0));
