import { Table, Text } from '@mantine/core';
import type { EvaluationReport, OverlapFigures, SetFigures } from '../../src/evaluation/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Named } from '../models/named.tsx';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { texts } from './texts.ts';

const kinds = ['exact', 'permuted', 'near', 'translated'] as const;

/** Which questions of each set were there for training, in the corpus and in what each model was trained on. */
export function Overlap({ report: { models } }: { report: EvaluationReport }) {
  const { say } = useLocale();
  const [first] = Object.values(models);
  if (first === undefined) return null;
  const heads = [
    say(texts.set),
    ...kinds.map((kind) => say(texts[kind])),
    ...Object.keys(models).map((model) => <Named key={model} text={texts.trainedOn} values={{ model }} />),
  ];
  return (
    <Section id="overlap" title={texts.overlap} note={texts.overlapNote}>
      <TableFrame label={texts.overlap} heads={heads}>
        {first.sets.map((set) => (
          <Table.Tr key={set.name}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{set.name}</SourceText>
              {set.overlap !== null && (
                <Text size="xs" c="dimmed">
                  {say(texts.compared, { count: set.overlap.compared })}
                </Text>
              )}
            </Table.Th>
            <Kinds overlap={set.overlap} />
            {Object.entries(models).map(([name, { sets }]) => (
              <Table.Td key={name}>
                <TrainedOn set={sets.find((one) => one.name === set.name)} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </TableFrame>
    </Section>
  );
}

function Kinds({ overlap }: { overlap: OverlapFigures | null }) {
  const { say, number } = useLocale();
  if (overlap === null) return <Table.Td colSpan={kinds.length}>{say(texts.notSought)}</Table.Td>;
  return kinds.map((kind) => {
    const count = overlap.questions[kind] ?? 0;
    return (
      <Table.Td key={kind}>
        {count === 0 ? (
          number(0)
        ) : (
          <Tag tone="warn">{say(texts.released, { count, released: overlap.released[kind] ?? 0 })}</Tag>
        )}
      </Table.Td>
    );
  });
}

function TrainedOn({ set }: { set: SetFigures | undefined }) {
  const { say } = useLocale();
  if (set?.contamination == null) return say(texts.unknown);
  const { questions, releases } = set.contamination;
  const near = set.nearDuplicates ?? 0;
  return (
    <>
      <Tag tone={questions + near > 0 ? 'warn' : undefined}>{say(texts.sameAndNear, { same: questions, near })}</Tag>{' '}
      <Text size="xs" c="dimmed" component="span">
        <SourceText>{releases.join(', ')}</SourceText>
      </Text>
    </>
  );
}
