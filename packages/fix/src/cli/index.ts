export { type DescribeOptions, describeMessage } from "./describe.ts";
export { generateTypes } from "./generate-types.ts";
export { type CliOutput, runCli } from "./run.ts";
