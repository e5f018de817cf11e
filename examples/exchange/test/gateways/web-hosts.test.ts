import type { FastifyRequest } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { checkHosts } from "../../src/gateways/web/hosts.ts";
import { order, Web } from "./support/web.ts";

let web: Web;
beforeEach(async () => {
  web = await Web.open();
});
afterEach(() => web.close());

describe("a page of somebody else", () => {
  test.each(["0.0.0.0", "venue.test"])("may have any name where the exchange listens to %s", (listensOn) => {
    const check = (headers: Record<string, string>) => () =>
      checkHosts({ headers } as unknown as FastifyRequest, listensOn);
    expect(check({ host: "venue.test:8080", origin: "https://Venue.test" })).not.toThrow();
    expect(check({ host: "venue.test:8080", origin: "http://evil.example" })).toThrow(/another host/);
  });

  const enter = (headers: Record<string, string>) =>
    web.gateway.inject({ method: "POST", url: "/api/v1/orders", payload: order, headers });

  test.each([
    { host: "evil.example", origin: "http://evil.example" },
    { host: "evil.example:8080" },
    { host: "localhost.evil.example" },
    { host: "127.0.0.1.evil.example" },
    { host: "127.0.0.1:8080", origin: "http://evil.example" },
    { host: "127.0.0.1:8080", origin: "http://127.0.0.2:8080" },
    { host: "localhost:8080", origin: "null" },
  ])("trades for nobody: %j", async (headers) => {
    const response = await enter(headers);
    expect(response.statusCode).toBe(403);
    expect(response.json().error).toEqual({ code: "forbidden-host", message: expect.any(String) });
    expect(web.sequenced.venue.depth(0, "buy", 1)).toEqual([]);
    for (const url of ["/", "/api/v1/orders", "/api/v1/nothing"]) {
      expect((await web.gateway.inject({ url, headers })).statusCode).toBe(403);
    }
  });

  test.each([
    { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080" },
    { host: "localhost:8080", origin: "http://localhost:8080" },
    { host: "LOCALHOST" },
    { host: "localhost:8080", origin: "http://localhost:5173" },
    { host: "172.17.0.2:8080" },
    { host: "[::1]:8080", origin: "http://[::1]:8080" },
    { host: "[2001:db8:0::1]" },
  ])("is not taken for one of ours: %j", async (headers) => {
    expect((await enter(headers)).statusCode).toBe(201);
  });

  test.each([
    [{ headers: { host: "evil.example" } }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{}, 101],
  ])("opens no WebSocket: %j is answered %d", async (options, status) => {
    const url = await web.gateway.listen({ port: 0, host: "127.0.0.1" });
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/market-data`, options);
    const answered = await new Promise<number | undefined>((resolve) => {
      socket.on("unexpected-response", (_request, { statusCode }) => resolve(statusCode));
      socket.on("upgrade", ({ statusCode }) => resolve(statusCode));
    });
    expect(answered).toBe(status);
    socket.on("error", () => {});
    socket.terminate();
  });
});
