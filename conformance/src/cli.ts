// npm run -s conform -- SUBJECT ARGS…
import { subjects } from "./subjects.ts";

const [name = "", ...args] = process.argv.slice(2);
const load = subjects[name];
if (!load) {
  console.error(`unknown subject "${name}"; there are: ${Object.keys(subjects).join(", ")}`);
  process.exit(2);
}
const subject = await load();
try {
  await subject.run(args, (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  console.error(`usage: npm run -s conform -- ${subject.usage}`);
  process.exitCode = 1;
}
