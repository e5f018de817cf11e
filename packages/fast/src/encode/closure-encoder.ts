import type { FastFields, FastValue } from "../message.ts";
import {
  type GroupPlan,
  type InstructionPlan,
  type SegmentPlan,
  type SequencePlan,
  sameShape,
  type TemplatePlan,
} from "../template/plan.ts";
import { ownValue } from "../values/views.ts";
import type { EncoderTarget, TemplateEncoder } from "./template-encoder.ts";

type WriteFields = (fields: FastFields) => void;
type WriteValue = (value: FastValue) => void;

/**
 * Builds an encoder for one template out of closures, for where `new Function` is forbidden. It writes the same bytes as
 * generated code; previous values go through the journal, which takes them back after a failure.
 */
export function closeEncoder(template: TemplatePlan, target: EncoderTarget): TemplateEncoder {
  const { writer, resets } = target;
  const { wire, dictionaries } = writer;
  const { id } = template.info;
  const write = fieldsOf(template.segment, target);
  return (fields, isIdSent) => {
    if (resets) dictionaries.resetJournaled();
    withPresenceMap(target, () => {
      writer.bits.push(isIdSent);
      if (isIdSent) wire.unsigned(id!);
      write(fields);
    });
  };
}

/** Writes something, then the presence map of the bits that it took before it. */
function withPresenceMap({ writer }: EncoderTarget, write: () => void): void {
  const outer = writer.bits;
  const start = writer.wire.position;
  writer.bits = [];
  write();
  writer.wire.presenceMap(start, writer.bits);
  writer.bits = outer;
}

function fieldsOf(segment: SegmentPlan, target: EncoderTarget): WriteFields {
  let references = 0;
  const steps = segment.instructions.map((instruction): WriteFields => {
    const name = instruction.kind === "reference" ? `$ref${++references}` : instruction.name;
    const write = writerOf(sameShape(instruction), target);
    if (name in Object.prototype) return (fields) => write(ownValue(fields, name) as FastValue);
    return (fields) => write(fields[name]);
  });
  return (fields) => {
    for (const step of steps) step(fields);
  };
}

function writerOf(plan: InstructionPlan, target: EncoderTarget): WriteValue {
  const { writer, nested } = target;
  switch (plan.kind) {
    case "integer":
      return (value) => writer.integer(plan, value);
    case "decimal":
      return (value) => writer.decimal(plan, value);
    case "splitDecimal":
      return (value) => writer.splitDecimal(plan, value);
    case "ascii":
      return (value) => writer.ascii(plan, value);
    case "unicode":
    case "byteVector":
      return (value) => writer.bytes(plan, value);
    case "group": {
      const write = innerOf(plan, target);
      return (value) => {
        const isPresent = value !== undefined && value !== null;
        if (plan.isOptional) writer.bits.push(isPresent);
        if (isPresent || !plan.isOptional) write(value);
      };
    }
    case "sequence": {
      const write = innerOf(plan, target);
      return (value) => {
        if (!Array.isArray(value)) {
          writer.noSequence(plan, value);
          return;
        }
        writer.integer(plan.length, value.length);
        for (let index = 0; index < value.length; index++) write(value[index]);
      };
    }
    case "reference":
      return (value) => {
        if (value === undefined || value === null) writer.noMessage(plan);
        nested(value);
      };
    case "failure":
      return () => writer.failure(plan);
  }
}

/** Fields of a group, or of an element of a sequence, with their presence map if they have one. */
function innerOf(plan: GroupPlan | SequencePlan, target: EncoderTarget): WriteValue {
  const { segment } = plan;
  const write = fieldsOf(segment, target);
  return (value) => {
    if (typeof value !== "object" || value === null) target.writer.noFields(plan, value);
    const fields = value as FastFields;
    if (segment.hasPresenceMap) withPresenceMap(target, () => write(fields));
    else write(fields);
  };
}
