import { Anchor, Card, Grid, Group, List, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { InstanceView } from '../../src/review/instances/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { instanceStates, kinds } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { History } from './history.tsx';
import { languageName, stateTones } from './instance-table.tsx';
import { PanelCard } from './panel-card.tsx';
import { Round } from './round.tsx';

/** One instance with its whole history: question, each round's trace and reviews, panel, events. */
export function InstancePage({ id }: { id: string }) {
  const { t } = useLocale();
  const view = useApi<InstanceView>(`/v1/instances/${encodeURIComponent(id)}`);
  usePageTitle(view.data?.question.id ?? t('instances'));
  return (
    <Stack gap="sm">
      <Anchor size="sm" renderRoot={(props) => <Link to="/" {...props} />}>
        ← {t('back')}
      </Anchor>
      <Loaded query={view}>
        {(data) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 8 }}>
              <Rounds view={data} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <History events={data.history} />
              <ToProvenance id={id} />
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
      {view.error?.status === 404 && <ToProvenance id={id} />}
    </Stack>
  );
}

function ToProvenance({ id }: { id: string }) {
  const { t } = useLocale();
  return (
    <Anchor
      size="sm"
      underline="always"
      renderRoot={(props) => <Link to="/instances/$id/provenance" params={{ id }} {...props} />}
    >
      {t('seeProvenance')} →
    </Anchor>
  );
}

function Rounds({ view }: { view: InstanceView }) {
  const { t } = useLocale();
  const originalOf = (traceId: string) => {
    const trace = view.traces.find((one) => one.id === traceId);
    return trace === undefined ? undefined : { text: trace.text, language: view.question.language };
  };
  return (
    <Stack gap="md">
      <QuestionCard view={view} />
      {view.traces.length === 0 && <Text c="dimmed">{t('noTrace')}</Text>}
      {view.traces.map((trace) => (
        <Round key={trace.id} trace={trace} view={view} />
      ))}
      {view.panel.map((one) => (
        <PanelCard key={one.id} panel={one} original={originalOf(one.traceId)} />
      ))}
    </Stack>
  );
}

function QuestionCard({ view: { instance, question } }: { view: InstanceView }) {
  const { t, say } = useLocale();
  const { dimension } = useNames();
  return (
    <Card withBorder component="section" padding="md">
      <Group justify="space-between" gap={4} mb={4}>
        <Title order={2} size="h4">
          {t('question')} <span translate="no">{question.id}</span>
        </Title>
        <Tag tone={stateTones[instance.state]}>{say(instanceStates[instance.state])}</Tag>
      </Group>
      <div className="tags">
        <Tag>{say(kinds[instance.kind])}</Tag>
        <Tag>{languageName(question.language, say)}</Tag>
        {question.dimensions.map((code) => (
          <Tag key={code}>{dimension(code)}</Tag>
        ))}
      </div>
      <Text mt="xs">
        <SourceText lang={question.language}>{question.text}</SourceText>
      </Text>
      {question.options !== undefined && (
        <List mt="xs" listStyleType="none">
          {question.options.map((option) => (
            <List.Item key={option.label}>
              <SourceText lang={question.language}>{`${option.label}. ${option.text}`}</SourceText>{' '}
              {question.answer.includes(option.label) && <Tag tone="good">{t('key')}</Tag>}
            </List.Item>
          ))}
        </List>
      )}
      {question.reference !== undefined && (
        <Text size="sm" mt="xs">
          <strong>
            {t(instance.kind === 'knowledge' ? 'reference' : 'acceptable')}
            {t('colon')}
          </strong>
          <SourceText lang={question.language}>{question.reference}</SourceText>
        </Text>
      )}
      <Text size="xs" c="dimmed" mt="xs">
        <SourceText>{[question.source.citation, question.licence].filter(Boolean).join(' · ')}</SourceText>
      </Text>
    </Card>
  );
}
