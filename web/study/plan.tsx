import { Table, Text } from '@mantine/core';
import type { Study } from '../../src/study/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { fixed } from '../quality/format.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { texts } from './texts.ts';

const columns = ['claim', 'n', 'power', 'state', 'method'] as const;

/** The power that the plan gives each claim, and the claims that it refuses. */
export function Plan({ study: { plan, design } }: { study: Study }) {
  const { say, number } = useLocale();
  return (
    <Section id="plan" title={texts.plan}>
      <Text size="xs" c="dimmed">
        {say(texts.planNote, { power: fixed(design.registration.power) })}
      </Text>
      <TableFrame label={texts.plan} heads={columns.map((key) => say(texts[key]))}>
        {plan.claims.map((claim) => (
          <Table.Tr key={claim.claim}>
            <Table.Th scope="row" fw={500}>
              <SourceText lang="en">{claim.claim}</SourceText> {claim.primary && <Tag>{say(texts.primary)}</Tag>}
            </Table.Th>
            <Table.Td>{number(claim.n)}</Table.Td>
            <Table.Td>
              {claim.power === null ? <SourceText lang="en">{claim.reason ?? ''}</SourceText> : fixed(claim.power)}
            </Table.Td>
            <Table.Td>
              <Tag tone={claim.refused ? 'warn' : 'good'}>{say(claim.refused ? texts.refused : texts.admitted)}</Tag>
            </Table.Td>
            <Table.Td>
              <SourceText lang="en">{claim.method}</SourceText>
            </Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
      <Lines lines={[...plan.refused, ...plan.warnings]} />
    </Section>
  );
}

/** Sentences of a report, which are written in English. */
export function Lines({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className="findings">
      {[...new Set(lines)].map((line) => (
        <li key={line}>
          <SourceText lang="en">{line}</SourceText>
        </li>
      ))}
    </ul>
  );
}
