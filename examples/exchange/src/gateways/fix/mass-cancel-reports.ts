import type { FixEncoder } from "@exchange-kit/fix";
import type { MassCancel } from "../../venue/commands.ts";
import { type Refusal, reasonText } from "./reasons.ts";
import type { FixVersion } from "./versions.ts";

/** OrderMassCancelReport of a mass cancel that was carried out; it comes after the reports of the orders. */
export function writeMassCancelReport(
  encoder: FixEncoder,
  version: FixVersion,
  { clientOrderId, instrument }: MassCancel,
  execId: number,
  count: number,
): void {
  const scope = instrument === -1 ? "7" : "1";
  encoder.int(37, execId);
  if (clientOrderId !== "") encoder.string(11, clientOrderId);
  encoder.string(530, scope).string(531, scope).int(533, count);
  if (version.isFix50) encoder.int(1369, execId);
}

/** A mass cancel that was not carried out. */
export interface MassCancelRejection {
  readonly id: string;
  /** MassCancelRequestType(530). */
  readonly scope: string;
  readonly reportId: string;
  readonly reason: Refusal | "unsupported-scope";
}

export function writeMassCancelReject(
  encoder: FixEncoder,
  version: FixVersion,
  { id, scope, reportId, reason }: MassCancelRejection,
): void {
  encoder.string(37, reportId).string(11, id).string(530, scope).string(531, "0");
  const isUnknown = reason === "unknown-symbol" || reason === "unknown-instrument";
  encoder.int(532, isUnknown ? 1 : reason === "unsupported-scope" ? 0 : 99);
  encoder.string(58, reasonText(reason as Refusal));
  if (version.isFix50) encoder.string(1369, reportId);
}
