import { ItchError } from "../errors.ts";

/** A frame as it was captured. */
export interface CapturedFrame {
  /** Link type of the interface, as listed by tcpdump.org (1 is Ethernet). */
  readonly linkType: number;
  /** Nanoseconds since the epoch, at the resolution of the capture. */
  readonly timestampNanos: bigint;
  /** The bytes; valid until the callback returns. */
  readonly bytes: Uint8Array;
}

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Units of the timestamp in a second. */
  readonly unitsPerSecond: bigint;
}

/** Larger than any frame or block of a sound capture (libpcap's own limit is 256 KiB a frame). */
const LARGEST_BLOCK = 16 * 1024 * 1024;

/** Magic numbers as their first four bytes read big-endian. */
const MAGIC = {
  micros: 0xa1b2c3d4,
  microsSwapped: 0xd4c3b2a1,
  nanos: 0xa1b23c4d,
  nanosSwapped: 0x4d3cb2a1,
  pcapng: 0x0a0d0d0a,
} as const;

/** True when these first four bytes of a file are those of pcap or pcapng. */
export function isCapture(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return Object.values(MAGIC).includes(magic as never);
}

/**
 * Reads pcap (both byte orders, microseconds and nanoseconds) and pcapng (sections of either byte order, any time
 * resolution) from a stream that comes in pieces.
 *
 * @see draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng
 */
export class CaptureReader {
  readonly #onFrame: (frame: CapturedFrame) => void;
  #held: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #kind: "unknown" | "pcap" | "pcapng" = "unknown";
  #isLittle = false;
  #interfaces: Interface[] = [];

  /** @param onFrame - gets every captured frame */
  constructor(onFrame: (frame: CapturedFrame) => void) {
    this.#onFrame = onFrame;
  }

  /**
   * Takes the next piece.
   *
   * @throws ItchError `not-a-capture` (with `offset`) when the bytes are no capture; frames before are delivered
   */
  push(bytes: Uint8Array): void {
    const all = this.#held.length === 0 ? bytes : concat(this.#held, bytes);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    let at = 0;
    for (;;) {
      const used = this.#block(all, view, at);
      if (used === 0) break;
      at += used;
      this.#offset += used;
    }
    // Not `slice`: on a Buffer that would be a window on bytes that the caller may reuse.
    this.#held = new Uint8Array(all.subarray(at));
  }

  /**
   * Says that the capture has ended.
   *
   * @returns `truncated` when it ends inside a frame or block, else `undefined`
   */
  end(): ItchError | undefined {
    if (this.#held.length === 0) return undefined;
    return new ItchError(
      "truncated",
      `the capture ends inside the block at byte ${this.#offset}: ${this.#held.length} bytes of it are there`,
      { offset: this.#offset },
    );
  }

  /** Bytes of the block at `at`, once it is whole and handled; 0 when more must come. */
  #block(bytes: Uint8Array, view: DataView, at: number): number {
    switch (this.#kind) {
      case "unknown":
        return this.#begin(bytes, view, at);
      case "pcap":
        return this.#pcapRecord(bytes, view, at);
      case "pcapng":
        return this.#pcapngBlock(bytes, view, at);
    }
  }

  #begin(bytes: Uint8Array, view: DataView, at: number): number {
    if (bytes.length - at < 4) return 0;
    const magic = view.getUint32(at);
    if (magic === MAGIC.pcapng) {
      this.#kind = "pcapng";
      return this.#pcapngBlock(bytes, view, at);
    }
    this.#isLittle = magic === MAGIC.microsSwapped || magic === MAGIC.nanosSwapped;
    const isNanos = magic === MAGIC.nanos || magic === MAGIC.nanosSwapped;
    if (!this.#isLittle && !isNanos && magic !== MAGIC.micros) this.#refuse("no pcap or pcapng begins so");
    if (bytes.length - at < 24) return 0;
    this.#kind = "pcap";
    // The upper bits of the link type hold the length of a frame check sequence.
    const linkType = view.getUint32(at + 20, this.#isLittle) & 0x0fffffff;
    this.#interfaces = [
      { linkType, snapLength: LARGEST_BLOCK, unitsPerSecond: isNanos ? 1_000_000_000n : 1_000_000n },
    ];
    return 24;
  }

  #pcapRecord(bytes: Uint8Array, view: DataView, at: number): number {
    if (bytes.length - at < 16) return 0;
    const length = view.getUint32(at + 8, this.#isLittle);
    if (length > LARGEST_BLOCK) this.#refuse(`a frame of ${length} bytes`);
    if (bytes.length - at - 16 < length) return 0;
    const [first] = this.#interfaces as [Interface];
    const seconds = BigInt(view.getUint32(at, this.#isLittle));
    const fraction = BigInt(view.getUint32(at + 4, this.#isLittle));
    this.#onFrame({
      linkType: first.linkType,
      timestampNanos: seconds * 1_000_000_000n + (fraction * 1_000_000_000n) / first.unitsPerSecond,
      bytes: bytes.subarray(at + 16, at + 16 + length),
    });
    return 16 + length;
  }

  #pcapngBlock(bytes: Uint8Array, view: DataView, at: number): number {
    if (bytes.length - at < 12) return 0;
    const isSection = view.getUint32(at) === MAGIC.pcapng;
    if (isSection) {
      const order = view.getUint32(at + 8);
      if (order !== 0x1a2b3c4d && order !== 0x4d3c2b1a) this.#refuse("a section without a byte-order magic");
      this.#isLittle = order === 0x4d3c2b1a;
      this.#interfaces = [];
    }
    const type = isSection ? MAGIC.pcapng : view.getUint32(at, this.#isLittle);
    const length = view.getUint32(at + 4, this.#isLittle);
    if (length < 12 || length % 4 !== 0 || length > LARGEST_BLOCK) this.#refuse(`a block of ${length} bytes`);
    if (bytes.length - at < length) return 0;
    const body = at + 8;
    const end = at + length - 4;
    if (type === 1) this.#addInterface(view, body, end);
    else if (type === 6 || type === 2) this.#packet(bytes, view, body, end, type);
    else if (type === 3) this.#simplePacket(bytes, view, body, end);
    return length;
  }

  #addInterface(view: DataView, body: number, end: number): void {
    if (end - body < 8) this.#refuse("an interface block without a body");
    let unitsPerSecond = 1_000_000n;
    let at = body + 8;
    while (at + 4 <= end) {
      const code = view.getUint16(at, this.#isLittle);
      const length = view.getUint16(at + 2, this.#isLittle);
      if (code === 0 || at + 4 + length > end) break;
      // if_tsresol: a power of ten, or of two when the high bit is set.
      if (code === 9 && length === 1) {
        const resolution = view.getUint8(at + 4);
        unitsPerSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
      }
      at += 4 + ((length + 3) & ~3);
    }
    const snapLength = view.getUint32(body + 4, this.#isLittle);
    this.#interfaces.push({
      linkType: view.getUint16(body, this.#isLittle),
      snapLength: snapLength === 0 ? LARGEST_BLOCK : snapLength,
      unitsPerSecond,
    });
  }

  #packet(bytes: Uint8Array, view: DataView, body: number, end: number, type: 2 | 6): void {
    if (end - body < 20) this.#refuse("a packet block without a header");
    const number = type === 6 ? view.getUint32(body, this.#isLittle) : view.getUint16(body, this.#isLittle);
    const captured = view.getUint32(body + 12, this.#isLittle);
    const from = this.#interfaces[number];
    if (!from) this.#refuse(`a packet of interface ${number}, which is not described`);
    if (captured > end - body - 20) this.#refuse(`a packet of ${captured} bytes in a block of ${end - body}`);
    const high = BigInt(view.getUint32(body + 4, this.#isLittle));
    const units = (high << 32n) | BigInt(view.getUint32(body + 8, this.#isLittle));
    this.#onFrame({
      linkType: from.linkType,
      timestampNanos: (units * 1_000_000_000n) / from.unitsPerSecond,
      bytes: bytes.subarray(body + 20, body + 20 + captured),
    });
  }

  #simplePacket(bytes: Uint8Array, view: DataView, body: number, end: number): void {
    const [first] = this.#interfaces;
    if (!first || end - body < 4) this.#refuse("a simple packet block without an interface");
    const captured = Math.min(view.getUint32(body, this.#isLittle), first.snapLength, end - body - 4);
    this.#onFrame({
      linkType: first.linkType,
      timestampNanos: 0n,
      bytes: bytes.subarray(body + 4, body + 4 + captured),
    });
  }

  #refuse(what: string): never {
    throw new ItchError("not-a-capture", `at byte ${this.#offset} stands ${what}`, { offset: this.#offset });
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
