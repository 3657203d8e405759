import { Title } from '@mantine/core';
import type { CaseView, MaskedStatement } from '../../src/review/cases/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { verdicts } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { scoreRows } from './gaps.ts';
import { texts } from './texts.ts';

/** Scores, verdicts, violations and comments of all reviewers side by side, with the gap of each criterion. */
export function ScoreTable({ view }: { view: CaseView }) {
  const { say, number } = useLocale();
  const { statements, rubric } = view;
  if (statements.length === 0) return null;
  const compared = statements.length > 1;
  return (
    <section aria-labelledby="case-scores">
      <Title order={3} size="h5" id="case-scores">
        {say(texts.scores)}
      </Title>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrollable by keyboard */}
      <section className="case-scroll" aria-label={say(texts.scores)} tabIndex={0}>
        <table className="compare">
          <thead>
            <tr>
              <th scope="col">{say(texts.criterion)}</th>
              {statements.map(({ label }) => (
                <th scope="col" key={label}>
                  {say(texts.reviewer, { label })}
                </th>
              ))}
              {compared && <th scope="col">{say(texts.gap)}</th>}
            </tr>
          </thead>
          <tbody>
            {scoreRows(rubric.criteria, statements).map((row, index) => (
              <tr key={row.criterion} data-criterion={row.criterion}>
                <th scope="row">{say(rubric.criteria[index]?.name ?? { en: row.criterion, zh: row.criterion })}</th>
                {row.scores.map(({ label, score, edited }) => (
                  <td key={label} className="number">
                    {score === undefined
                      ? say(texts.noScore)
                      : edited === undefined || edited === score
                        ? number(score)
                        : say(texts.afterEdit, { score, edited })}
                  </td>
                ))}
                {compared && (
                  <td>
                    <Tag tone={row.gap >= 2 ? 'bad' : row.gap === 1 ? 'warn' : undefined}>{number(row.gap)}</Tag>
                  </td>
                )}
              </tr>
            ))}
            <tr>
              <th scope="row">{say(texts.verdict)}</th>
              {statements.map((one) => (
                <td key={one.label}>
                  <div className="tags">
                    <Tag>{say(verdicts[one.verdict])}</Tag>
                    {one.insufficientContext && <Tag tone="warn">{say(texts.insufficient)}</Tag>}
                  </div>
                </td>
              ))}
              {compared && <td />}
            </tr>
            <Violations statements={statements} />
            <tr>
              <th scope="row">{say(texts.comment)}</th>
              {statements.map((one) => (
                <td key={one.label}>{one.comment !== undefined && <SourceText>{one.comment}</SourceText>}</td>
              ))}
              {compared && <td />}
            </tr>
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Violations({ statements }: { statements: MaskedStatement[] }) {
  const { say } = useLocale();
  const { dimension, severity } = useNames();
  if (statements.every((one) => one.violations.length === 0)) return null;
  return (
    <tr>
      <th scope="row">{say(texts.violations)}</th>
      {statements.map((one) => (
        <td key={one.label}>
          <div className="tags">
            {one.violations.length === 0 && say(texts.none)}
            {one.violations.map((violation) => (
              <Tag key={violation.dimension} tone="bad">
                {dimension(violation.dimension)} · {severity(violation.severity)}
              </Tag>
            ))}
          </div>
        </td>
      ))}
      {statements.length > 1 && <td />}
    </tr>
  );
}
