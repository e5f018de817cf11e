import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { ApiError } from "./api-error.ts";

/**
 * Refuses what a page of somebody else may send from the browser of a person who can reach the exchange. Such a page may have
 * its own name point to this machine (DNS rebinding), so a name other than `localhost` and `listensOn` is refused; an address
 * cannot be pointed anywhere. An exchange that listens to more than its own machine takes any name: it has those of its network,
 * and is open to it anyway. Where a request says which page sends it, that page must be of the same host; the port may be
 * another, as of a page in development on the same machine.
 *
 * @param listensOn - host that the exchange was told to listen on
 * @throws ApiError `forbidden-host`
 */
export function checkHosts({ headers }: FastifyRequest, listensOn: string): void {
  const { host, origin } = headers;
  // HTTP/1.0 needs none, and no browser speaks it.
  const name = host === undefined ? undefined : hostName(`http://${host}`);
  if (host !== undefined && !(name && isTrusted(name, listensOn))) {
    const text = "the Host must be an IP address, localhost, or what --host says";
    throw new ApiError("forbidden-host", text);
  }
  if (origin !== undefined && hostName(origin) !== name) {
    throw new ApiError("forbidden-host", "a page of another host may not ask: Origin and Host differ");
  }
}

function isTrusted(name: string, listensOn: string): boolean {
  const own = listensOn.toLowerCase();
  const isLoopback = own === "localhost" || own === "::1" || own.startsWith("127.");
  return !isLoopback || name === "localhost" || name === own || isIP(name.replace(/^\[|\]$/g, "")) > 0;
}

/** Of an address, as browsers read it; an IPv6 address is in brackets. */
function hostName(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname : undefined;
}
