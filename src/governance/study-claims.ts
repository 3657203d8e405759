import type { Context } from '../context/context.ts';
import { analyseStudy } from '../study/analysis-actions.ts';
import type { StudyAnalysis, StudyFinding } from '../study/report-schema.ts';
import type { Claim } from './evidence-schema.ts';
import type { Leaves } from './model-claims.ts';

/** What a closed study found: the registered primary contrast, the secondary ones, and whether the registration was followed. */
export async function studyClaims(ctx: Context, id: string, leaves: Leaves): Promise<Claim[]> {
  const analysis = await analyseStudy(ctx, id);
  const { study, primary, secondary, conduct } = analysis;
  const source = {
    rows: 'study_response, study_rating',
    query: `safemed study analyze ${id} --json`,
    leaves: leaves(
      (event) => /^study\.(registered|amended|opened|closed)$/.test(event.type) && event.data.study === id,
    ),
  };
  const claim = (name: string, text: string, figures: Claim['figures']): Claim => ({
    id: `study-${id.slice(0, 8)}-${name}`,
    section: 'Expert study',
    text,
    figures,
    source,
    caveats: caveatsOf(analysis),
  });
  const followed = conduct.checks.map((one) => ({ check: one.check, met: one.met, text: one.text }));
  return [
    claim('primary', `${study.title}, primary: ${primary.sentence}`, findingFigures(primary)),
    ...secondary.map((one, index) =>
      claim(`secondary-${index + 1}`, `${study.title}, secondary: ${one.sentence}`, findingFigures(one)),
    ),
    claim(
      'conduct',
      `${study.title}: the registration ${conduct.followed ? 'was followed, as far as it can be checked' : 'was not followed'}.`,
      { designSha256: study.digest, followed: conduct.followed, checks: followed },
    ),
  ];
}

function findingFigures({ finding, agree, n, test, interval }: StudyFinding): Claim['figures'] {
  const ends = interval.ci95 ?? interval.ci;
  return {
    finding,
    testAndIntervalAgree: agree,
    n,
    test: test.statistic,
    p: test.p ?? null,
    pHolm: test.pHolm ?? null,
    interval: interval.statistic,
    difference: interval.value,
    ends: ends === undefined ? null : [...ends],
  };
}

function caveatsOf({ study, conduct, notes, refused }: StudyAnalysis): string[] {
  return [
    ...(study.illustrative ? ['Illustrative: vignettes, answers and ratings were invented.'] : []),
    ...(conduct.followed ? [] : ['The registration was not followed.']),
    ...notes,
    ...refused.map((text) => `Not claimed: ${text}.`),
  ];
}
