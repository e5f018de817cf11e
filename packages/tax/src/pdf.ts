export type { FormHeading } from "./forms/form-html.ts";
export { formsPdf } from "./forms/form-pdf.ts";
