import { existsSync } from "node:fs";

// The package as its users get it. Built, its constants are part of the code; from source files V8 loads each of them
// from the module that exports it, which costs the books a fifteenth of their time.

type Itch = typeof import("@exchange-kit/itch");

const file = new URL("../dist/index.js", import.meta.url);

/** Whether `npm run build` was run; otherwise the source is measured. */
export const isBuilt: boolean = existsSync(file);
if (!isBuilt) console.warn("itch is not built: the source is measured, which is slower");

const itch = (await import(isBuilt ? file.href : "@exchange-kit/itch")) as Itch;

export const ItchBook: Itch["ItchBook"] = itch.ItchBook;
export const ItchDecoder: Itch["ItchDecoder"] = itch.ItchDecoder;
export const itchObjects: Itch["itchObjects"] = itch.itchObjects;
