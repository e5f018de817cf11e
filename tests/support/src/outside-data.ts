import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

/**
 * Finds a file or folder of the outside vectors, which are not part of the project: below `EXCHANGE_KIT_DATA`,
 * or `../shared/data` beside the project.
 *
 * @param path - path below the data folder, such as `itch/edge.itch`
 * @returns the absolute path, or `undefined` (with a line that says so) when it is not there
 */
export function outsideData(path: string): string | undefined {
  return below(process.env.EXCHANGE_KIT_DATA ?? resolve(root, "../shared/data"), path);
}

/** The same for the yardsticks and runners that lie beside the data folder, such as `bench/orderbook/oracle.mjs`. */
export function outsideTool(path: string): string | undefined {
  const data = process.env.EXCHANGE_KIT_DATA;
  return below(data ? resolve(data, "..") : resolve(root, "../shared"), path);
}

function below(folder: string, path: string): string | undefined {
  const found = resolve(folder, path);
  // A tool that is started by way of a link does not recognise itself as the program.
  if (existsSync(found)) return realpathSync(found);
  console.warn(`skipped: ${path} is not here (set EXCHANGE_KIT_DATA to the folder of the outside vectors)`);
  return undefined;
}
