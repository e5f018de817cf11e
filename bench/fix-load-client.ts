// Puts a FIX venue under load and measures the time from an order to its first report, from plain sockets.
//
//   node --import tsx --conditions=@exchange-kit/source bench/fix-load-client.ts --port 9878 --rate 10000 --seconds 5
//
// The venue is that of fix-exchange.ts, which knows its logins.
// Orders of neighbouring sessions meet: those of even sessions buy, those of odd ones sell, at one price, so the book stays
// small and every order is accepted and traded. The clock of an order starts when it is due, not when it was sent: a venue
// that stops for a while is not excused (no coordinated omission).
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { FixView } from "@exchange-kit/fix";
import { loadLogins } from "./fix-load-logins.ts";
import { FixWire } from "./fix-wire.ts";

export interface FixLoadLogin {
  readonly compId: string;
  readonly password: string;
}

export interface FixLoadOptions {
  readonly host: string;
  readonly port: number;
  /** CompID of the venue. */
  readonly targetCompId: string;
  /** One session each. */
  readonly logins: readonly FixLoadLogin[];
  readonly symbol: string;
  /** As it is written in Price(44). */
  readonly price: string;
  /** Orders a second over all sessions; `Infinity` sends as long as fewer than `window` are unanswered. */
  readonly rate: number;
  readonly seconds: number;
  /** Most orders without a report, over all sessions; 20,000 when left out. */
  readonly window?: number;
  /** Of the beginning that does not count; 1 when left out. */
  readonly warmUpSeconds?: number;
}

export interface FixLoadResult {
  /** Orders that were sent and answered while it counted. */
  readonly orders: number;
  /** ExecutionReports that came, all together. */
  readonly reports: number;
  readonly seconds: number;
  readonly ordersPerSecond: number;
  /** From an order to its first report, in microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly worst: number;
  /** From when an order was due until it was sent, in microseconds: this client and its machine alone. */
  readonly sendP50: number;
  readonly sendP99: number;
}

const INPUT_BYTES = 64 * 1024;
/**
 * Rest when there is nothing to send. Timers are too coarse for it, and a loop that never rests takes a processor from the
 * venue. A report may be seen that much later, which counts against the venue.
 */
const REST_MILLIS = 0.05;

/** One session: logs on with both sequences at 1, and sends orders. */
export class FixLoadSession {
  readonly #socket: Socket;
  readonly #wire: FixWire;
  readonly #compId: string;
  #loggedOn: () => void = () => {};

  /**
   * @param report - gets each application message; the view is valid during the call
   * @param ended - the connection is gone
   */
  constructor(
    { host, port, targetCompId }: Pick<FixLoadOptions, "host" | "port" | "targetCompId">,
    compId: string,
    report: (view: FixView) => void,
    ended: (reason: string) => void,
  ) {
    this.#compId = compId;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      // One buffer for all that is read, instead of a new one each time.
      onread: {
        buffer: Buffer.allocUnsafe(INPUT_BYTES),
        callback: (length, buffer) => {
          this.#wire.receive(Buffer.from(buffer.buffer, buffer.byteOffset, length));
          return true;
        },
      },
    });
    this.#socket.on("error", (error) => ended(error.message));
    this.#socket.on("close", () => ended("closed"));
    this.#wire = new FixWire(this.#socket, compId, targetCompId, (view) => {
      if (view.equals(35, "A")) this.#loggedOn();
      else if (view.equals(35, "5")) throw new Error(`${compId} was logged out: ${view.string(58)}`);
      else report(view);
    });
  }

  /** @throws what keeps it from connecting */
  async logOn(password: string): Promise<void> {
    await once(this.#socket, "connect");
    this.tick(Date.now());
    this.#wire
      .begin("A")
      .int(98, 0)
      .int(108, 0)
      .string(141, "Y")
      .string(553, this.#compId)
      .string(554, password);
    this.#wire.end();
    this.flush();
    await new Promise<void>((resolve) => {
      this.#loggedOn = resolve;
    });
  }

  /** The time that messages carry from here on. */
  tick(nowMillis: number): void {
    this.#wire.tick(nowMillis);
  }

  /** A day order with a limit; it goes out with the next {@link flush}. */
  order(id: number, side: "1" | "2", symbol: string, quantity: number, price: string): void {
    this.#wire
      .begin("D")
      .int(11, id)
      .string(55, symbol)
      .string(54, side)
      .string(60, this.#wire.stamp)
      .int(38, quantity)
      .string(40, "2")
      .string(44, price)
      .string(59, "0");
    this.#wire.end();
  }

  flush(): void {
    this.#wire.flush();
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Connects and logs on. */
export async function openFixLoadSession(
  venue: Pick<FixLoadOptions, "host" | "port" | "targetCompId">,
  { compId, password }: FixLoadLogin,
  report: (view: FixView) => void,
  ended: (reason: string) => void = () => {},
): Promise<FixLoadSession> {
  const session = new FixLoadSession(venue, compId, report, ended);
  await session.logOn(password);
  return session;
}

/** Logs on and sends orders for a while. */
export async function runFixLoad(options: FixLoadOptions): Promise<FixLoadResult> {
  const { rate, seconds, window = 20_000, warmUpSeconds = 1, symbol, price } = options;
  /** When each order was due, by its ClOrdID; 0 once it is answered. */
  const dueMillis = new Float64Array(2 ** 20);
  const latencies: number[] = [];
  const delays: number[] = [];
  const start = performance.now() + 50;
  const countFrom = start + warmUpSeconds * 1000;
  const end = countFrom + seconds * 1000;
  let unanswered = 0;
  let reports = 0;
  let lastAnswer = countFrom;
  let failure: string | undefined;
  const report = (view: FixView): void => {
    if (!view.equals(35, "8")) {
      failure = `35=${view.type}: ${view.string(58)}`;
      return;
    }
    reports++;
    const id = view.int(11) % dueMillis.length;
    const due = dueMillis[id]!;
    if (due === 0) return;
    if (view.equals(150, "8")) failure = `order ${view.string(11)} rejected: ${view.string(58)}`;
    dueMillis[id] = 0;
    unanswered--;
    if (due < countFrom) return;
    lastAnswer = performance.now();
    latencies.push((lastAnswer - due) * 1000);
  };
  const sessions = await Promise.all(
    options.logins.map((login) =>
      openFixLoadSession(options, login, report, (reason) => {
        failure ??= reason;
      }),
    ),
  );
  // Ids of an earlier run are taken.
  const firstId = (Math.floor(Date.now() / 1000) % 1_000_000_000) * 1_000_000;
  const resting = new Int32Array(new SharedArrayBuffer(4));
  let sent = 0;
  const begun = performance.now() + 10;
  await new Promise<void>((done) => {
    const turn = (): void => {
      const now = performance.now();
      if (now >= end || failure !== undefined) return void done();
      const due =
        rate === Number.POSITIVE_INFINITY ? sent + window : Math.floor(((now - begun) / 1000) * rate);
      if (due > sent && unanswered < window) {
        const millis = Date.now();
        for (const session of sessions) session.tick(millis);
        const until = Math.min(due, sent + window - unanswered, sent + 1_000);
        for (; sent < until; sent++) {
          const id = firstId + sent;
          const place = sent % sessions.length;
          // The first order is due one interval after the beginning, the next one after two.
          const dueAt = rate === Number.POSITIVE_INFINITY ? now : begun + ((sent + 1) / rate) * 1000;
          dueMillis[id % dueMillis.length] = dueAt;
          if (dueAt >= countFrom) delays.push((now - dueAt) * 1000);
          unanswered++;
          sessions[place]!.order(id, place % 2 === 0 ? "1" : "2", symbol, 100, price);
        }
        for (const session of sessions) session.flush();
      } else Atomics.wait(resting, 0, 0, REST_MILLIS);
      setImmediate(turn);
    };
    turn();
  });
  const deadline = performance.now() + 5_000;
  while (unanswered > 0 && failure === undefined && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const missing = unanswered;
  for (const session of sessions) session.close();
  if (failure !== undefined) throw new Error(failure);
  if (missing > 0) throw new Error(`${missing} orders were not answered`);
  if (latencies.length === 0) throw new Error("no order was due and answered while it counted");
  latencies.sort((a, b) => a - b);
  delays.sort((a, b) => a - b);
  const quantile = (share: number, sorted = latencies): number =>
    sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const measured = (lastAnswer - countFrom) / 1000;
  return {
    orders: latencies.length,
    reports,
    seconds: measured,
    ordersPerSecond: latencies.length / measured,
    p50: quantile(0.5),
    p99: quantile(0.99),
    p999: quantile(0.999),
    worst: quantile(1),
    sendP50: quantile(0.5, delays),
    sendP99: quantile(0.99, delays),
  };
}

/** Logs many sessions on at once, and has each enter an order. Resolves when all are answered. */
export async function openManySessions(
  options: Pick<FixLoadOptions, "host" | "port" | "targetCompId" | "logins" | "symbol" | "price">,
): Promise<FixLoadSession[]> {
  let answered = 0;
  let finish: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const sessions = await Promise.all(
    options.logins.map((login) =>
      openFixLoadSession(options, login, (view) => {
        if (view.equals(150, "0") && ++answered === options.logins.length) finish();
      }),
    ),
  );
  for (const [index, session] of sessions.entries()) {
    session.order(index, index % 2 === 0 ? "1" : "2", options.symbol, 100, options.price);
    session.flush();
  }
  await done;
  return sessions;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "9878" },
      target: { type: "string", default: "XKIT" },
      logins: { type: "string", default: "2" },
      symbol: { type: "string", default: "ACME" },
      price: { type: "string", default: "187.25" },
      rate: { type: "string", default: "10000" },
      seconds: { type: "string", default: "5" },
      "warm-up": { type: "string", default: "1" },
      window: { type: "string", default: "20000" },
    },
  });
  const result = await runFixLoad({
    host: values.host,
    port: Number(values.port),
    targetCompId: values.target,
    logins: loadLogins(Number(values.logins)),
    symbol: values.symbol,
    price: values.price,
    rate: values.rate === "max" ? Number.POSITIVE_INFINITY : Number(values.rate),
    seconds: Number(values.seconds),
    warmUpSeconds: Number(values["warm-up"]),
    window: Number(values.window),
  });
  console.log(JSON.stringify(result));
}
