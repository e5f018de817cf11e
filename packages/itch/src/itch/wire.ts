/** What a view reads before it is pointed at a message: any read of it is out of range. */
export const NOTHING: DataView = new DataView(new ArrayBuffer(0));

/** The 256 one-character strings, so that reading a character makes no new one. */
export const CHARACTERS: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, code) =>
  String.fromCharCode(code),
);

const SPACE = 0x20;

/** Reads latin-1 text without its trailing spaces. */
export function readAlpha(view: DataView, at: number, width: number): string {
  let length = width;
  while (length > 0 && view.getUint8(at + length - 1) === SPACE) length--;
  let text = "";
  for (let index = 0; index < length; index++) text += CHARACTERS[view.getUint8(at + index)];
  return text;
}

/** Writes latin-1 text and pads it with spaces; false when a character is not latin-1 or the text too long. */
export function writeAlpha(view: DataView, at: number, width: number, text: string): boolean {
  if (text.length > width) return false;
  for (let index = 0; index < width; index++) {
    const code = index < text.length ? text.charCodeAt(index) : SPACE;
    if (code > 0xff) return false;
    view.setUint8(at + index, code);
  }
  return true;
}
