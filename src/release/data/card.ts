import type { Summary } from '../schema.ts';
import type { ReleaseFacts } from './facts.ts';

/** README.md: a Hugging Face dataset card that says what is in the release, how it was judged, and how to check it. */
export function datasetCard({ release, origin, profile, summary, approvedAt, people }: ReleaseFacts): string {
  const { counts } = summary;
  const text = [
    '',
    `# ${release}`,
    '',
    ...(summary.demo > 0
      ? [
          `**Illustrative: ${summary.demo} of ${counts.rows} records were judged by people enrolled for a demonstration. No clinician stands behind them.**`,
          '',
        ]
      : []),
    `${counts.rows} reasoning traces with the scores and edits of their reviewers, and ${counts.preferences} preference pairs, released ${approvedAt} by the log \`${origin}\`. Prepared by ${people.createdBy}, approved by ${people.approvedBy}.`,
    '',
    '| split | rows |',
    '|---|---|',
    `| train | ${counts.train} |`,
    `| validation | ${counts.validation} |`,
    '',
    ...table('kind', summary.byKind),
    ...table('language', summary.byLanguage),
    ...table('dimension', summary.byDimension),
    ...table('licence', summary.byLicence),
    `Rows of one of the ${summary.groups} groups (variants and near-duplicates) stand in one split. No row repeats one of ${summary.heldOut} held-out benchmark questions.`,
    '',
    '## How it was judged',
    '',
    `Profile ${profile.id}, version ${profile.version} (SHA-256 ${profile.digest}). Of ${summary.candidates} accepted instances ${counts.rows} passed the published gate; ${summary.edited} texts were edited by people, ${summary.panel} were decided by an expert panel.`,
    '',
    ...(Object.keys(summary.excluded).length === 0
      ? []
      : ['Left out, by reason (an instance can have several):', '', ...table('reason', summary.excluded)]),
    profile.disclaimer,
    '',
    '## How to check it',
    '',
    "`cts-verify .` checks every digest, signature, history, edit and score against the log; `cts-verify . --record ID` tells one row's story. The rules are those of the Clinical Trust Signal format, version 1.",
    '',
    'What a verification does not show: that the reviewers were right, that an account is the person it names, or that the data suit a purpose.',
    '',
  ];
  return [...frontMatter(release, summary), ...text].join('\n');
}

/** The card's metadata block, with the keys of Hugging Face's dataset cards. */
function frontMatter(release: string, { counts, byLanguage, byLicence }: Summary): string[] {
  return [
    '---',
    `pretty_name: ${JSON.stringify(release)}`,
    'language:',
    ...Object.keys(byLanguage).map((language) => `- ${language}`),
    'license:',
    ...Object.keys(byLicence).map((licence) => `- ${licence.toLowerCase()}`),
    'task_categories:',
    '- text-generation',
    'size_categories:',
    `- ${sizeCategory(counts.rows)}`,
    'configs:',
    '- config_name: default',
    '  data_files:',
    '  - split: train',
    '    path: data/train.jsonl',
    '  - split: validation',
    '    path: data/validation.jsonl',
    '- config_name: preferences',
    '  data_files:',
    '  - split: all',
    '    path: data/preferences.jsonl',
    '---',
  ];
}

function table(title: string, counts: { readonly [key: string]: number }): string[] {
  return [`| ${title} | rows |`, '|---|---|', ...Object.entries(counts).map(([key, n]) => `| ${key} | ${n} |`), ''];
}

/** Hugging Face's words for sizes. */
function sizeCategory(rows: number): string {
  if (rows < 1000) return 'n<1K';
  if (rows < 10_000) return '1K<n<10K';
  if (rows < 100_000) return '10K<n<100K';
  return rows < 1_000_000 ? '100K<n<1M' : '1M<n<10M';
}
