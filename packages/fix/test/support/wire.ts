/** A message from `tag=value|…` (35 first); 8, 9 and 10 are added. */
export function wire(body: string, beginString = "FIX.4.4"): Uint8Array {
  const inner = body.replaceAll("|", "\x01");
  const head = `8=${beginString}\x019=${inner.length}\x01${inner}`;
  let sum = 0;
  for (const character of head) sum += character.charCodeAt(0);
  return latin(`${head}10=${String(sum & 255).padStart(3, "0")}\x01`);
}

export function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1").replaceAll("\x01", "|");
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

export const ORDER =
  "35=D|34=2|49=BUY|52=20260105-14:30:00.000|56=VENUE|11=A1|21=1|38=100|40=2|44=12.50|54=1|55=VOD|60=20260105-14:30:00|453=2|448=F1|447=D|452=1|802=1|523=S|803=4|448=F2|447=D|452=11|";
