// Interoperation with QuickFIX C++, in both roles: one side sends orders, the other reports each; meanwhile either process
// is killed with SIGKILL again and again. In the end each order and each report must have arrived once and in order.
//
//   npm run interop              says so and ends well where QuickFIX is not installed
//   npm run interop -- --port P  uses ports from P on (default 19890)
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildQuickFixPeer } from "./build-quickfix-peer.ts";

const COUNT = 4000;
const WINDOW = 100;
const LIMIT_MILLIS = 60_000;
/** At which numbers of received reports which side is killed. */
const KILLS = [
  { after: 400, role: "acceptor" },
  { after: 900, role: "initiator" },
  { after: 1500, role: "acceptor" },
  { after: 2100, role: "initiator" },
  { after: 2700, role: "initiator" },
  { after: 3300, role: "acceptor" },
] as const;

type Role = "acceptor" | "initiator";
type Engine = "exchange-kit" | "quickfix";

/** What a side's journal says, see quickfix-peer.cpp. */
interface Received {
  readonly got: readonly number[];
  readonly resent: number;
  readonly again: number;
  readonly doubled: readonly number[];
}

function readJournal(folder: string): Received {
  let text = "";
  try {
    text = readFileSync(join(folder, "journal"), "utf8");
  } catch {
    // Not begun yet.
  }
  const lines = text.split("\n").map((line) => line.split(" "));
  const numbers = (kind: string): number[] => lines.filter(([k]) => k === kind).map(([, n]) => Number(n));
  return {
    got: numbers("got"),
    resent: numbers("resent").length,
    again: numbers("again").length,
    doubled: numbers("doubled"),
  };
}

class Scenario {
  readonly #children = new Map<Role, ChildProcess>();
  readonly #folder: string;
  readonly #quickfix: string;
  readonly #engines: Readonly<Record<Role, Engine>>;
  readonly #beginString: string;
  readonly #port: number;

  constructor(
    folder: string,
    quickfix: string,
    engines: Readonly<Record<Role, Engine>>,
    beginString: string,
    port: number,
  ) {
    this.#folder = folder;
    this.#quickfix = quickfix;
    this.#engines = engines;
    this.#beginString = beginString;
    this.#port = port;
    for (const role of ["acceptor", "initiator"]) mkdirSync(join(folder, role), { recursive: true });
  }

  /** @returns what is wrong, nothing when all is well */
  async run(): Promise<string[]> {
    const until = Date.now() + LIMIT_MILLIS;
    this.#start("acceptor");
    this.#start("initiator");
    let kills = 0;
    for (;;) {
      const reports = this.#received("initiator").got.length;
      if (reports >= COUNT) break;
      if (Date.now() > until) break;
      const next = KILLS[kills];
      if (next && reports >= next.after) {
        kills++;
        await this.#kill(next.role);
        this.#start(next.role);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const problems = kills === KILLS.length ? [] : [`only ${kills} of ${KILLS.length} kills took place`];
    problems.push(...(await this.#end("initiator", until)));
    this.#children.get("acceptor")!.kill("SIGTERM");
    problems.push(...(await this.#end("acceptor", until)));
    for (const role of ["acceptor", "initiator"] as const) problems.push(...this.#judge(role));
    return problems;
  }

  #start(role: Role): void {
    const args = [
      role,
      join(this.#folder, role),
      String(this.#port),
      this.#beginString,
      String(COUNT),
      String(WINDOW),
    ];
    const ours = fileURLToPath(new URL("kit-peer.ts", import.meta.url));
    const child =
      this.#engines[role] === "quickfix"
        ? spawn(this.#quickfix, args, { stdio: ["ignore", "ignore", "inherit"] })
        : spawn(process.execPath, ["--import", "tsx", "--conditions=@exchange-kit/source", ours, ...args], {
            stdio: "inherit",
          });
    this.#children.set(role, child);
  }

  async #kill(role: Role): Promise<void> {
    const child = this.#children.get(role)!;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Waits for a side to end by itself. */
  async #end(role: Role, until: number): Promise<string[]> {
    const child = this.#children.get(role)!;
    const timer = setTimeout(() => child.kill("SIGKILL"), Math.max(0, until - Date.now()) + 5000);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    clearTimeout(timer);
    return child.exitCode === 0 ? [] : [`${role} ended with ${child.exitCode ?? child.signalCode}`];
  }

  #received(role: Role): Received {
    return readJournal(join(this.#folder, role));
  }

  #judge(role: Role): string[] {
    const { got, resent, again, doubled } = this.#received(role);
    const what = role === "acceptor" ? "orders" : "reports";
    console.log(
      `  ${this.#engines[role]} ${role} received ${got.length} ${what}, ${resent} of them resent; ${again} came again, marked as possible duplicates`,
    );
    const problems: string[] = [];
    const wrong = got.findIndex((number, index) => number !== index + 1);
    if (wrong >= 0) problems.push(`${role}: ${what} lost or out of order from number ${wrong + 1} on`);
    if (got.length !== COUNT) problems.push(`${role}: ${got.length} ${what} of ${COUNT}`);
    if (doubled.length > 0) problems.push(`${role}: ${what} doubled: ${doubled.join(", ")}`);
    if (resent === 0) problems.push(`${role}: nothing was resent, so the kills tested nothing`);
    return problems;
  }
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "exchange-kit-interop-"));
  try {
    const quickfix = buildQuickFixPeer(folder);
    if (!quickfix) {
      console.log("skipped: QuickFIX is not installed here (Debian: apt-get install libquickfix-dev g++)");
      return 0;
    }
    const at = process.argv.indexOf("--port");
    let port = at < 0 ? 19_890 : Number(process.argv[at + 1]);
    let failures = 0;
    for (const beginString of ["FIX.4.4", "FIXT.1.1"]) {
      for (const engines of [
        { acceptor: "exchange-kit", initiator: "quickfix" },
        { acceptor: "quickfix", initiator: "exchange-kit" },
      ] as const) {
        console.log(`${beginString}, ${engines.acceptor} acceptor, ${engines.initiator} initiator`);
        const here = join(folder, `${beginString}-${engines.acceptor}`);
        const problems = await new Scenario(here, quickfix, engines, beginString, port++).run();
        for (const problem of problems) console.log(`  FAILED ${problem}`);
        failures += problems.length;
      }
    }
    console.log(failures === 0 ? "nothing lost, nothing doubled" : `${failures} problems`);
    return failures === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
