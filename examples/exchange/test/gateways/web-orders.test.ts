import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { alfa, order, Web } from "./support/web.ts";

let web: Web;
beforeEach(async () => {
  web = await Web.open();
});
afterEach(() => web.close());

describe("orders", () => {
  test("are entered, seen in the book, traded and cancelled", async () => {
    const first = await web.post(order);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toEqual({
      orderId: 1,
      clientOrderId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      symbol: "ACME",
      side: "buy",
      type: "limit",
      timeInForce: "day",
      price: "187.25",
      quantity: 100,
      status: "new",
      cumulativeQuantity: 0,
      leavesQuantity: 100,
      enteredTime: "2026-01-01T00:00:00.000000Z",
      updatedTime: "2026-01-01T00:00:00.000000Z",
      fills: [],
    });

    const taker = await web.postAsAlfa({ symbol: "ACME", side: "sell", type: "market", quantity: 30 });
    expect(taker.json()).toMatchObject({
      status: "filled",
      averagePrice: "187.25",
      fills: [{ price: "187.25", quantity: 30 }],
    });

    const book = await web.gateway.inject("/api/v1/book/ACME");
    expect(book.json()).toMatchObject({ symbol: "ACME", bids: [["187.25", 70, 1]], asks: [] });

    const cancel = await web.gateway.inject({ method: "DELETE", url: "/api/v1/orders/1" });
    expect(cancel.json()).toMatchObject({
      orderId: 1,
      status: "cancelled",
      cumulativeQuantity: 30,
      cancelledQuantity: 70,
    });
  });

  test("say why they ended at once", async () => {
    await web.post(order);
    const nobody = await web.post({ ...order, price: undefined, type: "market" });
    expect(nobody.json()).toMatchObject({ status: "cancelled", endReason: "unfilled", fills: [] });
    const rest = await web.postAsAlfa({ ...order, side: "sell", quantity: 150, timeInForce: "ioc" });
    expect(rest.json()).toMatchObject({
      status: "cancelled",
      endReason: "unfilled",
      fills: [{ quantity: 100 }],
    });
    expect((await web.post(order)).json()).not.toHaveProperty("endReason");
  });

  test("get new terms and keep their id", async () => {
    await web.post(order);
    const amended = await web.gateway.inject({
      method: "PATCH",
      url: "/api/v1/orders/1",
      payload: { quantity: 60, price: "187.20" },
    });
    expect(amended.json()).toMatchObject({ orderId: 1, price: "187.20", quantity: 60, leavesQuantity: 60 });
    expect((await web.gateway.inject("/api/v1/orders")).json()).toMatchObject([{ orderId: 1, quantity: 60 }]);
  });

  test("are cancelled also by a client that says of no body that it is JSON", async () => {
    await web.post(order);
    const headers = { "content-type": "application/json" };
    const response = await web.gateway.inject({ method: "DELETE", url: "/api/v1/orders/1", headers });
    expect(response.json()).toMatchObject({ orderId: 1, cancelledQuantity: 100 });
  });

  test("are those of the key, in whichever case the scheme is written", async () => {
    await web.postAsAlfa(order);
    for (const scheme of ["Bearer", "bearer", "BEARER"]) {
      expect(await web.get("orders", { authorization: `${scheme} alfa-key` })).toHaveLength(1);
    }
    expect((await web.get("orders", { authorization: "bearer ALFA-KEY" })).error.code).toBe("unauthorized");
  });

  test("belong to their firm: nobody else sees or changes them", async () => {
    await web.post(order);
    const headers = { authorization: "Bearer alfa-key" };
    const url = "/api/v1/orders/1";
    expect((await web.gateway.inject({ url, headers })).statusCode).toBe(404);
    expect((await web.gateway.inject({ method: "DELETE", url, headers })).json().error.code).toBe(
      "unknown-order",
    );
    expect((await web.gateway.inject({ url: "/api/v1/orders", headers })).json()).toEqual([]);
    expect((await web.gateway.inject(url)).json()).toMatchObject({ status: "new" });
  });

  test.each(["Bearer wrong", "Bearer ", "Basic YTpi"])(
    "with the key %j are unauthorized",
    async (authorization) => {
      const response = await web.gateway.inject({ url: "/api/v1/orders", headers: { authorization } });
      expect(response.statusCode).toBe(401);
      expect(response.json().error.code).toBe("unauthorized");
    },
  );

  test("are refused by the venue with its reason", async () => {
    await web.post({ ...order, clientOrderId: "mine" });
    const again = await web.post({ ...order, clientOrderId: "mine" });
    expect(again.statusCode).toBe(422);
    expect(again.json().error.code).toBe("duplicate-client-order-id");
    const far = await web.post({ ...order, price: "900.00" });
    expect(far.json().error.code).toBe("price-collar");
  });

  test("may give the price as a number", async () => {
    expect((await web.post({ ...order, price: 187.25 })).statusCode).toBe(201);
  });
});

describe("a bad order is answered with a code and the field, and changes nothing", () => {
  test.each([
    ["unknown-symbol", "symbol", { ...order, symbol: "NOPE" }],
    ["unknown-symbol", "symbol", { ...order, symbol: 7 }],
    ["invalid-side", "side", { ...order, side: "hold" }],
    ["invalid-side", "side", { ...order, side: undefined }],
    ["invalid-type", "type", { ...order, type: "magic" }],
    ["invalid-time-in-force", "timeInForce", { ...order, timeInForce: "soon" }],
    ["invalid-client-order-id", "clientOrderId", { ...order, clientOrderId: "two words" }],
    ["price-off-tick", "price", { ...order, price: "187.255" }],
    ["price-off-tick", "price", { ...order, symbol: "BOLT", price: "42.07" }],
    ["invalid-price", "price", { ...order, price: "0" }],
    ["invalid-price", "price", { ...order, price: "-1" }],
    ["invalid-price", "price", { ...order, price: "abc" }],
    ["invalid-price", "price", { ...order, price: null }],
    ["invalid-price", "price", { ...order, price: undefined }],
    ["invalid-price", "price", { ...order, price: "9".repeat(300) }],
    ["invalid-price", "price", { ...order, type: "market" }],
    ["invalid-quantity", "quantity", { ...order, quantity: 0 }],
    ["invalid-quantity", "quantity", { ...order, quantity: -5 }],
    ["invalid-quantity", "quantity", { ...order, quantity: 1.5 }],
    ["invalid-quantity", "quantity", { ...order, quantity: 2 ** 31 }],
    ["invalid-quantity", "quantity", { ...order, quantity: 2 ** 53 }],
    ["invalid-quantity", "quantity", { ...order, quantity: "100" }],
    ["invalid-request", "account", { ...order, account: "x" }],
    ["invalid-request", undefined, []],
  ])("%s of %s: %j", async (code, field, payload) => {
    const response = await web.post(payload);
    expect(response.statusCode).toBe(400);
    const { error } = response.json();
    expect(error).toMatchObject({ code, ...(field ? { field } : {}) });
    expect(error.message).not.toBe("");
    expect(web.sequenced.venue.depth(0, "buy", 1)).toEqual([]);
  });

  test.each([
    ['quantity must be a whole number above 0, was "1,000"', { ...order, quantity: "1,000" }],
    ["quantity must be a whole number above 0, was 0", { ...order, quantity: 0 }],
    ["quantity must be a whole number above 0, was 1.5", { ...order, quantity: 1.5 }],
    ["quantity must be at most 2147483647, was 2147483648", { ...order, quantity: 2 ** 31 }],
    ["quantity must be at most 2147483647, was 1e+23", { ...order, quantity: 1e23 }],
    ["quantity is missing", { ...order, quantity: undefined }],
    ["side is missing", { ...order, side: undefined }],
    ['side must be one of buy, sell, sell-short, sell-short-exempt, was "hold"', { ...order, side: "hold" }],
    ['price must be a positive decimal such as "187.25", was null', { ...order, price: null }],
    ["price must be a multiple of the tick size 0.01, was 187.123", { ...order, price: 187.123 }],
    ["displayQuantity must be a whole number, 0 or more, was -1", { ...order, displayQuantity: -1 }],
    [
      'expireTime must be a time in UTC such as "2026-01-30T21:00:00Z", before 2255, was "soon"',
      { ...order, expireTime: "soon" },
    ],
    ["an order has no field account", { ...order, account: "x" }],
    ["an order must be a JSON object", []],
  ])("in the words: %s", async (words, payload) => {
    expect((await web.post(payload)).json().error.message).toBe(words);
  });

  test.each([
    ["invalid-price", "price", "a limit order needs a price", { price: undefined }],
    ["invalid-price", "price", "a market-to-limit order has no price", { type: "market-to-limit" }],
    ["invalid-price", "price", "a stop order has no price", { type: "stop", triggerPrice: "190.00" }],
    ["invalid-price", "triggerPrice", "a stop-limit order needs a trigger price", { type: "stop-limit" }],
    ["invalid-price", "triggerPrice", "a limit order has no trigger price", { triggerPrice: "190.00" }],
    [
      "invalid-request",
      "expireTime",
      "an order with time in force gtd needs an expire time",
      { timeInForce: "gtd" },
    ],
    [
      "invalid-request",
      "expireTime",
      "an order with time in force day has no expire time",
      { expireTime: "2026-01-30T21:00:00Z" },
    ],
    [
      "invalid-quantity",
      "displayQuantity",
      "displayQuantity must be at most the quantity 100, was 200",
      { displayQuantity: 200 },
    ],
  ])("%s of %s when the parts do not go together: %s", async (code, field, message, terms) => {
    const response = await web.post({ ...order, ...terms });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toEqual({ code, field, message });
  });

  test("an expire time that the journal has no number for is refused", async () => {
    const response = await web.post({ ...order, timeInForce: "gtd", expireTime: "9999-01-01T00:00:00Z" });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ code: "invalid-request", field: "expireTime" });
  });

  test("what only the venue knows not to go together is told as all that it may be", async () => {
    const { error } = (await web.post({ ...order, timeInForce: "ioc", displayQuantity: 10 })).json();
    expect(error.code).toBe("invalid-order");
    expect(error.message).toContain("displayQuantity and postOnly are of orders that can stay on the book");
  });

  test.each([
    ["malformed-json", 400, "{bad"],
    ["malformed-json", 400, ""],
    ["invalid-request", 400, "null"],
    ["malformed-json", 400, '{"__proto__":{"quantity":1}}'],
    ["body-too-large", 413, `"${"a".repeat(5_000)}"`],
  ])("%s: %d", async (code, status, body) => {
    const response = await web.postText(body);
    expect(response.statusCode).toBe(status);
    expect(response.json().error.code).toBe(code);
  });

  test.each([
    ["application/xml", "<order/>"],
    ["application/x-www-form-urlencoded", "symbol=ACME"],
    ["text/plain", JSON.stringify(order)],
    ["json", JSON.stringify(order)],
  ])("a body that does not say that it is JSON: %s", async (type, body) => {
    const response = await web.postText(body, type);
    expect(response.statusCode).toBe(415);
    expect(response.json().error.code).toBe("unsupported-media-type");
  });

  test.each(["/%", "/api/v1/book/%E0%A4%A"])("an address that cannot be read: %s", async (url) => {
    const response = await web.gateway.inject(url);
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toEqual({ code: "invalid-request", message: expect.any(String) });
  });

  test("an order id that is not open", async () => {
    for (const id of ["1", "0", "-1", "x", "9".repeat(30)]) {
      const response = await web.gateway.inject({ method: "DELETE", url: `/api/v1/orders/${id}` });
      expect(response.statusCode).toBe(404);
      expect(response.json().error).toMatchObject({ code: "unknown-order", field: "id" });
    }
  });

  test("a path or a symbol that is not there", async () => {
    expect((await web.gateway.inject("/api/v1/book/NOPE")).json().error.code).toBe("unknown-symbol");
    const response = await web.gateway.inject("/api/v2/orders");
    expect(response.statusCode).toBe(404);
    expect(response.json().error.code).toBe("not-found");
  });

  test("a venue that cannot make commands durable takes none", async () => {
    vi.spyOn(web.sequenced, "submit").mockReturnValue("halted");
    const response = await web.post(order);
    expect(response.statusCode).toBe(503);
    expect(response.json().error.code).toBe("unavailable");
  });

  test("a defect of ours is a 500 that tells the client nothing and the log all", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    vi.spyOn(web.sequenced, "submit").mockImplementation(() => {
      throw new Error("secret");
    });
    const response = await web.post(order);
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain("secret");
    expect(log.mock.calls[0]?.[0]).toMatchObject({ message: "secret" });
    log.mockRestore();
  });
});

describe("closed orders", () => {
  test("are listed latest first, as many as are asked for", async () => {
    for (const price of ["187.25", "187.24", "187.23"]) await web.post({ ...order, price });
    for (const id of [2, 1, 3]) await web.gateway.inject({ method: "DELETE", url: `/api/v1/orders/${id}` });
    const ids = (await web.get("orders?status=closed&limit=2")).map(
      ({ orderId }: { orderId: number }) => orderId,
    );
    expect(ids).toEqual([3, 1]);
    expect(await web.get("orders")).toEqual([]);
  });

  test("stay with their firm", async () => {
    await web.post(order);
    await web.gateway.inject({ method: "DELETE", url: "/api/v1/orders/1" });
    expect(await web.get("orders?status=closed", alfa)).toEqual([]);
    expect((await web.get("orders/1", alfa)).error.code).toBe("unknown-order");
    expect(await web.get("orders/1")).toMatchObject({ orderId: 1, status: "cancelled" });
  });

  test("cannot be cancelled or changed any more", async () => {
    await web.post(order);
    const url = "/api/v1/orders/1";
    await web.gateway.inject({ method: "DELETE", url });
    const again = await web.gateway.inject({ method: "DELETE", url });
    expect(again.statusCode).toBe(422);
    expect(again.json().error.code).toBe("too-late");
    const change = await web.gateway.inject({ method: "PATCH", url, payload: { quantity: 50 } });
    expect(change.json().error.code).toBe("too-late");
  });

  test.each([
    ["orders?status=lost", "status"],
    ["orders?limit=0", "limit"],
    ["orders?limit=1001", "limit"],
    ["orders?limit=ten", "limit"],
    ["orders?firm=ALFA", "firm"],
  ])("%s is refused and says which part is wrong", async (path, field) => {
    expect((await web.get(path)).error).toMatchObject({ code: "invalid-request", field });
  });

  test.each([
    ["orders?status=all", 'status must be one of open, closed, was "all"'],
    ["orders?limit=ten", 'limit must be a whole number from 1 to 1,000, was "ten"'],
    ["orders?limit=1001", 'limit must be at most 1000, was "1001"'],
    ["orders?firm=ALFA", "the query has no field firm"],
  ])("%s is refused in words: %s", async (path, words) => {
    expect((await web.get(path)).error.message).toBe(words);
  });
});

describe("a change of an order", () => {
  const change = (payload: object | string, headers: Record<string, string> = {}) =>
    web.gateway.inject({ method: "PATCH", url: "/api/v1/orders/1", payload, headers });
  beforeEach(() => web.post(order));

  test.each([
    ["invalid-quantity", "quantity", {}],
    ["invalid-quantity", "quantity", { quantity: 0 }],
    ["invalid-quantity", "quantity", { quantity: "50" }],
    ["invalid-price", "price", { quantity: 50, price: "free" }],
    ["price-off-tick", "price", { quantity: 50, price: "187.255" }],
    ["invalid-request", "side", { quantity: 50, side: "sell" }],
  ])("is refused as %s of %s: %j, and the order is as it was", async (code, field, payload) => {
    const response = await change(payload);
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ code, field });
    expect(await web.get("orders/1")).toMatchObject({ price: "187.25", quantity: 100, status: "new" });
  });

  test.each([
    ["price", "a market-if-touched order has no price", { price: "187.00" }],
    ["triggerPrice", "a limit order has no trigger price", { triggerPrice: "187.00" }],
  ])("says that there is no such %s: %s", async (field, message, prices) => {
    const terms = { ...order, type: "market-if-touched", price: undefined, triggerPrice: "187.10" };
    const { orderId } = field === "price" ? (await web.post(terms)).json() : { orderId: 1 };
    const response = await web.gateway.inject({
      method: "PATCH",
      url: `/api/v1/orders/${orderId}`,
      payload: { quantity: 50, ...prices },
    });
    expect(response.json().error).toEqual({ code: "invalid-price", field, message });
  });

  test("moves the trigger price of an order that waits", async () => {
    const touched = { ...order, type: "market-if-touched", price: undefined, triggerPrice: "187.10" };
    const { orderId } = (await web.post(touched)).json();
    const payload = { quantity: 100, triggerPrice: "187.00" };
    const url = `/api/v1/orders/${orderId}`;
    const response = await web.gateway.inject({ method: "PATCH", url, payload });
    expect(response.json()).toMatchObject({ orderId, triggerPrice: "187.00", isWaiting: true });
  });

  test("is for its owner alone", async () => {
    const response = await change({ quantity: 1 }, alfa);
    expect(response.statusCode).toBe(404);
    expect(response.json().error.code).toBe("unknown-order");
    expect(await web.get("orders/1")).toMatchObject({ quantity: 100 });
  });
});
