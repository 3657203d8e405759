import { requireRole } from '../../context/actor.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { textDigest } from '../../judging/text.ts';
import { appendEvent } from '../../ledger/actions.ts';
import { holdOut } from '../../training/held-out.ts';
import { linesReport, readLines, sortLines } from '../lines.ts';
import { readersOfAttacks, runners } from '../roles.ts';
import { type LinesReport, Probe, splitOf } from '../schema.ts';
import { corpusOverlap, textDigests } from './held-out.ts';
import { coverageOf, probesDigest, unknownCode } from './probe.ts';
import type { Coverage } from './schema.ts';
import { countProbes, groupSplits, insertProbes, knownProbes, labelledPrompts, probePage } from './store.ts';

/**
 * Stores held-out probes. Refused, line by line: what the profile does not know, a probe whose text is a question of the
 * corpus or the prompt of a labelled reply, a group that stands on the other split, and another content under a stored id.
 * From now on no run trains on a text of the split test. The same lines again change nothing.
 */
export async function importProbes(ctx: Context, lines: readonly unknown[]): Promise<LinesReport> {
  requireRole(ctx.actor, ...runners);
  const { good, refused } = readLines(lines, Probe);
  const probes = good.map((one) => one.record);
  const inCorpus = await corpusOverlap(ctx, probes);
  return transact(ctx, async (ctx) => {
    const labelled = await labelledPrompts(ctx.tx, probes.flatMap(textDigests));
    const stored = await knownProbes(
      ctx.tx,
      good.map((one) => one.id),
    );
    const splits = await groupSplits(
      ctx.tx,
      probes.map((probe) => probe.group),
    );
    const sorted = sortLines(good, stored, (probe) => {
      const side = splits.get(probe.group);
      if (side !== undefined && side !== splitOf(probe))
        return `the group "${probe.group}" is on the split ${side}; variants of one case stay together`;
      splits.set(probe.group, splitOf(probe));
      const question = textDigests(probe).flatMap((digest) => inCorpus.get(digest) ?? [])[0];
      if (question !== undefined && splitOf(probe) === 'test')
        return `its text is the question "${question}" of the corpus: a model may be trained on that`;
      if (textDigests(probe).some((digest) => labelled.has(digest)))
        return 'its text is the prompt of a labelled reply: the judge has seen that';
      return unknownCode(ctx.profile, probe);
    });
    if (sorted.fresh.length > 0) {
      const rows = sorted.fresh.map(({ record: probe, sha256 }) => ({
        probe,
        sha256,
        promptSha256: textDigest(probe.prompt),
        twinSha256: probe.twin === undefined ? undefined : textDigest(probe.twin),
      }));
      await insertProbes(ctx.tx, rows, ctx.actor.id, ctx.clock.now());
      const held = sorted.fresh.map((one) => one.record).filter((probe) => splitOf(probe) === 'test');
      await holdOut(ctx, held.flatMap(textDigests), 'the red team');
      const digests = sorted.fresh.map((one) => one.sha256);
      await appendEvent(ctx, {
        type: 'probes.imported',
        data: { dataset: 'red-team-probes', probes: digests.length, sha256: probesDigest(digests) },
      });
    }
    return linesReport(sorted.fresh.length, sorted.already, [...refused, ...sorted.refused]);
  });
}

/** A page of probes in the order of their ids. */
export async function listProbes(ctx: Context, page: { after?: string; limit: number }): Promise<Probe[]> {
  requireRole(ctx.actor, ...readersOfAttacks);
  return probePage(reader(ctx), page.after, page.limit);
}

/** How the probes cover the profile's dimensions and strategies; no text. */
export async function probeCoverage(ctx: Context): Promise<Coverage> {
  return coverageOf(ctx.profile, await countProbes(reader(ctx)));
}
