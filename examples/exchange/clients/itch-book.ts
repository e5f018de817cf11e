// Rebuilds every book from the ITCH 5.0 feed, from the first message of the session on, and prints the best of each.
//
//   npm run client:itch -w @exchange-kit/example-exchange [-- PORT]
import { ItchBook, ItchDecoder, type ItchLevel } from "@exchange-kit/itch";
import { SoupBinTcpClient } from "@exchange-kit/itch/net";

const book = new ItchBook();
const decoder = new ItchDecoder(book);
let messages = 0;

const client = new SoupBinTcpClient(
  { host: "127.0.0.1", port: Number(process.argv[2] ?? 9_880), username: "anyone", password: "" },
  {
    message(bytes, offset, length) {
      decoder.decode(bytes, offset, length);
      messages++;
    },
    disconnected: (error) => error && stop(`no ITCH feed: ${error.message}`),
    failed: (error) => stop(error.message),
  },
);

function stop(problem: string): never {
  console.error(problem);
  process.exit(1);
}

setTimeout(() => {
  client.close();
  const row = (level: ItchLevel | undefined): string =>
    level ? `${level.shares} @ ${(level.price4 / 10_000).toFixed(2)}` : "nobody";
  for (const symbol of ["ACME", "BOLT", "CRUX"]) {
    const shown = book.book(symbol);
    console.log(`${symbol}: bid ${row(shown?.best("buy"))}, ask ${row(shown?.best("sell"))}`);
  }
  console.log(`${messages} messages, ${book.liveOrders} orders on the books, ${book.orphans} orphans`);
}, 2_000);
