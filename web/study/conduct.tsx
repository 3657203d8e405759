import { Table } from '@mantine/core';
import type { ConductCheck, StudyAnalysis } from '../../src/study/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { texts } from './texts.ts';

/** Each check of whether the study was done as registered; what cannot be said is no pass. */
export function Conduct({ conduct: { checks } }: { conduct: StudyAnalysis['conduct'] }) {
  const { say } = useLocale();
  const heads = (['check', 'state', 'says'] as const).map((key) => say(texts[key]));
  return (
    <Section id="conduct" title={texts.conduct}>
      <TableFrame label={texts.conduct} heads={heads}>
        {checks.map((one) => {
          const [text, tone] = standing(one);
          return (
            <Table.Tr key={`${one.check} ${one.text}`}>
              <Table.Th scope="row" fw={500}>
                <SourceText lang="en">{one.check}</SourceText>
              </Table.Th>
              <Table.Td>
                <Tag tone={tone}>{say(text)}</Tag>
              </Table.Td>
              <Table.Td>
                <SourceText lang="en">{one.text}</SourceText>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </TableFrame>
    </Section>
  );
}

function standing({ met }: ConductCheck): [Text, Tone] {
  if (met === null) return [texts.cannotSay, 'warn'];
  return met ? [texts.met, 'good'] : [texts.notMet, 'bad'];
}
