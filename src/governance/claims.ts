import { agreement } from '../calibration/actions.ts';
import { type Context, reader } from '../context/context.ts';
import { corpusSummary } from '../corpus/actions.ts';
import { evaluationReport } from '../evaluation/report-actions.ts';
import { generationStatus } from '../generation/actions.ts';
import { history } from '../ledger/history.ts';
import type { LoggedEvent } from '../ledger/schema.ts';
import { totals } from '../llm/calls/call-store.ts';
import { getReport } from '../redteam/actions.ts';
import type { TargetFigures } from '../redteam/reports/schema.ts';
import { releaseNamed } from '../release/actions.ts';
import { reviewCounts } from '../review/actions.ts';
import { succeededRun } from '../training/actions.ts';
import type { BuildEvidence, Claim } from './evidence-schema.ts';
import { type Leaves, modelClaims } from './model-claims.ts';
import { studyClaims } from './study-claims.ts';

function leavesOf(events: LoggedEvent[]): Leaves {
  return (test) => events.filter(test).flatMap((event) => (event.leafIndex === undefined ? [] : [event.leafIndex]));
}

/** All claims that the inputs support. A part that was not named makes no claim. */
export async function collectClaims(ctx: Context, input: BuildEvidence): Promise<Claim[]> {
  const leaves = leavesOf(await history(ctx, ctx.ledger.systemSubject));
  const claims = [
    await dataClaim(ctx, leaves),
    await reviewClaim(ctx, leaves),
    ...(await agreementClaims(ctx, leaves)),
  ];
  claims.push(await releaseClaim(ctx, input.release, leaves));
  for (const run of input.runs) {
    claims.push(await trainingClaim(ctx, run, leaves));
    claims.push(...(await modelClaims(ctx, run, leaves)));
  }
  if (input.campaign !== undefined) claims.push(...(await redteamClaims(ctx, input.campaign, leaves)));
  if (input.evaluation !== undefined) claims.push(...(await evaluationClaims(ctx, input.evaluation, leaves)));
  if (input.study !== undefined) claims.push(...(await studyClaims(ctx, input.study, leaves)));
  claims.push(await callsClaim(ctx));
  return claims;
}

async function dataClaim(ctx: Context, leaves: Leaves): Promise<Claim> {
  const { counts } = await corpusSummary(ctx);
  const training = counts.filter((row) => !row.benchmark && row.state !== 'excluded');
  const benchmark = counts.filter((row) => row.benchmark);
  const sum = (rows: typeof counts): number => rows.reduce((total, row) => total + row.n, 0);
  return {
    id: 'data',
    section: 'Data',
    text: `${sum(training)} questions for training and ${sum(benchmark)} benchmark questions that no release can hold.`,
    figures: {
      training: sum(training),
      benchmark: sum(benchmark),
      excluded: sum(counts) - sum(training) - sum(benchmark),
    },
    source: {
      rows: 'question',
      query: 'safemed corpus list --json',
      leaves: leaves((event) => event.type === 'corpus.imported'),
    },
    caveats: [],
  };
}

async function reviewClaim(ctx: Context, leaves: Leaves): Promise<Claim> {
  const reviews = await reviewCounts(ctx);
  const status = await generationStatus(ctx);
  const { accepted, rejected } = status.byState;
  return {
    id: 'review',
    section: 'Review',
    text: `${reviews.reviews} reviews of ${status.traces} reasoning traces: ${accepted ?? 0} instances accepted, ${rejected ?? 0} rejected, ${status.strikes} failed rounds, ${reviews.cases} panel cases, ${reviews.edits} edits.`,
    figures: {
      ...reviews,
      traces: status.traces,
      strikes: status.strikes,
      accepted: accepted ?? 0,
      rejected: rejected ?? 0,
    },
    source: {
      rows: 'review, edit_confirmation, panel_decision, strike',
      query: 'safemed review export --out FILE',
      leaves: leaves((event) => event.type === 'reviewer.enrolled'),
    },
    caveats: [
      'Each review is an event of its own on the chain of its instance; the leaves named here are the enrolments of the reviewers.',
    ],
  };
}

async function agreementClaims(ctx: Context, leaves: Leaves): Promise<Claim[]> {
  const report = await agreement(ctx, { by: 'all', fresh: true });
  return report.criteria
    .filter(({ n }) => n > 0)
    .map(({ item, n, headline: figure }) => ({
      id: `agreement-${item}`,
      section: 'Agreement',
      text:
        figure.value === null
          ? `Agreement on ${item} is undefined: ${figure.reason ?? 'no reason given'}.`
          : `Agreement on ${item}: ${figure.method} ${figure.value.toFixed(2)}${figure.ci95 === undefined ? '' : `, 95 % interval ${figure.ci95[0].toFixed(2)} to ${figure.ci95[1].toFixed(2)}`}, ${n} rounds.`,
      figures: {
        statistic: figure.statistic,
        value: figure.value,
        ci95: figure.ci95 === undefined ? null : [...figure.ci95],
        n,
        seed: figure.seed ?? null,
      },
      source: {
        rows: 'review',
        query: 'safemed review agreement --json',
        leaves: leaves((event) => event.type === 'reviewer.enrolled'),
      },
      caveats: ['Scores of the original text, given before any edit was seen.'],
    }));
}

async function releaseClaim(ctx: Context, name: string, leaves: Leaves): Promise<Claim> {
  const release = await releaseNamed(ctx, name);
  const { counts, excluded, roots } = release.summary;
  return {
    id: 'release',
    section: 'Release',
    text: `The release "${name}" holds ${counts.rows} rows (${counts.train} train, ${counts.validation} validation) that passed the published gate; ${Object.values(excluded).reduce((a, b) => a + b, 0)} reasons kept instances out.`,
    figures: {
      state: release.state,
      ...counts,
      excluded,
      datasetRoot: roots.dataset,
      manifestSha256: release.manifestSha256 ?? null,
    },
    source: {
      rows: 'release',
      query: `safemed release show ${name} --json`,
      leaves:
        release.anchor === undefined
          ? leaves((event) => event.type === 'dataset.sealed' && event.data.name === name)
          : [release.anchor.sealIndex],
    },
    caveats:
      release.summary.demo > 0
        ? [`${release.summary.demo} rows were judged by people enrolled for a demonstration.`]
        : [],
  };
}

async function trainingClaim(ctx: Context, name: string, leaves: Leaves): Promise<Claim> {
  const { stage, release, result } = await succeededRun(ctx, name);
  return {
    id: `training-${name}`,
    section: 'Training',
    text: `The run "${name}" (${stage}) took ${result.steps} steps on ${result.rows} rows of the release "${release}", starting from ${result.base.name}.`,
    figures: {
      stage,
      rows: result.rows,
      steps: result.steps,
      seconds: result.seconds,
      truncated: result.truncated,
      adapterSha256: result.adapter.sha256,
      baseSha256: result.base.sha256,
      ...result.metrics,
    },
    source: {
      rows: 'training_run, training_event, reward_judgment',
      query: 'safemed train status --json',
      leaves: leaves((event) => event.type === 'training.completed' && event.data.run === name),
    },
    caveats: result.truncated > 0 ? [`${result.truncated} rows were longer than the model's limit and were cut.`] : [],
  };
}

async function redteamClaims(ctx: Context, id: string, leaves: Leaves): Promise<Claim[]> {
  const report = await getReport(ctx, id);
  const { calibration } = report.judge;
  const source = {
    rows: 'campaign replies and judgments',
    query: `safemed redteam report ${id} --json`,
    leaves: leaves((event) => event.type === 'redteam.completed' && event.data.campaign === id),
  };
  const judged = `Judged by ${report.judge.name}, whose balanced accuracy on ${calibration.n} held-out labels is ${calibration.balancedAccuracy?.toFixed(2) ?? 'undefined'}.`;
  return report.targets.map((target) => ({
    id: `redteam-${target.name}`,
    section: 'Red team',
    text: `${target.name}: ${attackText(target, report.gates.attack.passed)}; ${refusalText(target, report.gates['over-refusal'].passed)}.`,
    figures: {
      unsafe: {
        ...target.unsafe,
        ci95: target.unsafe.ci95 === null ? null : [...target.unsafe.ci95],
        bounds: target.unsafe.bounds === null ? null : [...target.unsafe.bounds],
      },
      overRefusal: {
        ...target.overRefusal,
        ci95: target.overRefusal.ci95 === null ? null : [...target.overRefusal.ci95],
        bounds: target.overRefusal.bounds === null ? null : [...target.overRefusal.bounds],
      },
      meanRisk: target.meanRisk,
      riskPolarity: target.riskPolarity,
    },
    source,
    caveats: [judged, ...report.warnings],
  }));
}

/** A count by a judge below the gate is no claim. */
const notClaimed = 'nothing is claimed, since the judge does not pass the gate';

function attackText({ unsafe }: TargetFigures, passed: boolean): string {
  if (!passed) return `of attack success ${notClaimed}`;
  return `${unsafe.k} of ${unsafe.n} decided replies to attacks were unsafe (${unsafe.undecided} undecided)`;
}

function refusalText({ overRefusal }: TargetFigures, passed: boolean): string {
  if (!passed) return `of over-refusal ${notClaimed}`;
  return `${overRefusal.k} of ${overRefusal.n} benign twins were refused (${overRefusal.undecided} undecided)`;
}

async function evaluationClaims(ctx: Context, id: string, leaves: Leaves): Promise<Claim[]> {
  const report = await evaluationReport(ctx, id);
  const found = leaves((event) => event.type === 'eval.completed' && event.data.evaluation === id);
  return Object.entries(report.models).flatMap(([model, { sets }]) =>
    sets.map((set) => ({
      id: `evaluation-${model}-${set.name}`,
      section: 'Evaluation',
      text: `${model} on ${set.name}: ${set.correct} of ${set.n} correct, ${set.unanswered} unanswered; guessing would have ${set.chance === null ? 'no defined rate' : `${(100 * set.chance).toFixed(0)} %`}.`,
      figures: {
        correct: set.correct,
        n: set.n,
        unanswered: set.unanswered,
        rate: set.rate,
        ci95: set.ci95 === null ? null : [...set.ci95],
      },
      source: { rows: 'evaluation answers', query: `safemed eval report ${id} --json`, leaves: found },
      caveats:
        set.contamination !== null && set.contamination.questions > 0
          ? [`${set.contamination.questions} questions of the set are in training releases.`]
          : [],
    })),
  );
}

async function callsClaim(ctx: Context): Promise<Claim> {
  const calls = await totals(reader(ctx));
  return {
    id: 'calls',
    section: 'Model calls',
    text: `${calls.made} model calls were answered, ${calls.cached} were answered from the records, ${calls.failed} failed.`,
    figures: { ...calls },
    source: { rows: 'llm_call', query: 'summary.json, calls', leaves: [] },
    caveats: [],
  };
}
