import type { Dictionary } from "../dictionary.ts";
import type { TimestampPrecision } from "../timestamp.ts";
import type { ValidatorOptions } from "../validator.ts";
import type { FixView } from "../view.ts";
import type { SessionSchedule } from "./schedule.ts";
import type { FixSession } from "./session.ts";

/** Who a session is between and how it behaves. Only the first five are needed. */
export interface SessionSettings {
  /** BeginString(8): `FIX.4.0` to `FIX.4.4`, or `FIXT.1.1`. */
  readonly beginString: string;
  /** Our SenderCompID(49). */
  readonly senderCompId: string;
  /** The counterparty's CompID, TargetCompID(56) of what we send. */
  readonly targetCompId: string;
  /** Whether we answer a Logon or send the first. */
  readonly role: "acceptor" | "initiator";
  /** Dictionary of the session, in FIXT of the default application version. */
  readonly dictionary: Dictionary;
  /** SenderSubID(50) of what we send; like the next three, a message's own comes in its place. */
  readonly senderSubId?: string;
  /** TargetSubID(57) of what we send. */
  readonly targetSubId?: string;
  /** SenderLocationID(142) of what we send. */
  readonly senderLocationId?: string;
  /** TargetLocationID(143) of what we send. */
  readonly targetLocationId?: string;
  /** FIXT: dictionary of header, trailer and session messages. */
  readonly transportDictionary?: Dictionary;
  /** FIXT: DefaultApplVerID(1137) we send, such as `9` for FIX 5.0 SP2. */
  readonly defaultApplVerId?: string;
  /**
   * FIXT: dictionaries by ApplVerID(1128), such as `{ "7": fix50, "9": fix50sp2 }`. A key `9+EP161` is used for messages
   * with ApplExtID(1156) 161…, a key `9:CUSTOM` for those with CstmApplVerID(1129).
   */
  readonly applicationDictionaries?: Readonly<Record<string, Dictionary>>;
  /** Checks of incoming messages; `false` for none. */
  readonly validation?: ValidatorOptions | false;
  /** HeartBtInt(108) an initiator proposes, in seconds, default 30. */
  readonly heartBtIntSeconds?: number;
  /** Largest HeartBtInt an acceptor takes, in seconds, default 3600. */
  readonly maxHeartBtIntSeconds?: number;
  /** Both sequence numbers begin at 1 with each Logon, default false. */
  readonly resetOnLogon?: boolean;
  /** Both sequence numbers begin at 1 after a Logout, default false. */
  readonly resetOnLogout?: boolean;
  /** Both sequence numbers begin at 1 after a disconnect, default false. */
  readonly resetOnDisconnect?: boolean;
  /** Most that SendingTime(52) may be off, in milliseconds, default 120,000; 0 for no check. */
  readonly sendingTimeToleranceMillis?: number;
  /** A message with PossDupFlag=Y must have OrigSendingTime(122), default true. */
  readonly requiresOrigSendingTime?: boolean;
  /** Longest wait for a Logon, default 10,000 ms. */
  readonly logonTimeoutMillis?: number;
  /** Longest wait for the answer to our Logout, default 2,000 ms. */
  readonly logoutTimeoutMillis?: number;
  /** Fraction of the SendingTime(52) we write; default seconds for FIX 4.0 and 4.1, else milliseconds. */
  readonly timestampPrecision?: TimestampPrecision;
  /** EndSeqNo(16) that means "everything after": 0 (default), or 999999 as FIX 4.0 and 4.1 had it. */
  readonly openEndSeqNum?: 0 | 999999;
  /** Asks for at most this many messages in one ResendRequest; 0 (default): for all at once. */
  readonly resendChunk?: number;
  /** Asks again when a gap has not closed after this long, default 30,000 ms. */
  readonly resendTimeoutMillis?: number;
  /** Most messages kept above a gap, default 10,000; later ones are asked for again. */
  readonly maxQueuedMessages?: number;
  /** Most bytes of messages kept above a gap, default 16 MiB. */
  readonly maxQueuedBytes?: number;
  /** Messages looked at for a resend before live traffic gets its turn, default 1,000. */
  readonly replayBatch?: number;
  /** Longest incoming message, default 1 MiB. */
  readonly maxMessageBytes?: number;
  /** Stretches of bytes that are no message, one after another, after which the connection is ended, default 100. */
  readonly maxGarbled?: number;
  /** Bytes waiting to be written at which {@link FixSession.send} refuses, default 16 MiB. */
  readonly maxPendingBytes?: number;
  /**
   * What becomes of a message while the peer reads too slowly: `refuse` (default), or `keep`: it gets its sequence number
   * and is stored, and the peer asks for it when the next message shows the gap.
   */
  readonly whenBlocked?: "refuse" | "keep";
  /** Puts NextExpectedMsgSeqNum(789) into the Logon and acts on the peer's, default false. */
  readonly nextExpectedMsgSeqNum?: boolean;
  /** Puts LastMsgSeqNumProcessed(369) into every message, default false. */
  readonly lastMsgSeqNumProcessed?: boolean;
  /** Text(58) of a Reject: with the field's name (`detailed`, default), or the standard's words alone. */
  readonly rejectText?: "detailed" | "standard";
  /** TestReqID(112) of our TestRequests; default is the time. */
  readonly testReqId?: string;
  /** Fields for our Logon, such as `[[553, "user"], [554, "secret"]]`. */
  readonly logonFields?: readonly (readonly [tag: number, value: string])[];
  /** When the session is open; default always. */
  readonly schedule?: SessionSchedule;
}

/** What a {@link FixApplication} says to a Logon. */
export type LogonDecision =
  | "accept"
  /** The answer comes later, by {@link FixSession.completeLogon}; nothing else is read until then. */
  | "wait"
  /** Logout with this text, then disconnect. */
  | LogonRefusal;

/** A Logon that is not accepted. */
export interface LogonRefusal {
  /** Text(58) of the Logout. */
  readonly refuse: string;
}

/** Something worth a line in a log. */
export interface SessionEvent {
  /** `info` is the normal course, `warning` a peer's mistake, `error` the end of the connection. */
  readonly level: "info" | "warning" | "error";
  /** What happened, stable across releases. */
  readonly code:
    | "connected"
    | "disconnected"
    | "logged-on"
    | "logged-out"
    | "logon-refused"
    | "garbled"
    | "too-much-garbage"
    | "sequence-gap"
    | "sequence-too-low"
    | "duplicate-ignored"
    | "sequence-reset"
    | "resend"
    | "rejected"
    | "peer-rejected"
    | "timeout"
    | "queue-full"
    | "slow-consumer";
  /** The same for people. */
  readonly text: string;
}

/** The application behind a session; every member is optional. Views are valid during the call only. */
export interface FixApplication {
  /**
   * An application message, in sequence, each once. A `"unsupported"` is answered with a BusinessMessageReject (a Reject
   * in FIX 4.0 and 4.1). When it throws, the message is not counted as received.
   */
  onMessage?(message: FixView, session: FixSession): undefined | "unsupported";
  /** A Heartbeat, TestRequest, Reject or other session message in sequence. */
  onAdmin?(message: FixView, session: FixSession): void;
  /** A Logon that is in order so far; default accept. */
  onLogonRequest?(logon: FixView, session: FixSession): LogonDecision;
  /** The session is up. */
  onLogon?(session: FixSession): void;
  /** The session is down again, with the reason. */
  onLogout?(session: FixSession, reason: string): void;
  /** A stored message is about to be sent again; `"skip"` sends a gap fill in its place. Must not send itself. */
  onResend?(message: FixView, session: FixSession): undefined | "skip";
  /** Something for the log. */
  onEvent?(event: SessionEvent, session: FixSession): void;
  /** After a `send` was refused because the peer read too slowly: it has caught up, `send` takes messages again. */
  onWritable?(session: FixSession): void;
  /** There are bytes to write although nothing was received (a `send` from elsewhere). */
  onOutput?(session: FixSession): void;
}

/** What became of a message given to {@link FixSession.send}. */
export interface SendResult {
  /** Its MsgSeqNum(34), 0 when it was refused. */
  readonly seqNum: number;
  /**
   * `sent`: on its way. `queued`: kept with its sequence number, sent when the peer asks after the next Logon. `refused`:
   * not kept, because the peer reads too slowly or numbers will begin anew (with each Logon, each disconnect, or the next
   * opening of a schedule that is closed now).
   */
  readonly status: "sent" | "queued" | "refused";
}

/** Counts since the session object was made, for metrics. */
export interface SessionStatistics {
  /** Sound messages received. */
  received: number;
  /** Messages sent for the first time. */
  sent: number;
  /** Messages sent again. */
  resent: number;
  /** Stretches of bytes that were no message. */
  garbled: number;
  /** Rejects we sent, session and business. */
  rejected: number;
  /** Duplicates ignored. */
  duplicates: number;
  /** ResendRequests we sent. */
  resendRequests: number;
  /** Messages now kept above a gap. */
  queued: number;
}
