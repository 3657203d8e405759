import { Anchor, Badge, Card, Grid, Group, List, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { parseTrace } from '../../src/core/trace.ts';
import type { TraceRecord } from '../../src/generation/schema.ts';
import type { InstanceView } from '../../src/review/instance-view-schema.ts';
import type { Review } from '../../src/review/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { History } from './history.tsx';
import { stateColors, stateMessage } from './instance-table.tsx';
import { PanelCard } from './panel-card.tsx';
import { ReviewCard } from './review-card.tsx';

/** One instance with its whole history: question, each round's trace and reviews, panel, events. */
export function InstancePage({ id }: { id: string }) {
  const { t } = useLocale();
  const view = useApi<InstanceView>(`/v1/instances/${id}`);
  return (
    <Stack gap="lg">
      <Anchor renderRoot={(props) => <Link to="/" {...props} />}>← {t('back')}</Anchor>
      <Loaded query={view}>
        {(data) => (
          <Grid gap="lg">
            <Grid.Col span={{ base: 12, md: 8 }}>
              <Stack gap="lg">
                <QuestionCard view={data} />
                {data.traces.map((trace) => (
                  <Round key={trace.id} trace={trace} view={data} />
                ))}
                {data.panel.map((one) => (
                  <PanelCard key={one.id} panel={one} trace={data.traces.find((trace) => trace.id === one.traceId)} />
                ))}
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <History events={data.history} />
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Stack>
  );
}

function QuestionCard({ view: { instance, question } }: { view: InstanceView }) {
  const { t } = useLocale();
  return (
    <Card withBorder component="section" lang={question.language}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {question.id}
        </Title>
        <Group gap={4}>
          <Badge variant="default">{t(instance.kind)}</Badge>
          {question.dimensions.map((dimension) => (
            <Badge key={dimension} variant="default">
              {dimension}
            </Badge>
          ))}
          <Badge color={stateColors[instance.state]} variant="light">
            {t(stateMessage(instance.state))}
          </Badge>
        </Group>
      </Group>
      <Text>{question.text}</Text>
      {question.options !== undefined && (
        <List mt="xs" listStyleType="none">
          {question.options.map((option) => (
            <List.Item key={option.label}>
              {option.label}. {option.text}{' '}
              {question.answer.includes(option.label) && <Badge size="sm">{t('key')}</Badge>}
            </List.Item>
          ))}
        </List>
      )}
      {question.reference !== undefined && (
        <Text size="sm" mt="xs">
          <strong>{t('acceptable')}:</strong> {question.reference}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt="xs">
        {question.source.citation} · {question.licence ?? ''}
      </Text>
    </Card>
  );
}

function Round({ trace, view }: { trace: TraceRecord; view: InstanceView }) {
  const { t } = useLocale();
  const parsed = parseTrace(trace.text);
  const reviews = view.reviews.filter((review) => review.round === trace.round);
  return (
    <Card withBorder component="section" lang={view.question.language}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {t('round')} {trace.round}
        </Title>
        <Text size="xs" c="dimmed">
          {trace.model}
        </Text>
      </Group>
      {parsed.state === 'malformed' ? (
        <Text c="red">
          {t('malformed')}: {parsed.reason}
        </Text>
      ) : (
        <>
          <List type="ordered" mt="xs" spacing={4}>
            {parsed.trace.steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a step has no identity but its number, and never moves
              <List.Item key={index}>
                {step} <Marks reviews={reviews} step={index + 1} />
              </List.Item>
            ))}
          </List>
          <Text mt="xs">
            <strong>{t('answer')}:</strong> {parsed.trace.answer}
          </Text>
        </>
      )}
      <Stack gap="xs" mt="md">
        {reviews.map((review) => (
          <ReviewCard key={review.id} review={review} trace={trace} />
        ))}
      </Stack>
    </Card>
  );
}

function Marks({ reviews, step }: { reviews: Review[]; step: number }) {
  const { t } = useLocale();
  return reviews.flatMap((review) =>
    review.steps.flatMap((mark, index) => {
      const key = `${review.id}/${index}`;
      if (mark.mark === 'wrong' && mark.step === step)
        return [
          <Badge key={key} color="red" variant="light" size="sm">
            ✗ {mark.error} ({mark.severity})
          </Badge>,
        ];
      if (mark.mark === 'missing' && mark.after === step)
        return [
          <Badge key={key} color="orange" variant="light" size="sm">
            {t('missingStep')} {step}: {mark.error}
          </Badge>,
        ];
      return [];
    }),
  );
}
