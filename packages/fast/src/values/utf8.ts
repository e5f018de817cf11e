// The main entry uses nothing but the language itself, so TextEncoder and TextDecoder are out of reach.

/** UTF-8 of a string; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    let point = character.codePointAt(0)!;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
  }
  return Uint8Array.from(bytes);
}

/** A string and whether its bytes were good UTF-8. */
export interface DecodedText {
  readonly text: string;
  readonly isValid: boolean;
}

/**
 * Reads UTF-8; each maximal part that is not becomes U+FFFD, as the WHATWG Encoding Standard has it.
 *
 * @see Unicode 15, table 3-7: well-formed byte sequences
 */
export function decodeUtf8(bytes: Uint8Array, start = 0, end: number = bytes.length): DecodedText {
  let text = "";
  let isValid = true;
  let at = start;
  while (at < end) {
    const lead = bytes[at++]!;
    if (lead < 0x80) {
      text += String.fromCharCode(lead);
      continue;
    }
    const more =
      lead >= 0xc2 && lead <= 0xdf ? 1 : lead >> 4 === 0xe ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
    let point = more === 1 ? lead & 31 : more === 2 ? lead & 15 : lead & 7;
    let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    let left = more;
    while (left > 0 && at < end && bytes[at]! >= low && bytes[at]! <= high) {
      point = (point << 6) | (bytes[at++]! & 63);
      low = 0x80;
      high = 0xbf;
      left--;
    }
    if (more === 0 || left > 0) {
      text += "\ufffd";
      isValid = false;
    } else text += String.fromCodePoint(point);
  }
  return { text, isValid };
}
