import type { FixView } from "@exchange-kit/fix";
import type { Venue } from "../../venue/venue.ts";
import type { FixClient } from "./fix-client.ts";

/** SecurityRequestResult(560). */
type Result = "valid" | "unsupported" | "none-found";
const resultCodes: Readonly<Record<Result, string>> = { valid: "0", unsupported: "1", "none-found": "2" };

/** Answers a SecurityListRequest, of all securities or of one symbol. */
export function answerSecurityList(client: FixClient, view: FixView, venue: Venue): void {
  const all = [...venue.directory.instruments.keys()];
  const type = view.string(559);
  const wanted =
    type === "4" ? all : type === "0" ? all.filter((index) => venue.symbol(index) === view.string(55)) : [];
  const result: Result =
    type !== "0" && type !== "4" ? "unsupported" : wanted.length === 0 ? "none-found" : "valid";
  const requestId = view.string(320)!;
  const { config, instruments } = venue.directory;
  client.answer(view, "y", (encoder, version) => {
    encoder.string(320, requestId).string(322, requestId).string(560, resultCodes[result]);
    if (version.isFix50) encoder.string(1301, config.mic);
    if (wanted.length === 0) return;
    encoder.int(393, wanted.length).boolean(893, true).int(146, wanted.length);
    for (const index of wanted) {
      const { name, priceDecimals, tickSize, lotSize } = instruments[index]!;
      encoder.string(55, venue.symbol(index));
      if (version.isFix50) encoder.decimal(969, tickSize, priceDecimals).string(107, name).int(561, lotSize);
      else encoder.string(107, name);
      encoder.string(15, config.currency.code);
      if (!version.isFix50) encoder.int(561, lotSize);
    }
  });
}
