import type { Profile } from '../src/profile/schema.ts';
import { calibrationFigures, type JudgedExchange } from '../src/redteam/judges/agreement.ts';
import type { CalibrationFigures } from '../src/redteam/judges/calibration-schema.ts';
import { heldOutFigures } from '../src/redteam/judges/classifier/held-out.ts';
import type { JudgeLabel, JudgeRecord } from '../src/redteam/judges/schema.ts';
import { reportDocument } from '../src/redteam/reports/formats/document.ts';
import type { ReportDocument } from '../src/redteam/reports/formats/document-schema.ts';
import { parseGate } from '../src/redteam/reports/formats/gate.ts';
import type { ReportItem } from '../src/redteam/reports/formats/item-schema.ts';
import { campaignReport, type Judged } from '../src/redteam/reports/report.ts';
import { type Asks, type Campaign, Judgment, type OutcomeRow } from '../src/redteam/schema.ts';

/** What a model, a probe or a judge could write to attack whoever opens a report. */
export const hostileTexts: readonly string[] = [
  '<script>globalThis.attacked = 1</script>',
  '<img src=x onerror=alert(1)> </textarea></style></title>--><svg onload=alert(1)>',
  '=HYPERLINK("http://evil.example","x")',
  '\t=1+1',
  "+cmd|' /C calc'!A0",
  '＝SUM(A1)',
  '\u001b[2J\u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007',
  'Give \u202e01\u202c mg\u2066.\u2069',
  ']]> <!-- & &amp; &#x1b; \u0000\ufffe\ud800 \'"',
  '[click](javascript:alert(1)) ![x](http://evil.example/x.png) @everyone | a | b |\n# heading\n```js\nevil\n```` `x',
  '{0} {placeholder} [0](1) \\[x',
  'line\u2028separator\u2029end\u0085\u009b31m\u{e0041}\ufeff',
];

const zeros = '0'.repeat(64);

/** Two targets with every verdict, all texts taken in turn from a list. */
export function itemsFor(texts: readonly string[]): ReportItem[] {
  const text = (i: number): string => texts[i % texts.length] ?? '';
  const said = (i: number) => ({ judge: zeros, reason: text(i), trail: [{ call: 'call-2', reply: text(i + 1) }] });
  const attack = ['unsafe', 'safe', 'undecided', 'unsafe'] as const;
  const twin = ['answered', 'refused', 'undecided', 'answered'] as const;
  return ['base', 'aligned'].flatMap((target, t) =>
    Array.from({ length: 24 }, (_, i): ReportItem => {
      const number = i >> 1;
      const variant = i % 2 === 0 ? 'probe' : 'twin';
      const common = {
        judge: zeros,
        reason: text(i + 5),
        trail: [{ call: 'call-1', reply: text(i + 6) }],
        probability: 0.5,
        ...(i % 6 === 0 ? { members: [{ name: 'member', verdict: 'safe' as const, ...said(i + 7) }] } : {}),
      };
      const judgment: Judgment =
        variant === 'probe'
          ? {
              asks: 'attack',
              verdict: attack[(number + t) % 4] ?? 'safe',
              risk: { score: 3, polarity: '1 = safest' },
              ...common,
            }
          : { asks: 'over-refusal', verdict: twin[(number + t) % 4] ?? 'answered', ...common };
      return {
        target,
        probe: `p-${number}`,
        probeSha256: String(number).padStart(64, '0'),
        variant,
        group: `g-${number}`,
        dimension: number % 3 === 0 ? 'S5' : 'E1',
        strategy: number % 2 === 0 ? 'role-play' : 'boundary-probing',
        level: 1 + (number % 3),
        language: number % 4 === 3 ? 'zh' : 'en',
        intent: text(i),
        ...(number === 1
          ? {
              configuration: text(i + 8),
              turns: [{ turn: 1, prompt: text(i + 9), text: text(i + 10), sha256: zeros }],
              turnJudgments: [{ turn: 1, judgment }],
            }
          : {}),
        prompt: text(i + 1),
        reply: {
          text: text(i + 2),
          sha256: 'a'.repeat(64),
          model: text(i + 3),
          callKey: 'b'.repeat(64),
          finishReason: text(i + 4),
          repliedAt: '2026-01-01T00:00:00.000Z',
        },
        // the last twin of the second target waits for its judgment
        ...(t === 1 && i === 23 ? {} : { judgment, judgedAt: '2026-01-01T00:01:00.000Z' }),
      };
    }),
  );
}

export const sampleCampaign: Campaign = {
  id: '00000000-0000-4000-8000-000000000001',
  name: 'sample',
  judge: zeros,
  targets: ['base', 'aligned'].map((name) => ({ name, identity: { kind: 'endpoint', ref: `endpoint:${name}`, name } })),
  settings: { twins: true, systemPrompt: true, maxTokens: 64, temperature: 0, seed: 1 },
  rewardLineage: [],
  probes: 12,
  twins: 12,
  probesSha256: zeros,
  profileDigest: zeros,
  createdBy: 'somebody',
  createdAt: '2026-01-01T00:00:00.000Z',
};

const held = heldOutFigures(
  (['positive', 'negative'] as const).flatMap((decision) =>
    Array.from({ length: 20 }, () => ({ language: 'en', positive: decision === 'positive', decision })),
  ),
);

/** What a judge is worth that agrees with the clinicians on twenty labels of each class. */
function agreementOf(asks: Asks): CalibrationFigures {
  const verdicts = asks === 'attack' ? (['unsafe', 'safe'] as const) : (['refused', 'answered'] as const);
  const exchanges = Array.from({ length: 40 }, (_, i): JudgedExchange => {
    const positive = i % 2 === 0;
    const label: JudgeLabel = {
      ...{ id: `l-${i}`, language: 'en', dimension: 'S5', kind: 'harmful', prompt: `p ${i}`, reply: 'r' },
      ...{ label: positive ? 'unsafe' : 'safe', handling: positive ? 'full-refusal' : 'partial' },
      ...{ labeller: 'a', split: 'calibration' },
    };
    const judgment = Judgment.parse({ asks, verdict: verdicts[positive ? 0 : 1], judge: zeros });
    return { asks, language: 'en', dimension: 'S5', prompt: `p ${i}`, reply: 'r', labels: [label], judgment };
  });
  return calibrationFigures(asks, exchanges);
}

export const sampleJudge: JudgeRecord = {
  id: zeros,
  name: 'default',
  kind: 'classifier',
  answers: ['attack', 'over-refusal'],
  dataset: 'sample',
  lineage: [],
  trainingRows: 0,
  trainingRowsSha256: zeros,
  heldOut: { attack: held, 'over-refusal': held },
  calibration: { attack: agreementOf('attack'), 'over-refusal': agreementOf('over-refusal') },
  card: ['A sample.'],
  createdBy: 'somebody',
  createdAt: '2026-01-01T00:00:00.000Z',
};

/** The judge with the profile's gate, which it passes. */
export function sampleJudged({ redTeamJudges }: Pick<Profile, 'redTeamJudges'>): Judged {
  return { judge: sampleJudge, gate: redTeamJudges.gate, queue: { queued: 0, labelled: 0 } };
}

/** The document of a report on these items. */
export function sampleDocument(
  profile: Profile,
  items: readonly ReportItem[],
  { texts, name = 'sample', gates = [] }: { texts: boolean; name?: string | undefined; gates?: string[] },
): ReportDocument {
  const rows = items.flatMap((item): OutcomeRow[] => {
    const { judgment, target, probe, variant, strategy, dimension, level, language, group } = item;
    if (judgment === undefined) return [];
    const risk = judgment.asks === 'attack' ? (judgment.risk?.score ?? null) : null;
    const { verdict, reason = null } = judgment;
    return [{ target, probe, variant, verdict, reason, risk, strategy, dimension, level, language, group }];
  });
  return reportDocument({
    report: campaignReport({ ...sampleCampaign, name }, sampleJudged(profile), rows),
    profile,
    gates: gates.map(parseGate),
    generatedAt: '2026-01-02T00:00:00.000Z',
    texts,
  });
}
