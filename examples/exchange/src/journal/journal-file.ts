import { close, constants, fsync, ftruncate, open, write } from "node:fs";
import { promisify } from "node:util";

/**
 * When data is forced to the disk. `batch`: each batch before it is answered, which survives the loss of power. `never`:
 * the operating system's page cache, which survives the death of the process but not of the machine.
 */
export type SyncPolicy = "batch" | "never";

/** What the journal needs of a file; tests put a failing one in its place. */
export interface JournalFile {
  /** Appends all of the bytes; durable when `done` is called if the policy is `batch`. */
  append(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null) => void): void;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenJournalFile = (path: string, sync: SyncPolicy) => Promise<JournalFile>;

const openDescriptor = promisify(open);
const truncateDescriptor = promisify(ftruncate);
const syncDescriptor = promisify(fsync);
const closeDescriptor = promisify(close);

/** Opens a file for appending, or makes it. */
export const openJournalFile: OpenJournalFile = async (path, sync) => {
  // O_DSYNC makes the write itself durable: one trip to the thread pool instead of two for write and fdatasync.
  const flags = constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND;
  const descriptor = await openDescriptor(path, sync === "batch" ? flags | constants.O_DSYNC : flags, 0o600);
  return {
    append: (bytes, done) => {
      const writeFrom = (from: number): void => {
        write(descriptor, bytes, from, bytes.length - from, null, (error, written) => {
          if (error) done(error);
          else if (from + written < bytes.length) writeFrom(from + written);
          else done(null);
        });
      };
      writeFrom(0);
    },
    truncate: async (length) => {
      await truncateDescriptor(descriptor, length);
      await syncDescriptor(descriptor);
    },
    close: async () => {
      await syncDescriptor(descriptor);
      await closeDescriptor(descriptor);
    },
  };
};
