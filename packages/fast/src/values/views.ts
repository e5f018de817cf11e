import type { FastFields } from "../message.ts";
import type { IntegerView } from "../template/plan.ts";
import type { FastInteger } from "./numbers.ts";

/**
 * Turns the integer of a FAST 1.2 type into what the caller sees.
 *
 * @returns `undefined` when the integer means nothing in this type (error D2)
 */
export function viewInteger(
  view: IntegerView,
  value: FastInteger,
): boolean | string | readonly string[] | FastFields | undefined {
  switch (view.kind) {
    case "boolean":
      return value === 0 ? false : value === 1 ? true : undefined;
    case "enum":
      return view.elements[Number(value)];
    case "set": {
      const bits = BigInt(value);
      if (bits >> BigInt(view.elements.length) !== 0n) return undefined;
      return view.elements.filter((_, index) => (bits >> BigInt(index)) & 1n);
    }
    case "bitGroup": {
      let left = BigInt(value);
      const entries: [string, number | string][] = [];
      for (const { name, bits, elements } of [...view.fields].reverse()) {
        const part = Number(left & ((1n << BigInt(bits)) - 1n));
        left >>= BigInt(bits);
        const shown = elements ? elements[part] : part;
        if (shown === undefined) return undefined;
        entries.unshift([name, shown]);
      }
      return left === 0n ? Object.fromEntries(entries) : undefined;
    }
  }
}

/**
 * A property, unless it is one that every object has: a field may be called `constructor` and not be there. Others may
 * come from a class.
 */
export function ownValue(fields: object, name: string): unknown {
  return name in Object.prototype && !Object.hasOwn(fields, name)
    ? undefined
    : (fields as Record<string, unknown>)[name];
}

/** The reverse. `undefined`: the value is not of this type. */
export function integerOfView(view: IntegerView, value: unknown): FastInteger | undefined {
  const indexOf = (elements: readonly string[], name: unknown): number | undefined => {
    const index = elements.indexOf(name as string);
    return index < 0 ? undefined : index;
  };
  switch (view.kind) {
    case "boolean":
      return typeof value === "boolean" ? Number(value) : undefined;
    case "enum":
      return indexOf(view.elements, value);
    case "set": {
      if (!Array.isArray(value)) return undefined;
      let bits = 0n;
      for (const name of value) {
        const index = indexOf(view.elements, name);
        if (index === undefined) return undefined;
        bits |= 1n << BigInt(index);
      }
      return bits <= 9007199254740991n ? Number(bits) : bits;
    }
    case "bitGroup": {
      if (typeof value !== "object" || value === null) return undefined;
      let bits = 0;
      for (const field of view.fields) {
        const given = ownValue(value, field.name);
        const part = field.elements ? indexOf(field.elements, given) : given;
        if (typeof part !== "number" || !Number.isInteger(part) || part < 0 || part >= 2 ** field.bits)
          return undefined;
        bits = bits * 2 ** field.bits + part;
      }
      return bits;
    }
  }
}
