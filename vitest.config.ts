import { existsSync, readdirSync } from "node:fs";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const conditions = ["@exchange-kit/source", "module", "node", "development|production"];

/** Every workspace with a `test` folder is a project of its own, so `vitest --project orderbook` works. */
function workspaces(parent: string): string[] {
  return readdirSync(parent)
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(`${folder}/test`));
}

const roots = [...workspaces("packages"), ...workspaces("examples"), "bench", "conformance", "tests"];
const packageNames = workspaces("packages").map((folder) => folder.slice("packages/".length));
const isLong = process.env.PROPERTY_LONG === "1";

const config: ViteUserConfig = defineConfig({
  // `projects` do not inherit `resolve` by themselves: each extends this file.
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: [`${import.meta.dirname}/tests/support/src/setup.ts`],
    testTimeout: isLong ? 3_600_000 : 30_000,
    projects: roots.map((root) => ({
      extends: true as const,
      root,
      test: {
        name: root.split("/").at(-1)!,
        include: [isLong ? "**/*.model.test.ts" : "**/*.test.ts"],
        exclude: ["**/node_modules/**", "**/dist/**", "tests/.snippets/**"],
      },
    })),
    coverage: {
      provider: "v8",
      include: [
        "packages/*/src/**/*.ts",
        "examples/*/src/**/*.ts",
        "bench/src/**/*.ts",
        "conformance/src/**/*.ts",
      ],
      reporter: ["text-summary", "json-summary", "html"],
      thresholds: Object.fromEntries(
        packageNames.map((name) => [`packages/${name}/src/**`, { lines: 90, functions: 90, branches: 80 }]),
      ),
    },
  },
});
export default config;
