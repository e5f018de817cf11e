import { GeneratedCode } from "../generated-code.ts";
import {
  type AsciiPlan,
  type DecimalPlan,
  type GroupPlan,
  type InstructionPlan,
  type IntegerPlan,
  type IntegerView,
  type ScalarPlan,
  type SegmentPlan,
  type SequencePlan,
  type SplitDecimalPlan,
  sameShape,
  type TemplatePlan,
} from "../template/plan.ts";
import { integerOfView, ownValue } from "../values/views.ts";
import { closeMap, closeMapOfWord, putCharacters, putSigned, putUnsigned } from "./stop-bit.ts";
import type { EncoderTarget, TemplateEncoder } from "./template-encoder.ts";
import { putWide, wideDifference } from "./wide.ts";

/** What generated encoders call beside the writer. */
const runtime = {
  putUnsigned,
  putSigned,
  putCharacters,
  closeMap,
  closeMapOfWord,
  integerOfView,
  ownValue,
  putWide,
  wideDifference,
};

/**
 * Writes and compiles an encoder for one template: previous values live in local variables, presence maps too, each
 * property is read where it is used. Where a value is one of the common ones of its field (an integer below 2^53, a short
 * string, the one before, absent) the code deals with it in place; everything else, and every error, goes to the
 * {@link FieldWriter}, which knows all rules.
 *
 * Names from the template reach the code only as JSON string literals.
 */
export function generateEncoder(template: TemplatePlan, target: EncoderTarget): TemplateEncoder {
  return new EncoderCode(template, target).make();
}

/** The most bytes that code in place writes for one string; longer ones make their own room. */
const MOST_CHARACTERS = 32;
/** Names of an enum that are told apart in place. */
const MOST_ELEMENTS = 8;
const LARGEST = Number.MAX_SAFE_INTEGER;

type Branch = readonly [test: string, action: string];

class EncoderCode extends GeneratedCode {
  readonly #template: TemplatePlan;
  readonly #target: EncoderTarget;
  /** Presence map of the segment being written: name of its words, next bit, whether the next bit is known only at run time. */
  #map = { name: "", bit: 0, words: 0, isDynamic: false };
  /** Bytes that the fields of the segment being written may take in place. */
  #room = 0;

  constructor(template: TemplatePlan, target: EncoderTarget) {
    super({ ...target, dictionaries: target.writer.dictionaries, slots: template.slots });
    this.#template = template;
    this.#target = target;
  }

  make(): TemplateEncoder {
    const { segment, info } = this.#template;
    const { writer, nested } = this.#target;
    this.#segment(segment, "f", (mark) => {
      this.emit(`if (isIdSent) { ${mark} p = H.putUnsigned(b, p, ${info.id}); }`);
    });
    return this.compile({
      given: { W: writer, E: writer.wire, N: nested, H: runtime },
      parameters: "f, isIdSent",
      begin: "let b = E.bytes, p = E.position, i = 0, m = 0, e = 0, c = 0;",
      end: "E.position = p; if (p > E.limit) return;",
      result: "undefined",
    }) as TemplateEncoder;
  }

  #plan(plan: InstructionPlan): string {
    return this.constant(sameShape(plan));
  }

  /** Takes the next bit of the presence map; returns code that sets it. */
  #bit(): string {
    const { name, isDynamic, words } = this.#map;
    if (!isDynamic) {
      const bit = this.#map.bit++;
      return `${name}${Math.floor(bit / 28)} |= ${2 ** (27 - (bit % 28))};`;
    }
    const bit = this.name();
    this.emit(`const ${bit} = ${name}k++;`);
    return setBit(name, words, bit);
  }

  /** Code that makes sure of room for the fields of the segment. */
  #reserve(): void {
    const room = this.#room;
    this.emit(`if (p + ${room} > b.length) { E.position = p; E.reserve(${room}); b = E.bytes; }`);
  }

  /** Code that leaves a value to the field writer: it works on the dictionaries themselves, and says which bits it took. */
  #slow(
    call: string,
    parts: readonly { slot: number; typeSlot: number }[],
    marks: readonly string[],
  ): string {
    const slots = parts.flatMap(({ slot, typeSlot }) => [slot, typeSlot]).filter((slot) => slot >= 0);
    return [
      this.lend(slots, `E.position = p; W.${call};`),
      `E.reserve(${this.#room}); p = E.position; b = E.bytes;`,
      ...[...marks].reverse().map((mark) => `if (W.bits.pop()) { ${mark} }`),
    ].join(" ");
  }

  /** Chooses the first branch whose test holds. */
  #choose(branches: readonly Branch[], otherwise: string): void {
    this.emit(
      `${branches.map(([test, action]) => `if (${test}) { ${action} } else `).join("")}{ ${otherwise} }`,
    );
  }

  /** A segment with its presence map, if it has one; a message's begins with the bit and id of its template. */
  #segment(segment: SegmentPlan, fields: string, begin?: (mark: string) => void): void {
    const outer = { map: this.#map, room: this.#room };
    const name = `m${this.name()}_`;
    const start = `${name}at`;
    const words = Math.max(1, Math.ceil(segment.bits / 28));
    const room = Math.ceil(segment.bits / 7);
    const hasMap = segment.hasPresenceMap;
    this.#room = segment.instructions.reduce((sum, one) => sum + mostBytes(one), hasMap ? room + 8 : 0);
    if (this.#room > 0) this.#reserve();
    const isDynamic = segment.hasConditionalBits;
    if (hasMap) {
      const names = Array.from({ length: words }, (_, word) => `${name}${word} = 0`).join(", ");
      this.emit(`const ${start} = p; let ${names}${isDynamic ? `, ${name}k = 0` : ""}; p += ${room};`);
    }
    this.#map = { name, bit: 0, words, isDynamic };
    if (begin) begin(this.#bit());
    let references = 0;
    for (const instruction of segment.instructions) {
      const property = instruction.kind === "reference" ? `$ref${++references}` : instruction.name;
      const text = JSON.stringify(property);
      const isInherited = property in Object.prototype;
      this.#instruction(instruction, isInherited ? `H.ownValue(${fields}, ${text})` : `${fields}[${text}]`);
    }
    if (hasMap && room === 1) this.emit(`b[${start}] = ${name}0 >> 21 | 128;`);
    else if (hasMap && words === 1) this.emit(`p = H.closeMapOfWord(b, ${start}, ${room}, p, ${name}0);`);
    else if (hasMap) {
      const list = Array.from({ length: words }, (_, word) => `${name}${word}`).join(", ");
      this.emit(`p = H.closeMap(b, ${start}, ${room}, p, [${list}]);`);
    }
    this.#map = outer.map;
    this.#room = outer.room;
  }

  #instruction(plan: InstructionPlan, property: string): void {
    if (plan.kind === "failure") {
      this.emit(`W.failure(${this.#plan(plan)});`);
      return;
    }
    const value = this.name();
    this.emit(`const ${value} = ${property};`);
    switch (plan.kind) {
      case "group":
        this.#group(plan, value);
        return;
      case "sequence":
        this.#sequence(plan, value);
        return;
      case "reference":
        this.emit(
          `if (${value} === undefined || ${value} === null) W.noMessage(${this.#plan(plan)});`,
          `E.position = p; N(${value}); E.reserve(${this.#room}); p = E.position; b = E.bytes;`,
        );
        return;
      default:
        this.#scalar(plan, value);
    }
  }

  #group(plan: GroupPlan, value: string): void {
    const mark = plan.isOptional ? this.#bit() : "";
    if (plan.isOptional) this.emit(`if (${value} !== undefined && ${value} !== null) { ${mark}`);
    this.#inner(plan, value);
    if (plan.isOptional) this.emit("}");
  }

  #sequence(plan: SequencePlan, value: string): void {
    const { length } = plan;
    const mark = length.hasBit ? this.#bit() : "";
    const [count, index, element] = [this.name(), this.name(), this.name()];
    this.emit(`if (Array.isArray(${value})) {`, `const ${count} = ${value}.length;`);
    this.#integer(length, count, count, mark);
    this.emit(
      `for (let ${index} = 0; ${index} < ${count}; ${index}++) {`,
      `const ${element} = ${value}[${index}];`,
    );
    this.#inner(plan, element);
    const none = `noSequence(${this.#plan(plan)}, ${value})`;
    this.emit("}", `} else { ${this.#slow(none, [length], length.hasBit ? [mark] : [])} }`);
  }

  /** Fields of a group, or of an element of a sequence. */
  #inner(plan: GroupPlan | SequencePlan, value: string): void {
    this.emit(
      `if (typeof ${value} !== "object" || ${value} === null) W.noFields(${this.#plan(plan)}, ${value});`,
    );
    this.#segment(plan.segment, value);
    // What stands inside has used the room of what follows.
    if (this.#room > 0) this.#reserve();
  }

  #scalar(plan: ScalarPlan, value: string): void {
    switch (plan.kind) {
      case "integer":
        this.#integer(plan, this.#viewed(plan.view, value), value, plan.hasBit ? this.#bit() : "");
        return;
      case "decimal":
        this.#decimal(plan, value);
        return;
      case "splitDecimal":
        this.#splitDecimal(plan, value);
        return;
      case "ascii":
        this.#ascii(plan, value);
        return;
      default: {
        const marks = plan.hasBit ? [this.#bit()] : [];
        this.emit(this.#slow(`bytes(${this.#plan(plan)}, ${value})`, [plan], marks));
      }
    }
  }

  /** The integer that stands for a value of FAST 1.2; −1, which no such field takes, for what is none. */
  #viewed(view: IntegerView | undefined, value: string): string {
    if (!view) return value;
    const integer = this.name();
    const names: readonly unknown[] | undefined =
      view.kind === "boolean" ? [false, true] : view.kind === "enum" ? view.elements : undefined;
    if (names && names.length <= MOST_ELEMENTS) {
      const tests = names.map((name, index) => `${value} === ${JSON.stringify(name)} ? ${index} : `).join("");
      this.emit(`const ${integer} = ${tests}${value} === undefined ? undefined : -1;`);
    } else {
      const inner = `H.integerOfView(${this.constant(view)}, ${value})`;
      this.emit(`const ${integer} = ${value} === undefined ? undefined : ${inner} ?? -1;`);
    }
    return integer;
  }

  /**
   * @param value - name of the integer
   * @param given - name of what the caller gave for it, for the field writer
   * @param mark - code that sets the field's bit
   */
  #integer(plan: IntegerPlan, value: string, given: string, mark: string): void {
    const slow = this.#slow(`integer(${this.#plan(plan)}, ${given})`, [plan], plan.hasBit ? [mark] : []);
    this.#choose(plan.typeSlot >= 0 ? [] : this.#integerBranches(plan, value, mark), slow);
  }

  #integerBranches(plan: IntegerPlan, value: string, mark: string): Branch[] {
    const { isOptional, isSigned, slot } = plan;
    const initial = this.constant(plan.initial);
    const previous = this.previous(slot);
    const absent: Branch[] = isOptional ? [[`${value} === undefined`, "b[p++] = 128;"]] : [];
    /** Every integer of the type that a number holds exactly. */
    const sent = (before: string, after: string, also = ""): Branch[] => {
      const put = isSigned ? putSignedCode : putUnsignedCode;
      const call = isSigned ? "putSigned" : "putUnsigned";
      const plus = (of: string): string =>
        isOptional ? (isSigned ? `(${of} >= 0 ? ${of} + 1 : ${of})` : `${of} + 1`) : of;
      const small = `m = ${plus("i")}; ${put("m")}`;
      const large = `p = H.${call}(b, p, ${plus(value)});`;
      return [
        [`${isSmall(value, isSigned)}${also}`, `${before}${small}${after}`],
        ...(plan.type === "int32"
          ? []
          : [[`${isWhole(value, plan)}${also}`, `${before}${large}${after}`] as const]),
        ...(isWide(plan)
          ? [[`${isWideValue(value, plan)}${also}`, `${before}${putWideCode(value, plan)}${after}`] as const]
          : []),
      ];
    };
    switch (plan.operator) {
      case "none":
        return [...sent("", ""), ...absent];
      case "constant":
        return [
          [`${value} === ${initial}`, mark],
          ...(isOptional ? ([[`${value} === undefined`, ""]] as const) : []),
        ];
      case "default":
        return [
          plan.initial === undefined ? [`${value} === undefined`, ""] : [`${value} === ${initial}`, ""],
          ...sent(mark, ""),
          ...absent.map(([test, action]): Branch => [test, `${mark} ${action}`]),
        ];
      case "copy":
        return [
          this.#sameBranch(plan, value),
          ...sent(mark, this.store(slot, value)),
          ...this.#absentBranch(plan, value, mark),
        ];
      case "increment": {
        const last = plan.maxNumber - (plan.maxNumber === LARGEST ? 1 : 0);
        const next = `typeof ${previous} === "number" && ${previous} < ${last} && ${value} === ${previous} + 1`;
        const first =
          plan.initial === undefined ? next : `${previous} === undefined ? ${value} === ${initial} : ${next}`;
        // What follows the end of the range, and what follows a bigint, the field writer knows.
        const isPlain = ` && (${previous} === undefined || ${previous} === null || typeof ${previous} === "number" && ${previous} < ${last})`;
        return [
          [first, this.store(slot, value)],
          ...sent(mark, this.store(slot, value), isPlain),
          ...this.#absentBranch(plan, value, mark),
        ];
      }
      case "delta":
        return [...this.#deltaBranches(plan, value), ...absent];
      default:
        return [];
    }
  }

  #deltaBranches(plan: IntegerPlan, value: string): Branch[] {
    const base = this.#base(plan, plan.initial ?? 0);
    const nullable = plan.isOptional ? "if (m >= 0) m++; " : "";
    const store = this.store(plan.slot, value);
    const isExact = `m < ${LARGEST} && m > ${-LARGEST}`;
    const branches: Branch[] = [
      [
        `${isSmall(value, plan.isSigned)} && typeof ${base} === "number" && (c = ${base} | 0) === ${base}`,
        `m = i - c; ${nullable}${putSignedCode("m")} ${store}`,
      ],
    ];
    const far = `${nullable}p = H.putSigned(b, p, m); ${store}`;
    if (plan.type !== "int32")
      branches.push([
        `${isWhole(value, plan)} && typeof ${base} === "number" && (m = ${value} - ${base}, ${isExact})`,
        far,
      ]);
    // Of positive bigints only: bytes do not tell a negative one from a large one.
    if (plan.type === "uInt64" || plan.type === "int64")
      branches.push([
        `${isWideValue(value, plan)} && typeof ${base} === "bigint" && ${base} > 0n && (m = H.wideDifference(${value}, ${base}), ${isExact})`,
        far,
      ]);
    if (isWide(plan))
      branches.push([
        `${base} === 0 && ${isWideValue(value, plan)}`,
        `p = H.putWide(b, p, ${value}, true); ${store}`,
      ]);
    return branches;
  }

  /** Name of the value that a delta works on; an empty previous value stays `null`, which no branch takes. */
  #base(plan: IntegerPlan | DecimalPlan, zero: unknown): string {
    const base = this.name();
    const previous = this.previous(plan.slot);
    this.emit(`const ${base} = ${previous} === undefined ? ${this.constant(zero)} : ${previous};`);
    return base;
  }

  /** Copy: the value before, or the initial one where there is none before. */
  #sameBranch(plan: IntegerPlan | AsciiPlan, value: string): Branch {
    const previous = this.previous(plan.slot);
    if (plan.initial === undefined)
      return [`${value} === ${previous} && ${value} !== undefined && ${value} !== null`, ""];
    const initial = this.constant(plan.initial);
    return [
      `${value} === (${previous} === undefined ? ${initial} : ${previous}) && ${value} !== undefined && ${value} !== null`,
      this.store(plan.slot, value),
    ];
  }

  /** Copy and increment of an absent value: nothing is sent when the decoder will take it for absent. */
  #absentBranch(plan: IntegerPlan | AsciiPlan | DecimalPlan, value: string, mark: string): Branch[] {
    if (!plan.isOptional) return [];
    const previous = this.previous(plan.slot);
    const known = plan.initial === undefined ? `${previous} !== undefined && ` : "";
    const told = `if (${known}${previous} !== null) { ${mark} b[p++] = 128; }`;
    return [[`${value} === undefined`, `${told} ${this.store(plan.slot, "null")}`]];
  }

  #ascii(plan: AsciiPlan, value: string): void {
    const mark = plan.hasBit ? this.#bit() : "";
    const slow = this.#slow(`ascii(${this.#plan(plan)}, ${value})`, [plan], plan.hasBit ? [mark] : []);
    this.#choose(plan.typeSlot >= 0 ? [] : this.#asciiBranches(plan, value, mark), slow);
  }

  #asciiBranches(plan: AsciiPlan, value: string, mark: string): Branch[] {
    const initial = this.constant(plan.initial);
    const absent: Branch = [`${value} === undefined`, `${mark} b[p++] = 128;`];
    // The empty string, and one that begins with NUL, have forms of their own.
    const sent = (store: string): Branch[] => [
      [
        `typeof ${value} === "string" && ${value}.length === 1 && (c = ${value}.charCodeAt(0)) < 128 && c > 0`,
        `${mark} b[p++] = c | 128; ${store}`,
      ],
      [
        `typeof ${value} === "string" && ${value}.length > 1 && ${value}.length <= ${MOST_CHARACTERS} && ${value}.charCodeAt(0) > 0 && (c = H.putCharacters(b, p, ${value})) > 0`,
        `${mark} p = c; ${store}`,
      ],
    ];
    switch (plan.operator) {
      case "none":
        return [...(plan.isOptional ? [absent] : []), ...sent("")];
      case "constant":
        return [
          [`${value} === ${initial}`, mark],
          ...(plan.isOptional ? ([[`${value} === undefined`, ""]] as const) : []),
        ];
      case "default":
        return [
          plan.initial === undefined ? [`${value} === undefined`, ""] : [`${value} === ${initial}`, ""],
          ...sent(""),
          ...(plan.isOptional ? [absent] : []),
        ];
      case "copy":
        return [
          this.#sameBranch(plan, value),
          ...sent(this.store(plan.slot, value)),
          ...this.#absentBranch(plan, value, mark),
        ];
      default:
        return [];
    }
  }

  #decimal(plan: DecimalPlan, value: string): void {
    const mark = plan.hasBit ? this.#bit() : "";
    const slow = this.#slow(`decimal(${this.#plan(plan)}, ${value})`, [plan], plan.hasBit ? [mark] : []);
    this.#choose(plan.typeSlot >= 0 ? [] : this.#decimalBranches(plan, value, mark), slow);
  }

  #decimalBranches(plan: DecimalPlan, value: string, mark: string): Branch[] {
    const { isOptional, slot, initial } = plan;
    const previous = this.previous(slot);
    const nullable = isOptional ? "if (e >= 0) e++; " : "";
    const put = `${nullable}${putSignedCode("e")} ${putSignedCode("m")}`;
    const absent: Branch[] = isOptional ? [[`${value} === undefined`, `${mark} b[p++] = 128;`]] : [];
    const store = (): string => this.store(slot, "{ mantissa: m, exponent: e }");
    switch (plan.operator) {
      case "none":
        return [...absent, [isPlainDecimal(value), put]];
      case "default": {
        const isInitial = initial ? `m === ${bare(initial.mantissa)} && e === ${initial.exponent}` : "";
        const send = `${mark} ${put}`;
        return [
          ...(initial ? absent : [[`${value} === undefined`, ""] as const]),
          [isPlainDecimal(value), initial ? `if (!(${isInitial})) { ${send} }` : send],
        ];
      }
      case "copy":
        // The first value of all is left to the field writer.
        return [
          [
            `${previous} !== undefined && ${isPlainDecimal(value)}`,
            `if (${previous} === null || ${previous}.mantissa !== m || ${previous}.exponent !== e) { ${mark} ${store()} ${put} }`,
          ],
          ...this.#absentBranch(plan, value, mark),
        ];
      case "delta": {
        const base = this.#base(plan, initial ?? { mantissa: 0, exponent: 0 });
        return [
          ...absent,
          [
            `${base} !== null && typeof ${base}.mantissa === "number" && ${isPlainDecimal(value)} && (c = m - ${base}.mantissa, c < ${LARGEST} && c > ${-LARGEST})`,
            `${store()} e -= ${base}.exponent; m = c; ${put}`,
          ],
        ];
      }
      default:
        return [];
    }
  }

  #splitDecimal(plan: SplitDecimalPlan, value: string): void {
    const { exponent, mantissa } = plan;
    const call = `splitDecimal(${this.#plan(plan)}, ${value})`;
    // Only here the mantissa's bit is there or not by the value.
    if (plan.isOptional && mantissa.hasBit) {
      const isSet = this.name();
      const bit = this.name();
      const { name, words } = this.#map;
      this.emit(
        this.#slow(call, [exponent, mantissa], []),
        `for (const ${isSet} of W.bits.splice(0)) { const ${bit} = ${name}k++; if (${isSet}) { ${setBit(name, words, bit)} } }`,
      );
      return;
    }
    const marks = [exponent, mantissa].map((part) => (part.hasBit ? this.#bit() : ""));
    const slow = this.#slow(call, [exponent, mantissa], marks.filter(Boolean));
    const fits = [exponent, mantissa].map(({ operator, initial }, index) =>
      operator === "constant" ? ` && ${index === 0 ? "e" : "m"} === ${bare(initial!)}` : "",
    );
    this.emit(`if (${isPlainDecimal(value)}${fits.join("")}) {`);
    const [first, second] = [this.name(), this.name()];
    this.emit(`const ${first} = e, ${second} = m;`);
    this.#integer(exponent, first, first, marks[0]!);
    this.#integer(mantissa, second, second, marks[1]!);
    this.emit(`} else { ${slow} }`);
  }
}

/** Code that sets a bit of a presence map whose number is known only at run time. */
function setBit(name: string, words: number, bit: string): string {
  let code = `${name}${words - 1} |= 134217728 >> ${bit} - ${(words - 1) * 28};`;
  for (let word = words - 2; word >= 0; word--)
    code = `if (${bit} < ${(word + 1) * 28}) ${name}${word} |= 134217728 >> ${bit} - ${word * 28}; else ${code}`;
  return code;
}

/** Whether a value is an int32, which `i` is then. A bigint would throw at the bit operation. */
function isSmall(value: string, isSigned: boolean): string {
  return `typeof ${value} === "number" && (i = ${value} | 0) === ${value}${isSigned ? "" : " && i >= 0"}`;
}

/** Whether a value is an integer of the type, one more still exact. */
function isWhole(value: string, { minNumber, maxNumber }: IntegerPlan): string {
  const max = maxNumber === LARGEST ? LARGEST - 1 : maxNumber;
  return `typeof ${value} === "number" && ${value} >= ${minNumber} && ${value} <= ${max} && Math.floor(${value}) === ${value}`;
}

/** Whether a field's bigints past 2^53 are written in place; where null could stand they would be one more on the wire. */
function isWide({ type, isOptional }: IntegerPlan): boolean {
  return !isOptional && (type === "uInt64" || type === "int64");
}

/** Whether a value is a bigint from 2^53 up to the end of the type. */
function isWideValue(value: string, { max }: IntegerPlan): string {
  return `typeof ${value} === "bigint" && ${value} > ${LARGEST}n && ${value} <= ${max}n`;
}

function putWideCode(value: string, { isSigned }: IntegerPlan): string {
  return `p = H.putWide(b, p, ${value}, ${isSigned});`;
}

/** Whether a value is a decimal within bounds whose mantissa `m` is a safe integer; its exponent is `e` then. */
function isPlainDecimal(value: string): string {
  return `typeof ${value} === "object" && ${value} !== null && typeof (m = ${value}.mantissa) === "number" && m < ${LARGEST} && m > ${-LARGEST} && Math.floor(m) === m && typeof ${value}.exponent === "number" && (e = ${value}.exponent | 0) === ${value}.exponent && e >= -63 && e <= 63`;
}

function bare(value: number | bigint): string {
  return typeof value === "bigint" ? `${value}n` : `(${value})`;
}

function putUnsignedCode(value: string): string {
  return `if (${value} < 128) b[p++] = ${value} | 128; else if (${value} < 16384) { b[p] = ${value} >> 7; b[p + 1] = ${value} & 127 | 128; p += 2; } else p = H.putUnsigned(b, p, ${value});`;
}

function putSignedCode(value: string): string {
  return `if (${value} >= -64 && ${value} < 64) b[p++] = ${value} & 127 | 128; else if (${value} >= -8192 && ${value} < 8192) { b[p] = ${value} >> 7 & 127; b[p + 1] = ${value} & 127 | 128; p += 2; } else p = H.putSigned(b, p, ${value});`;
}

/** The most bytes that code in place writes for a field. */
function mostBytes(instruction: InstructionPlan): number {
  switch (instruction.kind) {
    case "integer":
    case "sequence":
      return 10;
    case "decimal":
    case "splitDecimal":
      return 20;
    case "ascii":
      return MOST_CHARACTERS;
    default:
      return 0;
  }
}
