import { availableParallelism, totalmem } from 'node:os';
import { summaryModels } from '../../evaluation/report.ts';
import type { EvaluationReport } from '../../evaluation/report-schema.ts';
import type { EvidenceReply } from '../../governance/evidence-schema.ts';
import type { JudgeRecord } from '../../redteam/judges/schema.ts';
import { redteamSummary } from '../../redteam/reports/report.ts';
import type { CampaignReport } from '../../redteam/reports/schema.ts';
import type { Release } from '../../release/schema.ts';
import { pText, rateText } from '../figures.ts';
import type { Counted } from './counted.ts';
import type { Journal } from './journal.ts';
import type { Trained } from './train.ts';

export type SummaryInput = {
  journal: Journal;
  counted: Counted;
  release: Release;
  verified: { exitCode: number };
  sft: Trained;
  reward: Trained;
  grpo: Trained;
  judge: JudgeRecord;
  campaign: CampaignReport;
  evaluation: EvaluationReport;
  evidence: EvidenceReply;
};

export type Summary = ReturnType<typeof buildSummary>;

/** Every figure of the demonstration, read from the system's own rows. */
export function buildSummary(input: SummaryInput) {
  const { journal, counted, release, sft, reward, grpo, campaign, evaluation } = input;
  const startedAt = new Date(journal.file.startedAt);
  const seconds = journal.file.stages.reduce((sum, stage) => sum + stage.seconds, 0);
  return {
    version: '0.1.0',
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    /** Working time of all stages, also when the run was interrupted. */
    durationSeconds: round(seconds),
    machine: { cores: availableParallelism(), memoryGiB: round(totalmem() / 2 ** 30) },
    seed: journal.file.seed,
    quick: journal.file.quick,
    illustrative: true,
    stages: journal.file.stages.map(({ name, seconds, status }) => ({ name, seconds: round(seconds), status })),
    corpus: corpusFigures(counted),
    review: reviewFigures(counted),
    release: {
      name: release.name,
      rows: release.summary.counts.rows,
      path: release.path ?? '',
      treeSize: release.anchor?.size ?? 0,
      rootHash: release.anchor?.root ?? '',
      checkpointVerified: input.verified.exitCode === 0,
    },
    training: trainingFigures(sft, reward, grpo),
    redteam: { ...redteamSummary(campaign), warnings: campaign.warnings },
    evaluation: { models: summaryModels(evaluation.models) },
    verify: input.verified,
    evidence: `${input.evidence.directory}/evidence.html`,
    log: counted.log,
    calls: callFigures(counted),
  };
}

function corpusFigures({ corpus: { counts, dimensions } }: Counted) {
  const training = counts.filter((row) => !row.benchmark && row.state !== 'excluded');
  const sum = (test: (row: (typeof training)[number]) => boolean): number =>
    training.filter(test).reduce((total, row) => total + row.n, 0);
  return {
    questions: sum(() => true),
    byKind: {
      knowledge: sum((row) => row.kind === 'knowledge'),
      guard: sum((row) => row.kind === 'guard'),
      ethics: sum((row) => row.kind === 'ethics'),
    },
    byLanguage: { en: sum((row) => row.language === 'en'), zh: sum((row) => row.language === 'zh') },
    dimensions: dimensions.length,
  };
}

function reviewFigures({ generation, reviews, agreement }: Counted) {
  const { byState } = generation;
  return {
    instances: Object.values(byState).reduce((a, b) => a + b, 0),
    reviews: reviews.reviews,
    edits: reviews.edits,
    strikes: generation.strikes,
    panelCases: reviews.cases,
    accepted: byState.accepted,
    rejected: byState.rejected,
    agreement: agreement.criteria.map(({ item, n, headline: { statistic, value, reason, ci95 } }) => ({
      criterion: item,
      statistic,
      value,
      ...(reason === undefined ? {} : { reason }),
      n,
      ci95: ci95 ?? null,
    })),
  };
}

function trainingFigures(sft: Trained, reward: Trained, grpo: Trained) {
  const { base } = sft.result;
  const s = sft.result.metrics;
  const r = reward.result.metrics;
  const g = grpo.result.metrics;
  return {
    base: { name: base.name, sha256: base.sha256, parameters: base.parameters },
    sft: {
      rows: sft.result.rows,
      tokens: s.tokens ?? sft.result.tokens,
      steps: sft.result.steps,
      lossFirst: s.loss_first ?? null,
      lossLast: s.loss_last ?? null,
      seconds: round(sft.result.seconds),
    },
    reward: {
      pairs: reward.result.rows,
      pairsHeldOut: r['held_out.pairs'] ?? 0,
      accuracyHeldOut: r['held_out.accuracy'] ?? null,
      seconds: round(reward.result.seconds),
    },
    grpo: {
      prompts: g.prompts ?? grpo.result.rows,
      steps: grpo.result.steps,
      generations: g.generations ?? null,
      rewardFirst: g.reward_first ?? null,
      rewardLast: g.reward_last ?? null,
      kl: g.kl_last ?? null,
      zeroStdShare: g.zero_std_share ?? null,
      unscoredShare: g.unscored_share ?? null,
      seconds: round(grpo.result.seconds),
    },
  };
}

function callFigures({ calls: { made, cached, tokensIn, tokensOut, cost } }: Counted) {
  return { made, cached, tokensIn, tokensOut, cost };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What the demonstration prints at its end. */
export function summaryLines(summary: Summary): string[] {
  const { corpus, review, release, training, redteam, evaluation } = summary;
  const figure = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : String(Number(value.toPrecision(3)));
  return [
    '',
    `Corpus      ${corpus.questions} questions (${corpus.byKind.knowledge} knowledge, ${corpus.byKind.guard} guard, ${corpus.byKind.ethics} ethics; ${corpus.byLanguage.en} English, ${corpus.byLanguage.zh} Chinese; ${corpus.dimensions} dimensions)`,
    `Review      ${review.reviews} reviews, ${review.edits} edits, ${review.strikes} strikes, ${review.panelCases} panel cases: ${review.accepted} accepted, ${review.rejected} rejected`,
    `Release     ${release.rows} rows in a log of ${release.treeSize} leaves; verified offline: ${release.checkpointVerified ? 'yes' : 'NO'}`,
    `SFT         ${training.sft.rows} rows, ${training.sft.steps} steps, loss ${figure(training.sft.lossFirst)} → ${figure(training.sft.lossLast)}`,
    `Reward      ${training.reward.pairs} pairs, held-out accuracy ${figure(training.reward.accuracyHeldOut)} on ${training.reward.pairsHeldOut} pairs`,
    `GRPO        ${training.grpo.steps} steps, reward ${figure(training.grpo.rewardFirst)} → ${figure(training.grpo.rewardLast)}, KL ${figure(training.grpo.kl)}`,
    `Judge       ${redteam.judge.name}: balanced accuracy ${figure(redteam.judge.calibration.balancedAccuracy)} on ${redteam.judge.calibration.n} held-out labels`,
    ...Object.entries(redteam.models).map(
      ([name, model]) =>
        `Red team    ${name.padEnd(8)} unsafe ${rateText(model.unsafe)}, ${model.undecided} undecided · over-refusal ${rateText(model.overRefusal)}, ${model.overRefusalUndecided} undecided`,
    ),
    ...redteam.withheld.map((line) => `            ${line}`),
    ...redteam.comparisons.map(
      (one) => `            ${one.b} against ${one.a}, ${one.outcome}: ${pText(one.p, one.reason)}`,
    ),
    ...Object.entries(evaluation.models).flatMap(([name, model]) =>
      model.sets.map(
        (set) =>
          `Exam        ${name.padEnd(8)} ${set.name}: ${rateText({ k: set.correct, n: set.n, rate: set.rate, ci95: set.ci95 })}, ${set.unanswered} unanswered`,
      ),
    ),
  ];
}
