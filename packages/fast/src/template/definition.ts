/** Name of an integer type of FAST 1.1. */
export type IntegerTypeName = "int32" | "uInt32" | "int64" | "uInt64";

/** How a field's value is carried when it can be told from earlier ones (FAST 1.1 section 6.3). */
export type OperatorKind = "constant" | "default" | "copy" | "increment" | "delta" | "tail";

/** An operator of a field. */
export interface OperatorDefinition {
  /** Which operator. */
  readonly kind: OperatorKind;
  /** Initial value, written as in a template file: digits, a decimal, text, or hexadecimal for a byte vector. */
  readonly value?: string;
  /** Dictionary of the previous value: `global`, `template`, `type` or a name of your own. */
  readonly dictionary?: string;
  /** Key of the previous value; the field's name when absent. Fields of one key share the value. */
  readonly key?: string;
  /** Namespace of the key. */
  readonly keyNamespace?: string;
  /** Line of the template file, from 1. */
  readonly line?: number;
}

/** What every field has. */
export interface FieldBase {
  /** Name of the field, and of the property that holds its value. */
  readonly name: string;
  /** Auxiliary identifier, such as a FIX tag. */
  readonly id?: string;
  /** True when a message may leave it out; false when absent. */
  readonly optional?: boolean;
  /** Namespace of the name; it is part of the dictionary key. */
  readonly namespace?: string;
  /** Dictionary for this field and what is in it, unless said nearer. */
  readonly dictionary?: string;
  /** Line of the template file, from 1. */
  readonly line?: number;
}

/** An integer field. */
export interface IntegerDefinition extends FieldBase {
  /** Width and sign. */
  readonly type: IntegerTypeName;
  /** How the value is carried; always on the wire when absent. */
  readonly operator?: OperatorDefinition;
}

/** A decimal field: mantissa × 10^exponent, with one operator for both or one for each. */
export interface DecimalDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "decimal";
  /** Operator of the whole; not together with the part operators. */
  readonly operator?: OperatorDefinition;
  /** Operator of the exponent, an int32. */
  readonly exponent?: OperatorDefinition;
  /** Operator of the mantissa, an int64. */
  readonly mantissa?: OperatorDefinition;
}

/** A string field. */
export interface StringDefinition extends FieldBase {
  /** Seven-bit characters with a stop bit, or UTF-8 with a length. */
  readonly type: "ascii" | "unicode";
  /** How the value is carried; always on the wire when absent. */
  readonly operator?: OperatorDefinition;
}

/** A field of arbitrary bytes. */
export interface ByteVectorDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "byteVector";
  /** How the value is carried; always on the wire when absent. */
  readonly operator?: OperatorDefinition;
}

/** The number of elements of a sequence: a uInt32 of the parent. */
export interface LengthDefinition {
  /** Name; a length without one has a dictionary entry of its own. */
  readonly name?: string;
  /** Auxiliary identifier, such as a FIX tag. */
  readonly id?: string;
  /** Namespace of the name. */
  readonly namespace?: string;
  /** How the length is carried. */
  readonly operator?: OperatorDefinition;
  /** Line of the template file, from 1. */
  readonly line?: number;
}

/** A repeated group. */
export interface SequenceDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "sequence";
  /** The number of elements; on the wire, without an operator, when absent. */
  readonly length?: LengthDefinition;
  /** Application type of the elements, for the `type` dictionary. */
  readonly typeRef?: string;
  /** Fields of one element. */
  readonly fields: readonly FieldDefinition[];
}

/** Fields that are there, or not, together. */
export interface GroupDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "group";
  /** Application type of the group, for the `type` dictionary. */
  readonly typeRef?: string;
  /** Fields of the group. */
  readonly fields: readonly FieldDefinition[];
}

/** Another template's content: with a name its fields stand here, without one any template may, as the message says. */
export interface TemplateRefDefinition {
  /** Says which field this is. */
  readonly type: "templateRef";
  /** The template whose fields stand here; absent for a dynamic reference. */
  readonly name?: string;
  /** Namespace of the template's name. */
  readonly namespace?: string;
  /** Line of the template file, from 1. */
  readonly line?: number;
}

/** FAST 1.2: yes or no, carried as uInt32 1 or 0. */
export interface BooleanDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "boolean";
  /** How the value is carried; initial value `true` or `false`. */
  readonly operator?: OperatorDefinition;
}

/** FAST 1.2: one of some names, carried as a uInt32 index. */
export interface EnumDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "enum";
  /** The names, in the order of their index. */
  readonly elements: readonly string[];
  /** How the value is carried; the initial value is a name. */
  readonly operator?: OperatorDefinition;
}

/** FAST 1.2: any of up to 64 names, carried as a uInt64 of bits, the first name the lowest. */
export interface SetDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "set";
  /** The names, in the order of their bits. */
  readonly elements: readonly string[];
  /** How the value is carried; the initial value is names with blanks between. */
  readonly operator?: OperatorDefinition;
}

/** FAST 1.2: a point in time as an int64 count of units since an epoch. */
export interface TimestampDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "timestamp";
  /** The unit counted; `nanosecond` when absent. */
  readonly unit?: "day" | "second" | "millisecond" | "microsecond" | "nanosecond";
  /** Where the count starts; `unix` (1970-01-01) when absent. */
  readonly epoch?: "unix" | "midnight" | "none";
  /** How the value is carried; the initial value is the count. */
  readonly operator?: OperatorDefinition;
}

/** A small field of a bit group. */
export interface BitFieldDefinition {
  /** Name of the field. */
  readonly name: string;
  /** Width in bits, 1 to 31. */
  readonly bits: number;
  /** Names of the values 0, 1, …; the plain number when absent. */
  readonly elements?: readonly string[];
}

/** FAST 1.2: small unsigned fields in one stop-bit entity of at most 49 bits, the first field highest. */
export interface BitGroupDefinition extends FieldBase {
  /** Says which field this is. */
  readonly type: "bitGroup";
  /** The fields, from the most significant bit down. */
  readonly fields: readonly BitFieldDefinition[];
  /** How the whole is carried; the initial value is the number that the bits make. */
  readonly operator?: OperatorDefinition;
}

/** Any field of a template. */
export type FieldDefinition =
  | IntegerDefinition
  | DecimalDefinition
  | StringDefinition
  | ByteVectorDefinition
  | SequenceDefinition
  | GroupDefinition
  | TemplateRefDefinition
  | BooleanDefinition
  | EnumDefinition
  | SetDefinition
  | TimestampDefinition
  | BitGroupDefinition;

/** One template: the layout of one kind of message. */
export interface TemplateDefinition {
  /** Name, unique within its namespace. */
  readonly name: string;
  /** Number that messages name it by; a template without one can only be referred to. */
  readonly id?: number;
  /** Namespace of the name. */
  readonly namespace?: string;
  /** Dictionary for all fields, unless said nearer; `global` when absent. */
  readonly dictionary?: string;
  /** Application type, for the `type` dictionary. */
  readonly typeRef?: string;
  /** True when all dictionaries are cleared before each message of this template. */
  readonly reset?: boolean;
  /** The fields, in wire order. */
  readonly fields: readonly FieldDefinition[];
  /** Line of the template file, from 1. */
  readonly line?: number;
}
