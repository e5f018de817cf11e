/**
 * An OUCH order as the venue knows it: its client order id carries the user reference number and the client's free text,
 * `17/text`, so that both come back from the venue's own records, after a recovery too.
 */
export function clientOrderIdOf(userRefNum: number, clOrdId: string): string {
  return clOrdId === "" ? String(userRefNum) : `${userRefNum}/${clOrdId}`;
}

/** Whether a client order id is one of these: another session of the firm may give an order any other. */
export function isOuchId(clientOrderId: string): boolean {
  return /^\d{1,10}(\/.{1,14})?$/.test(clientOrderId) && userRefNumOf(clientOrderId) < 2 ** 32;
}

export function userRefNumOf(clientOrderId: string): number {
  return Number.parseInt(clientOrderId, 10);
}

export function clOrdIdOf(clientOrderId: string): string {
  const slash = clientOrderId.indexOf("/");
  return slash < 0 ? "" : clientOrderId.slice(slash + 1);
}
