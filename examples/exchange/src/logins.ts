import { createHash, timingSafeEqual } from "node:crypto";
import type { VenueConfig } from "./venue/config.ts";

/** Who may use a session, and how it proves it. */
export type Login =
  | {
      readonly protocol: "fix";
      /** Name of the venue's session. */
      readonly session: string;
      /** CompID of the client. */
      readonly compId: string;
      readonly password: string;
      /** Receives a copy of every report of its firm, and may not trade. */
      readonly isDropCopy?: boolean;
    }
  | {
      readonly protocol: "ouch";
      readonly session: string;
      /** At most 6 letters and digits. */
      readonly username: string;
      /** At most 10 characters. */
      readonly password: string;
    }
  | {
      readonly protocol: "api";
      readonly session: string;
      /** Sent as `authorization: Bearer KEY`; without one the session is for guests, who need none. */
      readonly key?: string;
    };

/** Looks logins up by what a client sends. */
export class Logins {
  readonly #byApiKey = new Map<string, number>();
  readonly #fix = new Map<string, Login & { protocol: "fix" }>();
  readonly #ouch = new Map<string, Login & { protocol: "ouch" }>();
  readonly #sessionIndex = new Map<string, number>();
  #guest: number | undefined;

  /** @throws Error for a login of a session that the venue does not have */
  constructor(logins: readonly Login[], { sessions }: VenueConfig) {
    for (const [index, { name }] of sessions.entries()) this.#sessionIndex.set(name, index);
    for (const login of logins) {
      const index = this.#sessionIndex.get(login.session);
      if (index === undefined)
        throw new Error(`a login names ${login.session}, which is no session of the venue`);
      if (login.protocol === "fix") this.#fix.set(login.compId, login);
      else if (login.protocol === "ouch") this.#ouch.set(login.username.toUpperCase(), login);
      else if (login.key === undefined) this.#guest = index;
      else this.#byApiKey.set(digest(login.key).toString("hex"), index);
    }
  }

  /** Index of the session that an API key opens, or of the guests' session without a key. */
  apiSession(key: string | undefined): number | undefined {
    // By digest, so that the time of a look-up says nothing about the keys.
    return key === undefined ? this.#guest : this.#byApiKey.get(digest(key).toString("hex"));
  }

  /** The FIX login of a CompID. */
  fix(compId: string): (Login & { protocol: "fix" }) | undefined {
    return this.#fix.get(compId);
  }

  /** The OUCH login of a username, in whatever case. */
  ouch(username: string): (Login & { protocol: "ouch" }) | undefined {
    return this.#ouch.get(username.toUpperCase());
  }

  get all(): readonly Login[] {
    return [...this.#fix.values(), ...this.#ouch.values()];
  }

  /** Index of the venue's session of a login. */
  sessionOf(login: Login): number {
    return this.#sessionIndex.get(login.session)!;
  }
}

/** Compares without telling by its time how much of a password was right. */
export function isSamePassword(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
