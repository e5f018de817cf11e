import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ItchError, isItchError } from "../errors.ts";
import { ItchDecoder } from "../itch/decoder.ts";
import type { ItchListener } from "../itch/listener.ts";
import { type ItchMessage, itchObjects } from "../itch/objects.ts";
import { detectFormat, type ItchFileFormat, ItchSource, type PacketFilter } from "./source.ts";

/** How far the reading of a file has come. */
export interface ItchFileProgress {
  /** Bytes read from disk. */
  readonly bytesRead: number;
  /** Bytes of the file on disk. */
  readonly totalBytes: number;
  /** Messages decoded. */
  readonly messages: number;
}

/** Options of the functions that read a file. */
export interface ItchFileOptions {
  /** How messages stand in the file; found out from its first bytes by default. Compression is always found out. */
  readonly format?: ItchFileFormat;
  /** Which packets of a capture to decode, for a capture of several feeds or of both lines; all UDP by default. */
  readonly packets?: PacketFilter;
  /** Called after each piece of about 1 MiB. */
  readonly onProgress?: (progress: ItchFileProgress) => void;
  /** Asked after each piece; true ends the reading early and well. */
  readonly shouldStop?: () => boolean;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a file held. */
export interface ItchFileSummary {
  /** Messages and skipped frames. */
  readonly messages: number;
  /** Frames skipped: unknown type or wrong length. */
  readonly skipped: number;
  /** Bytes of the file after decompression, as far as it was read. */
  readonly bytes: number;
  /** Bytes that belong to no whole frame. */
  readonly tailBytes: number;
  /** Packets of a capture that held no message: other protocols, fragments, bad packets. */
  readonly packetsSkipped: number;
  /** Why the file ended badly; every message before was delivered. `undefined` when it ended well. */
  readonly fault: ItchError | undefined;
}

/**
 * Decodes a file into a listener: plain or gzip, length-prefixed, bare, pcap or pcapng; memory stays constant.
 *
 * @param path - of the file
 * @param listener - gets every message
 * @param options - see {@link ItchFileOptions}
 * @returns counts, and the fault when the file is cut off or its framing is lost
 * @throws the system's error when the file cannot be read, the signal's reason when it is aborted
 */
export async function decodeItchFile(
  path: string,
  listener: ItchListener,
  options: ItchFileOptions = {},
): Promise<ItchFileSummary> {
  const reading = new Reading(path, listener, options);
  for await (const _ of reading.pieces());
  return reading.summary();
}

/**
 * Reads a file as plain objects: `for await (const message of readItchFile(path))`.
 *
 * @param path - of the file
 * @param options - see {@link ItchFileOptions}
 * @throws ItchError `truncated`, `lost-framing` or `not-a-capture` after the last whole message; else as
 *   {@link decodeItchFile}
 */
export async function* readItchFile(
  path: string,
  options: ItchFileOptions = {},
): AsyncGenerator<ItchMessage, void, undefined> {
  let messages: ItchMessage[] = [];
  const reading = new Reading(
    path,
    itchObjects((message) => messages.push(message)),
    options,
  );
  for await (const _ of reading.pieces()) {
    yield* messages;
    messages = [];
  }
  yield* messages;
  const { fault } = reading.summary();
  if (fault) throw fault;
}

class Reading {
  readonly #path: string;
  readonly #options: ItchFileOptions;
  readonly #decoder: ItchDecoder;
  #source: ItchSource | undefined;
  #fault: ItchError | undefined;
  #bytes = 0;

  constructor(path: string, listener: ItchListener, options: ItchFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#decoder = new ItchDecoder(listener);
  }

  summary(): ItchFileSummary {
    return {
      messages: this.#decoder.messages,
      skipped: this.#decoder.skipped,
      bytes: this.#bytes,
      tailBytes: this.#source?.tailBytes ?? this.#bytes,
      packetsSkipped: this.#source?.packetsSkipped ?? 0,
      fault: this.#fault,
    };
  }

  /** Decodes piece by piece, and comes back after each. */
  async *pieces(): AsyncGenerator<void, void, undefined> {
    const { onProgress, shouldStop, signal } = this.#options;
    const totalBytes = (await stat(this.#path)).size;
    const isGzip = await beginsWithGzip(this.#path);
    const raw = createReadStream(this.#path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) });
    const stream = isGzip ? unzip(raw) : raw;
    try {
      for await (const chunk of stream) {
        const bytes = chunk as Uint8Array;
        this.#bytes += bytes.length;
        this.#push(bytes);
        onProgress?.({ bytesRead: raw.bytesRead, totalBytes, messages: this.#decoder.messages });
        yield;
        if (this.#fault || this.#source?.isOver || shouldStop?.()) return;
      }
      this.#fault = this.#source?.end();
    } catch (error) {
      if (!isZlibError(error)) throw error;
      this.#fault = new ItchError(
        "truncated",
        `the gzip stream is broken or cut off after ${this.#bytes} bytes of content`,
        { offset: this.#bytes, cause: error },
      );
    } finally {
      this.#decoder.release();
      raw.destroy();
      stream.destroy();
    }
  }

  #push(bytes: Uint8Array): void {
    const { format, packets } = this.#options;
    this.#source ??= new ItchSource(this.#decoder, format ?? detectFormat(bytes), packets);
    try {
      this.#source.push(bytes);
      if (this.#source.isOver) this.#fault = this.#source.end();
    } catch (error) {
      // Any other is the listener's own, such as of an encoder that it feeds.
      if (!isItchError(error) || error.code !== "not-a-capture") throw error;
      this.#fault = error;
    }
  }
}

function unzip(raw: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  raw.on("error", (error) => gunzip.destroy(error));
  return raw.pipe(gunzip);
}

async function beginsWithGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function isZlibError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && (code.startsWith("Z_") || code === "ERR_TRAILING_JUNK_AFTER_STREAM_END");
}
