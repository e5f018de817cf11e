/** What a captured frame carries above IP. */
export interface CapturedDatagram {
  /** Protocol above IP. */
  readonly protocol: "udp" | "tcp";
  /** Port of the sender. */
  readonly sourcePort: number;
  /** Port of the receiver. */
  readonly destinationPort: number;
  /** Payload, without padding or capture trailers: cut at the length that IP and UDP state. */
  readonly payload: Uint8Array;
}

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const;
const VLAN_TAGS: readonly number[] = [0x8100, 0x88a8, 0x9100];
const UDP = 17;
const TCP = 6;
/** IPv6 extension headers that state their length in units of eight bytes: hop-by-hop, routing, destination. */
const IPV6_EXTENSIONS: readonly number[] = [0, 43, 60];

/**
 * Finds the UDP or TCP payload of a captured frame: Ethernet (with any number of VLAN tags), Linux cooked, loopback
 * and raw IP; IPv4 and IPv6.
 *
 * @param linkType - of the capture's interface
 * @param frame - bytes of the frame
 * @returns `undefined` when it carries neither, is an IP fragment, or is cut before its payload ends
 */
export function datagramOf(linkType: number, frame: Uint8Array): CapturedDatagram | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const at = ipOffset(linkType, view);
  if (at < 0 || at >= frame.length) return undefined;
  const version = frame[at]! >> 4;
  if (version === 4) return fromIpv4(view, frame, at);
  if (version === 6) return fromIpv6(view, frame, at);
  return undefined;
}

function ipOffset(linkType: number, view: DataView): number {
  const size = view.byteLength;
  switch (linkType) {
    case 1: {
      let at = 12;
      while (at + 2 <= size && VLAN_TAGS.includes(view.getUint16(at))) at += 4;
      return at + 2 <= size && isIp(view.getUint16(at)) ? at + 2 : -1;
    }
    case 113:
      return size >= 16 && isIp(view.getUint16(14)) ? 16 : -1;
    case 276:
      return size >= 20 && isIp(view.getUint16(0)) ? 20 : -1;
    case 0:
    case 108:
      return 4;
    case 101:
    case 228:
    case 229:
      return 0;
    default:
      return -1;
  }
}

function isIp(etherType: number): boolean {
  return etherType === ETHERTYPE.ipv4 || etherType === ETHERTYPE.ipv6;
}

function fromIpv4(view: DataView, frame: Uint8Array, at: number): CapturedDatagram | undefined {
  if (at + 20 > frame.length) return undefined;
  const header = (frame[at]! & 0x0f) * 4;
  // Zero: the sending card cut the datagram later, and the capture shows it before.
  const total = view.getUint16(at + 2) || frame.length - at;
  const isFragment = (view.getUint16(at + 6) & 0x3fff) !== 0;
  if (header < 20 || total < header || at + total > frame.length || isFragment) return undefined;
  return transport(view, frame, frame[at + 9]!, at + header, at + total);
}

function fromIpv6(view: DataView, frame: Uint8Array, at: number): CapturedDatagram | undefined {
  if (at + 40 > frame.length) return undefined;
  const end = at + 40 + view.getUint16(at + 4);
  if (end > frame.length) return undefined;
  let protocol = frame[at + 6]!;
  let next = at + 40;
  while (IPV6_EXTENSIONS.includes(protocol) && next + 8 <= end) {
    protocol = frame[next]!;
    next += 8 + frame[next + 1]! * 8;
  }
  return transport(view, frame, protocol, next, end);
}

function transport(
  view: DataView,
  frame: Uint8Array,
  protocol: number,
  at: number,
  end: number,
): CapturedDatagram | undefined {
  if (protocol === UDP && at + 8 <= end) {
    const length = view.getUint16(at + 4);
    if (length < 8 || at + length > end) return undefined;
    return ports(view, at, "udp", frame.subarray(at + 8, at + length));
  }
  if (protocol === TCP && at + 20 <= end) {
    const header = (frame[at + 12]! >> 4) * 4;
    if (header < 20 || at + header > end) return undefined;
    return ports(view, at, "tcp", frame.subarray(at + header, end));
  }
  return undefined;
}

function ports(view: DataView, at: number, protocol: "udp" | "tcp", payload: Uint8Array): CapturedDatagram {
  return { protocol, sourcePort: view.getUint16(at), destinationPort: view.getUint16(at + 2), payload };
}
