// Also a program: `build-quickfix-peer.ts FOLDER` prints where the peer is, or nothing where QuickFIX is not installed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Compiles the QuickFIX C++ peer.
 *
 * @param folder - where the program is put
 * @returns its path; `undefined` where QuickFIX (Debian: `libquickfix-dev`) or a compiler is not installed
 */
export function buildQuickFixPeer(folder: string): string | undefined {
  const hasCompiler = spawnSync("g++", ["--version"]).status === 0;
  if (!hasCompiler || !existsSync("/usr/include/quickfix/Session.h")) return undefined;
  const source = fileURLToPath(new URL("quickfix-peer.cpp", import.meta.url));
  const program = join(folder, "quickfix-peer");
  // QuickFIX 1.15 has exception specifications, which C++17 took away.
  execFileSync("g++", ["-std=c++14", "-O2", "-w", source, "-lquickfix", "-lpthread", "-o", program]);
  return program;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(buildQuickFixPeer(process.argv[2] ?? ".") ?? "");
}
