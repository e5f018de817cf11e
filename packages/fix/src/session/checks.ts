import type { Dictionary } from "../dictionary.ts";
import { parseTimestamp } from "../timestamp.ts";
import { SessionRejectReason, Validator } from "../validator.ts";
import type { FixView } from "../view.ts";
import type { SessionContext } from "./context.ts";
import { standardRejectText } from "./reject-text.ts";
import { sendLogout, sendReject } from "./session-messages.ts";

/** What a message must be before it is looked at: sound by the dictionary, from our peer, of the present. */
export class Checks {
  /** Of the session's application version; `undefined` when nothing is validated. */
  validator: Validator | undefined;
  readonly #context: SessionContext;
  readonly #tolerance: number;
  readonly #validators = new Map<Dictionary, Validator>();
  /** Of messages that ask for no version of their own. */
  #dictionary: Dictionary;
  readonly #lastStamp = new Uint8Array(32);
  #lastStampLength = -1;
  #lastStampMillis = Number.NaN;

  constructor(context: SessionContext) {
    const { settings } = context;
    this.#context = context;
    this.#dictionary = settings.dictionary;
    this.#tolerance = settings.sendingTimeToleranceMillis ?? 120_000;
    if (settings.validation !== false) {
      this.validator = this.#validatorOf(settings.dictionary);
    }
  }

  /** For messages that are handled whatever their number: sound, from our peer, of the present. */
  isAcceptable(view: FixView, seqNum: number): boolean {
    return this.isValid(view, seqNum) && this.isFromPeer(view, seqNum);
  }

  /** Checks by the dictionary of the message's version, and rejects. */
  isValid(view: FixView, seqNum: number): boolean {
    const context = this.#context;
    let { validator } = this;
    if (context.isFixt) {
      const dictionary = this.#dictionaryFor(view);
      // Its groups end where that version says, whether or not it is validated.
      view.useDictionary(dictionary ?? this.#dictionary);
      if (validator && !dictionary) {
        const tag = view.has(1128) ? 1128 : 1129;
        sendReject(context, view, seqNum, SessionRejectReason.InvalidApplicationVersion, tag);
        return false;
      }
      if (validator && dictionary !== this.#dictionary) validator = this.#validatorOf(dictionary!);
    }
    if (!validator || validator.validate(view)) return true;
    // A Reject is never answered with a Reject.
    if (view.equals(35, "3")) {
      const text = standardRejectText(validator.reason);
      context.event("warning", "rejected", `invalid Reject ignored: ${text}`);
      context.advancePast(seqNum);
    } else sendReject(context, view, seqNum, validator.reason, validator.tag);
    return false;
  }

  /** FIXT: the dictionary that a message's own ApplVerID, ApplExtID and CstmApplVerID ask for. */
  #dictionaryFor(view: FixView): Dictionary | undefined {
    if (!(view.has(1128) || view.has(1129) || view.has(1156))) return this.#dictionary;
    const version = view.string(1128) ?? this.#context.settings.defaultApplVerId!;
    const custom = view.string(1129);
    if (custom !== undefined) return this.#dictionaryOf(`${version}:${custom}`);
    const extension = view.string(1156);
    return this.#dictionaryOf(extension === undefined ? version : `${version}+EP${extension}`);
  }

  #dictionaryOf(key: string): Dictionary | undefined {
    const { settings } = this.#context;
    return key === settings.defaultApplVerId ? settings.dictionary : settings.applicationDictionaries?.[key];
  }

  #validatorOf(dictionary: Dictionary): Validator {
    const { settings, transport } = this.#context;
    const validator =
      this.#validators.get(dictionary) ?? new Validator(dictionary, settings.validation || {}, transport);
    this.#validators.set(dictionary, validator);
    return validator;
  }

  /** FIXT: from a Logon on, the body of messages is read by the peer's DefaultApplVerID(1137). */
  chooseVersion(logon: FixView): boolean {
    const context = this.#context;
    const { settings } = context;
    const version = logon.string(1137) ?? settings.defaultApplVerId!;
    const dictionary = this.#dictionaryOf(version);
    if (!dictionary && settings.validation !== false) {
      context.shut(`DefaultApplVerID ${version} is not supported`);
      return false;
    }
    this.#dictionary = dictionary ?? settings.dictionary;
    if (settings.validation !== false) this.validator = this.#validatorOf(this.#dictionary);
    return true;
  }

  /** Checks CompIDs and SendingTime, and rejects and logs out. */
  isFromPeer(view: FixView, seqNum: number): boolean {
    const context = this.#context;
    const isOfThePresent = this.hasGoodTime(view);
    if (isOfThePresent && this.hasOurCompIds(view)) return true;
    const { SendingTimeAccuracy, CompIdProblem } = SessionRejectReason;
    sendReject(context, view, seqNum, isOfThePresent ? CompIdProblem : SendingTimeAccuracy, 0);
    sendLogout(context);
    return false;
  }

  hasOurCompIds(view: FixView): boolean {
    const { settings } = this.#context;
    return view.equals(49, settings.targetCompId) && view.equals(56, settings.senderCompId);
  }

  hasGoodTime(view: FixView): boolean {
    return this.#tolerance === 0 || Math.abs(this.#timeOf(view, 52) - this.#context.now) <= this.#tolerance;
  }

  /** @see FIX 4.4 vol. 2, PossDupFlag: OrigSendingTime is required with it and not after SendingTime */
  isGoodDuplicate(view: FixView, seqNum: number): boolean {
    const context = this.#context;
    if (view.boolean(43) !== true || view.equals(35, "4")) return true;
    if (!view.has(122)) {
      if (context.settings.requiresOrigSendingTime === false) return true;
      sendReject(context, view, seqNum, SessionRejectReason.RequiredTagMissing, 122);
      return false;
    }
    if (this.#timeOf(view, 122) > this.#timeOf(view, 52)) {
      sendReject(context, view, seqNum, SessionRejectReason.SendingTimeAccuracy, 0);
      sendLogout(context);
      return false;
    }
    return true;
  }

  #timeOf(view: FixView, tag: number): number {
    const at = view.fieldIndex(tag);
    if (at < 0) return Number.NaN;
    const start = view.startAt(at);
    const end = view.endAt(at);
    // Many messages carry the time of the one before.
    const last = this.#lastStamp;
    const length = end - start;
    let isSame = length === this.#lastStampLength;
    for (let i = 0; isSame && i < length; i++) isSame = last[i] === view.buffer[start + i];
    if (isSame) return this.#lastStampMillis;
    this.#lastStampMillis = parseTimestamp(view.buffer, start, end);
    this.#lastStampLength = length <= last.length ? length : -1;
    for (let i = 0; i < this.#lastStampLength; i++) last[i] = view.buffer[start + i]!;
    return this.#lastStampMillis;
  }
}
