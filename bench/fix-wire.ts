import type { Socket } from "node:net";
import { FixEncoder, FixParser, type FixView, formatTimestamp } from "@exchange-kit/fix";

const OUTPUT_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** FIX 4.4 on a plain socket, for both ends of a benchmark: as little work as there can be, no session rules and no store. */
export class FixWire {
  /** CompID of the other side. */
  targetCompId: string;
  readonly #socket: Socket;
  readonly #compId: string;
  readonly #message: (view: FixView) => void;
  readonly #encoder = new FixEncoder(new Uint8Array(1024));
  readonly #parser = new FixParser({ maxFields: 200 });
  readonly #output: Buffer = Buffer.allocUnsafe(OUTPUT_BYTES);
  #outputLength = 0;
  #rest: Buffer = NOTHING;
  #nextSeqNum = 1;
  #stamp = "";

  /**
   * @param targetCompId - empty until it is known
   * @param message - gets each message that comes; the view is valid during the call
   */
  constructor(socket: Socket, compId: string, targetCompId: string, message: (view: FixView) => void) {
    this.#socket = socket;
    this.#compId = compId;
    this.targetCompId = targetCompId;
    this.#message = message;
  }

  /** MsgSeqNum(34) of the message that begins next. */
  get nextSeqNum(): number {
    return this.#nextSeqNum;
  }

  /** SendingTime(52) of the messages from here on. */
  get stamp(): string {
    return this.#stamp;
  }

  /** The time that messages carry from here on. */
  tick(nowMillis: number): void {
    this.#stamp = formatTimestamp(nowMillis);
  }

  /** Begins a message; its body is to follow. */
  begin(type: string): FixEncoder {
    return this.#encoder
      .begin("FIX.4.4", type)
      .int(34, this.#nextSeqNum++)
      .string(49, this.#compId)
      .string(52, this.#stamp)
      .string(56, this.targetCompId);
  }

  /** Ends the message; it goes out with the next {@link flush}. */
  end(): void {
    const length = this.#encoder.end();
    if (this.#outputLength + length > this.#output.length) this.flush();
    const { start, buffer } = this.#encoder;
    this.#output.set(buffer.subarray(start, start + length), this.#outputLength);
    this.#outputLength += length;
  }

  /** Writes what was ended since the last time, with one call. */
  flush(): void {
    if (this.#outputLength === 0) return;
    // A copy of what there is: a new large buffer each time made the client collect garbage ten times a second.
    this.#socket.write(Buffer.from(this.#output.subarray(0, this.#outputLength)));
    this.#outputLength = 0;
  }

  /** @throws Error for bytes that are no FIX message */
  receive(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const consumed = this.#parser.parse(bytes, at, bytes.length);
      if (consumed === 0) break;
      at += consumed;
      if (this.#parser.problem !== undefined) throw new Error(`garbled: ${this.#parser.problem}`);
      this.#message(this.#parser.view);
    }
    this.#rest = at === bytes.length ? NOTHING : Buffer.from(bytes.subarray(at));
  }
}
