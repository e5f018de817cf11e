export type {
  Contender,
  MeasureContext,
  Measurement,
  Prepare,
  Run,
  Scenario,
  SelfMeasured,
  Suite,
  Target,
} from "./scenario.ts";
