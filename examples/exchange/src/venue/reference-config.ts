import type { AccountConfig, FirmConfig, SessionConfig, VenueConfig } from "./config.ts";

/** Firms that clients may log in as: two outside members, the web page's users, and the simulated crowd. */
const members = ["ALFA", "BETA", "WEB", "MAKR", "MOMO", "NOIS"] as const;

const firms: readonly FirmConfig[] = members.map((name) => ({ name }));
const accounts: readonly AccountConfig[] = members.map((name, index) => ({
  name: `${name}-1`,
  firm: name,
  selfTradeGroup: index + 1,
}));
const sessions: readonly SessionConfig[] = [
  ...["ALFA", "BETA"].flatMap((firm) => [
    { name: `${firm}-FIX`, firm, cancelOnDisconnect: true },
    { name: `${firm}-OUCH`, firm, cancelOnDisconnect: true },
  ]),
  ...["WEB", "MAKR", "MOMO", "NOIS"].map((firm) => ({ name: `${firm}-API`, firm })),
  ...["ALFA", "BETA"].map((firm) => ({ name: `${firm}-DROP`, firm })),
  ...["ALFA", "BETA"].map((firm) => ({ name: `${firm}-API`, firm })),
];

/** The venue that `npm start` runs. */
export const referenceConfig: VenueConfig = {
  mic: "XKIT",
  currency: { code: "USD", decimals: 2 },
  instruments: [
    {
      symbol: "ACME",
      name: "Acme Rockets",
      priceDecimals: 2,
      tickSize: 1,
      maximumQuantity: 100_000,
      referencePrice: 18_725,
      dynamicCollarPpm: 100_000,
      staticCollarPpm: 300_000,
    },
    {
      symbol: "BOLT",
      name: "Bolt & Nut Works",
      priceDecimals: 2,
      tickSize: 5,
      maximumQuantity: 100_000,
      referencePrice: 4_210,
      dynamicCollarPpm: 100_000,
      staticCollarPpm: 300_000,
    },
    {
      symbol: "CRUX",
      name: "Crux Semiconductor",
      priceDecimals: 1,
      tickSize: 5,
      maximumQuantity: 10_000,
      referencePrice: 11_050,
      dynamicCollarPpm: 100_000,
      staticCollarPpm: 300_000,
    },
  ],
  firms,
  accounts,
  sessions,
  fees: { makerPpm: -20, takerPpm: 30, auctionPpm: 10 },
};
