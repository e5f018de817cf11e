import { CaptureReader, isCapture } from "../capture/capture-reader.ts";
import { type CapturedDatagram, datagramOf } from "../capture/datagram.ts";
import { type ItchError, isItchError } from "../errors.ts";
import type { ItchDecoder } from "../itch/decoder.ts";
import { itchLength } from "../itch/formats.ts";
import { ItchFrameReader, type ItchFraming } from "../itch/frame-reader.ts";
import { readMoldPacket } from "../mold/packet.ts";

/** How messages stand in a file: an {@link ItchFraming}, or MoldUDP64 packets in a pcap or pcapng capture. */
export type ItchFileFormat = ItchFraming | "capture";

/** Chooses packets of a capture. */
export type PacketFilter = (packet: CapturedDatagram) => boolean;

/**
 * Tells the format by the first bytes of a file: the magic of a capture; two zero bytes before a message type
 * (`bare`); else `u16`.
 */
export function detectFormat(bytes: Uint8Array): ItchFileFormat {
  if (isCapture(bytes)) return "capture";
  return bytes[0] === 0 && bytes[1] === 0 && itchLength(bytes[2] ?? 0) > 0 ? "bare" : "u16";
}

/** Feeds a decoder from the bytes of a file of any format. */
export class ItchSource {
  packetsSkipped = 0;
  readonly #frames: ItchFrameReader | undefined;
  readonly #capture: CaptureReader | undefined;

  constructor(decoder: ItchDecoder, format: ItchFileFormat, filter: PacketFilter = isUdp) {
    if (format !== "capture") {
      this.#frames = new ItchFrameReader(decoder, format);
      return;
    }
    this.#capture = new CaptureReader(({ linkType, bytes }) => {
      const datagram = datagramOf(linkType, bytes);
      if (datagram && filter(datagram) && decodeMold(decoder, datagram.payload)) return;
      this.packetsSkipped++;
    });
  }

  get tailBytes(): number {
    return this.#frames?.tailBytes ?? 0;
  }

  get isOver(): boolean {
    return this.#frames?.isOver ?? false;
  }

  push(bytes: Uint8Array): void {
    this.#frames?.push(bytes);
    this.#capture?.push(bytes);
  }

  end(): ItchError | undefined {
    return this.#frames ? this.#frames.end() : this.#capture!.end();
  }
}

function isUdp(packet: CapturedDatagram): boolean {
  return packet.protocol === "udp";
}

function decodeMold(decoder: ItchDecoder, packet: Uint8Array): boolean {
  const offsets: number[] = [];
  try {
    readMoldPacket(packet, (offset, length) => offsets.push(offset, length));
  } catch (error) {
    if (!isItchError(error)) throw error;
    return false;
  }
  // Not inside: what the listener throws is no fault of the packet.
  for (let at = 0; at < offsets.length; at += 2) decoder.decode(packet, offsets[at]!, offsets[at + 1]!);
  return true;
}
