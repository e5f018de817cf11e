import { readFileSync } from "node:fs";
import { FastDecoder, type FastMessage, type TemplateRegistry } from "@exchange-kit/fast";
import { loadTemplates } from "@exchange-kit/fast/xml";
import { outsideData } from "@exchange-kit/test-support";

/** A feed of the outside data. */
export interface Feed {
  readonly registry: TemplateRegistry;
  readonly bytes: Uint8Array;
  /** Bytes before each message. */
  readonly preamble: number;
  readonly reset: "template" | "message";
}

/** Real data of MOEX FORTS: 16,202 messages back to back, half of them resets. */
export function forts(): Feed | undefined {
  return feed("moex-forts/templates.xml", "moex-forts/increment_a.dat", 0, "template");
}

/** mFAST's synthetic file: 30,001 messages, each after four bytes of length, dictionaries reset before each. */
export function complex30000(): Feed | undefined {
  return feed("mfast-bench/example.xml", "mfast-bench/complex30000.dat", 4, "message");
}

function feed(templates: string, data: string, preamble: number, reset: Feed["reset"]): Feed | undefined {
  const [xml, file] = [outsideData(`fast/${templates}`), outsideData(`fast/${data}`)];
  if (!xml || !file) return undefined;
  return { registry: loadTemplates(readFileSync(xml, "utf8")), bytes: readFileSync(file), preamble, reset };
}

/** Every message of a feed, decoded. */
export function messagesOf({ registry, bytes, preamble, reset }: Feed): FastMessage[] {
  const decoder = new FastDecoder(registry, { reset });
  const messages: FastMessage[] = [];
  for (let at = preamble; at < bytes.length; at += decoder.bytesRead + preamble) {
    messages.push(decoder.decode(bytes, at)!);
  }
  return messages;
}
