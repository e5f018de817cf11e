export { type FormHeading, formsHtml } from "./forms/form-html.ts";
