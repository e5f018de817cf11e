import { encodeEndOfSnapshot, ItchEncoder, type ItchMessage, MessageStore } from "@exchange-kit/itch";
import {
  MoldUdp64UdpPublisher,
  MoldUdp64UdpRequestServer,
  SoupBinTcpServer,
  type UdpAddress,
} from "@exchange-kit/itch/net";
import type { Phase, Side } from "@exchange-kit/orderbook";
import type { SequencedVenue, VenuePart } from "../../sequenced-venue.ts";
import type { Instrument } from "../../venue/directory.ts";
import type { History } from "../history/history.ts";
import { GlimpseServer } from "./glimpse-server.ts";
import * as messages from "./itch-messages.ts";
import { MarketHours } from "./market-hours.ts";
import { nanosOfDay, present } from "./present.ts";

export interface ItchFeedOptions {
  readonly host: string;
  /** Of SoupBinTCP, of the MoldUDP64 re-request server and of GLIMPSE; 0 takes any that is free. */
  readonly ports: { readonly soup: number; readonly requests: number; readonly glimpse: number };
  /** Where MoldUDP64 packets go: multicast groups or receivers, every packet to each. */
  readonly lines: readonly UdpAddress[];
  /** Where it is recorded, if it is. */
  readonly history?: History | undefined;
  /** Messages kept for clients that come late or lost some; a million when left out. */
  readonly keep?: number;
}

const KEEP = 1_000_000;
const LONGEST_MESSAGE = 64;

/**
 * The venue's books as ITCH 5.0, over SoupBinTCP and MoldUDP64 with the same numbers.
 *
 * Each start of the exchange is a session of its own: it begins with the directory, the state of each instrument and
 * every order that is shown, so that a client needs nothing of the session before. One that comes when the first messages
 * are dropped already gets the same of the present moment from GLIMPSE, and the number of the message to go on with. Over
 * SoupBinTCP anyone may log in.
 */
export class ItchFeed implements VenuePart {
  readonly session: string;
  readonly #sequenced: SequencedVenue;
  readonly #store: MessageStore;
  readonly #encoder = new ItchEncoder();
  readonly #bytes = new Uint8Array(LONGEST_MESSAGE);
  readonly #soup: SoupBinTcpServer;
  readonly #mold: MoldUdp64UdpPublisher;
  readonly #requests: MoldUdp64UdpRequestServer;
  readonly #glimpse: GlimpseServer;
  readonly #options: ItchFeedOptions;
  readonly #hours = new MarketHours((eventCode) =>
    this.#tellEvent(eventCode, this.#sequenced.venue.timeMicros),
  );
  #isOpen = false;

  /** @param session - 1 to 10 letters and digits that no start of the exchange before had */
  constructor(sequenced: SequencedVenue, session: string, options: ItchFeedOptions) {
    this.#sequenced = sequenced;
    this.session = session;
    this.#options = options;
    this.#store = new MessageStore(options.keep ?? KEEP);
    this.#soup = new SoupBinTcpServer({ session, store: this.#store, authenticate: () => true });
    // A line that nobody listens to answers with an error, which is no concern of the others.
    this.#mold = new MoldUdp64UdpPublisher({ session, store: this.#store }, options.lines, () => {});
    this.#requests = new MoldUdp64UdpRequestServer({ session, store: this.#store });
    this.#glimpse = new GlimpseServer(session, () => this.#snapshot());
  }

  /** After the venue has recovered: tells what is, then follows. @returns the ports */
  async listen(): Promise<ItchFeedOptions["ports"]> {
    const { host, ports } = this.#options;
    this.#isOpen = true;
    // Before the first trading day there is nothing to record.
    const { date } = this.#sequenced.venue;
    if (date >= 0) this.#options.history?.begin(date);
    this.#hours.recover(this.#sequenced.venue);
    for (const message of this.#present(this.#sequenced.now())) this.#publish(message);
    this.batchEnded();
    const soup = await this.#soup.listen(ports.soup, host);
    const requests = await this.#requests.open(ports.requests, host);
    const glimpse = await this.#glimpse.listen(ports.glimpse, host);
    return { soup, requests, glimpse };
  }

  async close(): Promise<void> {
    this.#tellEvent("C", this.#sequenced.now());
    this.batchEnded();
    this.#soup.end();
    this.#mold.end();
    await Promise.all([
      this.#soup.close(),
      this.#mold.close(),
      this.#requests.close(),
      this.#glimpse.close(),
    ]);
  }

  /** Messages told in this session. */
  get published(): number {
    return this.#store.nextSequence - 1;
  }

  batchEnded(): void {
    this.#mold.flush();
    this.#soup.pump();
  }

  bookAdded(instrument: number, reference: number, side: Side, price: number, quantity: number): void {
    this.#publish(
      messages.addOrder(
        this.#stamp(instrument),
        this.#symbol(instrument),
        this.#rules(instrument),
        reference,
        side,
        price,
        quantity,
      ),
    );
  }

  bookExecuted(
    instrument: number,
    reference: number,
    _side: Side,
    _price: number,
    quantity: number,
    _leaves: number,
    tradeId: number,
  ): void {
    this.#publish(messages.orderExecuted(this.#stamp(instrument), reference, quantity, tradeId));
  }

  bookCrossed(
    instrument: number,
    reference: number,
    _side: Side,
    price: number,
    quantity: number,
    _leaves: number,
    tradeId: number,
  ): void {
    this.#publish(
      messages.orderCrossed(
        this.#stamp(instrument),
        this.#rules(instrument),
        reference,
        price,
        quantity,
        tradeId,
      ),
    );
  }

  bookReduced(instrument: number, reference: number, _side: Side, quantity: number): void {
    this.#publish(messages.orderReduced(this.#stamp(instrument), reference, quantity));
  }

  bookDeleted(instrument: number, reference: number): void {
    this.#publish(messages.orderDeleted(this.#stamp(instrument), reference));
  }

  bookReplaced(
    instrument: number,
    reference: number,
    newReference: number,
    _side: Side,
    price: number,
    quantity: number,
  ): void {
    this.#publish(
      messages.orderReplaced(
        this.#stamp(instrument),
        this.#rules(instrument),
        reference,
        newReference,
        price,
        quantity,
      ),
    );
  }

  hiddenTraded(instrument: number, makerSide: Side, price: number, quantity: number, tradeId: number): void {
    this.#publish(
      messages.hiddenTrade(
        this.#stamp(instrument),
        this.#symbol(instrument),
        this.#rules(instrument),
        makerSide,
        price,
        quantity,
        tradeId,
      ),
    );
  }

  crossTraded(instrument: number, from: Phase, price: number, quantity: number, tradeId: number): void {
    this.#publish(
      messages.crossTrade(
        this.#stamp(instrument),
        this.#symbol(instrument),
        this.#rules(instrument),
        from,
        price,
        quantity,
        tradeId,
      ),
    );
  }

  indicativeChanged(
    instrument: number,
    price: number | undefined,
    volume: number,
    imbalance: number,
    farPrice: number | undefined,
  ): void {
    this.#publish(
      messages.imbalance(
        this.#stamp(instrument),
        this.#symbol(instrument),
        this.#rules(instrument),
        this.#sequenced.venue.phase(instrument),
        price,
        farPrice,
        volume,
        imbalance,
      ),
    );
  }

  phaseChanged(instrument: number, phase: Phase, reason: string): void {
    this.#publish(messages.tradingAction(this.#stamp(instrument), this.#symbol(instrument), phase, reason));
    this.#hours.phaseChanged(this.#sequenced.venue, phase);
  }

  symbolChanged(instrument: number, _before: string, after: string): void {
    this.#publish(messages.stockDirectory(this.#stamp(instrument), after, this.#rules(instrument)));
  }

  dayStarted(date: number): void {
    const { history } = this.#options;
    const { venue } = this.#sequenced;
    if (this.#isOpen && history) {
      history.begin(date);
      for (const message of this.#present(venue.timeMicros)) history.record(this.#encode(message));
    }
    this.#hours.dayStarted(venue);
  }

  dayEnded(): void {
    this.#hours.dayEnded();
  }

  #tellEvent(eventCode: string, micros: number): void {
    this.#publish(messages.systemEvent({ instrument: -1, timestampNanos: nanosOfDay(micros) }, eventCode));
  }

  #present(micros: number): Iterable<ItchMessage> {
    return present(this.#sequenced.venue, `O${this.#hours.told}`, micros);
  }

  /** The market as it is after the messages published so far, those that are not sent yet included. */
  *#snapshot(): Iterable<Uint8Array> {
    for (const message of this.#present(this.#sequenced.now())) yield this.#encode(message);
    yield encodeEndOfSnapshot(this.#store.nextSequence);
  }

  #publish(message: ItchMessage): void {
    // What recovery tells again is in the books that `listen` begins with.
    if (!this.#isOpen) return;
    const bytes = this.#encode(message);
    this.#mold.publish(bytes);
    this.#options.history?.record(bytes);
  }

  /** @returns bytes that are valid until the next call */
  #encode(message: ItchMessage): Uint8Array {
    return this.#bytes.subarray(0, this.#encoder.encode(message, this.#bytes));
  }

  #stamp(instrument: number): messages.Stamp {
    return { instrument, timestampNanos: nanosOfDay(this.#sequenced.venue.timeMicros) };
  }

  #symbol(instrument: number): string {
    return this.#sequenced.venue.symbol(instrument);
  }

  #rules(instrument: number): Instrument {
    return this.#sequenced.venue.directory.instruments[instrument]!;
  }
}
