import type { Dictionary } from "./dictionary.ts";
import { formatOf, TEXT } from "./value-format.ts";
import type { ValueSet } from "./value-set.ts";

/** Places of a tag in a message, in the order they must have. */
export const HEADER = 0;
export const BODY = 1;
const TRAILER = 2;

/** By application, then transport dictionary. */
const known = new WeakMap<Dictionary, WeakMap<Dictionary, FieldTables>>();

/**
 * What a validator wants to know of a tag, by tag. Validators of the same dictionaries share one, as a port with hundreds
 * of sessions has hundreds of validators; a validation is never interrupted by another.
 */
export class FieldTables {
  /** Format of the value, see value-format.ts. */
  readonly formats: Uint8Array;
  /** {@link HEADER}, {@link BODY} or trailer. */
  readonly places: Uint8Array;
  /** The message and level in which a tag was last seen. */
  readonly seen: Int32Array;
  /** Enumerated values, `null` where any value will do; filled when first asked for. */
  readonly #values: (ValueSet | null | undefined)[];
  readonly #application: Dictionary;
  readonly #transport: Dictionary;
  #level = 0;

  /**
   * The tables of a pair of dictionaries.
   *
   * @param application - of the body
   * @param transport - of header and trailer
   */
  static of(application: Dictionary, transport: Dictionary): FieldTables {
    const byTransport = known.get(application) ?? new WeakMap<Dictionary, FieldTables>();
    const tables = byTransport.get(transport) ?? new FieldTables(application, transport);
    known.set(application, byTransport.set(transport, tables));
    return tables;
  }

  private constructor(application: Dictionary, transport: Dictionary) {
    const size = Math.max(application.maxTag, transport.maxTag) + 1;
    this.#application = application;
    this.#transport = transport;
    this.formats = new Uint8Array(size);
    this.places = new Uint8Array(size).fill(BODY);
    this.seen = new Int32Array(size);
    this.#values = Array.from({ length: size });
    for (const dictionary of [transport, application]) {
      // CHAR was any text before FIX 4.2.
      const isOld = dictionary.version === "FIX.4.0" || dictionary.version === "FIX.4.1";
      for (const { tag, type } of dictionary.definition.fields) {
        this.formats[tag] = isOld && type === "CHAR" ? TEXT : formatOf(type);
      }
    }
    for (const tag of transport.trailer.order) this.places[tag] = TRAILER;
    for (const tag of transport.header.order) this.places[tag] = HEADER;
  }

  /** Enumerated values of a tag below the tables' size. */
  valuesOf(tag: number): ValueSet | null {
    let values = this.#values[tag];
    if (values === undefined) {
      values = this.#application.valueSet(tag) ?? this.#transport.valueSet(tag) ?? null;
      this.#values[tag] = values;
    }
    return values;
  }

  /** A number that no tag was seen in yet. */
  nextLevel(): number {
    if (this.#level === 0x7fffffff) {
      this.#level = 0;
      this.seen.fill(0);
    }
    return ++this.#level;
  }
}
