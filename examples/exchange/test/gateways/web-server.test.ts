import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alfa, order, Web } from "./support/web.ts";

let web: Web;
beforeEach(async () => {
  web = await Web.open();
});
afterEach(() => web.close());

describe("positions and money", () => {
  test("are those that the account's trades make", async () => {
    await web.post({ ...order, quantity: 40 });
    await web.postAsAlfa({ ...order, side: "sell", quantity: 40 });
    // The guests were the maker, at a rebate of 20 millionths of 7,490.00; ALFA took, at 30.
    expect(await web.get("positions")).toEqual([
      {
        symbol: "ACME",
        quantity: 40,
        settledQuantity: 0,
        averagePrice: "187.25",
        lastPrice: "187.25",
        cost: "7490.00",
        value: "7490.00",
        realised: "0.00",
        unrealised: "0.00",
        fees: "-0.15",
        profit: "0.15",
      },
    ]);
    expect(await web.get("positions", alfa)).toMatchObject([{ symbol: "ACME", quantity: -40, fees: "0.22" }]);
    expect(await web.get("account")).toEqual({
      account: "WEB-1",
      firm: "WEB",
      currency: "USD",
      cash: "-7489.85",
      settledCash: "0.00",
      income: "0.00",
      profit: "0.15",
      buyingPower: null,
    });
    expect(await web.get("account", alfa)).toMatchObject({ account: "ALFA-1", cash: "7489.78" });
  });

  test("begin with nothing", async () => {
    expect(await web.get("positions")).toEqual([]);
    expect(await web.get("account")).toMatchObject({ cash: "0.00", profit: "0.00" });
  });

  test.each(["positions", "account", "orders", "orders/1"])("%s needs a key that exists", async (path) => {
    const answer = await web.get(path, { authorization: "Bearer nobody" });
    expect(answer.error.code).toBe("unauthorized");
  });
});

describe("status", () => {
  test("is for everyone: the day, the journal, and the phase of each instrument", async () => {
    await web.post(order);
    expect(await web.get("status", { authorization: "Bearer wrong" })).toMatchObject({
      mic: "XKIT",
      day: { isOpen: false },
      journal: { state: "running", durability: "memory", pending: 0 },
      instruments: [
        { symbol: "ACME", phase: "continuous", haltReason: "", indicative: null, lastPrice: "187.25" },
        { symbol: "BOLT" },
        { symbol: "CRUX" },
      ],
    });
  });

  test("says why an instrument is halted, and what its auction would be", async () => {
    const about = { timeMicros: web.sequenced.now(), instrument: 0 };
    web.sequenced.submit({ type: "halt", ...about, reason: "T1" });
    await web.post({ ...order, symbol: "BOLT", price: "42.10" });
    expect((await web.get("status")).instruments[0]).toMatchObject({ phase: "halted", haltReason: "T1" });
    web.sequenced.submit({ type: "resume", ...about, phase: "volatility-auction" });
    await web.post({ ...order, quantity: 70 });
    await web.postAsAlfa({ ...order, side: "sell", quantity: 30 });
    // As the calendar does each 10 ms: what an auction would be is told as time passes, not with each order.
    web.sequenced.submit({ type: "advance", timeMicros: web.sequenced.now() + 1_000_000 });
    await web.post({ ...order, symbol: "BOLT", price: "42.05" });
    expect((await web.get("status")).instruments[0]).toMatchObject({
      phase: "volatility-auction",
      haltReason: "",
      indicative: { price: "187.25", volume: 30, imbalance: 40 },
    });
  });
});

test("the page is served", async () => {
  const page = await web.gateway.inject("/");
  expect(page.statusCode).toBe(200);
  expect(page.headers["content-type"]).toContain("text/html");
  expect((await web.gateway.inject("/../src/main.ts")).statusCode).toBe(404);
});
