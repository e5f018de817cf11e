import {
  type EncodableMessage,
  FastEncoder,
  type MarketDataMessage,
  marketDataTemplates,
  TemplateRegistry,
} from "@exchange-kit/fast";

/** Bytes of a packet: with the heads of UDP and IP it fits an Ethernet frame. */
const PACKET_BYTES = 1_400;
const RESET: EncodableMessage = { template: "Reset", fields: {} };

const registry = new TemplateRegistry(marketDataTemplates);

type Numbered = Exclude<MarketDataMessage, { template: "Reset" }>;
/** A message without what the channel adds to it. */
export type Body = Numbered extends infer Message
  ? Message extends Numbered
    ? {
        readonly template: Message["template"];
        readonly fields: Omit<Message["fields"], "sequence" | "timeNanos">;
      }
    : never
  : never;

/**
 * The messages of one channel: numbered, encoded, and put into packets that can be decoded each by itself, since each
 * begins with a `Reset`.
 */
export class FastChannel {
  readonly #encoder = new FastEncoder(registry);
  readonly #packet = new Uint8Array(PACKET_BYTES);
  readonly #send: (packet: Uint8Array) => void;
  readonly #nowMicros: () => number;
  #length = 0;
  #sequence = 0;

  /** @param send - gets each packet, its own copy */
  constructor(send: (packet: Uint8Array) => void, nowMicros: () => number) {
    this.#send = send;
    this.#nowMicros = nowMicros;
  }

  /** Number of the last message. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The next message is the one after this number. */
  numberAfter(sequence: number): void {
    this.#sequence = sequence;
  }

  publish({ template, fields }: Body): void {
    const timeNanos = BigInt(this.#nowMicros()) * 1000n;
    const message = { template, fields: { sequence: ++this.#sequence, timeNanos, ...fields } };
    if (this.#fits(message)) return;
    this.flush();
    if (!this.#fits(message)) throw new Error(`a ${template} is too long for a packet`);
  }

  /** Sends the packet that waits, if there is one. */
  flush(): void {
    if (this.#length === 0) return;
    this.#send(this.#packet.slice(0, this.#length));
    this.#length = 0;
  }

  #fits(message: EncodableMessage): boolean {
    if (this.#length === 0) this.#length = this.#encoder.encodeInto(RESET, this.#packet);
    const bytes = this.#encoder.encodeInto(message, this.#packet, this.#length);
    this.#length += bytes;
    return bytes > 0;
  }
}
