import { Table, Text } from '@mantine/core';
import type { Study } from '../../src/study/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { Progress } from './ratings-page.tsx';
import { texts } from './texts.ts';

/** How many responses of each arm are there, and how far each rater is. */
export function StudyProgress({ study }: { study: Study }) {
  const { say, number } = useLocale();
  const { responses, raters, ratings } = study.progress;
  return (
    <Section id="progress" title={texts.progress} {...(study.state === 'closed' ? {} : { note: texts.blind })}>
      <TableFrame label={texts.responses} heads={[say(texts.arm), say(texts.responses)]}>
        {responses.map(({ arm, planned, received }) => (
          <Table.Tr key={arm}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{arm}</SourceText>
            </Table.Th>
            <Table.Td>{say(texts.of, { done: received, total: planned })}</Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
      <TableFrame label={texts.ratings} heads={[say(texts.rater), say(texts.ratings), say(texts.guesses)]}>
        {raters.map(({ rater, imported, planned, received, guesses }) => (
          <Table.Tr key={`${rater} ${imported}`}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{rater}</SourceText> {imported && <Tag>{say(texts.imported)}</Tag>}
            </Table.Th>
            <Table.Td>
              <Progress done={received} total={planned} />
            </Table.Td>
            <Table.Td>{number(guesses)}</Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
      <Text size="sm">
        {say(texts.ratings)} {say(texts.of, { done: ratings.received, total: ratings.planned })}
      </Text>
    </Section>
  );
}
