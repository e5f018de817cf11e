export { readQuickFixXml } from "./read-quickfix-xml.ts";
