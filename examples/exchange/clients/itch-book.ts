// Rebuilds every book from a GLIMPSE snapshot and the ITCH 5.0 feed from there on, and prints the best of each.
//
//   npm run client:itch -w @exchange-kit/example-exchange [-- PORT GLIMPSE_PORT]
import { decodeEndOfSnapshot, ItchBook, ItchDecoder, type ItchLevel } from "@exchange-kit/itch";
import { SoupBinTcpClient } from "@exchange-kit/itch/net";

const [port = 9_880, glimpsePort = 9_886] = process.argv.slice(2).map(Number);
const anyone = { host: "127.0.0.1", username: "anyone", password: "" };
const book = new ItchBook();
const decoder = new ItchDecoder(book);
let messages = 0;
let feed: SoupBinTcpClient | undefined;

// The session of a snapshot is over when it is told. One that breaks off before is of no use.
const glimpse = new SoupBinTcpClient(
  { ...anyone, port: glimpsePort, reconnectMillis: Number.POSITIVE_INFINITY },
  {
    message(bytes, offset, length) {
      const next = decodeEndOfSnapshot(bytes, offset, length);
      if (next === undefined) take(bytes, offset, length);
      else follow(next);
    },
    disconnected: (error) => feed ?? stop(`no snapshot: ${error?.message ?? "the connection was closed"}`),
    failed: (error) => stop(error.message),
  },
);

function follow(sequence: number): void {
  feed = new SoupBinTcpClient(
    { ...anyone, port, session: glimpse.session.session, sequence },
    {
      message: take,
      disconnected: (error) => error && stop(`no ITCH feed: ${error.message}`),
      failed: (error) => stop(error.message),
    },
  );
  setTimeout(show, 2_000);
}

function take(bytes: Uint8Array, offset: number, length: number): void {
  decoder.decode(bytes, offset, length);
  messages++;
}

function show(): void {
  feed?.close();
  const row = (level: ItchLevel | undefined): string =>
    level ? `${level.shares} @ ${(level.price4 / 10_000).toFixed(2)}` : "nobody";
  for (const symbol of ["ACME", "BOLT", "CRUX"]) {
    const shown = book.book(symbol);
    console.log(`${symbol}: bid ${row(shown?.best("buy"))}, ask ${row(shown?.best("sell"))}`);
  }
  console.log(`${messages} messages, ${book.liveOrders} orders on the books, ${book.orphans} orphans`);
}

function stop(problem: string): never {
  console.error(problem);
  process.exit(1);
}
