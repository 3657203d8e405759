import { Table, Text } from '@mantine/core';
import type { Flow } from '../../src/study/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { texts } from './texts.ts';

/** From planned to analysed, by arm and by rater, with why ratings do not count. */
export function FlowSection({ flow }: { flow: Flow }) {
  const { say, number } = useLocale();
  const { vignettes, counterfactualPairs, arms, ratings, exclusions, raters } = flow;
  const byArm = (['arm', 'responses', 'ratings', 'excluded', 'analysed'] as const).map((key) => say(texts[key]));
  const byRater = (['rater', 'ratings', 'excluded'] as const).map((key) => say(texts[key]));
  return (
    <Section id="flow" title={texts.flow}>
      <Text size="sm">{say(texts.flowNote, { vignettes, pairs: counterfactualPairs, ...ratings })}</Text>
      <TableFrame label={texts.flow} heads={byArm}>
        {arms.map((arm) => (
          <Table.Tr key={arm.arm}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{arm.arm}</SourceText>
            </Table.Th>
            <Table.Td>{say(texts.of, { done: arm.responses, total: arm.responsesPlanned })}</Table.Td>
            <Table.Td>{say(texts.of, { done: arm.ratings, total: arm.ratingsPlanned })}</Table.Td>
            <Table.Td>{number(arm.excluded)}</Table.Td>
            <Table.Td>{number(arm.vignettesAnalysed)}</Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
      <TableFrame label={texts.raters} heads={byRater}>
        {raters.map((rater) => (
          <Table.Tr key={`${rater.rater} ${rater.imported}`}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{rater.rater}</SourceText>
            </Table.Th>
            <Table.Td>{say(texts.of, { done: rater.ratings, total: rater.planned })}</Table.Td>
            <Table.Td>{number(rater.excluded)}</Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
      {exclusions.length > 0 && (
        <ul className="findings">
          {exclusions.map((one) => (
            <li key={one.reason}>
              <SourceText lang="en">{one.reason}</SourceText>: {number(one.ratings)}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
