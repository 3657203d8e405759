import { Badge, Card, Group, Table, Text } from '@mantine/core';
import { parseTrace } from '../../src/core/trace.ts';
import type { TraceRecord } from '../../src/generation/schema.ts';
import type { Edit, Review } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';

/** One reviewer's verdict, scores, comment and edits. */
export function ReviewCard({ review, trace }: { review: Review; trace: TraceRecord }) {
  const { t } = useLocale();
  return (
    <Card withBorder padding="xs" component="article">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {review.reviewer}
        </Text>
        <Group gap={4}>
          {review.violations.map((violation) => (
            <Badge key={violation.dimension} color="red" variant="light" size="sm">
              {violation.dimension}: {violation.severity}
            </Badge>
          ))}
          <Badge variant="outline">{review.verdict}</Badge>
        </Group>
      </Group>
      <Text size="sm">
        {Object.entries(review.scores)
          .map(([criterion, score]) => `${criterion} ${score}${shownAfterEdit(review, criterion)}`)
          .join(' · ')}
      </Text>
      {review.comment !== undefined && (
        <Text size="sm" fs="italic">
          {review.comment}
        </Text>
      )}
      <EditTable edits={review.edits} trace={trace} caption={t('edits')} />
    </Card>
  );
}

function shownAfterEdit(review: Review, criterion: string): string {
  const after = review.editedScores?.[criterion];
  return after === undefined || after === review.scores[criterion] ? '' : ` → ${after}`;
}

/** Each edit with the text before and after, and the reason for it. */
export function EditTable({ edits, trace, caption }: { edits: Edit[]; trace: TraceRecord; caption: string }) {
  const { t } = useLocale();
  if (edits.length === 0) return null;
  const parsed = parseTrace(trace.text);
  const before = (edit: Edit): string => {
    if (parsed.state === 'malformed' || edit.op === 'insert') return '';
    return edit.op === 'answer' ? parsed.trace.answer : (parsed.trace.steps[edit.step - 1] ?? '');
  };
  return (
    <Table mt="xs" captionSide="top">
      <Table.Caption ta="left">{caption}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('before')}</Table.Th>
          <Table.Th>{t('after')}</Table.Th>
          <Table.Th>{t('reason')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {edits.map((edit, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: edits are a fixed list
          <Table.Tr key={index}>
            <Table.Td>
              <del>{before(edit)}</del>
            </Table.Td>
            <Table.Td>
              <ins>{'text' in edit ? edit.text : ''}</ins>
            </Table.Td>
            <Table.Td>{edit.reason}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
