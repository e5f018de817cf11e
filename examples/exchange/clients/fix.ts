// Buys at the market over FIX 4.4, prints each execution report, and logs out.
//
//   npm run client:fix -w @exchange-kit/example-exchange [-- PORT]
import { Dictionary, FixMessage, formatTimestamp } from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { FixInitiator } from "@exchange-kit/fix/net";

const dictionary = new Dictionary(FIX44);
const initiator = new FixInitiator({
  session: {
    beginString: "FIX.4.4",
    senderCompId: "ALFA",
    targetCompId: "XKIT",
    dictionary,
    // Password, and both sequences from 1 on: this client keeps no messages.
    logonFields: [[554, "alfa"]],
    resetOnLogon: true,
  },
  host: "127.0.0.1",
  port: Number(process.argv[2] ?? 9_878),
  // Calls once: a client that trades goes on calling.
  reconnectMillis: 0,
  application: {
    onLogon(session) {
      console.log("logged on");
      const order = new FixMessage("NewOrderSingle", dictionary);
      order.set("ClOrdID", `tour-${Date.now()}`).set("Symbol", "ACME").set("Side", "1").set("OrdType", "1");
      order.set("OrderQty", 20).set("TransactTime", formatTimestamp(Date.now()));
      session.send(order, Date.now());
    },
    onEvent({ level, text }) {
      if (level === "info") return;
      console.error(text);
      process.exitCode = 1;
    },
    onMessage(report) {
      const status = report.string(39) ?? "";
      const trade = report.string(31) ? `, ${report.string(32)} @ ${report.string(31)}` : "";
      const text = report.string(58) ? `: ${report.string(58)}` : "";
      console.log(`order ${report.string(37)} is ${dictionary.valueName(39, status)}${trade}${text}`);
      if (status === "2" || status === "4" || status === "8") void initiator.stop();
      return undefined;
    },
  },
});
initiator.start();
