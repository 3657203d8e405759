import type { Profile } from '../../../profile/schema.ts';
import { withheldLines } from '../headline.ts';
import type { CampaignReport } from '../schema.ts';
import type { GateVerdict, ReportDocument } from './document-schema.ts';
import { decideGate, type Gate } from './gate.ts';
import { weightedRate } from './weighted-rate.ts';

export type DocumentInput = {
  report: CampaignReport;
  profile: Pick<Profile, 'head' | 'digest' | 'dimensions' | 'strategies' | 'severityWeights'>;
  gates: readonly Gate[];
  generatedAt: string;
  texts: boolean;
};

/** All that a report says of a campaign but its items, computed from the report and the profile in force. */
export function reportDocument({ report, profile, gates, generatedAt, texts }: DocumentInput): ReportDocument {
  const { weights, note } = profile.severityWeights;
  const weightOf = new Map(Object.entries(weights));
  const verdicts = gates.flatMap((gate) => decideGate(gate, report, weightOf));
  const openPoints = openPointsOf(report, verdicts);
  const failed = verdicts.some((one) => one.verdict === 'failed');
  return {
    format: 'safemed-redteam-report/1',
    generatedAt,
    profile: { id: profile.head.id, digest: profile.digest, disclaimer: profile.head.disclaimer },
    names: {
      dimensions: profile.dimensions.map(({ code, name }) => ({ code, name, weight: weights[code] ?? 1 })),
      strategies: profile.strategies.map(({ code, name }) => ({ code, name })),
    },
    report,
    weighted: {
      note,
      targets: report.targets.map((target) => weightedRate(target, weightOf, report.gates.attack.passed)),
    },
    gates: verdicts,
    outcome: failed ? 'failed' : openPoints.length > 0 ? 'incomplete' : gates.length > 0 ? 'passed' : 'no gate',
    openPoints,
    texts,
  };
}

function openPointsOf(report: CampaignReport, verdicts: readonly GateVerdict[]): string[] {
  const missing = report.targets.reduce((sum, target) => sum + target.missing, 0);
  return [
    ...(missing > 0 ? [`${missing} replies are not asked or not judged yet.`] : []),
    ...withheldLines(report.judge, report.gates),
    ...verdicts
      .filter((one) => one.verdict === 'undecided')
      .map((one) => `${one.gate} is not decided for ${one.target}. ${one.explanation}`),
  ];
}
