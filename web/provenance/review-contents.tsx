import { Text } from '@mantine/core';
import type { StepMark } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { verdicts } from '../app/words.ts';
import { type Edited, EditTable } from '../pages/edit-table.tsx';
import { ScoreList } from '../pages/review-card.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { type Data, textAt } from '../verify/fields.ts';
import { CodeWord } from './code-word.tsx';
import { editsOf, marksOf, scoresOf, violationsOf } from './records.ts';

/** A signed review: credential, verdict, scores, marks, violations, edits with their reasons, comment. */
export function ReviewContents({ data, original }: { data: Data; original: Edited | undefined }) {
  const { t } = useLocale();
  const { dimension, severity } = useNames();
  const marks = marksOf(data);
  const violations = violationsOf(data);
  const comment = textAt(data, 'comment');
  const importedBy = textAt(data, 'importedBy');
  return (
    <>
      <div className="tags">
        <Tag>
          <CodeWord words={verdicts} code={textAt(data, 'verdict')} />
        </Tag>
        <Standing data={data} />
      </div>
      {importedBy !== undefined && (
        <Text size="sm" c="dimmed">
          {t('handedIn')} <SourceText>{importedBy}</SourceText>
        </Text>
      )}
      <ScoreList scores={scoresOf(data, 'scores')} edited={scoresOf(data, 'editedScores')} />
      {marks.length > 0 && (
        <ul className="tags" aria-label={t('stepMarks')}>
          {marks.map((mark, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the marks of a signed review never move
            <li key={index}>
              <Mark mark={mark} />
            </li>
          ))}
        </ul>
      )}
      {violations.length > 0 && (
        <div className="tags">
          {violations.map((one) => (
            <Tag key={one.dimension} tone="bad">
              {dimension(one.dimension)} · {severity(one.severity)}
            </Tag>
          ))}
        </div>
      )}
      {comment !== undefined && (
        <Text size="sm" fs="italic">
          <SourceText>{comment}</SourceText>
        </Text>
      )}
      {original !== undefined && <EditTable edits={editsOf(data)} original={original} />}
    </>
  );
}

/** What the record says about the person: whether a credential was checked, and whether it is a demonstration. */
export function Standing({ data }: { data: Data }) {
  const { t } = useLocale();
  return (
    <>
      {data.credentialed === true && <Tag tone="good">{t('credentialed')}</Tag>}
      {data.credentialed === false && <Tag tone="warn">{t('notCredentialed')}</Tag>}
      {data.demo === true && <Tag>{t('demoPerson')}</Tag>}
    </>
  );
}

function Mark({ mark }: { mark: StepMark }) {
  const { t } = useLocale();
  const { reason, severity } = useNames();
  switch (mark.mark) {
    case 'correct':
      return <Tag tone="good">✓ {t('markCorrect', { step: mark.step })}</Tag>;
    case 'neutral':
      return <Tag>{t('markNeutral', { step: mark.step })}</Tag>;
    case 'wrong':
      return (
        <Tag tone="bad">
          ✗ {t('markWrong', { step: mark.step })}
          {t('colon')}
          {reason(mark.error)} · {severity(mark.severity)}
        </Tag>
      );
    case 'missing':
      return (
        <Tag tone="warn">
          {mark.after === 0 ? t('missingFirst') : t('missingAfter', { step: mark.after })}
          {t('colon')}
          {reason(mark.error)} · {severity(mark.severity)}
        </Tag>
      );
  }
}
