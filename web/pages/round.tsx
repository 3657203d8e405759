import { Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { parseTrace, type Trace } from '../../src/core/trace.ts';
import type { AnswerState, TraceRecord } from '../../src/generation/schema.ts';
import type { InstanceView } from '../../src/review/instances/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { answerStates, malformedReasons } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { ReviewCard } from './review-card.tsx';
import { MissingMarks, StepMarks } from './step-marks.tsx';

const answerTones: Partial<Record<AnswerState, Tone>> = { matches: 'good', differs: 'bad', unread: 'warn' };

/** One round: what the teacher wrote, and what each reviewer said about it. */
export function Round({ trace, view }: { trace: TraceRecord; view: InstanceView }) {
  const { t, say, dateTime } = useLocale();
  const { language } = view.question;
  const parsed = parseTrace(trace.text);
  const reviews = view.reviews.filter((review) => review.round === trace.round);
  return (
    <Card withBorder component="section" padding="md">
      <Group justify="space-between" gap={4}>
        <Title order={3} size="h5">
          {t('roundNumber', { round: trace.round })}
        </Title>
        <Text size="xs" c="dimmed">
          <span translate="no">{trace.model}</span> · {dateTime(trace.createdAt)}
        </Text>
      </Group>
      {parsed.state === 'malformed' ? (
        <Malformed reason={parsed.reason} text={trace.text} />
      ) : (
        <Written trace={parsed.trace} view={view} round={trace.round} />
      )}
      {view.instance.kind === 'knowledge' && (
        <div className="tags">
          <Tag tone={answerTones[trace.answerState]}>{say(answerStates[trace.answerState])}</Tag>
        </div>
      )}
      <Stack gap="xs" mt="sm">
        {reviews.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('noReviews')}
          </Text>
        )}
        {reviews.map((review) => (
          <ReviewCard
            key={review.id}
            review={review}
            confirmations={view.confirmations.filter((one) => one.reviewId === review.id)}
            original={{ text: trace.text, language }}
          />
        ))}
      </Stack>
    </Card>
  );
}

function Written({ trace, view, round }: { trace: Trace; view: InstanceView; round: number }) {
  const { t } = useLocale();
  const { language } = view.question;
  const reviews = view.reviews.filter((review) => review.round === round);
  return (
    <>
      <MissingMarks reviews={reviews} after={0} />
      <List type="ordered" mt="xs" spacing={4}>
        {trace.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step has no identity but its number, and never moves
          <List.Item key={index}>
            <SourceText lang={language}>{step}</SourceText> <StepMarks reviews={reviews} step={index + 1} />
            <MissingMarks reviews={reviews} after={index + 1} />
          </List.Item>
        ))}
      </List>
      <Text mt="xs" mb={4}>
        <strong>
          {t('answer')}
          {t('colon')}
        </strong>
        <SourceText lang={language}>{trace.answer}</SourceText>
      </Text>
    </>
  );
}

function Malformed({ reason, text }: { reason: string; text: string }) {
  const { t, say } = useLocale();
  const words = malformedReasons[reason];
  return (
    <>
      <Text c="var(--mantine-color-error)">
        {t('malformed')}
        {t('colon')}
        {words === undefined ? reason : say(words)}
      </Text>
      <Text size="sm" my="xs" style={{ whiteSpace: 'pre-wrap' }}>
        <SourceText>{text}</SourceText>
      </Text>
    </>
  );
}
