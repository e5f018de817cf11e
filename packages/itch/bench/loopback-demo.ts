// A day over MoldUDP64 on the loopback, with loss: tsx --conditions=@exchange-kit/source bench/loopback-demo.ts FILE [LOSS]
import { readFileSync } from "node:fs";
import { runDemo } from "../test/support/lossy-demo.ts";

const [path, loss = "0.01"] = process.argv.slice(2);
if (!path) {
  console.error("usage: loopback-demo.ts FILE [LOSS]");
  process.exit(2);
}
const result = await runDemo(readFileSync(path), Number(loss));
console.log(result);
console.log(result.receivedHash === result.publishedHash ? "identical" : "DIFFERENT");
process.exitCode = result.receivedHash === result.publishedHash ? 0 : 1;
