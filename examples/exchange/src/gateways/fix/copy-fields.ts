import type { FixEncoder, FixView } from "@exchange-kit/fix";

/** Writes fields of a message into another, byte for byte, those that it has. */
export function copyFields(encoder: FixEncoder, view: FixView, tags: readonly number[]): void {
  for (const tag of tags) {
    const at = view.fieldIndex(tag);
    if (at >= 0) encoder.copyValue(tag, view.buffer, view.startAt(at), view.endAt(at));
  }
}
