import type { FastMessage, FieldInfo, TemplateInfo } from "@exchange-kit/fast";
import {
  FastDecoder,
  type FastDecoderOptions,
  type FastListener,
  type TemplateRegistry,
} from "@exchange-kit/fast";
import { loadTemplates } from "@exchange-kit/fast/xml";

/** Bytes written as the specification writes them. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s+/g, ""), "hex"));
}

/** Bytes as text. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
}

/** A registry of one template `T` of id 1 with the fields given as XML. */
export function templateOf(fields: string): TemplateRegistry {
  return loadTemplates(`<templates><template name="T" id="1">${fields}</template></templates>`);
}

/** Decodes one message of hexadecimal digits. */
export function decodeHex(
  registry: TemplateRegistry,
  text: string,
  options?: FastDecoderOptions,
): FastMessage | undefined {
  return new FastDecoder(registry, options).decode(hex(text));
}

/** Writes down the calls of a listener. */
export class Recorder implements FastListener {
  readonly calls: string[] = [];
  beginMessage(template: TemplateInfo, offset: number): void {
    this.calls.push(`${template.name} at ${offset}`);
  }
  integer(field: FieldInfo, value: number | bigint): void {
    this.calls.push(`${field.name}=${value}`);
  }
  decimal(field: FieldInfo, mantissa: number | bigint, exponent: number): void {
    this.calls.push(`${field.name}=${mantissa}e${exponent}`);
  }
  string(field: FieldInfo, value: string): void {
    this.calls.push(`${field.name}="${value}"`);
  }
  bytes(field: FieldInfo, bytes: Uint8Array, start: number, end: number): void {
    this.calls.push(`${field.name}=[${toHex(bytes.subarray(start, end))}]`);
  }
  beginGroup(field: FieldInfo): void {
    this.calls.push(`${field.name} {`);
  }
  endGroup(): void {
    this.calls.push("}");
  }
  beginSequence(field: FieldInfo, length: number): void {
    this.calls.push(`${field.name} ${length} [`);
  }
  beginElement(_field: FieldInfo, index: number): void {
    this.calls.push(`#${index}`);
  }
  endSequence(): void {
    this.calls.push("]");
  }
  endMessage(template: TemplateInfo): void {
    this.calls.push(`end ${template.name}`);
  }
  abandonMessage(): void {
    this.calls.push("abandoned");
  }
}
