import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that signs certificates for the length of a test. @see RFC 5280 */
export class Authority {
  readonly cert: string;
  readonly #key: KeyObject;
  readonly #name: string;

  constructor(name: string) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    this.#name = name;
    this.cert = this.#certificate(name, privateKey, true);
  }

  /** A certificate for a host or a person of this name. */
  issue(name: string): Certificate {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return {
      cert: this.#certificate(name, privateKey, false),
      key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }

  #certificate(subject: string, key: KeyObject, isAuthority: boolean): string {
    const algorithm = sequence(object("2a8648ce3d040302")); // ecdsa-with-SHA256
    const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
    const extension = isAuthority
      ? sequence(object("551d13"), boolean(true), octets(sequence(boolean(true)))) // basicConstraints: CA
      : sequence(object("551d11"), octets(sequence(der(0x82, Buffer.from(subject))))); // subjectAltName: dNSName
    const body = sequence(
      der(0xa0, integer(2)), // version 3
      integer(isAuthority ? 1 : serial++),
      algorithm,
      nameOf(this.#name),
      sequence(time(-1), time(1)),
      nameOf(subject),
      publicKey,
      der(0xa3, sequence(extension)),
    );
    const signature = sign("sha256", body, this.#key);
    const bytes = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])));
    const lines = bytes.toString("base64").match(/.{1,64}/g)!;
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  }
}

let serial = 2;

function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...head), value]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const octets = (value: Buffer): Buffer => der(0x04, value);
const integer = (value: number): Buffer => der(0x02, Buffer.of(value));
const boolean = (value: boolean): Buffer => der(0x01, Buffer.of(value ? 0xff : 0));
const object = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const nameOf = (name: string): Buffer =>
  sequence(der(0x31, sequence(object("550403"), der(0x0c, Buffer.from(name))))); // commonName

/** UTCTime some days from now. */
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`));
}
