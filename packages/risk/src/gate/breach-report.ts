import { ALERT_LEVELS, alertLevel } from "./alert-watch.ts";
import type { GateSettings } from "./gate-settings.ts";
import type { LimitUse } from "./gate-types.ts";
import { type UseVisitor, visitNode, visitRow, visitSector } from "./limit-uses.ts";

/** Every limit used to at least `informationPpm`, worst level first, then by node in the order of adding. */
export function breachReport(gate: GateSettings): LimitUse[] {
  const { exposure, options } = gate;
  const found: { rank: number; use: LimitUse }[] = [];
  const seen = new Float64Array(2);
  const collector = (node: number, of: string): UseVisitor => ({
    seen,
    use(_slot, code) {
      const value = seen[0]!;
      const limit = seen[1]!;
      const rank = alertLevel(value, limit, options.informationPpm, options.warningPpm);
      const level = ALERT_LEVELS[rank];
      if (level) found.push({ rank, use: { node: gate.nodeNames[node]!, code, of, value, limit, level } });
    },
  });
  for (let node = 0; node < exposure.nodes.count; node++) {
    visitNode(exposure, node, collector(node, ""));
    for (let sector = 0; sector < exposure.sectors; sector++) {
      visitSector(exposure, node, sector, collector(node, `sector ${sector}`));
    }
    for (let instrument = 0; instrument < exposure.instruments.count; instrument++) {
      const row = exposure.find(node, instrument);
      if (row >= 0) visitRow(exposure, row, collector(node, gate.instrumentNames[instrument]!));
    }
  }
  return found.sort((a, b) => b.rank - a.rank).map(({ use }) => use);
}
