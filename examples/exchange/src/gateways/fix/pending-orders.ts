import type { ReplaceOrder, SubmitOrder } from "../../venue/commands.ts";
import type { LastingTerms } from "./lasting-terms.ts";

interface Pending {
  readonly command: SubmitOrder | ReplaceOrder;
  readonly terms: LastingTerms;
}

/**
 * Orders and replaces of a client that were taken but are not carried out yet, by the client order id that they bring: the
 * venue knows nothing of them, and what is sent right behind them must be checked all the same.
 */
export class PendingOrders {
  readonly #byAccount = new Map<number, Map<string, Pending>>();

  /** @param terms - of the order that a command makes or replaces */
  add(command: SubmitOrder | ReplaceOrder, terms: LastingTerms): void {
    const pending = this.#byAccount.get(command.account) ?? new Map<string, Pending>();
    this.#byAccount.set(command.account, pending);
    // The first has the id: the venue will refuse another.
    if (!pending.has(command.clientOrderId)) pending.set(command.clientOrderId, { command, terms });
  }

  /** A command was carried out, or will not be. */
  remove(command: SubmitOrder | ReplaceOrder): void {
    const pending = this.#byAccount.get(command.account);
    if (pending?.get(command.clientOrderId)?.command === command) pending.delete(command.clientOrderId);
  }

  find(account: number, clientOrderId: string): LastingTerms | undefined {
    return this.#byAccount.get(account)?.get(clientOrderId)?.terms;
  }
}
