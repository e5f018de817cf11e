// Runs named commands one after another and says how each went: shared by `npm run check` and .ci/run.
import { spawnSync } from "node:child_process";

/**
 * @param {readonly (readonly [name: string, command: string])[]} steps
 * @param {{ keepGoing?: boolean }} [options] with `keepGoing` a failed step does not stop those after it
 * @returns {number} how many steps failed
 */
export function runSteps(steps, { keepGoing = false } = {}) {
  const results = [];
  for (const [name, command] of steps) {
    console.log(`\n── ${name}: ${command}`);
    const started = Date.now();
    const { status } = spawnSync(command, { shell: true, stdio: "inherit" });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    results.push({ name, seconds, passed: status === 0 });
    if (status !== 0) {
      console.error(`✗ ${name} failed after ${seconds} s`);
      if (!keepGoing) break;
    }
  }
  console.log("");
  for (const { name, seconds, passed } of results) {
    console.log(`${passed ? "✓" : "✗"} ${name.padEnd(34)} ${seconds.padStart(6)} s`);
  }
  const skipped = steps.length - results.length;
  if (skipped > 0) console.log(`  (${skipped} not run: the first failure stops the rest)`);
  return results.filter((result) => !result.passed).length;
}
