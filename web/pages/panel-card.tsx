import { Badge, Card, Group, Text, Title } from '@mantine/core';
import type { TraceRecord } from '../../src/generation/schema.ts';
import type { PanelCase } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { EditTable } from './review-card.tsx';

/** A panel case: why it was opened, both ballots, the signed decision. */
export function PanelCard({ panel, trace }: { panel: PanelCase; trace: TraceRecord | undefined }) {
  const { t } = useLocale();
  const ballots = [1, 2]
    .map((ballot) => panel.votes.filter((vote) => vote.ballot === ballot))
    .filter((votes) => votes.length > 0);
  return (
    <Card withBorder component="section">
      <Group justify="space-between">
        <Title order={3} size="h5">
          {t('panel')}
        </Title>
        <Badge color="orange" variant="light">
          {panel.trigger}
        </Badge>
      </Group>
      {ballots.map((votes, index) => (
        <Text size="sm" key={votes[0]?.castAt}>
          {t('ballot')} {index + 1}: {votes.map((vote) => `${vote.member} ${vote.vote}`).join(' · ')}
        </Text>
      ))}
      {panel.decision !== undefined && (
        <>
          <Text mt="xs">
            <strong>{t('decision')}:</strong> {panel.decision.decision} ({panel.decision.chair})
          </Text>
          <Text size="sm" fs="italic">
            {panel.decision.rationale}
          </Text>
          {trace !== undefined && <EditTable edits={panel.decision.edits} trace={trace} caption={t('edits')} />}
        </>
      )}
    </Card>
  );
}
