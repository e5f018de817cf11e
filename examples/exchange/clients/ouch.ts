// Enters an order over OUCH 5.0, cancels it when it is accepted, and leaves.
//
//   npm run client:ouch -w @exchange-kit/example-exchange [-- PORT]
import { type Ouch50Outbound, ouch50 } from "@exchange-kit/itch";
import { SoupBinTcpClient } from "@exchange-kit/itch/net";

/** The number of our order: those that this user has used before are told when we ask (message Q). */
let userRefNum = 0;

function take(message: Ouch50Outbound): void {
  if (message.type === "Q") {
    userRefNum = message.nextUserRefNum;
    client.send(
      ouch50.encodeInbound({
        type: "O",
        userRefNum,
        side: "B",
        quantity: 50,
        symbol: "BOLT",
        price4: 40_0000, // ten-thousandths: 40.00
        timeInForce: "0",
        display: "Y",
        capacity: "P",
        intermarketSweepEligibility: "N",
        crossType: "N",
        clOrdId: `tour-${userRefNum}`,
        appendages: [],
      }),
    );
  } else if (message.type === "A" && message.userRefNum === userRefNum) {
    console.log(
      `accepted: buy ${message.quantity} ${message.symbol} at ${(message.price4 / 10_000).toFixed(2)}`,
    );
    client.send(ouch50.encodeInbound({ type: "X", userRefNum, quantity: 0 }));
  } else if (message.type === "C" && message.userRefNum === userRefNum) {
    console.log(`cancelled: ${message.quantity}, reason ${message.cancelOrderReason}`);
    client.close();
  }
}

function stop(problem: string): never {
  console.error(problem);
  process.exit(1);
}

const read = (bytes: Uint8Array, offset: number, length: number): void =>
  take(ouch50.decodeOutbound(bytes, offset, length));
const client = new SoupBinTcpClient(
  { host: "127.0.0.1", port: Number(process.argv[2] ?? 9_879), username: "ALFA", password: "alfa" },
  {
    message: read,
    unsequenced: read,
    disconnected: (error) => error && stop(`no OUCH port: ${error.message}`),
    failed: (error) => stop(error.message),
    accepted: () => client.send(ouch50.encodeInbound({ type: "Q" })),
  },
);
