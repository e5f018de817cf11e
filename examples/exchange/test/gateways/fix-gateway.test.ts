import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { referenceLogins } from "../../src/reference-logins.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";
import {
  type ClientVersion,
  field,
  now,
  type RunningGateway,
  startGateway,
  WireClient,
} from "./support/fix.ts";

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
  expect(await client.logOn(compId.toLowerCase())).toContain("35=A|");
  return client;
}

/** Checks the fields that a test is about, in any order. */
function expectFields(message: string, fields: string): void {
  expect(message.split("|")).toEqual(expect.arrayContaining(fields.split("|")));
}

const VERSIONS: readonly ClientVersion[] = ["FIX.4.2", "FIX.4.4", "FIXT.1.1"];
const order = `55=ACME|54=1|60=${now()}|38=300|40=2|44=187.25`;
const handling = (version: ClientVersion): string => (version === "FIX.4.2" ? "21=1|" : "");

describe("a logon", () => {
  test.each(VERSIONS)("in %s with the right password is answered", async (version) => {
    expect(await connect("ALFA", version).logOn("alfa")).toMatch(/^35=A\|98=0\|108=30\|141=Y/);
  });

  test.each(VERSIONS)(
    "in %s with a wrong password gets a Logout and costs the session nothing",
    async (version) => {
      const wrong = connect("ALFA", version);
      expect(await wrong.logOn("beta")).toBe("35=5|58=wrong username or password");
      await wrong.closed;
      const right = connect("ALFA", version);
      expect(await right.logOn("alfa", "")).toContain("35=A");
      expect(right.lastSeqNum).toBe(1);
    },
  );

  test("with another username, or none of the right password, is refused", async () => {
    const named = connect("ALFA");
    expect(await named.logOn("alfa", "553=BETA")).toContain("35=5|");
    const bare = connect("ALFA");
    bare.send("A", "98=0|108=30");
    expect(await bare.next()).toContain("35=5|");
  });

  test.each(VERSIONS)("in %s with an EncryptMethod is refused", async (version) => {
    const client = connect("ALFA", version);
    const secret = version === "FIX.4.2" ? "95=4|96=alfa" : "554=alfa";
    client.send("A", `98=1|108=30|${version === "FIXT.1.1" ? "1137=9|" : ""}${secret}`);
    expect(await client.next()).toBe("35=5|58=EncryptMethod 1 is not acceptable");
    await client.closed;
  });

  test.each([
    ["an unknown CompID", "NOBODY", "FIX.4.4", "XKIT"],
    ["another target", "ALFA", "FIX.4.4", "XNAS"],
  ] as const)("of %s is cut off", async (_, compId, version, target) => {
    const client = new WireClient(running.port, compId, version, target);
    clients.push(client);
    await expect(client.logOn("alfa")).rejects.toThrow("closed");
  });

  test("of who is logged on already is refused, in whichever version", async () => {
    await logOn("ALFA");
    for (const version of VERSIONS) {
      expect(await connect("ALFA", version).logOn("alfa")).toBe("35=5|58=already logged on");
    }
  });

  test("must come first", async () => {
    const client = connect("ALFA");
    client.send("D", `11=a1|${order}`);
    expect(await client.next()).toBe("35=5|58=first message is not a Logon");
  });
});

describe("an order", () => {
  test("in FIX 4.4 is accepted, traded, replaced and cancelled", async () => {
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
      "35=8|37=1|11=a1|17=3|150=F|39=1|32=100|31=187.25|851=1|527=1|1=ALFA-1|55=ACME|54=1|38=300|40=2|44=187.25|59=0|151=200|14=100|6=187.25",
    );
    expect(await beta.next()).toBe(
      "35=8|37=2|11=b1|17=4|150=F|39=2|32=100|31=187.25|851=2|527=1|1=BETA-1|55=ACME|54=2|38=100|40=2|44=187.2|59=0|151=0|14=100|6=187.25",
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

  test("in FIX 4.2 has the report types of that version", async () => {
    const [alfa, beta] = [await logOn("ALFA", "FIX.4.2"), await logOn("BETA", "FIX.4.2")];
    alfa.send("D", `11=a1|21=1|${order}`);
    expectFields(await alfa.next(), "20=0|150=0|39=0");
    beta.send("D", `11=b1|21=1|55=ACME|54=2|60=${now()}|38=100|40=1`);
    expectFields(await alfa.next(), "20=0|150=1|39=1|32=100|31=187.25|14=100|151=200");
    expectFields(await beta.next(), "150=0|40=1");
    expectFields(await beta.next(), "150=2|39=2|151=0");
    alfa.send("G", `11=a2|41=a1|21=1|55=ACME|54=1|60=${now()}|38=200|40=2|44=187.25`);
    expectFields(await alfa.next(), "150=5|39=1|38=200|151=100");
    alfa.send("H", "11=a2|55=ACME|54=1");
    expectFields(await alfa.next(), "20=3|150=1|39=1|11=a2");
    alfa.send("F", `11=a3|41=a2|55=ACME|54=1|60=${now()}`);
    expectFields(await alfa.next(), "20=0|150=4|39=4|11=a3|41=a2");
  });

  test("in FIX 5.0 SP2 has the trade's id and the display quantity of that version", async () => {
    const [alfa, beta] = [await logOn("ALFA", "FIXT.1.1"), await logOn("BETA", "FIXT.1.1")];
    alfa.send("D", `11=a1|${order}|1138=100|528=P`);
    expectFields(await alfa.next(), "150=0|1138=100|528=P");
    beta.send("D", `11=b1|55=ACME|54=5|60=${now()}|38=300|40=2|44=187.25|59=3`);
    expectFields(await beta.next(), "150=0|54=5|59=3");
    expectFields(await alfa.next(), "150=F|880=1|32=100|851=1");
  });

  test.each([
    ["post-only", "40=2|44=180.00|18=6", "40=2|18=6"],
    ["all or none", "40=2|44=180.00|18=G", "18=G"],
    ["a stop", "40=3|99=190.00", "40=3|99=190"],
    ["a stop limit", "40=4|99=190.00|44=191.00", "40=4|99=190|44=191"],
    ["if touched", "40=J|99=180.00", "40=J|99=180"],
    ["a primary peg", "40=P|18=R|211=-0.05", "40=P|18=R|211=-0.05"],
    ["a midpoint peg with a limit", "40=P|18=M|44=187.00", "40=P|18=M|44=187"],
    ["a trailing stop", "40=P|18=a|211=1.50", "40=P|18=a|211=1.5"],
    ["a trailing stop by percentage", "40=P|18=a|211=250|836=1", "40=P|18=a|211=250|836=1"],
    ["a trailing stop by ticks", "40=3|18=a|211=25|836=2", "40=P|18=a|211=0.25"],
    ["until a date", "40=2|44=180.00|59=6|432=20301231", "59=6|126=20310101-00:00:00.000"],
    ["with a minimum", "40=2|44=190.00|59=3|110=100", "110=100"],
    ["hidden in part", "40=2|44=180.00|111=100", "111=100"],
  ])("may be %s", async (_, terms, reported) => {
    const [alfa, beta] = [await logOn("ALFA"), await logOn("BETA")];
    for (const [side, price] of [
      [1, "186.00"],
      [2, "188.00"],
    ] as const) {
      beta.send("D", `11=b${side}|55=ACME|54=${side}|60=${now()}|38=100|40=2|44=${price}`);
      await beta.next();
    }
    alfa.send("D", `11=a1|55=ACME|54=1|60=${now()}|38=300|${terms}`);
    expectFields(await alfa.next(), `150=0|39=0|${reported}`);
  });

  test.each([
    ["an unknown symbol", "55=NONE|54=1|38=100|40=2|44=187.25", "103=1|58=unknown symbol"],
    ["an account of others", "1=BETA-1|55=ACME|54=1|38=100|40=2|44=187.25", "103=15|58=unknown account"],
    ["a side that does not exist here", "55=ACME|54=8|38=100|40=2|44=187.25", "103=11"],
    [
      "an order type that does not exist here",
      "55=ACME|54=1|38=100|40=E",
      "103=11|58=unsupported order type",
    ],
    ["a broken quantity", "55=ACME|54=1|38=1.5|40=2|44=187.25", "103=13|58=invalid quantity"],
    ["too many decimals", "55=ACME|54=1|38=100|40=2|44=187.255", "58=invalid price"],
    ["a price far away", "55=ACME|54=1|38=100|40=2|44=18.25", "103=99|58=price collar"],
    [
      "an instruction that is not kept",
      "55=ACME|54=1|38=100|40=2|44=187.25|18=W",
      "103=11|58=unsupported instruction",
    ],
    ["a peg without a reference", "55=ACME|54=1|38=100|40=P", "103=11|58=unsupported peg"],
    ["a peg to the last price", "55=ACME|54=1|38=100|40=P|18=L", "103=11|58=unsupported instruction"],
    ["a peg that stays", "55=ACME|54=1|38=100|40=P|18=R|835=1", "103=11|58=unsupported peg"],
    [
      "a start in the future",
      "55=ACME|54=1|38=100|40=2|44=187.25|168=20301231-00:00:00",
      "58=unsupported instruction",
    ],
    ["more than there may be", "55=ACME|54=1|38=2000000|40=2|44=187.25", "150=8"],
  ])("with %s is rejected in words", async (_, terms, reported) => {
    const alfa = await logOn("ALFA");
    alfa.send("D", `11=a1|60=${now()}|${terms}`);
    expectFields(await alfa.next(), `35=8|11=a1|150=8|39=8|151=0|14=0|${reported}`);
  });

  test.each([
    ["FIX.4.4", "a price of another kind", "423=1"],
    ["FIX.4.4", "a quantity of another kind", "854=1"],
    ["FIX.4.4", "another currency", "15=EUR"],
    ["FIX.4.4", "a settlement in another currency", "120=EUR"],
    ["FIX.4.4", "a security of another kind", "167=FUT"],
    ["FIX.4.4", "an amount of money", "152=1000"],
    ["FIX.4.4", "another settlement", "63=1"],
    ["FIX.4.4", "a settlement date", "64=20301231"],
    ["FIX.4.2", "a MaxShow", "210=100"],
    ["FIX.4.2", "a MaxShow that is not its MaxFloor", "111=50|210=100"],
    ["FIXT.1.1", "a limit of price levels", "1090=1"],
    ["FIXT.1.1", "a display quantity that varies", "1138=100|1084=3|1085=50|1086=150"],
    ["FIXT.1.1", "an undisclosed quantity", "1138=100|1084=4"],
  ] as const)("that would be another is rejected: in %s with %s", async (version, _, foreign) => {
    const alfa = await logOn("ALFA", version);
    alfa.send("D", `11=a1|${handling(version)}${order}|${foreign}`);
    expectFields(await alfa.next(), "35=8|11=a1|150=8|39=8|58=unsupported instruction");
  });

  test.each([
    ["FIX.4.2", "15=USD|63=0|167=CS|111=100|210=100"],
    ["FIX.4.4", "15=USD|120=USD|63=0|167=CS|423=2|854=0"],
    ["FIXT.1.1", "15=USD|63=0|167=CS|423=2|1138=100|1084=1"],
  ] as const)("may say what holds for every order, in %s", async (version, usual) => {
    const alfa = await logOn("ALFA", version);
    alfa.send("D", `11=a1|${handling(version)}${order}|${usual}`);
    expectFields(await alfa.next(), "35=8|11=a1|150=0");
  });

  test.each(["22560101-00:00:00.000", "99991231-00:00:00.000"])(
    "until %s is rejected",
    async (expireTime) => {
      const alfa = await logOn("ALFA");
      alfa.send("D", `11=a1|${order}|59=6|126=${expireTime}`);
      expectFields(await alfa.next(), "35=8|11=a1|150=8|39=8|58=invalid expire time");
    },
  );

  test("under a client order id that was used is rejected, and is answered with its state when it may be a repetition", async () => {
    const alfa = await logOn("ALFA");
    alfa.send("D", `11=a1|${order}`);
    await alfa.next();
    alfa.send("D", `11=a1|${order}`);
    expectFields(await alfa.next(), "150=8|103=6");
    alfa.send("D", `97=Y|11=a1|${order}`);
    expectFields(await alfa.next(), "150=I|39=0|37=1|151=300");
    // Both on their way at once: the first is an order, the second finds it.
    alfa.send("D", `11=a2|${order}`);
    alfa.send("D", `97=Y|11=a2|${order}`);
    expectFields(await alfa.next(), "150=0|37=2|11=a2");
    expectFields(await alfa.next(), "150=I|37=2|11=a2");
    alfa.send("F", `11=a3|41=a2|55=ACME|54=1|60=${now()}`);
    expectFields(await alfa.next(), "150=4");
    alfa.send("F", `97=Y|11=a3|41=a2|55=ACME|54=1|60=${now()}`);
    expectFields(await alfa.next(), "150=I|39=4|37=2");
  });

  test("that was replaced since is answered with its state when it may be a repetition, on a later day too", async () => {
    const alfa = await logOn("ALFA");
    const { sequenced } = running;
    sequenced.submit({ type: "start-day", timeMicros: sequenced.now(), date: 1 });
    alfa.send("D", `11=a1|${order}|59=1`);
    await alfa.next();
    for (const [before, after] of ["a1 a2", "a2 a3"].map((ids) => ids.split(" ") as [string, string])) {
      alfa.send("G", `11=${after}|41=${before}|${order}|59=1`);
      expectFields(await alfa.next(), "150=5");
    }
    alfa.send("D", `97=Y|11=a1|${order}|59=1`);
    expectFields(await alfa.next(), "150=I|39=0|37=1|11=a3|41=a2|151=300");
    // Behind another on its way: the venue refuses the second.
    alfa.sendAtOnce(() => {
      alfa.send("D", `11=b1|${order}|59=1`);
      alfa.send("G", `11=b2|41=b1|${order}|59=1`);
      alfa.send("D", `97=Y|11=b1|${order}|59=1`);
    });
    expectFields(await alfa.next(), "150=0|37=2");
    expectFields(await alfa.next(), "150=5|37=2|11=b2");
    expectFields(await alfa.next(), "150=I|37=2|11=b2|41=b1");

    sequenced.submit({ type: "end-day", timeMicros: sequenced.now(), date: 1 });
    sequenced.submit({ type: "start-day", timeMicros: sequenced.now(), date: 2 });
    sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
    alfa.send("D", `97=Y|11=a1|${order}|59=1`);
    expectFields(await alfa.next(), "150=I|39=0|37=1|11=a3");
    // Without the mark it is another order.
    alfa.send("D", `11=a1|${order}|59=1`);
    expectFields(await alfa.next(), "150=0|37=3|11=a1");
  });

  const unsupported = "58=a replace changes quantity and prices only; cancel the order and send another";

  test.each([
    ["FIX.4.4", "another symbol", "", "55=BOLT|54=1|40=2"],
    ["FIX.4.4", "a symbol whose prices have other decimals", "", "55=CRUX|54=1|40=2|44=1872.5"],
    ["FIX.4.4", "another side", "", "55=ACME|54=2|40=2"],
    ["FIX.4.4", "another type", "", "55=ACME|54=1|40=1"],
    ["FIX.4.4", "another type, all or none", "18=G", "55=ACME|54=1|40=P"],
    ["FIX.4.4", "another time in force", "", "55=ACME|54=1|40=2|59=1"],
    ["FIX.4.4", "an end", "", "55=ACME|54=1|40=2|126=20301231-00:00:00"],
    ["FIX.4.4", "another end", "59=6|126=20301231-00:00:00", "55=ACME|54=1|40=2|59=6|126=20301230-00:00:00"],
    ["FIX.4.4", "another day to end on", "59=6|432=20301231", "55=ACME|54=1|40=2|59=6|432=20301230"],
    ["FIX.4.4", "post-only", "", "55=ACME|54=1|40=2|18=6"],
    ["FIX.4.4", "not post-only", "18=6", "55=ACME|54=1|40=2|18=G"],
    ["FIX.4.4", "an instruction that there is not", "", "55=ACME|54=1|40=2|18=W"],
    ["FIX.4.4", "a minimum", "", "55=ACME|54=1|40=2|110=50"],
    ["FIX.4.4", "a display quantity", "", "55=ACME|54=1|40=2|111=50"],
    ["FIX.4.4", "another capacity", "528=P", "55=ACME|54=1|40=2|528=A"],
    ["FIX.4.2", "another capacity", "47=P", "55=ACME|54=1|40=2|47=A"],
    ["FIXT.1.1", "another self-match group", "2362=7", "55=ACME|54=1|40=2|2362=8"],
    ["FIX.4.4", "another self-match group", "7928=7", "55=ACME|54=1|40=2|7928=8"],
    ["FIXT.1.1", "another self-match instruction", "2964=1", "55=ACME|54=1|40=2|2964=2"],
  ] as const)("keeps what a replace may not change: in %s %s", async (version, _, terms, change) => {
    const alfa = await logOn("ALFA", version);
    const price = change.includes("|44=") ? "" : "44=187.25|";
    const replace = `41=a1|60=${now()}|38=100|${handling(version)}${price}${change}`;
    alfa.send("D", `11=a1|${handling(version)}${order}|${terms}`);
    await alfa.next();
    alfa.send("G", `11=a2|${replace}`);
    const code = version === "FIX.4.2" ? 2 : 99;
    expectFields(await alfa.next(), `35=9|37=1|11=a2|41=a1|39=0|434=2|102=${code}|${unsupported}`);
    alfa.send("H", "11=a1|55=ACME|54=1");
    expectFields(await alfa.next(), "38=300|39=0");
    // Nor when it comes right behind the order, which the venue does not know yet.
    alfa.sendAtOnce(() => {
      alfa.send("D", `11=b1|${handling(version)}${order}|${terms}`);
      alfa.send("G", `11=b2|${replace.replace("41=a1", "41=b1")}`);
    });
    const answers = (await alfa.take(2)).sort();
    expectFields(answers[0]!, "35=8|11=b1|150=0");
    expectFields(answers[1]!, `35=9|37=NONE|11=b2|41=b1|39=A|102=${code}|${unsupported}`);
  });

  test.each([
    ["FIX.4.4", "40=2|44=180.00|59=6|126=20301231-00:00:00|18=G|528=P|7928=7|8000=O"],
    ["FIX.4.4", "40=2|44=180.00|59=6|432=20301231|111=50|18=6"],
    ["FIX.4.4", "40=P|18=a|211=1.50"],
    ["FIX.4.4", "40=3|18=a|211=25|836=2"],
    ["FIX.4.4", "40=P|18=R|211=-0.05"],
    ["FIX.4.2", "40=2|44=180.00|111=50|210=50|47=P"],
    ["FIXT.1.1", "40=2|44=180.00|1138=50|528=P|2362=7|2964=1"],
    ["FIXT.1.1", "40=P|18=M|1094=2|44=187.00"],
  ] as const)("may be sent again in full by a replace, in %s: %s", async (version, terms) => {
    const [alfa, beta] = [await logOn("ALFA", version), await logOn("BETA")];
    for (const [side, price] of [
      [1, "186.00"],
      [2, "188.00"],
    ] as const) {
      beta.send("D", `11=b${side}|55=ACME|54=${side}|60=${now()}|38=100|40=2|44=${price}`);
      await beta.next();
    }
    const rest = `55=ACME|54=1|60=${now()}|${handling(version)}${terms}`;
    alfa.sendAtOnce(() => {
      alfa.send("D", `11=a1|38=300|${rest}`);
      alfa.send("G", `11=a2|41=a1|38=200|${rest}`);
      alfa.send("G", `11=a3|41=a2|38=100|${rest}`);
    });
    expectFields(await alfa.next(), "35=8|11=a1|150=0|38=300");
    expectFields(await alfa.next(), "35=8|11=a2|150=5|38=200");
    expectFields(await alfa.next(), "35=8|11=a3|150=5|38=100");
    alfa.send("G", `11=a4|41=a3|38=50|${rest}`);
    expectFields(await alfa.next(), "35=8|11=a4|150=5|38=50");
  });

  test("is checked by a replace of a replace that is on its way, too", async () => {
    const alfa = await logOn("ALFA");
    alfa.sendAtOnce(() => {
      alfa.send("D", `11=a1|${order}`);
      alfa.send("G", `11=a2|41=a1|${order}`);
      alfa.send("G", `11=a3|41=a2|${order.replace("54=1", "54=2")}`);
      alfa.send("F", `11=a4|41=a2|55=ACME|54=2|60=${now()}`);
    });
    const answers = (await alfa.take(4)).sort();
    expectFields(answers[0]!, "11=a1|150=0");
    expectFields(answers[1]!, "11=a2|150=5");
    expectFields(answers[2]!, `35=9|11=a3|39=A|${unsupported}`);
    expectFields(answers[3]!, "35=9|11=a4|58=the order is of another Side");
    alfa.sendAtOnce(() => {
      alfa.send("G", `11=a5|41=a2|${order}`);
      alfa.send("F", `11=a6|41=a5|55=ACME|54=2|60=${now()}`);
    });
    expectFields((await alfa.take(2)).sort()[1]!, "35=9|11=a6|39=E|58=the order is of another Side");
  });

  test("in FIX 5.0 SP2 is replaced and cancelled by its OrderID alone", async () => {
    const [alfa, beta] = [await logOn("ALFA", "FIXT.1.1"), await logOn("BETA", "FIXT.1.1")];
    alfa.send("D", `11=a1|${order}`);
    await alfa.next();
    const replace = `37=1|60=${now()}|38=100|40=2`;
    for (const change of ["55=CRUX|54=1|44=1872.5", "55=ACME|54=2|44=187.25"]) {
      alfa.send("G", `11=a2|${replace}|${change}`);
      expectFields(await alfa.next(), `35=9|37=1|11=a2|41=a1|102=99|${unsupported}`);
    }
    alfa.send("F", `11=a2|37=1|55=ACME|54=2|60=${now()}`);
    expectFields(await alfa.next(), "35=9|37=1|102=99|58=the order is of another Side");
    beta.send("G", `11=b1|${replace}|55=ACME|54=1|44=187.25`);
    expectFields(await beta.next(), "35=9|37=NONE|102=1|58=unknown order");
    alfa.send("G", `11=a2|${replace}|55=ACME|54=1|44=187.30`);
    expectFields(await alfa.next(), "35=8|11=a2|41=a1|150=5|44=187.3");
    alfa.send("F", `11=a3|37=1|55=ACME|54=1|60=${now()}`);
    expectFields(await alfa.next(), "35=8|11=a3|41=a2|150=4");
  });

  test.each([
    ["of another security", "55=BOLT|54=1", "102=99|58=the order is for another Symbol"],
    ["of no security", "55=NONE|54=1", "102=99|58=the order is for another Symbol"],
    ["of another side", "55=ACME|54=2", "102=99|58=the order is of another Side"],
    [
      "of another OrderID",
      "37=99999999999|55=ACME|54=1",
      "102=1|58=the order with this OrigClOrdID has another OrderID",
    ],
  ])("is not cancelled by a request that says that it is %s", async (_, terms, reported) => {
    const alfa = await logOn("ALFA");
    alfa.send("D", `11=a1|${order}`);
    await alfa.next();
    alfa.send("F", `11=a2|41=a1|60=${now()}|${terms}`);
    expectFields(await alfa.next(), `35=9|37=1|11=a2|41=a1|39=0|434=1|${reported}`);
    alfa.sendAtOnce(() => {
      alfa.send("D", `11=b1|${order}`);
      alfa.send("F", `11=b2|41=b1|60=${now()}|${terms}`);
    });
    const answers = (await alfa.take(2)).sort();
    expectFields(answers[0]!, "35=8|11=b1|150=0");
    expectFields(answers[1]!, `35=9|37=NONE|11=b2|41=b1|${reported}`);
    alfa.send("F", `11=a3|41=a1|37=1|55=ACME|54=1|60=${now()}`);
    expectFields(await alfa.next(), "35=8|11=a3|41=a1|150=4");
  });

  test("is cancelled when the connection is lost, and the client hears of it when it is back", async () => {
    const alfa = await logOn("ALFA");
    alfa.send("D", `11=a1|${order}`);
    await alfa.next();
    const { lastSeqNum } = alfa;
    await alfa.close();
    const again = connect("ALFA");
    again.nextSeqNum = alfa.nextSeqNum;
    await again.logOn("alfa", "");
    again.send("2", `7=${lastSeqNum + 1}|16=0`);
    expectFields(await again.next(), "35=8|11=a1|150=4|39=4|58=cancelled because its session ended");
  });
});

describe("a mass cancel", () => {
  test.each(["FIX.4.4", "FIXT.1.1"] as const)("takes the session's own orders, in %s", async (version) => {
    const [alfa, beta] = [await logOn("ALFA", version), await logOn("BETA")];
    beta.send("D", `11=b1|55=ACME|54=1|60=${now()}|38=100|40=2|44=180.00`);
    await beta.next();
    alfa.send("D", `11=a1|${order}`);
    alfa.send("D", `11=a2|55=BOLT|54=2|60=${now()}|38=100|40=2|44=42.10`);
    alfa.send("D", `11=a3|55=BOLT|54=1|60=${now()}|38=100|40=2|44=42.00`);
    await alfa.take(3);
    alfa.send("q", `11=m1|530=1|55=BOLT|54=2|60=${now()}`);
    expectFields(await alfa.next(), "35=8|11=m1|41=a2|150=4|58=cancelled by a mass cancel");
    expectFields(await alfa.next(), "35=r|11=m1|530=1|531=1|533=1");
    alfa.send("q", `11=m2|530=7|60=${now()}`);
    await alfa.take(2);
    expectFields(await alfa.next(), "35=r|11=m2|530=7|531=7|533=2");
    beta.send("H", "11=b1|55=ACME|54=1");
    expectFields(await beta.next(), "39=0|151=100");
  });

  test.each([
    ["an unknown security", "530=1|55=NONE", "532=1"],
    ["a scope that does not exist here", "530=3", "532=0"],
  ])("of %s is refused", async (_, terms, reported) => {
    const alfa = await logOn("ALFA");
    alfa.send("q", `11=m1|60=${now()}|${terms}`);
    expectFields(await alfa.next(), `35=r|11=m1|531=0|${reported}`);
  });

  test("under an id that is too long is refused, and cancels nothing", async () => {
    const alfa = await logOn("ALFA");
    alfa.send("D", `11=a1|${order}`);
    await alfa.next();
    const id = "m".repeat(37);
    alfa.send("q", `11=${id}|530=7|60=${now()}`);
    expectFields(await alfa.next(), `35=r|11=${id}|530=7|531=0|532=99|58=invalid client order id`);
    alfa.send("H", "11=a1|55=ACME|54=1");
    expectFields(await alfa.next(), "39=0|151=300");
  });
});

describe("a status request", () => {
  test("tells of own orders, by client order id or order id, and of nobody else's", async () => {
    const [alfa, beta] = [await logOn("ALFA"), await logOn("BETA", "FIXT.1.1")];
    alfa.send("D", `11=a1|${order}`);
    await alfa.next();
    alfa.send("H", "11=a1|790=q1|55=ACME|54=1");
    expectFields(await alfa.next(), "35=8|37=1|11=a1|150=I|39=0|790=q1|151=300");
    beta.send("H", "37=1|790=q2|55=ACME|54=1");
    expectFields(await beta.next(), "35=8|37=NONE|150=I|39=8|790=q2|103=5|58=unknown order|151=0");
    beta.send("F", `11=b1|41=a1|55=ACME|54=1|60=${now()}`);
    expectFields(await beta.next(), "35=9|37=NONE|41=a1|102=1");
    beta.send("F", `11=b2|37=1|55=ACME|54=1|60=${now()}`);
    expectFields(await beta.next(), "35=9|37=NONE|102=1");
    beta.send("G", `11=b3|41=a1|55=ACME|54=1|60=${now()}|38=1|40=2|44=187.25`);
    expectFields(await beta.next(), "35=9|37=NONE|102=1");
  });

  test("for all lists the session's open orders", async () => {
    const alfa = await logOn("ALFA");
    alfa.send("AF", "584=q0|585=7");
    expectFields(await alfa.next(), "35=8|150=I|39=8|584=q0|911=0|912=Y");
    alfa.send("D", `11=a1|${order}`);
    alfa.send("D", `11=a2|55=BOLT|54=2|60=${now()}|38=100|40=2|44=42.10`);
    await alfa.take(2);
    alfa.send("AF", "584=q1|585=7");
    expectFields(await alfa.next(), "11=a1|150=I|584=q1|911=2|912=N");
    expectFields(await alfa.next(), "11=a2|150=I|584=q1|911=2|912=Y");
    alfa.send("AF", "584=q2|585=1|55=BOLT");
    expectFields(await alfa.next(), "11=a2|584=q2|911=1|912=Y");
    alfa.send("AF", "584=q3|585=3");
    expectFields(await alfa.next(), "39=8|584=q3|911=0");
  });
});

describe("a drop copy session", () => {
  test.each(VERSIONS)("in %s gets each report of its firm, and may not trade", async (version) => {
    const [alfa, beta, drop] = [await logOn("ALFA"), await logOn("BETA"), await logOn("ALFADROP", version)];
    beta.send("D", `11=b1|55=ACME|54=1|60=${now()}|38=100|40=2|44=180.00`);
    await beta.next();
    alfa.send("D", `11=a1|${order}`);
    alfa.send("D", `11=a2|55=NONE|54=1|60=${now()}|38=300|40=2|44=187.25`);
    alfa.send("F", `11=a3|41=a1|55=ACME|54=1|60=${now()}`);
    expectFields(await drop.next(), `35=8|11=a1|150=0${version === "FIX.4.2" ? "" : "|797=Y"}`);
    expectFields(await drop.next(), "35=8|11=a3|150=4");
    drop.send("D", `11=d1|${handling(version)}${order}`);
    expectFields(await drop.next(), `35=j|372=D|380=${version === "FIX.4.2" ? 0 : 6}`);
    if (version === "FIX.4.2") return;
    alfa.send("D", `11=a4|${order}`);
    await drop.next();
    drop.send("AF", "584=q1|585=7");
    expectFields(await drop.next(), "11=a4|911=1");
  });
});

describe("market data", () => {
  const request = (id: string, kind: string, more: string): string => `262=${id}|263=${kind}|264=${more}`;
  const all = "267=3|269=0|269=1|269=2|146=1|55=ACME";

  test.each(VERSIONS)("in %s is a snapshot, then what changes", async (version) => {
    const [alfa, beta] = [await logOn("ALFA"), await logOn("BETA", version)];
    alfa.send("D", `11=a1|${order}`);
    await alfa.next();
    beta.send("V", request("m1", "1", `0|265=1|${all}`));
    const snapshot = await beta.next();
    expectFields(snapshot, "35=W|262=m1|55=ACME|268=1|269=0|270=187.25|271=300|346=1");
    alfa.send("D", `11=a2|55=ACME|54=2|60=${now()}|38=100|40=2|44=188`);
    await alfa.next();
    expectFields(await beta.next(), "35=X|262=m1|268=1|279=0|269=1|278=S18800|55=ACME|270=188|271=100|346=1");
    alfa.send("F", `11=a3|41=a2|55=ACME|54=2|60=${now()}`);
    await alfa.next();
    expectFields(await beta.next(), "35=X|279=2|269=1|278=S18800|270=188");
    beta.send("D", `11=b1|${handling(version)}55=ACME|54=2|60=${now()}|38=100|40=1`);
    const messages = await beta.take(3);
    const update = messages.find((message) => message.startsWith("35=X"))!;
    expectFields(update, "268=2|279=1|269=0|271=200|279=0|269=2|278=T1|270=187.25|271=100");
    beta.send("V", request("m1", "2", `0|${all}`));
    beta.send("1", "112=still");
    expect(await beta.next()).toContain("35=0|112=still");
  });

  test("is a whole snapshot each time for who asks for that, of as many levels as are asked for", async () => {
    const [alfa, beta] = [await logOn("ALFA"), await logOn("BETA")];
    for (const price of [187, 186, 185]) {
      alfa.send("D", `11=p${price}|55=ACME|54=1|60=${now()}|38=100|40=2|44=${price}`);
    }
    await alfa.take(3);
    beta.send("V", request("m1", "1", "2|265=0|267=2|269=0|269=1|146=1|55=ACME"));
    expectFields(await beta.next(), "35=W|268=2|270=187|270=186|290=2");
    alfa.send("F", `11=c|41=p186|55=ACME|54=1|60=${now()}`);
    expectFields(await beta.next(), "35=W|268=2|270=187|270=185");
  });

  test("once is no subscription", async () => {
    const [alfa, beta] = [await logOn("ALFA"), await logOn("BETA")];
    beta.send("V", request("m1", "0", `1|${all.replace("146=1", "146=2")}|55=BOLT`));
    expectFields(await beta.next(), "35=W|55=ACME|268=0");
    expectFields(await beta.next(), "35=W|55=BOLT|268=0");
    alfa.send("D", `11=a1|${order}`);
    await alfa.next();
    beta.send("1", "112=still");
    expect(await beta.next()).toContain("35=0|112=still");
  });

  test.each([
    ["an unknown symbol", "0", "0|267=1|269=0|146=1|55=NONE", "281=0"],
    ["no kind of update", "1", "0|267=1|269=0|146=1|55=ACME", "281=6"],
    ["orders instead of levels", "0", "0|266=N|267=1|269=0|146=1|55=ACME", "281=7"],
    ["an entry type that does not exist here", "0", "0|267=1|269=6|146=1|55=ACME", "281=8"],
    ["a negative depth", "0", "-1|267=1|269=0|146=1|55=ACME", "281=5"],
    ["the end of nothing", "2", "0|267=1|269=0|146=1|55=ACME", "262=m1"],
  ])("of %s is refused", async (_, kind, more, reported) => {
    const alfa = await logOn("ALFA");
    alfa.send("V", request("m1", kind, more));
    expectFields(await alfa.next(), `35=Y|262=m1|${reported}`);
  });

  test("under an id that is in use is refused, and ends with the connection", async () => {
    const alfa = await logOn("ALFA");
    for (let time = 0; time < 2; time++) alfa.send("V", request("m1", "1", `0|265=1|${all}`));
    expectFields(await alfa.next(), "35=W");
    expectFields(await alfa.next(), "35=Y|281=1");
    await alfa.close();
    const again = await logOn("ALFA");
    again.send("V", request("m1", "1", `0|265=1|${all}`));
    expectFields(await again.next(), "35=W");
  });

  test("is not sent again: a resend has a gap in its place", async () => {
    const alfa = await logOn("ALFA");
    alfa.send("V", request("m1", "0", `0|${all}`));
    await alfa.next();
    alfa.send("2", "7=2|16=0");
    expect(await alfa.next()).toBe("35=4|43=Y|36=3|123=Y");
  });
});

describe("reference data", () => {
  test.each(["FIX.4.4", "FIXT.1.1"] as const)("lists the securities, in %s", async (version) => {
    const alfa = await logOn("ALFA", version);
    alfa.send("x", "320=s1|559=4");
    const list = await alfa.next();
    expectFields(list, "35=y|320=s1|560=0|393=3|146=3|55=ACME|107=Acme Rockets|15=USD|561=1|55=BOLT|55=CRUX");
    if (version === "FIXT.1.1") expectFields(list, "1301=XKIT|969=0.01|969=0.05|969=0.5");
    alfa.send("x", "320=s2|559=0|55=BOLT");
    expectFields(await alfa.next(), "146=1|55=BOLT");
    alfa.send("x", "320=s3|559=0|55=NONE");
    expectFields(await alfa.next(), "320=s3|560=2");
    alfa.send("x", "320=s4|559=1");
    expectFields(await alfa.next(), "320=s4|560=1");
  });

  test.each(VERSIONS)("tells the phases, and their changes to who subscribed, in %s", async (version) => {
    const alfa = await logOn("ALFA", version);
    alfa.send("g", "335=t1|263=0");
    for (const symbol of ["ACME", "BOLT", "CRUX"]) {
      const session = version === "FIXT.1.1" ? `336=1|55=${symbol}` : `336=${symbol}`;
      expectFields(await alfa.next(), `35=h|335=t1|${session}|325=N|340=2|58=continuous`);
    }
    const { sequenced } = running;
    const halt = (instrument: number): void => {
      sequenced.submit({ type: "halt", timeMicros: sequenced.now(), instrument, reason: "T1" });
    };
    if (version === "FIXT.1.1") {
      alfa.send("g", "335=t2|263=1|336=1");
      await alfa.take(3);
      halt(1);
      expectFields(await alfa.next(), "335=t2|336=1|55=BOLT|325=Y|340=1|58=halted: T1");
    } else {
      alfa.send("g", "335=t2|263=1|336=BOLT");
      expectFields(await alfa.next(), "335=t2|336=BOLT|340=2");
      for (const instrument of [0, 1]) halt(instrument);
      expectFields(await alfa.next(), "335=t2|336=BOLT|325=Y|340=1|58=halted: T1");
    }
    alfa.send("g", "335=t2|263=2");
    alfa.send("1", "112=unsubscribed");
    expect(await alfa.next()).toContain("112=unsubscribed");
    sequenced.submit({ type: "resume", timeMicros: sequenced.now(), instrument: 1, phase: "continuous" });
    alfa.send("g", `335=t3|263=0|336=${version === "FIXT.1.1" ? "2" : "NONE"}`);
    expectFields(await alfa.next(), version === "FIX.4.2" ? "35=j|372=g|380=1" : "35=h|335=t3|340=6|567=1");
  });

  test("tells the phases of the instrument that was subscribed to, also under another symbol", async () => {
    const alfa = await logOn("ALFA");
    alfa.send("g", "335=t1|263=1|336=BOLT");
    await alfa.next();
    const { sequenced } = running;
    for (const [instrument, symbol] of [
      [1, "BLT2"],
      [0, "BOLT"],
    ] as const) {
      sequenced.submit({ type: "change-symbol", timeMicros: sequenced.now(), instrument, symbol });
    }
    for (const instrument of [0, 1]) {
      sequenced.submit({ type: "halt", timeMicros: sequenced.now(), instrument, reason: "T1" });
    }
    expectFields(await alfa.next(), "35=h|335=t1|336=BLT2|325=Y|340=1|58=halted: T1");
  });
});

describe("what the venue does not serve", () => {
  test.each([
    ["FIX.4.2", "R", "131=q|146=1|55=ACME"],
    ["FIX.4.4", "R", "131=q|146=1|55=ACME"],
    ["FIXT.1.1", "R", "131=q|146=1|55=ACME"],
  ] as const)("is answered with a BusinessMessageReject, in %s", async (version, type, body) => {
    const alfa = await logOn("ALFA", version);
    alfa.send(type, body);
    expectFields(await alfa.next(), `35=j|45=2|372=${type}|380=3`);
  });

  test("is answered with a Reject where it is no message of the version at all", async () => {
    const alfa = await logOn("ALFA", "FIX.4.2");
    alfa.send("AF", "584=q1|585=7");
    expectFields(await alfa.next(), "35=3|45=2|372=AF");
    alfa.send("D", `11=a1|21=1|${order}`);
    expect(field(await alfa.next(), 150)).toBe("0");
  });
});
