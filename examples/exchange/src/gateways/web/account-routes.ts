import type { FastifyInstance } from "fastify";
import type { Logins } from "../../logins.ts";
import { formatMoney, formatPrice, formatPriceFraction } from "../../prices.ts";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import { readSender } from "./sender.ts";

export interface AccountParts {
  readonly sequenced: SequencedVenue;
  readonly logins: Logins;
}

/** What a client holds: positions and money of its account, as of the last command. Money in the venue's currency. */
export function addAccountRoutes(app: FastifyInstance, parts: AccountParts): void {
  const { venue } = parts.sequenced;
  const { currency, accounts, firms } = venue.directory.config;
  const money = (minorUnits: number | bigint): string => formatMoney(minorUnits, currency.decimals);

  /** Every instrument that the account holds, or made or lost money in. */
  app.get("/api/v1/positions", (request) => {
    const { account } = readSender(request, parts);
    return venue.directory.instruments.flatMap((rules, instrument) => {
      const position = venue.position(account, instrument);
      const { quantity, settledQuantity, averagePrice, cost, realised, unrealised, fees } = position;
      if (quantity === 0 && settledQuantity === 0 && realised === 0 && fees === 0) return [];
      const lastPrice = venue.lastPrice(instrument);
      return {
        symbol: venue.symbol(instrument),
        quantity,
        settledQuantity,
        averagePrice: averagePrice === undefined ? null : formatPriceFraction(rules, averagePrice),
        lastPrice: formatPrice(rules, lastPrice),
        cost: money(cost),
        value: money(cost + unrealised),
        realised: money(realised),
        unrealised: money(unrealised),
        fees: money(fees),
        profit: money(realised + unrealised - fees),
      };
    });
  });

  /** The money of the account. */
  app.get("/api/v1/account", (request) => {
    const { account, firm } = readSender(request, parts);
    const { settled, total, income, profit, buyingPower } = venue.cash(account);
    return {
      account: accounts[account]!.name,
      firm: firms[firm]!.name,
      currency: currency.code,
      cash: money(total),
      settledCash: money(settled),
      income: money(income),
      profit: money(profit),
      buyingPower: buyingPower === undefined ? null : money(buyingPower),
    };
  });
}
