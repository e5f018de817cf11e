import type { StaticErrorCode, TemplateIssue } from "../errors.ts";
import { INTEGER_RANGE } from "../values/numbers.ts";
import type {
  FieldDefinition,
  IntegerTypeName,
  LengthDefinition,
  OperatorDefinition,
  SequenceDefinition,
  TemplateDefinition,
} from "./definition.ts";
import { type Initial, parseInitial } from "./initial-value.ts";
import type {
  FieldInfo,
  InstructionPlan,
  IntegerPlan,
  IntegerView,
  OperatorPlan,
  Plan,
  PlanResult,
  SegmentPlan,
  TemplatePlan,
} from "./plan.ts";

interface Scope {
  /** Dictionary named nearest so far. */
  readonly dictionary: string;
  /** The template whose text this is: where a static reference stands, the one referred to. */
  readonly template: string;
  /** Application type named nearest so far. */
  readonly type: string;
  readonly path: string;
}

type ValueType = IntegerTypeName | "decimal" | "ascii" | "unicode" | "byteVector";

/**
 * Checks templates and resolves everything that can be known before the first message: dictionary entries, bits of
 * presence maps, static references.
 */
export function compileTemplates(definitions: readonly TemplateDefinition[]): PlanResult {
  return new Compiler(definitions).run();
}

class Compiler {
  readonly #definitions: readonly TemplateDefinition[];
  readonly #byName = new Map<string, TemplateDefinition>();
  readonly #issues: TemplateIssue[] = [];
  readonly #reported = new Set<string>();
  readonly #fields: FieldInfo[] = [];
  /** Dictionary entries by dictionary and key, with the types that use each. */
  readonly #slots = new Map<string, { index: number; types: Set<string>; typeSlot: number }>();
  readonly #privateKeys = new Map<object, number>();
  #slotCount = 0;
  #used = new Set<number>();
  #hasReferences = false;
  #openReferences: string[] = [];

  constructor(definitions: readonly TemplateDefinition[]) {
    this.#definitions = definitions;
  }

  run(): PlanResult {
    const ids = new Set<number>();
    for (const definition of this.#definitions) {
      const { name, id } = definition;
      const key = qualified(definition.namespace, name);
      if (this.#byName.has(key))
        this.#issue("S1", `there are two templates "${name}"`, name, definition.line);
      else this.#byName.set(key, definition);
      if (id === undefined) continue;
      if (!Number.isInteger(id) || id < 0 || id > 4294967295)
        this.#issue("S1", `template id must be a uInt32, was ${id}`, name, definition.line);
      if (ids.has(id)) this.#issue("S1", `there are two templates with id ${id}`, name, definition.line);
      ids.add(id);
    }
    // Two passes: only when every use of an entry is known can one tell which entries need a type beside the value.
    this.#compileAll();
    for (const slot of this.#slots.values()) if (slot.types.size > 1) slot.typeSlot = this.#slotCount++;
    this.#fields.length = 0;
    const templates = this.#compileAll();
    const plan: Plan = {
      templates,
      byId: new Map(
        templates.flatMap((template) =>
          template.info.id === undefined ? [] : [[template.info.id, template] as const],
        ),
      ),
      byName: new Map(templates.map((template) => [template.info.name, template])),
      fields: this.#fields,
      slotCount: this.#slotCount,
      hasReferences: this.#hasReferences,
    };
    return { plan, issues: this.#issues };
  }

  #compileAll(): TemplatePlan[] {
    return this.#definitions.map((definition, index) => {
      this.#used = new Set();
      this.#openReferences = [qualified(definition.namespace, definition.name)];
      const segment = this.#segment(definition.fields, this.#scopeOf(definition), "message");
      return {
        info: { index, name: definition.name, id: definition.id, reset: definition.reset === true },
        segment,
        slots: [...this.#used].sort((a, b) => a - b),
      };
    });
  }

  #scopeOf(definition: TemplateDefinition, outer?: Scope): Scope {
    return {
      dictionary: definition.dictionary ?? "global",
      template: qualified(definition.namespace, definition.name),
      type: definition.typeRef ?? outer?.type ?? "",
      path: outer?.path ?? definition.name,
    };
  }

  #segment(fields: readonly FieldDefinition[], scope: Scope, kind: "message" | "inner"): SegmentPlan {
    // Values are found by name: of two alike, one would be lost.
    const names = new Set<string>();
    const instructions = fields.flatMap((field) => {
      const made = this.#field(field, scope);
      for (const { name, field: info } of made) {
        if (name !== "" && names.has(name))
          this.#issue("S1", `there are two fields "${name}" side by side`, info.path, field.line);
        names.add(name);
      }
      return made;
    });
    const own = instructions.reduce((sum, instruction) => sum + bitsOf(instruction), 0);
    const hasPresenceMap = kind === "message" || own > 0;
    return {
      instructions,
      bits: own + (kind === "message" ? 1 : 0),
      hasConditionalBits: instructions.some(
        (instruction) =>
          instruction.kind === "splitDecimal" && instruction.isOptional && instruction.mantissa.hasBit,
      ),
      hasPresenceMap,
      minBytes: instructions.reduce(
        (sum, instruction) => sum + minBytesOf(instruction),
        hasPresenceMap ? 1 : 0,
      ),
    };
  }

  #field(definition: FieldDefinition, outer: Scope): InstructionPlan[] {
    const path = `${outer.path}/${definition.name ?? "templateRef"}`;
    if (definition.type === "templateRef") return this.#reference(definition, outer, path);
    const scope: Scope = { ...outer, dictionary: definition.dictionary ?? outer.dictionary, path };
    const field = this.#fieldInfo(definition, path);
    const isOptional = definition.optional === true;
    const named = { name: definition.name, field, isOptional };
    const scalar = <T extends ValueType>(type: T): OperatorPlan<Initial[T]> =>
      this.#operator(
        type,
        "operator" in definition ? definition.operator : undefined,
        isOptional,
        qualified(definition.namespace, definition.name),
        scope,
        definition.line,
      );
    switch (definition.type) {
      case "int32":
      case "uInt32":
      case "int64":
      case "uInt64":
        return [
          {
            kind: "integer",
            ...rangeOf(definition.type),
            view: undefined,
            ...named,
            ...scalar(definition.type),
          },
        ];
      case "ascii":
        return [{ kind: "ascii", ...named, ...scalar("ascii") }];
      case "unicode":
        return [{ kind: "unicode", ...named, ...scalar("unicode") }];
      case "byteVector":
        return [{ kind: "byteVector", ...named, ...scalar("byteVector") }];
      case "decimal": {
        const { operator, exponent, mantissa } = definition;
        if (!exponent && !mantissa) return [{ kind: "decimal", ...named, ...scalar("decimal") }];
        if (operator)
          this.#issue(
            "S1",
            "a decimal has one operator or operators of its parts, not both",
            path,
            definition.line,
          );
        const part = (
          name: "exponent" | "mantissa",
          type: "int32" | "int64",
          of: OperatorDefinition | undefined,
        ): IntegerPlan => {
          const optional = isOptional && name === "exponent";
          const inner = { ...scope, path: `${path}/${name}` };
          return {
            kind: "integer",
            ...rangeOf(type),
            view: undefined,
            name,
            field,
            isOptional: optional,
            ...this.#operator(type, of, optional, this.#privateKey(definition, name), inner, definition.line),
          };
        };
        return [
          {
            kind: "splitDecimal",
            ...named,
            exponent: part("exponent", "int32", exponent),
            mantissa: part("mantissa", "int64", mantissa),
          },
        ];
      }
      case "sequence": {
        const inner = { ...scope, type: definition.typeRef ?? scope.type };
        const length = this.#length(definition, scope, isOptional);
        return [
          { kind: "sequence", ...named, length, segment: this.#segment(definition.fields, inner, "inner") },
        ];
      }
      case "group": {
        const inner = { ...scope, type: definition.typeRef ?? scope.type };
        return [{ kind: "group", ...named, segment: this.#segment(definition.fields, inner, "inner") }];
      }
      default:
        return [this.#extension(definition, named, scope)];
    }
  }

  /** The types of FAST 1.2 are integers on the wire, with another face. */
  #extension(
    definition: Extract<FieldDefinition, { type: "boolean" | "enum" | "set" | "timestamp" | "bitGroup" }>,
    named: { name: string; field: FieldInfo; isOptional: boolean },
    scope: Scope,
  ): IntegerPlan {
    const { operator, line } = definition;
    let view: IntegerView | undefined;
    let type: IntegerTypeName = "uInt32";
    let value = operator?.value;
    const index = (elements: readonly string[], name: string): string =>
      elements.includes(name.trim()) ? String(elements.indexOf(name.trim())) : `no element "${name}"`;
    switch (definition.type) {
      case "boolean":
        view = { kind: "boolean" };
        if (value !== undefined) value = index(["false", "true"], value);
        break;
      case "enum":
        view = { kind: "enum", elements: definition.elements };
        if (value !== undefined) value = index(definition.elements, value);
        break;
      case "set": {
        type = "uInt64";
        view = { kind: "set", elements: definition.elements };
        if (definition.elements.length > 64)
          this.#issue(
            "S1",
            `a set has at most 64 elements, was ${definition.elements.length}`,
            scope.path,
            line,
          );
        const indexes = value
          ?.split(/\s+/)
          .filter(Boolean)
          .map((name) => index(definition.elements, name));
        const wrong = indexes?.find((text) => !/^\d+$/.test(text));
        if (indexes) value = wrong ?? String(indexes.reduce((bits, text) => bits | (1n << BigInt(text)), 0n));
        break;
      }
      case "timestamp":
        type = "int64";
        break;
      case "bitGroup": {
        type = "uInt64";
        view = { kind: "bitGroup", fields: definition.fields };
        const bits = definition.fields.reduce((sum, field) => sum + field.bits, 0);
        if (bits > 49 || definition.fields.some((field) => field.bits < 1 || field.bits > 31))
          this.#issue(
            "S1",
            `a bit group has at most 49 bits, 1 to 31 in a field, was ${bits}`,
            scope.path,
            line,
          );
        break;
      }
    }
    const translated: OperatorDefinition | undefined =
      operator && value !== undefined ? { ...operator, value } : operator;
    const key = qualified(definition.namespace, definition.name);
    return {
      kind: "integer",
      ...rangeOf(type),
      view,
      ...named,
      ...this.#operator(type, translated, named.isOptional, key, scope, line),
    };
  }

  #length(definition: SequenceDefinition, scope: Scope, isOptional: boolean): IntegerPlan {
    const length: LengthDefinition = definition.length ?? {};
    const path = `${scope.path}/${length.name ?? "length"}`;
    const key = length.name
      ? qualified(length.namespace ?? definition.namespace, length.name)
      : this.#privateKey(definition, "length");
    const line = length.line ?? definition.line;
    return {
      kind: "integer",
      ...rangeOf("uInt32"),
      view: undefined,
      name: length.name ?? "length",
      field: this.#fieldInfo({ name: length.name ?? "length", type: "length", id: length.id }, path),
      isOptional,
      ...this.#operator("uInt32", length.operator, isOptional, key, { ...scope, path }, line),
    };
  }

  #reference(
    definition: Extract<FieldDefinition, { type: "templateRef" }>,
    outer: Scope,
    path: string,
  ): InstructionPlan[] {
    const field = this.#fieldInfo({ name: definition.name ?? "templateRef", type: "templateRef" }, path);
    if (definition.name === undefined) {
      this.#hasReferences = true;
      return [{ kind: "reference", name: "", field }];
    }
    const key = qualified(definition.namespace, definition.name);
    const target = this.#byName.get(key);
    if (!target) return [{ kind: "failure", name: definition.name, field, code: "D8" }];
    if (this.#openReferences.includes(key)) {
      this.#issue("S1", `template "${definition.name}" refers to itself statically`, path, definition.line);
      return [];
    }
    this.#openReferences.push(key);
    const scope = this.#scopeOf(target, outer);
    const instructions = target.fields.flatMap((inner) => this.#field(inner, scope));
    this.#openReferences.pop();
    return instructions;
  }

  #operator<T extends ValueType>(
    type: T,
    definition: OperatorDefinition | undefined,
    isOptional: boolean,
    key: string,
    scope: Scope,
    line: number | undefined,
  ): OperatorPlan<Initial[T]> {
    if (!definition) {
      return { operator: "none", initial: undefined, slot: -1, typeSlot: -1, hasBit: false };
    }
    const { kind, value } = definition;
    const at = definition.line ?? line;
    const isInteger = type.startsWith("int") || type.startsWith("uInt");
    const isText = type === "ascii" || type === "unicode" || type === "byteVector";
    if ((kind === "increment" && !isInteger) || (kind === "tail" && !isText))
      this.#issue("S2", `${kind} does not apply to ${type}`, scope.path, at);
    const initial = value === undefined ? undefined : parseInitial(type, value);
    if (value !== undefined && initial === undefined)
      this.#issue("S3", `initial value "${value}" is not of type ${type}`, scope.path, at);
    if (kind === "constant" && value === undefined)
      this.#issue("S4", "constant needs a value", scope.path, at);
    if (kind === "default" && value === undefined && !isOptional)
      this.#issue("S5", "default of a mandatory field needs a value", scope.path, at);
    const keeps = kind !== "constant" && kind !== "default";
    const slot = keeps ? this.#slot(type, definition, key, scope) : undefined;
    return {
      operator: kind,
      initial,
      slot: slot?.index ?? -1,
      typeSlot: slot?.typeSlot ?? -1,
      hasBit: kind === "constant" ? isOptional : kind !== "delta",
    };
  }

  #slot(
    type: string,
    operator: OperatorDefinition,
    key: string,
    scope: Scope,
  ): { index: number; typeSlot: number } {
    const name = operator.dictionary ?? scope.dictionary;
    const dictionary =
      name === "template"
        ? `template:${scope.template}`
        : name === "type"
          ? `type:${scope.type}`
          : name === "global"
            ? "global:"
            : `user:${name}`;
    const entry = `${dictionary}\n${operator.key === undefined ? key : qualified(operator.keyNamespace, operator.key)}`;
    let slot = this.#slots.get(entry);
    if (!slot) {
      slot = { index: this.#slotCount++, types: new Set(), typeSlot: -1 };
      this.#slots.set(entry, slot);
    }
    slot.types.add(type);
    this.#used.add(slot.index);
    if (slot.typeSlot >= 0) this.#used.add(slot.typeSlot);
    return slot;
  }

  /** A key that no name can be: exponents, mantissas and unnamed lengths share their previous value with nothing. */
  #privateKey(definition: object, part: string): string {
    let number = this.#privateKeys.get(definition);
    if (number === undefined) {
      number = this.#privateKeys.size;
      this.#privateKeys.set(definition, number);
    }
    return `\n${number}\n${part}`;
  }

  #fieldInfo(field: { name: string; id?: string | undefined; type: string }, path: string): FieldInfo {
    const info = { index: this.#fields.length, name: field.name, path, id: field.id, type: field.type };
    this.#fields.push(info);
    return info;
  }

  #issue(code: StaticErrorCode, message: string, path: string, line: number | undefined): void {
    // Static references and the second pass meet the same text again.
    const key = line === undefined ? `${code} ${path} ${message}` : `${code} ${line} ${message}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#issues.push({ code, message, path, ...(line === undefined ? {} : { line }) });
  }
}

type Range = Pick<IntegerPlan, "type" | "isSigned" | "min" | "max" | "minNumber" | "maxNumber">;

function rangeOf(type: IntegerTypeName): Range {
  const { min, max } = INTEGER_RANGE[type];
  return {
    type,
    isSigned: type === "int32" || type === "int64",
    min,
    max,
    minNumber: typeof min === "number" ? min : Number.MIN_SAFE_INTEGER,
    maxNumber: typeof max === "number" ? max : Number.MAX_SAFE_INTEGER,
  };
}

function qualified(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}\t${name}` : name;
}

function bitsOf(instruction: InstructionPlan): number {
  switch (instruction.kind) {
    case "splitDecimal":
      return Number(instruction.exponent.hasBit) + Number(instruction.mantissa.hasBit);
    case "sequence":
      return Number(instruction.length.hasBit);
    case "group":
      return Number(instruction.isOptional);
    case "reference":
    case "failure":
      return 0;
    default:
      return Number(instruction.hasBit);
  }
}

function minBytesOf(instruction: InstructionPlan): number {
  const scalar = (plan: { operator: string; hasBit: boolean }): number =>
    plan.operator === "none" || plan.operator === "delta" ? 1 : 0;
  switch (instruction.kind) {
    case "splitDecimal":
      return scalar(instruction.exponent) + (instruction.isOptional ? 0 : scalar(instruction.mantissa));
    case "sequence":
      return scalar(instruction.length);
    case "group":
      return instruction.isOptional ? 0 : instruction.segment.minBytes;
    case "reference":
      return 1;
    case "failure":
      return 0;
    default:
      return scalar(instruction);
  }
}
