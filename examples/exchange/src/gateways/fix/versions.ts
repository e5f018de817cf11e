import { Dictionary, type SessionSettings } from "@exchange-kit/fix";
import { FIX42 } from "@exchange-kit/fix/fix42";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { FIX50SP2 } from "@exchange-kit/fix/fix50sp2";
import { FIXT11 } from "@exchange-kit/fix/fixt11";

/** A version of FIX that the venue speaks, and how it differs from the others. */
export interface FixVersion {
  /** Place in {@link versions}: a part of the source numbers in the journal, so it must stay. */
  readonly index: number;
  readonly beginString: string;
  /** FIX 4.2: ExecTransType(20), trades as ExecType(150) 1 and 2, fewer codes. */
  readonly isFix42: boolean;
  /** FIX 5.0 SP2: more codes, DisplayQty(1138), SelfMatchPrevention. */
  readonly isFix50: boolean;
  /** Dictionaries are made when the first client asks for them. */
  dictionaries(): Pick<SessionSettings, "dictionary" | "transportDictionary" | "defaultApplVerId">;
}

/** FIX 4.4 comes first: what was reported to a client that has never logged on waits for it there. */
export const versions: readonly FixVersion[] = [
  {
    index: 0,
    beginString: "FIX.4.4",
    isFix42: false,
    isFix50: false,
    dictionaries: once(() => ({ dictionary: new Dictionary(FIX44) })),
  },
  {
    index: 1,
    beginString: "FIX.4.2",
    isFix42: true,
    isFix50: false,
    dictionaries: once(() => ({ dictionary: new Dictionary(FIX42) })),
  },
  {
    index: 2,
    beginString: "FIXT.1.1",
    isFix42: false,
    isFix50: true,
    dictionaries: once(() => ({
      dictionary: new Dictionary(FIX50SP2),
      transportDictionary: new Dictionary(FIXT11),
      defaultApplVerId: "9",
    })),
  },
];

const VERSION_SHIFT = 30;
const REPETITION = 2 ** 29;
const MAX_SEQUENCE = REPETITION - 1;

/**
 * Version and MsgSeqNum of a message as one number of 32 bits, for the journal.
 *
 * @param isRepetition - the client says that it may have sent the same before (PossDupFlag or PossResend)
 */
export function sourceNumber({ index }: FixVersion, msgSeqNum: number, isRepetition = false): number {
  return index * 2 ** VERSION_SHIFT + (isRepetition ? REPETITION : 0) + (msgSeqNum & MAX_SEQUENCE);
}

export function versionOf(source: number): FixVersion {
  return versions[source >>> VERSION_SHIFT]!;
}

export function msgSeqNumOf(source: number): number {
  return source & MAX_SEQUENCE;
}

export function isRepetition(source: number): boolean {
  return (source & REPETITION) !== 0;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
