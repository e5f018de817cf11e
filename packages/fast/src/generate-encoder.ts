import { METHOD, type WriteSegment } from "./field-writer.ts";
import {
  type AsciiPlan,
  type InstructionPlan,
  type IntegerPlan,
  type SegmentPlan,
  sameShape,
} from "./plan.ts";

/**
 * Writes and compiles an encoder of one segment.
 *
 * Each property read stands by itself, so that it sees one shape of object. Where the value is the common one of its
 * operator (an int32, the same as before, a single character, absent) the code deals with it in place; everything else,
 * and every error, goes to the field writer, which knows all rules.
 *
 * @param plan - the segment
 * @param writerOf - gives the writers of segments inside this one
 */
export function generateSegmentWriter(
  plan: SegmentPlan,
  writerOf: (inner: SegmentPlan) => WriteSegment,
): WriteSegment {
  const constants: unknown[] = [];
  const inner: (WriteSegment | undefined)[] = [];
  let references = 0;
  const lines = plan.instructions.map((instruction, index) => {
    inner[index] = "segment" in instruction ? writerOf(instruction.segment) : undefined;
    const name = instruction.kind === "reference" ? `$ref${++references}` : instruction.name;
    const segment = inner[index] ? `, I[${index}]` : "";
    const slow = `W.${METHOD[instruction.kind]}(P[${index}], v${segment});`;
    const constant = (value: unknown): string => {
      if (typeof value === "number") return String(value);
      constants.push(value);
      return `C[${constants.length - 1}]`;
    };
    const branches = fastPaths(instruction, index, constant);
    const code = branches.map(([test, action]) => `if (${test}) { ${action} } else `).join("");
    return `v = f[${JSON.stringify(name)}];\n${code}{ ${slow} }`;
  });
  const source = `return function write(W, f) {\nconst E = W.wire, S = W.slots; let v, p = 0, e = 0, m = 0;\n${lines.join("\n")}\n}`;
  const make = new Function("P", "I", "C", source);
  return make(plan.instructions.map(sameShape), inner, constants) as WriteSegment;
}

type Branch = readonly [test: string, action: string];
// A bigint would throw at the bit operation.
const IS_INT32 = `typeof v === "number" && (v | 0) === v`;

function fastPaths(
  instruction: InstructionPlan,
  index: number,
  constant: (value: unknown) => string,
): Branch[] {
  switch (instruction.kind) {
    case "integer":
      return instruction.view || instruction.typeSlot >= 0 ? [] : integerPaths(instruction, index, constant);
    case "ascii": {
      if (instruction.typeSlot >= 0) return [];
      if (instruction.operator !== "none") return impliedPaths(instruction, constant);
      // One character, neither the NUL nor beyond ASCII, is one byte.
      const isOne = `typeof v === "string" && v.length === 1 && (m = v.charCodeAt(0)) < 128 && m > 0`;
      return [...absentPath(instruction), [isOne, "E.unsigned(m);"]];
    }
    case "decimal": {
      if (instruction.operator !== "none") return [];
      const parts = `typeof v === "object" && v !== null && typeof (m = v.mantissa) === "number" && (m | 0) === m && typeof (e = v.exponent) === "number" && (e | 0) === e`;
      const sent = instruction.isOptional ? "e >= 0 ? e + 1 : e" : "e";
      return [
        ...absentPath(instruction),
        [`${parts} && e >= -63 && e <= 63`, `E.signed(${sent}); E.signed(m);`],
      ];
    }
    default:
      return [];
  }
}

function integerPaths(plan: IntegerPlan, index: number, constant: (value: unknown) => string): Branch[] {
  const { isOptional, isSigned, slot } = plan;
  const plusOne = (value: string): string => {
    if (!isOptional) return value;
    return isSigned ? `${value} >= 0 ? ${value} + 1 : ${value}` : `${value} + 1`;
  };
  switch (plan.operator) {
    case "none":
      return [
        ...absentPath(plan),
        isSigned
          ? [IS_INT32, `E.signed(${plusOne("v")});`]
          : [`${IS_INT32} && v >= 0`, `E.unsigned(${plusOne("v")});`],
      ];
    case "delta": {
      const range = isSigned ? "" : " && v >= 0";
      const sent = isOptional ? "m >= 0 ? m + 1 : m" : "m";
      return [
        ...absentPath(plan),
        [
          `${IS_INT32}${range} && typeof (p = S[${slot}]) === "number" && (p | 0) === p`,
          `m = v - p; E.signed(${sent}); W.write(${slot}, v);`,
        ],
      ];
    }
    case "constant":
      return impliedPaths(plan, constant);
    default: {
      // A new value: neither implied by the one before, which the branches above saw, nor by the initial one.
      const isNew =
        plan.initial === undefined || plan.operator === "default"
          ? ""
          : ` && (p !== undefined || v !== ${constant(plan.initial)})`;
      const store = plan.operator === "default" ? "" : `W.write(${slot}, v);`;
      const send = isSigned ? `E.signed(${plusOne("v")});` : `E.unsigned(${plusOne("v")});`;
      const implied: Branch[] =
        plan.operator === "increment"
          ? [
              [
                `typeof (p = S[${slot}]) === "number" && p < 2147483647 && v === p + 1`,
                `W.write(${slot}, v); W.skip();`,
              ],
              // Only the writer knows what follows a previous value at the end of its range.
              [`p !== undefined && p !== null && !(p < 2147483647)`, `W.integer(P[${index}], v);`],
            ]
          : impliedPaths(plan, constant);
      return [
        ...implied,
        [`${IS_INT32}${isSigned ? "" : " && v >= 0"}${isNew}`, `W.mark(); ${send} ${store}`],
      ];
    }
  }
}

/** Values that are the constant, the default or the one before. */
function impliedPaths(plan: IntegerPlan | AsciiPlan, constant: (value: unknown) => string): Branch[] {
  const skip = plan.hasBit ? "W.skip();" : "";
  switch (plan.operator) {
    case "constant":
      return plan.hasBit ? [] : [[`v === ${constant(plan.initial)}`, ""]];
    case "default":
      return [[plan.initial === undefined ? "v === undefined" : `v === ${constant(plan.initial)}`, skip]];
    case "copy": {
      const same: Branch = [`(p = S[${plan.slot}]) === v && v !== undefined && v !== null`, skip];
      // Absent before, absent again.
      return plan.isOptional ? [same, ["v === undefined && p === null", skip]] : [same];
    }
    default:
      return [];
  }
}

function absentPath(plan: { readonly isOptional: boolean }): Branch[] {
  return plan.isOptional ? [["v === undefined", "E.absent();"]] : [];
}
