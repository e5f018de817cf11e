import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

// The README's acceptor and initiator, word for word but for the port.

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(import.meta.dirname, ".readme-"));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const [acceptor = "", initiator = ""] = [
  ...readFileSync(resolve(import.meta.dirname, "../README.md"), "utf8").matchAll(
    /^```ts compile-only\n(.*?)^```/gms,
  ),
].map(([, code]) => code);

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Runs a program; gives its lines as they come, and the end. */
function run(
  name: string,
  code: string,
  port: number,
): { lines: AsyncIterator<string>; ended: Promise<number> } {
  const file = join(folder, name);
  writeFileSync(file, code.replaceAll("9878", String(port)));
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@exchange-kit/source", file], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  async function* lines(): AsyncGenerator<string> {
    let rest = "";
    for await (const chunk of child.stdout!.setEncoding("utf8")) {
      const parts = `${rest}${chunk}`.split("\n");
      rest = parts.pop()!;
      yield* parts;
    }
  }
  const ended = new Promise<number>((done) => child.once("exit", (code) => done(code ?? -1)));
  return { lines: lines(), ended };
}

test("both are short", () => {
  for (const code of [acceptor, initiator]) expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(25);
});

test("an order goes from the one to the other and a report comes back", async () => {
  const port = await freePort();
  const venue = run("acceptor.ts", acceptor, port);
  expect((await venue.lines.next()).value).toBe("listening");
  const buyer = run("initiator.ts", initiator, port);
  expect((await buyer.lines.next()).value).toBe("report E1, status NEW");
  expect((await venue.lines.next()).value).toBe("order A1: VOD at 1250 cents");
  expect(await buyer.ended).toBe(0);
});
