import { Card, Group, Text } from '@mantine/core';
import type { Confirmation, Review, Scores } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { verdicts } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { type Edited, EditTable } from './edit-table.tsx';

/** One reviewer's verdict, scores, comment and edits, and who confirmed the edits. */
export function ReviewCard({
  review,
  confirmations,
  original,
}: {
  review: Review;
  confirmations: Confirmation[];
  original: Edited;
}) {
  const { t, say, dateTime } = useLocale();
  const { dimension, severity } = useNames();
  return (
    <Card withBorder padding="xs" component="article">
      <Group justify="space-between" gap={4}>
        <Text size="sm">
          <strong translate="no">{review.reviewer}</strong>{' '}
          <Text span size="xs" c="dimmed">
            {dateTime(review.submittedAt)}
          </Text>
        </Text>
        <Tag>{say(verdicts[review.verdict])}</Tag>
      </Group>
      <ScoreList scores={review.scores} edited={review.editedScores} />
      {review.violations.length > 0 && (
        <div className="tags">
          {review.violations.map((violation) => (
            <Tag key={violation.dimension} tone="bad">
              {dimension(violation.dimension)} · {severity(violation.severity)}
            </Tag>
          ))}
        </div>
      )}
      {review.comment !== undefined && (
        <Text size="sm" fs="italic">
          <SourceText>{review.comment}</SourceText>
        </Text>
      )}
      <EditTable edits={review.edits} original={original} />
      {confirmations.map((one) => (
        <div key={one.reviewer}>
          <Text size="sm" mt={4}>
            {t('confirmed')} <strong translate="no">{one.reviewer}</strong>{' '}
            <Text span size="xs" c="dimmed">
              {dateTime(one.confirmedAt)}
            </Text>
          </Text>
          <ScoreList scores={one.scores} />
        </div>
      ))}
    </Card>
  );
}

/** Scores by criterion; where an edit changed one, also what it became. */
export function ScoreList({ scores, edited }: { scores: Scores; edited?: Scores | undefined }) {
  const { t, number } = useLocale();
  const { criterion } = useNames();
  return (
    <dl className="scores">
      {Object.entries(scores).map(([id, score]) => {
        const after = edited?.[id];
        return (
          <div key={id}>
            <dt>{criterion(id)}</dt>
            <dd>
              {after === undefined || after === score ? number(score) : t('scoreAfterEdit', { before: score, after })}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
