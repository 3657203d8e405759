import { randomUUID } from 'node:crypto';
import { requireRole } from '../../context/actor.ts';
import { type Context, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { questionDigest, storeQuestions } from '../../corpus/actions.ts';
import type { Question } from '../../corpus/schema.ts';
import { shingleSimilarity } from '../../corpus/shingles.ts';
import { textDigest } from '../../judging/text.ts';
import { heldOutTexts } from '../../training/held-out.ts';
import { readProbes } from '../probes/store.ts';
import { type Probe, splitOf } from '../schema.ts';
import { changed, findingOf } from './actions.ts';
import type { Finding, PromoteFinding } from './schema.ts';
import { updateFinding } from './store.ts';

/** From here on a new wording counts as the held-out one. */
const tooAlike = 0.7;

/**
 * Puts a finding's case into the corpus, as a guard question that waits for traces and for review like any other; a refused
 * twin becomes a benign one. Held-out wordings stay out of training, so a finding from the split test needs a wording of
 * its own. Throws `conflict` where it was promoted before, `check_failed` for a held-out wording.
 */
export async function promoteFinding(ctx: Context, id: string, input: PromoteFinding): Promise<{ question: string }> {
  requireRole(ctx.actor, 'steward', 'engineer');
  return transact(ctx, async (ctx) => {
    const finding = await findingOf(ctx, id, true);
    if (finding.question !== undefined)
      throw new AppError('conflict', `The finding is the question "${finding.question}" of the corpus already.`);
    const probes = await readProbes(ctx.tx, finding.probes);
    const text = await newWording(ctx, finding, probes, input.text);
    const question = questionOf(finding, probes, text);
    const { imported } = await storeQuestions(ctx, { importId: randomUUID(), benchmark: false, met: new Map() }, [
      question,
    ]);
    if (imported === 0) throw new AppError('conflict', 'The corpus has a question with this wording already.');
    await updateFinding(ctx.tx, id, { question: question.id });
    await changed(ctx, {
      finding,
      kind: 'promoted',
      data: { question: question.id, sha256: questionDigest(question) },
    });
    return { question: question.id };
  });
}

async function newWording(
  ctx: Context,
  finding: Finding,
  probes: readonly Probe[],
  given: string | undefined,
): Promise<string> {
  const held = probes.filter((probe) => splitOf(probe) === 'test');
  const own = probes.flatMap((probe) => wordingOf(finding, probe) ?? []);
  const text = given ?? (held.length === 0 ? own[0] : undefined);
  if (text === undefined)
    throw new AppError(
      'check_failed',
      `The probes of this finding are held out (${held.map(({ id }) => id).join(', ')}): training must not see them. Give another wording of the case with --text.`,
    );
  const like = held
    .flatMap((probe) => wordingOf(finding, probe) ?? [])
    .find((one) => shingleSimilarity(one, text) >= tooAlike);
  if (like !== undefined || (await heldOutTexts(ctx, [text])).length > 0)
    throw new AppError('check_failed', 'This wording is that of a held-out probe, or nearly: write the case anew.');
  return text;
}

function wordingOf({ variant }: Finding, probe: Probe): string | undefined {
  return variant === 'probe' ? (probe.plain ?? probe.prompt) : (probe.twinPlain ?? probe.twin);
}

function questionOf(finding: Finding, probes: readonly Probe[], text: string): Question {
  const [probe] = probes;
  return {
    id: `finding-${finding.id}`,
    dataset: 'red-team-findings',
    kind: 'guard',
    language: probe?.language ?? 'en',
    text,
    answer: [],
    dimensions: [finding.dimension],
    group: `finding-${textDigest(finding.group).slice(0, 16)}`,
    benign: finding.variant === 'twin',
    source: { kind: 'incident', citation: `finding ${finding.id} of the red team` },
    flags: [],
    tags: { finding: finding.id, campaign: finding.campaign, strategy: probe?.strategy ?? '' },
    provenance: { file: 'redteam-findings', row: 1 },
  };
}
