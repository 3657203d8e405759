import { Card, Group, Text, Title } from '@mantine/core';
import type { PanelCase } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { panelTriggers, panelVotes } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { type Edited, EditTable } from './edit-table.tsx';
import { ScoreList } from './review-card.tsx';

/** A panel case: why it was opened, both ballots, the signed decision. */
export function PanelCard({ panel, original }: { panel: PanelCase; original: Edited | undefined }) {
  const { t, say, dateTime } = useLocale();
  const ballots = [1, 2]
    .map((ballot) => panel.votes.filter((vote) => vote.ballot === ballot))
    .filter((votes) => votes.length > 0);
  return (
    <Card withBorder component="section" padding="md">
      <Group justify="space-between" gap={4}>
        <Title order={3} size="h5">
          {t('panel')}
        </Title>
        <Tag tone="warn">{say(panelTriggers[panel.trigger])}</Tag>
      </Group>
      {ballots.map((votes, index) => (
        <Text size="sm" key={votes[0]?.castAt}>
          {t('ballot', { number: index + 1 })}
          {t('colon')}
          {votes.map((vote, place) => (
            <span key={vote.member}>
              {place > 0 && ' · '}
              <span translate="no">{vote.member}</span> {say(panelVotes[vote.vote])}
            </span>
          ))}
        </Text>
      ))}
      {panel.decision !== undefined && (
        <>
          <Text size="sm" mt="xs">
            <strong>
              {t('decision')}
              {t('colon')}
              {say(panelVotes[panel.decision.decision])}
            </strong>{' '}
            ({t('chair')}
            {t('colon')}
            <span translate="no">{panel.decision.chair}</span>
            {t('separator')}
            {dateTime(panel.decision.decidedAt)})
          </Text>
          <ScoreList scores={panel.decision.scores} />
          <Text size="sm" fs="italic">
            <SourceText>{panel.decision.rationale}</SourceText>
          </Text>
          {original !== undefined && <EditTable edits={panel.decision.edits} original={original} />}
        </>
      )}
    </Card>
  );
}
