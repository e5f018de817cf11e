import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { referenceLogins } from "../../src/reference-logins.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";
import { type ClientVersion, now, type RunningGateway, startGateway, WireClient } from "./support/fix.ts";

let running: RunningGateway;
let clients: WireClient[];

beforeEach(async () => {
  clients = [];
  running = await startGateway({ config: referenceConfig, logins: referenceLogins });
});
afterEach(async () => {
  for (const client of clients) await client.close();
  await running.close();
});

function connect(compId: string, version: ClientVersion = "FIX.4.4"): WireClient {
  const client = new WireClient(running.port, compId, version);
  clients.push(client);
  return client;
}

/** A client that is logged on. */
async function logOn(compId: string, version: ClientVersion = "FIX.4.4"): Promise<WireClient> {
  const client = connect(compId, version);
  await client.logOn(compId.toLowerCase());
  return client;
}

const order = `55=ACME|54=1|60=${now()}|38=300|40=2|44=187.25`;

describe("an order in FIX 4.4", () => {
  test("is accepted, traded, replaced and cancelled", async () => {
    const [alfa, beta] = [await logOn("ALFA"), await logOn("BETA")];
    alfa.send("D", `11=a1|${order}`);
    expect(await alfa.next()).toBe(
      "35=8|37=1|11=a1|17=1|150=0|39=0|1=ALFA-1|55=ACME|54=1|38=300|40=2|44=187.25|59=0|151=300|14=0|6=0",
    );

    beta.send("D", `11=b1|55=ACME|54=2|60=${now()}|38=100|40=2|44=187.2`);
    expect(await beta.next()).toBe(
      "35=8|37=2|11=b1|17=2|150=0|39=0|1=BETA-1|55=ACME|54=2|38=100|40=2|44=187.2|59=0|151=100|14=0|6=0",
    );
    expect(await alfa.next()).toBe(
      "35=8|37=1|11=a1|17=3|150=F|39=1|32=100|31=187.25|851=1|880=1|1=ALFA-1|55=ACME|54=1|38=300|40=2|44=187.25|59=0|151=200|14=100|6=187.25",
    );
    expect(await beta.next()).toBe(
      "35=8|37=2|11=b1|17=4|150=F|39=2|32=100|31=187.25|851=2|880=1|1=BETA-1|55=ACME|54=2|38=100|40=2|44=187.2|59=0|151=0|14=100|6=187.25",
    );

    alfa.send("G", `11=a2|41=a1|55=ACME|54=1|60=${now()}|38=500|40=2|44=187.3`);
    expect(await alfa.next()).toBe(
      "35=8|37=1|11=a2|41=a1|17=5|150=5|39=1|1=ALFA-1|55=ACME|54=1|38=500|40=2|44=187.3|59=0|151=400|14=100|6=187.25",
    );

    alfa.send("F", `11=a3|41=a2|55=ACME|54=1|60=${now()}`);
    expect(await alfa.next()).toBe(
      "35=8|37=1|11=a3|41=a2|17=6|150=4|39=4|1=ALFA-1|55=ACME|54=1|38=500|40=2|44=187.3|59=0|151=0|14=100|6=187.25",
    );

    alfa.send("F", `11=a4|41=a2|55=ACME|54=1|60=${now()}`);
    expect(await alfa.next()).toBe("35=9|37=1|11=a4|41=a2|39=4|434=1|102=0|58=too late");
  });
});
