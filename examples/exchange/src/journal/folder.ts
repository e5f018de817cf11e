import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

// Names carry the sequence number in 16 digits, so that they sort as numbers do.
const SEGMENT = /^commands-(\d{16})\.log$/;
const SNAPSHOT = /^snapshot-(\d{16})\.bin$/;
const SNAPSHOTS_KEPT = 2;
/** Magic, then the CRC-32 of the rest. */
const SNAPSHOT_MAGIC = 0x3153_5845;
const SNAPSHOT_HEAD = 8;

/** Path of the file of records that begins with this one. */
export function segmentPath(folder: string, firstSequence: number): string {
  return join(folder, `commands-${digits(firstSequence)}.log`);
}

/** Sequence numbers that the segments begin with, ascending. */
export async function listSegments(folder: string): Promise<number[]> {
  return list(folder, SEGMENT);
}

export interface Snapshot {
  /** The last record whose effect is in the state. */
  readonly sequence: number;
  readonly state: Uint8Array;
}

/** Removes snapshots that a crash left unfinished. */
export async function dropUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith("snapshot-") && name.endsWith(".new")) await rm(join(folder, name));
  }
}

export async function hasSnapshots(folder: string): Promise<boolean> {
  return (await list(folder, SNAPSHOT)).length > 0;
}

/** The newest snapshot that is not damaged. */
export async function newestSnapshot(folder: string): Promise<Snapshot | undefined> {
  for (const sequence of (await list(folder, SNAPSHOT)).reverse()) {
    const bytes = await readFile(snapshotPath(folder, sequence));
    if (bytes.length < SNAPSHOT_HEAD || bytes.readUInt32LE(0) !== SNAPSHOT_MAGIC) continue;
    const state = bytes.subarray(SNAPSHOT_HEAD);
    if (crc32(state) === bytes.readUInt32LE(4)) return { sequence, state };
  }
  return undefined;
}

/**
 * Writes a snapshot beside its final name, forces it to the disk, and puts it in place: a crash leaves the whole one or
 * none. Then drops older snapshots than the last two, and the segments that lie before the older of these.
 */
export async function writeSnapshot(folder: string, { sequence, state }: Snapshot): Promise<void> {
  const path = snapshotPath(folder, sequence);
  const head = Buffer.alloc(SNAPSHOT_HEAD);
  head.writeUInt32LE(SNAPSHOT_MAGIC, 0);
  head.writeUInt32LE(crc32(state), 4);
  try {
    await writeDurably(`${path}.new`, [head, state]);
  } catch (error) {
    await rm(`${path}.new`, { force: true });
    throw error;
  }
  await rename(`${path}.new`, path);
  await syncFolder(folder);

  const snapshots = await list(folder, SNAPSHOT);
  for (const old of snapshots.slice(0, -SNAPSHOTS_KEPT)) await rm(snapshotPath(folder, old));
  const oldestKept = snapshots.at(-SNAPSHOTS_KEPT);
  if (oldestKept === undefined) return;
  const segments = await listSegments(folder);
  for (const [index, first] of segments.entries()) {
    const next = segments[index + 1];
    if (next !== undefined && next <= oldestKept + 1) await rm(segmentPath(folder, first));
  }
}

async function writeDurably(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function snapshotPath(folder: string, sequence: number): string {
  return join(folder, `snapshot-${digits(sequence)}.bin`);
}

function digits(sequence: number): string {
  return String(sequence).padStart(16, "0");
}

async function list(folder: string, name: RegExp): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((entry) => (name.test(entry) ? [Number(name.exec(entry)![1])] : []))
    .sort((a, b) => a - b);
}
