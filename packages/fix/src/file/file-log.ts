import { createWriteStream } from "node:fs";
import type { ConnectionLog } from "../net/connection.ts";
import type { FixSession } from "../session/session.ts";
import { Redactor } from "./redactor.ts";

/** What a {@link FileLog} writes. */
export interface FileLogOptions {
  /** Tags whose values are written as `***`, default Password(554), NewPassword(925) and RawData(96). */
  readonly redact?: readonly number[];
  /** Character in the place of SOH, default `|`. */
  readonly separator?: string;
  /** Bytes that may wait for the disk, default 16 MiB; lines beyond it are left out and counted. */
  readonly maxWaitingBytes?: number;
  /** The time, default `Date.now`. */
  readonly now?: () => number;
}

/** A log that writes behind the session's back; {@link FileLog.close} waits for the last line. */
export interface FileLog extends ConnectionLog {
  /** Ends the file. */
  close(): Promise<void>;
}

function oneLine(text: string): string {
  return text.replaceAll("\n", "\x02").replaceAll("\r", "\x03");
}

/**
 * Logs all bytes of a connection to a file, one line for each read or write: time, direction, counterparty, text. A field
 * that a read has cut stands whole in the line of the next. Inside a value LF is written as byte 2, CR as byte 3 and | as
 * byte 4, so that no peer can write lines and fields of its own; `fix decode` and `fix tail` turn them back.
 *
 * @param path - appended to
 * @param options - what to hide
 */
export function createFileLog(path: string, options: FileLogOptions = {}): FileLog {
  const stream = createWriteStream(path, { flags: "a" });
  const hidden = options.redact ?? [554, 925, 96];
  const separator = options.separator ?? "|";
  const now = options.now ?? Date.now;
  const maxWaiting = options.maxWaitingBytes ?? 16 * 1024 * 1024;
  let leftOut = 0;
  const redactors = { "<": new Map<FixSession, Redactor>(), ">": new Map<FixSession, Redactor>() };
  const line = (sign: "<" | ">", session: FixSession, text: string): void => {
    if (text === "") return;
    if (stream.writableLength > maxWaiting) {
      leftOut++;
      return;
    }
    const time = new Date(now()).toISOString();
    if (leftOut > 0) stream.write(`${time} ${leftOut} lines left out: the disk was too slow\n`);
    leftOut = 0;
    const plain = separator === "|" ? text.replaceAll("|", "\x04") : text;
    const printed = plain.replaceAll("\x01", separator);
    stream.write(`${time} ${sign} ${oneLine(`${session.settings.targetCompId} ${printed}`)}\n`, "latin1");
  };
  const write = (sign: "<" | ">", bytes: Uint8Array, session: FixSession): void => {
    const redactor = redactors[sign].get(session) ?? new Redactor(hidden);
    redactors[sign].set(session, redactor);
    line(sign, session, redactor.next(Buffer.from(bytes).toString("latin1")));
  };
  return {
    incoming: (bytes, session) => write("<", bytes, session),
    outgoing: (bytes, session) => write(">", bytes, session),
    close() {
      for (const sign of ["<", ">"] as const) {
        for (const [session, redactor] of redactors[sign]) line(sign, session, redactor.end());
      }
      return new Promise((resolve) => stream.end(resolve));
    },
  };
}
