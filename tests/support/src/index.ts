export { outsideData, outsideTool } from "./outside-data.ts";
export { runs } from "./property.ts";
