export {
  type ComponentMember,
  type DictionaryDefinition,
  type FieldDefinition,
  type FieldMember,
  type GroupMember,
  type Member,
  type MessageDefinition,
  type PackedDictionary,
  packDefinition,
  unpackDefinition,
} from "./definition.ts";
export {
  Dictionary,
  type DictionaryExtension,
  type GroupSection,
  type MessageSection,
  type Section,
} from "./dictionary.ts";
export { FixEncoder, type FixEncoderOptions } from "./encoder.ts";
export { FixError, type FixErrorCode, isFixError } from "./errors.ts";
export { FieldReader, type Tokens } from "./field-reader.ts";
export { FIELD_TYPES, type FieldType } from "./field-type.ts";
export { isAdminType, isHeaderTag, isTrailerTag } from "./header.ts";
export { MemberTable } from "./member-table.ts";
export { type AnyFields, type EntryOf, FieldSet, type FieldValue, FixMessage } from "./message.ts";
export { FixParser, type FixParserOptions, type FixProblem } from "./parser.ts";
export type { TextFields } from "./session/outgoing.ts";
export { type ScheduleTime, SessionSchedule, type SessionScheduleOptions } from "./session/schedule.ts";
export { FixSession } from "./session/session.ts";
export type {
  FixApplication,
  LogonDecision,
  LogonRefusal,
  SendResult,
  SessionEvent,
  SessionSettings,
  SessionStatistics,
} from "./session/settings.ts";
export type { SessionState } from "./session/states/state.ts";
export { MemoryStore, type MessageStore } from "./session/store.ts";
export { formatTimestamp, parseTimestamp, type TimestampPrecision } from "./timestamp.ts";
export { SessionRejectReason, Validator, type ValidatorOptions } from "./validator.ts";
export { FixView, GroupView } from "./view.ts";
