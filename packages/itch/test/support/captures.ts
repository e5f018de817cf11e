interface FrameOptions {
  /** Bytes after the end of the IP packet, as capture devices add them. */
  readonly trailer?: number;
  /** Number of VLAN tags. */
  readonly vlans?: number;
  readonly etherType?: number;
  /** Flags and offset of an IP fragment. */
  readonly fragment?: number;
  readonly destinationPort?: number;
}

/** An Ethernet frame with an IPv4 UDP datagram. */
export function ethernet(payload: Uint8Array, options: FrameOptions = {}): Uint8Array {
  const { trailer = 0, vlans = 0, etherType = 0x0800, fragment = 0, destinationPort = 26477 } = options;
  const at = 14 + 4 * vlans;
  const frame = new Uint8Array(at + 28 + payload.length + trailer).fill(0xee);
  const view = new DataView(frame.buffer);
  for (let tag = 0; tag < vlans; tag++) view.setUint32(12 + 4 * tag, 0x81000005);
  view.setUint16(at - 2, etherType);
  frame.fill(0, at, at + 20);
  frame[at] = 0x45;
  view.setUint16(at + 2, 28 + payload.length);
  view.setUint16(at + 6, fragment);
  frame[at + 8] = 64;
  frame[at + 9] = 17;
  frame.set([10, 0, 0, 1, 239, 1, 2, 3], at + 12);
  let sum = 0;
  for (let word = 0; word < 20; word += 2) sum += view.getUint16(at + word);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(at + 10, ~sum & 0xffff);
  view.setUint16(at + 20, 50_000);
  view.setUint16(at + 22, destinationPort);
  view.setUint16(at + 24, 8 + payload.length);
  view.setUint16(at + 26, 0);
  frame.set(payload, at + 28);
  return frame;
}

/** A pcap file; every frame is of 1.5 seconds after the epoch. */
export function pcap(
  frames: readonly Uint8Array[],
  { isLittle, isNanos }: { isLittle: boolean; isNanos: boolean },
): Uint8Array {
  const words = (...values: number[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    for (const [index, value] of values.entries()) view.setUint32(index * 4, value, isLittle);
    return new Uint8Array(view.buffer);
  };
  const magic = isNanos ? 0xa1b23c4d : 0xa1b2c3d4;
  const version = isLittle ? 0x00040002 : 0x00020004;
  return concat([
    words(magic, version, 0, 0, 0x40000, 1),
    ...frames.flatMap((frame) => [
      words(1, isNanos ? 500_000_000 : 500_000, frame.length, frame.length),
      frame,
    ]),
  ]);
}

/** A pcapng file of one section and interface, with a block of a type that nobody knows. */
export function pcapng(
  frames: readonly Uint8Array[],
  { isLittle, resolution }: { isLittle: boolean; resolution: number },
): Uint8Array {
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const padded = (body.length + 3) & ~3;
    const bytes = new Uint8Array(12 + padded);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, type, isLittle);
    view.setUint32(4, bytes.length, isLittle);
    bytes.set(body, 8);
    view.setUint32(8 + padded, bytes.length, isLittle);
    return bytes;
  };
  const fields = (...parts: [size: 2 | 4, value: number][]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(parts.reduce((sum, [size]) => sum + size, 0)));
    let at = 0;
    for (const [size, value] of parts) {
      if (size === 2) view.setUint16(at, value, isLittle);
      else view.setUint32(at, value, isLittle);
      at += size;
    }
    return new Uint8Array(view.buffer);
  };
  const unitsPerSecond = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
  const units = 1.5 * unitsPerSecond;
  const section = fields([4, 0x1a2b3c4d], [2, 1], [2, 0], [4, 0xffffffff], [4, 0xffffffff]);
  const option = Uint8Array.from([...fields([2, 9], [2, 1]), resolution, 0, 0, 0]);
  return concat([
    block(0x0a0d0d0a, section),
    block(1, Buffer.concat([fields([2, 1], [2, 0], [4, 0]), option, fields([2, 0], [2, 0])])),
    block(0x0bad, new Uint8Array(6)),
    ...frames.map((frame) => {
      const [high, low] = [Math.floor(units / 2 ** 32), units % 2 ** 32];
      const head = fields([4, 0], [4, high], [4, low], [4, frame.length], [4, frame.length]);
      return block(6, Buffer.concat([head, frame]));
    }),
  ]);
}

/** A plain array: `slice` of a Buffer would not copy. */
function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
