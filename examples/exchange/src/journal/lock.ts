import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
  const path = join(realpathSync(folder), "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    if (putLock(path)) {
      held.add(path);
      return () => {
        held.delete(path);
        rmSync(path, { force: true });
      };
    }
    const owner = ownerOf(path);
    if (isAlive(owner, path)) {
      throw new JournalError(
        "locked",
        `process ${owner} is using ${folder}; stop it first, or use another folder`,
      );
    }
    removeStale(path, owner);
  }
  throw new JournalError("locked", `another process has just taken ${folder}`);
}

/** Locks of this process: its own pid in a file that it does not hold is of a process before it. */
const held = new Set<string>();

/** The file appears with its text in it: an empty one would look like that of a dead process. @returns whether it was free */
function putLock(path: string): boolean {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid), { mode: 0o600 });
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** 0 when it is gone already. */
function ownerOf(path: string): number {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

/** Takes the lock aside before it is removed: another process may have put its own there since it was looked at. */
function removeStale(path: string, owner: number): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    if (ownerOf(aside) !== owner) linkSync(aside, path);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** A process of another user is alive too. */
function isAlive(pid: number, path: string): boolean {
  if (pid === process.pid) return held.has(path);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
