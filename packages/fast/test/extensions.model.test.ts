import {
  FastDecoder,
  FastEncoder,
  type FastFields,
  type FieldDefinition,
  isFastError,
  type OperatorDefinition,
  TemplateRegistry,
} from "@exchange-kit/fast";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";

/** A field of FAST 1.2, the FAST 1.1 field that carries it, and a value as the caller and as the wire have it. */
interface Pair {
  readonly extension: FieldDefinition;
  readonly carrier: FieldDefinition;
  readonly values: readonly { readonly shown: unknown; readonly carried: number | bigint | undefined }[];
}

interface Kind {
  readonly definition: object;
  readonly type: "uInt32" | "uInt64" | "int64";
  /** Initial value as each of the two fields writes it. */
  readonly initial: readonly [extension: string, carrier: string];
  /** A value and its integer, of a number from 0 to 15. */
  readonly valueOf: (from: number) => readonly [shown: unknown, carried: number | bigint];
}

const NAMES = ["a", "b", "c", "d"];
const MANY = Array.from({ length: 12 }, (_, index) => `e${index}`);
const KINDS: readonly Kind[] = [
  {
    definition: { type: "boolean" },
    type: "uInt32",
    initial: ["true", "1"],
    valueOf: (from) => [from % 2 === 1, from % 2],
  },
  {
    definition: { type: "enum", elements: NAMES },
    type: "uInt32",
    initial: ["c", "2"],
    valueOf: (from) => [NAMES[from % 4], from % 4],
  },
  {
    definition: { type: "enum", elements: MANY },
    type: "uInt32",
    initial: ["e11", "11"],
    valueOf: (from) => [MANY[from % 12], from % 12],
  },
  {
    definition: { type: "set", elements: NAMES },
    type: "uInt64",
    initial: ["b d", "10"],
    valueOf: (from) => [NAMES.filter((_, index) => (from >> index) & 1), from],
  },
  {
    definition: { type: "timestamp", unit: "nanosecond" },
    type: "int64",
    initial: ["1790000000000000000", "1790000000000000000"],
    valueOf: (from) => [1_790_000_000_000_000_000n + BigInt(from), 1_790_000_000_000_000_000n + BigInt(from)],
  },
  {
    definition: {
      type: "bitGroup",
      fields: [
        { name: "x", bits: 3 },
        { name: "y", bits: 1, elements: ["no", "yes"] },
      ],
    },
    type: "uInt64",
    initial: ["9", "9"],
    valueOf: (from) => [{ x: from >> 1, y: from % 2 === 1 ? "yes" : "no" }, from],
  },
];

const pair = (name: string): fc.Arbitrary<Pair> =>
  fc
    .record({
      kind: fc.constantFrom(...KINDS),
      optional: fc.boolean(),
      operator: fc.constantFrom<OperatorDefinition["kind"] | undefined>(
        undefined,
        "constant",
        "default",
        "copy",
        "increment",
        "delta",
      ),
      hasInitial: fc.boolean(),
      numbers: fc.array(fc.option(fc.integer({ min: 0, max: 15 }), { freq: 4 }), {
        minLength: 6,
        maxLength: 6,
      }),
    })
    .map(({ kind, optional, operator, hasInitial, numbers }) => {
      const needsInitial = operator === "constant" || (operator === "default" && !optional);
      const definition = (type: object, initial: string): FieldDefinition =>
        ({
          ...type,
          name,
          optional,
          ...(operator
            ? { operator: { kind: operator, ...(hasInitial || needsInitial ? { value: initial } : {}) } }
            : {}),
        }) as FieldDefinition;
      return {
        extension: definition(kind.definition, kind.initial[0]),
        carrier: definition({ type: kind.type }, kind.initial[1]),
        values: numbers.map((number) => {
          if (number === null) return { shown: undefined, carried: undefined };
          const [shown, carried] = kind.valueOf(number);
          return { shown, carried };
        }),
      };
    });

test("types of FAST 1.2 have the bytes of the integers that carry them, and come back as they were", () => {
  fc.assert(
    fc.property(fc.tuple(pair("A"), pair("B"), pair("C")), (pairs) => {
      const registryOf = (fields: readonly FieldDefinition[]): TemplateRegistry =>
        new TemplateRegistry([{ name: "T", id: 1, fields }]);
      const shown = registryOf(pairs.map(({ extension }) => extension));
      const carried = registryOf(pairs.map(({ carrier }) => carrier));
      const fieldsOf = (index: number, face: "shown" | "carried"): FastFields =>
        Object.fromEntries(
          pairs.map(({ extension, values }) => [(extension as { name: string }).name, values[index]![face]]),
        ) as FastFields;
      const plain = new FastEncoder(carried);
      const encoders = (["generated", "closures"] as const).map((mode) => new FastEncoder(shown, { mode }));
      const decoders = (["generated", "closures"] as const).map((mode) => new FastDecoder(shown, { mode }));
      for (let index = 0; index < 6; index++) {
        let bytes: Uint8Array;
        try {
          bytes = plain.encode({ template: "T", fields: fieldsOf(index, "carried") });
        } catch (error) {
          if (!isFastError(error)) throw error;
          const { code } = error;
          for (const encoder of encoders)
            expect(() => encoder.encode({ template: "T", fields: fieldsOf(index, "shown") })).toThrow(
              expect.objectContaining({ code }),
            );
          continue;
        }
        for (const encoder of encoders)
          expect(encoder.encode({ template: "T", fields: fieldsOf(index, "shown") })).toEqual(bytes);
        for (const decoder of decoders)
          expect(decoder.decode(bytes)?.fields).toEqual(fieldsOf(index, "shown"));
      }
    }),
    { numRuns: runs(300) },
  );
});
