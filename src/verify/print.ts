import type { CheckResult } from './report.ts';
import type { VerifyReport } from './verify-export.ts';

const words: { readonly [result in CheckResult]: string } = {
  passed: 'ok',
  failed: 'FAILED',
  incomplete: 'INCOMPLETE',
  'not-run': 'not run',
};

const storyWords = { verified: 'is verified.', erased: 'is ERASED.', failed: 'is NOT verified.' } as const;

/** The report for people: one line a check, what was found, and the verdict last. */
export function reportText(report: VerifyReport): string {
  const { release, log, first, record } = report;
  const lines = [
    ...(release === undefined
      ? []
      : [
          `Release ${release.name}: ${release.rows} rows, ${release.preferences} preference pairs, sealed ${release.sealedAt}`,
        ]),
    ...(log === undefined ? [] : [`Log ${log.origin}: ${log.size} leaves, root ${log.root}`]),
    ...report.checks.map(({ id, name, result, findings }) => {
      const found = findings === 0 ? '' : ` (${findings})`;
      return `${id.padEnd(4)} ${words[result].padEnd(10)} ${name}${found}`;
    }),
    ...report.findings.map(
      ({ check, record, place, problem }) => `  ${check} ${record ?? '-'} · ${place} · ${problem}`,
    ),
    ...report.notes.map((note) => `Note: ${note}`),
    ...(record === undefined ? [] : storyLines(record)),
  ];
  if (report.result === 'passed') lines.push('Verified: nothing was altered, added, hidden or left out.');
  else if (first === undefined) lines.push('NOT verified.');
  else {
    const what = first.record === undefined ? first.place : `record ${first.record}`;
    const verdict = report.result === 'failed' ? 'NOT verified' : 'Incomplete';
    lines.push(`${verdict}: first ${what}: ${first.problem} (${first.place}).`);
  }
  return `${lines.join('\n')}\n`;
}

function storyLines(story: NonNullable<VerifyReport['record']>): string[] {
  return [
    '',
    `Record ${story.id} ${storyWords[story.state]}`,
    ...story.sentences.map((sentence) => `  ${sentence}`),
    ...story.faults.map((fault) => `  ${fault}`),
    '  History:',
    ...story.history.map(({ leaf, time, actor, text }) => {
      const by = actor === undefined ? '' : `, recorded by ${actor}`;
      return `    leaf ${leaf}, ${time}${by}: ${text}`;
    }),
    '',
  ];
}
