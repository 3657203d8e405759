import { Anchor, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Overview, PartName, StageName } from '../../src/governance/schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { MessageKey } from '../app/messages.ts';
import { parts, stages } from '../app/words.ts';
import { Tag, type Tone } from '../ui/tag.tsx';

type Stage = Overview['stages'][number];

const rows: { title: MessageKey; stages: StageName[] }[] = [
  { title: 'flowToInstances', stages: ['questions', 'traces', 'reviews', 'panel', 'instances'] },
  { title: 'flowToEvidence', stages: ['releases', 'training', 'models', 'redteam', 'evaluation', 'evidence'] },
];

const tones: Partial<Record<PartName, Tone>> = {
  accepted: 'good',
  rejected: 'bad',
  panel: 'warn',
  open: 'warn',
  'in-review': 'busy',
  confirming: 'busy',
  running: 'busy',
  unfinished: 'warn',
  failed: 'bad',
  stopped: 'warn',
  succeeded: 'good',
  complete: 'good',
  frozen: 'good',
  approved: 'good',
};

/** The stages in the order in which data flows, in two rows. */
export function Flow({ overview }: { overview: Overview }) {
  const { t } = useLocale();
  return rows.map((row) => {
    const shown = row.stages.flatMap((name) => overview.stages.filter((stage) => stage.name === name));
    return (
      <div key={row.title}>
        <Title order={3} size="sm" fw={500} c="dimmed" mt="xs" mb={4} id={row.title}>
          {t(row.title)}
        </Title>
        <ol className="flow" aria-labelledby={row.title} style={{ ['--boxes' as string]: shown.length }}>
          {shown.map((stage) => (
            <Box key={stage.name} stage={stage} evidence={stage.name === 'evidence' ? overview.evidence : undefined} />
          ))}
        </ol>
      </div>
    );
  });
}

function Box({ stage, evidence }: { stage: Stage; evidence: Overview['evidence'] | undefined }) {
  const { t, say, number, dateTime } = useLocale();
  return (
    <li>
      <Text size="sm">{say(stages[stage.name])}</Text>
      <div className="count" data-stage={stage.name}>
        {number(stage.count)}
      </div>
      <div className="tags">
        {stage.parts.map((part) => (
          <Tag key={part.name} tone={tones[part.name]}>
            {say(parts[part.name])} {number(part.count)}
          </Tag>
        ))}
      </div>
      {stage.name === 'releases' && stage.count > 0 && (
        <Anchor size="xs" underline="always" renderRoot={(props) => <Link to="/releases" {...props} />}>
          {t('openReleases')}
        </Anchor>
      )}
      {evidence !== undefined && (
        <Text size="xs">
          <Anchor href={`/v1/evidence/${evidence.sha256}/evidence.html`} size="xs" underline="always">
            {t('openEvidence')}
          </Anchor>
          <br />
          {t('issued', { date: dateTime(evidence.issuedAt) })}
        </Text>
      )}
    </li>
  );
}
