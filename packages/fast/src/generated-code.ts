import type { Dictionaries, SlotSet } from "./dictionaries.ts";

/** How the messages of one template treat the dictionaries. */
export interface DictionaryUse {
  readonly dictionaries: Dictionaries;
  /** Entries that the template's fields read or write. */
  readonly slots: readonly number[];
  /** Whether dictionaries are cleared before each message of this template. */
  readonly resets: boolean;
  /** Whether previous values are written through the journal, because messages may stand inside messages. */
  readonly isJournaled: boolean;
  /** Whether previous values outlive the message. */
  readonly keeps: boolean;
}

/** The parts of a function around the code of the fields. */
export interface FunctionFrame {
  /** Objects that the code names, by their names. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly parameters: string;
  /** Code before previous values are loaded. */
  readonly begin: string;
  /** Code after the last field, before previous values are stored. */
  readonly end: string;
  /** What the function returns. */
  readonly result: string;
}

/**
 * Text of a function that decodes or encodes the messages of one template. Previous values are local variables while a
 * message lasts, so that one that fails has changed nothing; with a journal they stay in the dictionaries.
 */
export class GeneratedCode {
  readonly #use: DictionaryUse;
  readonly #lines: string[] = [];
  readonly #constants: unknown[] = [];
  readonly #written = new Set<number>();
  #names = 0;

  constructor(use: DictionaryUse) {
    this.#use = use;
  }

  emit(...lines: string[]): void {
    this.#lines.push(...lines);
  }

  /** A name that no other variable has. */
  name(): string {
    return `v${this.#names++}`;
  }

  /** Code for a value that is known at compile time. Text of templates becomes string literals here and nowhere else. */
  constant(value: unknown): string {
    if (typeof value === "number") return value < 0 ? `(${value})` : String(value);
    if (typeof value === "string") return JSON.stringify(value);
    if (value === undefined) return "undefined";
    return `c${this.#constants.push(value) - 1}`;
  }

  /** Code for a previous value. */
  previous(slot: number): string {
    return this.#use.isJournaled ? `S[${slot}]` : `s${slot}`;
  }

  /** Code that stores a previous value. */
  store(slot: number, value: string): string {
    this.#written.add(slot);
    return this.#use.isJournaled ? `D.write(${slot}, ${value});` : `s${slot} = ${value};`;
  }

  /** Code that lends previous values to a function that works on the dictionaries themselves. */
  lend(slots: readonly number[], call: string): string {
    if (this.#use.isJournaled) return call;
    for (const slot of slots) this.#written.add(slot);
    const out = slots.map((slot) => `D.write(${slot}, s${slot});`);
    const back = slots.map((slot) => `s${slot} = S[${slot}];`);
    return [...out, call, ...back].join(" ");
  }

  /** Makes the function of what was written. */
  compile({ given, parameters, begin, end, result }: FunctionFrame): unknown {
    const body = [begin, ...this.#loading(), ...this.#lines, end, ...this.#storing(), `return ${result};`];
    // Constants of the surrounding function are known when machine code is made, parameters are not.
    const source = [
      ...[...Object.keys(given), "D"].map((name) => `const ${name} = given.${name};`),
      "const S = D.slots;",
      ...this.#constants.map((_, index) => `const c${index} = constants[${index}];`),
      `return function (${parameters}) {`,
      ...body,
      "};",
    ].join("\n");
    return new Function("given", "constants", source)(
      { ...given, D: this.#use.dictionaries },
      this.#constants,
    );
  }

  #loading(): string[] {
    const { isJournaled, resets, slots } = this.#use;
    if (isJournaled) return resets ? ["D.resetJournaled();"] : [];
    return slots.map((slot) => (resets ? `let s${slot};` : `let s${slot} = S[${slot}];`));
  }

  #storing(): string[] {
    const { isJournaled, keeps, resets } = this.#use;
    if (isJournaled || !keeps) return [];
    const lines = resets ? ["D.reset();"] : [];
    if (this.#written.size > 0) {
      const touched: SlotSet = { slots: [...this.#written], isTouched: false };
      const set = this.constant(touched);
      lines.push(`if (!${set}.isTouched) D.touch(${set});`);
    }
    return [...lines, ...[...this.#written].map((slot) => `S[${slot}] = s${slot};`)];
  }
}
