import { Stack, Table, Text, Title } from '@mantine/core';
import type { BatchFigures, BatchReport, BatchState } from '../../src/calibration/batches/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { percent, probability } from './format.ts';
import { useRate } from './rate.ts';
import { texts } from './texts.ts';

const states: Record<BatchState, { text: keyof typeof texts; tone: Tone }> = {
  continue: { text: 'stateContinue', tone: 'busy' },
  return: { text: 'stateReturn', tone: 'bad' },
  fine: { text: 'stateFine', tone: 'good' },
};

/** The strike rule over teacher models and over runs of the teacher. */
export function Batches() {
  const { say } = useLocale();
  const report = useApi<BatchReport>('/v1/quality/batches');
  return (
    <Loaded query={report}>
      {({ settings, models, batches, window }) => (
        <Stack gap="md" mt="md">
          <Text size="sm">
            {say(texts.batchNote, {
              p0: percent(settings.p0),
              p1: percent(settings.p1),
              literal: settings.literal,
            })}
          </Text>
          <BatchTable id="models" title={say(texts.models, { count: window })} batches={models} name={texts.model} />
          <BatchTable id="runs" title={say(texts.runs)} batches={batches} name={texts.batch} />
        </Stack>
      )}
    </Loaded>
  );
}

function BatchTable({
  id,
  title,
  batches,
  name,
}: {
  id: string;
  title: string;
  batches: BatchFigures[];
  name: { en: string; zh: string };
}) {
  const { say } = useLocale();
  return (
    <section aria-labelledby={id} className="figures">
      <Title order={3} size="h5" id={id}>
        {title}
      </Title>
      {batches.length === 0 ? (
        <Text>{say(texts.nothing)}</Text>
      ) : (
        <Table verticalSpacing={6} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {[name, texts.failed, texts.open, texts.sequential, texts.literal, texts.falseAlarms].map((text) => (
                <Table.Th key={text.en}>{say(text)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {batches.map((batch) => (
              <Row key={batch.id} batch={batch} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Row({ batch }: { batch: BatchFigures }) {
  const { say, number } = useLocale();
  const rate = useRate();
  const { text, tone } = states[batch.state];
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <SourceText>{batch.id === batch.model ? batch.id : `${batch.id.slice(0, 8)} · ${batch.model}`}</SourceText>
      </Table.Th>
      <Table.Td>{rate(batch.strikes)}</Table.Td>
      <Table.Td>{number(batch.open)}</Table.Td>
      <Table.Td>
        <Tag tone={tone}>{say(texts[text])}</Tag>{' '}
        {batch.state !== 'continue' && say(texts.decidedAfter, { count: batch.decidedAfter })}
      </Table.Td>
      <Table.Td>{say(batch.literal.fires ? texts.fires : texts.quiet)}</Table.Td>
      <Table.Td className="number">
        {probability(batch.falseAlarm)} / {probability(batch.literal.falseAlarm)}
      </Table.Td>
    </Table.Tr>
  );
}
