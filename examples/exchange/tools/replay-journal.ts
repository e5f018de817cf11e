import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SequencedVenue } from "../src/sequenced-venue.ts";
import type { SubmitOrder } from "../src/venue/commands.ts";
import { referenceConfig } from "../src/venue/reference-config.ts";

/** What a journal says, read by somebody else than the exchange that wrote it. */
export interface ReplayedJournal {
  readonly stateHash: string;
  /** `session client-order-id` of every order that was ever answered, accepted or rejected. */
  readonly answered: ReadonlySet<string>;
  /** Orders answered more than once. */
  readonly doubled: readonly string[];
  /** ExecID of every report about an order, by name of its session. */
  readonly execIds: ReadonlyMap<string, readonly number[]>;
}

/** Replays a copy of a journal from its first command on, without its snapshots. */
export async function replayJournal(folder: string): Promise<ReplayedJournal> {
  const copy = mkdtempSync(join(tmpdir(), "replay-"));
  try {
    cpSync(folder, copy, {
      recursive: true,
      filter: (path) => !/snapshot-|lock$|sessions$|history$/.test(path),
    });
    const answered = new Set<string>();
    const doubled: string[] = [];
    const execIds = new Map(referenceConfig.sessions.map(({ name }) => [name, [] as number[]]));
    const report = ({ session }: { readonly session: number }, execId: number): void => {
      execIds.get(referenceConfig.sessions[session]!.name)!.push(execId);
    };
    const answer = (command: Pick<SubmitOrder, "session" | "clientOrderId">, execId: number): void => {
      report(command, execId);
      const order = `${referenceConfig.sessions[command.session]!.name} ${command.clientOrderId}`;
      if (answered.has(order)) doubled.push(order);
      answered.add(order);
    };
    const sequenced = new SequencedVenue({
      config: referenceConfig,
      journal: { folder: copy, sync: "never" },
    });
    sequenced.add({
      orderAccepted: answer,
      orderRejected: answer,
      orderTriggered: report,
      orderExecuted: report,
      orderCancelled: report,
      orderReplaced: report,
      orderRestated: report,
    });
    await sequenced.open();
    const stateHash = sequenced.venue.stateHash();
    await sequenced.close();
    return { stateHash, answered, doubled, execIds };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
