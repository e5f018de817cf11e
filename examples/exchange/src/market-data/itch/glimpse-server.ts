import { MessageStore } from "@exchange-kit/itch";
import { SoupBinTcpServer } from "@exchange-kit/itch/net";

/** Further ones are refused: a client costs a copy of the books until it has read it. */
const MOST_CLIENTS = 32;

/**
 * Tells a client what is, and then ends the session, as Nasdaq's GLIMPSE 5.0 does: over SoupBinTCP, where anyone may log in.
 */
export class GlimpseServer {
  readonly #server: SoupBinTcpServer;
  /** Of the client that is logging in. */
  #store = new MessageStore();

  /**
   * @param session - the feed's, so that a client can tell whether the two belong together
   * @param snapshot - the messages of the present moment; the bytes of each are valid until the next
   */
  constructor(session: string, snapshot: () => Iterable<Uint8Array>) {
    this.#server = new SoupBinTcpServer(
      { session, authenticate: () => true, store: () => this.#newStore() },
      {
        loggedIn: (connection) => {
          for (const message of snapshot()) this.#store.append(message);
          connection.end(performance.now());
        },
      },
      MOST_CLIENTS,
    );
  }

  listen(port: number, host: string): Promise<number> {
    return this.#server.listen(port, host);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /**
   * Empty until the login is accepted, so that nobody can log in in the middle: the rest of a snapshot whose connection
   * broke does not fit the next one.
   */
  #newStore(): MessageStore {
    this.#store = new MessageStore();
    return this.#store;
  }
}
