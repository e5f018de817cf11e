export { type ConstructiveSale, constructiveSales } from "./planning/constructive-sales.ts";
