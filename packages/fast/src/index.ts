export { FastDecoder, type FastDecoderOptions } from "./decoder.ts";
export { type EncodableMessage, FastEncoder, type FastEncoderOptions } from "./encoder.ts";
export {
  type DynamicErrorCode,
  FastError,
  type FastErrorCode,
  type FastErrorDetails,
  type GuardCode,
  isFastError,
  type ReportCode,
  type StaticErrorCode,
  type TemplateIssue,
} from "./errors.ts";
export {
  type IncrementalFields,
  type MarketDataHeader,
  type MarketDataLevel,
  type MarketDataMessage,
  type MarketDataMessageOf,
  type MarketDataOrder,
  type MarketDataOrderUpdate,
  type MarketDataUpdate,
  marketDataMessage,
  marketDataTemplates,
  type OrderIncrementalFields,
  type OrderSnapshotFields,
  type SnapshotFields,
  type StatusFields,
  type TradeFields,
} from "./market-data.ts";
export type { FastFields, FastListener, FastMessage, FastValue } from "./message.ts";
export type { FastLimits, ResetPolicy } from "./options.ts";
export type { SpecialisationMode } from "./specialise.ts";
export {
  type BlockFraming,
  type FastFraming,
  FastStream,
  type FastStreamHandler,
  type FastStreamOptions,
  type LengthFraming,
  type NoFraming,
  type PacketFraming,
  type PreambleFraming,
} from "./stream.ts";
export type {
  BitFieldDefinition,
  BitGroupDefinition,
  BooleanDefinition,
  ByteVectorDefinition,
  DecimalDefinition,
  EnumDefinition,
  FieldBase,
  FieldDefinition,
  GroupDefinition,
  IntegerDefinition,
  IntegerTypeName,
  LengthDefinition,
  OperatorDefinition,
  OperatorKind,
  SequenceDefinition,
  SetDefinition,
  StringDefinition,
  TemplateDefinition,
  TemplateRefDefinition,
  TimestampDefinition,
} from "./template/definition.ts";
export type { FieldInfo, TemplateInfo } from "./template/plan.ts";
export { TemplateRegistry } from "./template/registry.ts";
export { describeTemplates } from "./template/table.ts";
export type { Decimal, FastInteger } from "./values/numbers.ts";
