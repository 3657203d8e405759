import { Anchor, Group, Table, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { AgreementItem } from '../../src/calibration/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { percent } from './format.ts';
import { texts } from './texts.ts';

/** Which points of each criterion reviewers confuse most often, with instances where they did. */
export function Confusions({ items }: { items: AgreementItem[] }) {
  const { say, number } = useLocale();
  const names = useNames();
  const rows = items.flatMap(({ item, confusion = [] }) => confusion.map((one) => ({ item, ...one })));
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="confusions" className="figures">
      <Title order={3} size="h5" id="confusions">
        {say(texts.confusion)}
      </Title>
      <Table verticalSpacing={4} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {(['item', 'points', 'pairs', 'share', 'examples'] as const).map((key) => (
              <Table.Th key={key}>{say(texts[key])}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ item, a, b, pairs, share, examples }) => (
            <Table.Tr key={`${item}/${a}${b}`}>
              <Table.Th scope="row" fw={500}>
                {names.criterion(item)}
              </Table.Th>
              <Table.Td>{say(texts.confusionOf, { a, b })}</Table.Td>
              <Table.Td>{number(pairs)}</Table.Td>
              <Table.Td>{percent(share, 1)} %</Table.Td>
              <Table.Td>
                <Group gap="xs">
                  {examples.map((id, index) => (
                    <Anchor
                      key={id}
                      size="sm"
                      renderRoot={(props) => <Link to="/instances/$id" params={{ id }} {...props} />}
                    >
                      {say(texts.example, { number: index + 1 })}
                    </Anchor>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
