export { readOrchestraXml } from "./read-orchestra-xml.ts";
export { readQuickFixXml } from "./read-quickfix-xml.ts";
