import { probabilityText, valueText } from '../../study/figure-text.ts';
import { powerText } from '../../study/plan.ts';
import { outcomeName } from '../../study/registered.ts';
import type { StudyAnalysis, StudyFinding } from '../../study/report-schema.ts';
import type { Study, StudyPlan, StudySummary } from '../../study/schema.ts';

/** What a design can show, and what it refuses to claim. */
export function planLines({ digest, claims, refused, warnings }: StudyPlan): string[] {
  return [
    `design ${digest.slice(0, 16)}`,
    'Power before the study',
    ...claims.map(
      (one) =>
        `  ${one.claim}\t${one.power === null ? `unknown (${one.reason ?? 'not computed'})` : powerText(one.power)}\tn = ${one.n}\t${one.method}`,
    ),
    refused.length === 0 ? 'No claim is refused.' : 'Refused: this study will not claim',
    ...refused.map((text) => `  ${text}`),
    ...warnings.map((text) => `warning: ${text}`),
  ];
}

export function summaryLine({ id, title, state, progress }: StudySummary): string {
  const { received, planned } = progress.ratings;
  return `${id}\t${state}\t${received}/${planned} ratings\t${title}`;
}

/** Where a study stands: its steps and what is planned and there. Nothing of what the ratings say. */
export function statusLines(study: Study): string[] {
  const { progress, registered, opened, closed, amendments } = study;
  const step = (name: string, one: { by: string; at: string; eventSeq: number } | undefined): string =>
    `  ${name}\t${one === undefined ? 'not yet' : `${one.at} by ${one.by}, event ${one.eventSeq}`}`;
  return [
    `study ${study.id}: ${study.title}${study.illustrative ? ' (illustrative)' : ''}, ${study.state}`,
    step('registered', registered),
    step('opened', opened),
    step('closed', closed),
    ...amendments.map((one) => `  amendment ${one.number}\t${one.at}: ${one.change} (${one.reason})`),
    ...progress.responses.map((one) => `  responses of ${one.arm}\t${one.received}/${one.planned}`),
    ...progress.raters.map((one) =>
      one.imported
        ? `  ratings of ${one.rater}\t${one.received} imported`
        : `  ratings of ${one.rater}\t${one.received}/${one.planned}, ${one.guesses} guesses`,
    ),
    `  ratings\t${progress.ratings.received}/${progress.ratings.planned}`,
  ];
}

function findingLine(one: StudyFinding): string {
  const contrast = `${one.contrast.a} − ${one.contrast.b}`;
  return `  ${contrast}\t${outcomeName(one.outcome)}\t${one.finding}\t${valueText(one.interval)}\t${probabilityText(one.test)}\tn = ${one.n}`;
}

/** An analysis for people: the registered finding first, then how the study went, then the figures beside it. */
export function analysisLines(analysis: StudyAnalysis): string[] {
  const { study, primary, conduct, flow, agreement, arms, secondary, pairs, power, blinding } = analysis;
  const met = { true: 'yes', false: 'NO', null: 'cannot be said' };
  return [
    `${study.title}${study.illustrative ? ' (illustrative: invented for teaching)' : ''}`,
    `Primary: ${primary.sentence}`,
    `  test: ${primary.test.method}; interval: ${primary.interval.ciMethod ?? primary.interval.statistic}; they ${primary.agree ? 'agree' : 'do not agree'}`,
    ...(analysis.elsewhere.length === 0 ? [] : ['  not registered, and pointing elsewhere:']),
    ...analysis.elsewhere.map((text) => `    ${text}`),
    `Registration followed: ${conduct.followed ? 'yes, as far as it can be checked' : 'NO'}`,
    ...conduct.checks.map((one) => `  ${met[`${one.met}`]}\t${one.check}: ${one.text}`),
    ...(analysis.refused.length === 0 ? [] : ['Refused before the study, so not claimed:']),
    ...analysis.refused.map((text) => `  ${text}`),
    `Flow: ${flow.vignettes} vignettes; ratings ${flow.ratings.planned} planned, ${flow.ratings.received} received (${flow.ratings.imported} imported), ${flow.ratings.excluded} excluded, ${flow.ratings.analysed} analysed`,
    ...flow.exclusions.map((one) => `  excluded, ${one.reason}\t${one.ratings}`),
    'Arms (mean over vignettes)',
    ...arms.map(
      (one) =>
        `  ${one.arm}\ttotal ${valueText(one.total)}${one.passed === undefined ? '' : `\tpassed ${one.passed.k}/${one.passed.n}`}`,
    ),
    'Agreement',
    ...agreement.flatMap((axis) => {
      const [first] = axis.results;
      return first === undefined ? [] : [`  ${axis.axis}\t${first.method}\t${valueText(first)}\tn = ${first.n}`];
    }),
    ...(secondary.length === 0 ? [] : ['Secondary (Holm)', ...secondary.map(findingLine)]),
    'Against margins, as context',
    ...pairs.flatMap((pair) =>
      pair.margins.map(
        (one) =>
          `  ${pair.a} − ${pair.b}\t${one.claim} ${one.margin} (${one.statistic})\t${one.refused ? 'no claim: refused by the plan' : one.shown ? 'shown' : 'not shown'}`,
      ),
    ),
    ...analysis.counterfactual.map(
      (one) => `Counterfactual pairs, ${one.arm}: changed − base ${valueText(one.difference)}, ${one.pairs} pairs`,
    ),
    'After the study',
    ...power.after.map(
      (one) => `  ${one.text}\t${one.value === null ? 'undefined' : Number(one.value.toPrecision(3))}`,
    ),
    `Blinding: source recognised in ${blinding.recognised.k} of ${blinding.recognised.n} ratings; guesses ${blinding.guesses.right} right, ${blinding.guesses.wrong} wrong, ${blinding.guesses.unsure} unsure`,
    ...analysis.notes.map((text) => `note: ${text}`),
  ];
}
