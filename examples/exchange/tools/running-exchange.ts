import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { resolve } from "node:path";

const main = resolve(import.meta.dirname, "../src/main.ts");
const root = resolve(import.meta.dirname, "../../..");

/** The exchange as a process of its own, started and killed by tools. */
export class RunningExchange {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  #output = "";
  #wake = (): void => {};

  /** @param program - that opens it, `npm start`'s when left out */
  constructor(args: readonly string[], program: string = main) {
    this.child = spawn(
      process.execPath,
      ["--import", "tsx", "--conditions=@exchange-kit/source", program, ...args],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
    );
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on("data", (data) => {
        this.#output += data;
        this.#wake();
      });
    }
    this.ended = new Promise((done) => this.child.on("close", done));
    void this.ended.then(() => this.#wake());
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves once the process has printed this; rejects when it ends first. */
  async printed(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this.#output.match(pattern);
      if (match) return match;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`the exchange ended and printed:\n${this.#output}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}

/** A TCP port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
