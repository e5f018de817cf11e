import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { JournalError } from "./journal.ts";

/**
 * Takes a folder for this process. A lock whose process is gone, as after kill -9, is taken over; that of a living one
 * never.
 *
 * @returns gives it back
 * @throws JournalError `locked`
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(path, "wx", 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(readFileSync(path, "utf8"));
    if (isAlive(owner)) {
      throw new JournalError(
        "locked",
        `process ${owner} is using ${folder}; stop it first, or use another folder`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new JournalError("locked", `another process has just taken ${folder}`);
}

/** A process of another user is alive too; its own pid in the file is a lock of a process before this one. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
