import type { FastFields, FastValue } from "../message.ts";
import type { FieldWriter } from "./field-writer.ts";

/**
 * Encodes the fields of one message at the writer's position. Unless previous values are journaled, it stores them only when
 * the whole message is written and fits into the caller's bytes.
 */
export type TemplateEncoder = (fields: FastFields, isIdSent: boolean) => void;

/** What a specialised encoder is made for. */
export interface EncoderTarget {
  readonly writer: FieldWriter;
  /** Whether dictionaries are cleared before each message of this template. */
  readonly resets: boolean;
  /** Whether previous values are written through the journal, because messages may stand inside messages. */
  readonly isJournaled: boolean;
  /** Whether previous values outlive the message. */
  readonly keeps: boolean;
  /** Encodes a message inside this one, at the writer's position. */
  readonly nested: (message: FastValue) => void;
}
