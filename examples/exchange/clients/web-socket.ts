// Listens to the best prices, trades and phase of one instrument over WebSocket, for three seconds.
//
//   npm run client:web-socket -w @exchange-kit/example-exchange [-- PORT]
import { WebSocket } from "ws";

const socket = new WebSocket(`ws://127.0.0.1:${process.argv[2] ?? 8080}/api/v1/market-data`);
socket.on("error", (error) => {
  console.error(`no market data: ${error.message}`);
  process.exit(1);
});
socket.on("open", () => {
  for (const channel of ["status", "l1", "trades"]) {
    socket.send(JSON.stringify({ op: "subscribe", channel, symbols: ["ACME"] }));
  }
});
socket.on("message", (data) => {
  const message = JSON.parse(data.toString());
  if (message.type !== "snapshot" && message.type !== "update") return;
  if (message.channel === "status") console.log(`${message.symbol} is in phase ${message.phase}`);
  else if (message.channel === "l1") {
    const [bid, ask] = [message.bid, message.ask].map((row) => (row ? `${row[1]} @ ${row[0]}` : "nobody"));
    console.log(`bid ${bid}, ask ${ask}`);
  } else if (message.type === "update") {
    for (const { takerSide, quantity, price } of message.trades) {
      console.log(`trade: ${takerSide} ${quantity} @ ${price}`);
    }
  }
});
setTimeout(() => socket.close(), 3_000);
