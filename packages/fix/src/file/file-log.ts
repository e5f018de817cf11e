import { createWriteStream } from "node:fs";
import type { ConnectionLog } from "../net/connection.ts";
import type { FixSession } from "../session/session.ts";

/** What a {@link FileLog} writes. */
export interface FileLogOptions {
  /** Tags whose values are written as `***`, default Password(554), NewPassword(925) and RawData(96). */
  readonly redact?: readonly number[];
  /** Character in the place of SOH, default `|`. */
  readonly separator?: string;
  /** The time, default `Date.now`. */
  readonly now?: () => number;
}

/** A log that writes behind the session's back; {@link FileLog.close} waits for the last line. */
export interface FileLog extends ConnectionLog {
  /** Ends the file. */
  close(): Promise<void>;
}

/**
 * Logs all bytes of a connection to a file, one line for each read or write: time, direction, counterparty, text.
 *
 * @param path - appended to
 * @param options - what to hide
 */
export function createFileLog(path: string, options: FileLogOptions = {}): FileLog {
  const stream = createWriteStream(path, { flags: "a" });
  const hidden = (options.redact ?? [554, 925, 96]).join("|");
  const secret = hidden === "" ? undefined : new RegExp(`(^|\\x01)(${hidden})=[^\\x01]*`, "g");
  const separator = options.separator ?? "|";
  const now = options.now ?? Date.now;
  const write = (sign: string, bytes: Uint8Array, session: FixSession): void => {
    let text = Buffer.from(bytes).toString("latin1");
    if (secret) text = text.replace(secret, "$1$2=***");
    const time = new Date(now()).toISOString();
    stream.write(
      `${time} ${sign} ${session.settings.targetCompId} ${text.replaceAll("\x01", separator)}\n`,
      "latin1",
    );
  };
  return {
    incoming: (bytes, session) => write("<", bytes, session),
    outgoing: (bytes, session) => write(">", bytes, session),
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}
