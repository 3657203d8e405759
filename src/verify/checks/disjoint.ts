import { heldOutFile, linesOf } from '../files/export-files.ts';
import type { SealedRecord } from '../files/records.ts';
import { type Split, splitOf } from '../files/row.ts';
import type { Rules } from '../replay/rules.ts';
import type { Collector } from '../report.ts';
import type { RecordFacts } from './record-facts.ts';

/** Watches over the groups and identities of the rows as they go by. */
export type Disjointness = { see(record: SealedRecord, apart: NonNullable<RecordFacts['apart']>, rules: Rules): void };

/**
 * V13: a group stands on one side only, the side its hash and the published salt give it; no question stands on both
 * sides; none is a held-out one (data/held-out.txt: identities of benchmark questions, one a line, sorted).
 */
export async function watchDisjointness(directory: string, collect: Collector): Promise<Disjointness> {
  const heldOut = new Set<string>();
  for await (const { bytes } of linesOf(directory, heldOutFile)) heldOut.add(bytes.toString('latin1'));
  const sides = new Map<string, Split>();
  return {
    see: (record, { group, identity }, rules) => {
      const fail = (problem: string): void =>
        collect.fail({ check: 'V13', record: record.id, place: `data/${record.split}.jsonl`, problem });
      if (splitOf(group, rules.split) !== record.split) fail(`its group ${group} belongs to the other split`);
      for (const name of [`group ${group}`, `question ${identity}`]) {
        if ((sides.get(name) ?? record.split) !== record.split) fail(`its ${name} stands in both splits`);
        sides.set(name, record.split);
      }
      if (heldOut.has(identity)) fail('it is a held-out question of a benchmark');
    },
  };
}
