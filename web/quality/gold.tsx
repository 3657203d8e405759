import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { GoldReport, GoldSummary } from '../../src/calibration/gold/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { kinds } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { fixed, percent, probability } from './format.ts';
import { texts } from './texts.ts';

/** The gold items with how they were answered, and what pass rules could tell. */
export function Gold() {
  const { say } = useLocale();
  const report = useApi<GoldReport>('/v1/quality/gold');
  return (
    <Loaded query={report}>
      {(data) => (
        <Stack gap="md" mt="md">
          <Text size="sm">{say(texts.goldNote, { share: percent(data.share), size: data.trainingSize })}</Text>
          <PassRules rules={data.passRules} />
          <Items items={data.items} />
        </Stack>
      )}
    </Loaded>
  );
}

function PassRules({ rules }: { rules: GoldReport['passRules'] }) {
  const { say } = useLocale();
  return (
    <section aria-labelledby="pass-rules" className="figures">
      <Title order={3} size="h5" id="pass-rules">
        {say(texts.passRules)}
      </Title>
      <Text size="sm" c="dimmed">
        {say(texts.passNote)}
      </Text>
      <Table verticalSpacing={4} horizontalSpacing="xs" w="fit-content">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say(texts.rule)}</Table.Th>
            {rules[0]?.passes.map(({ accuracy }) => (
              <Table.Th key={accuracy}>{say(texts.accuracy, { value: fixed(accuracy, 1) })}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rules.map(({ k, n, passes }) => (
            <Table.Tr key={n}>
              <Table.Th scope="row" fw={500}>
                {say(texts.ruleOf, { k, n })}
              </Table.Th>
              {passes.map((one) => (
                <Table.Td key={one.accuracy}>{probability(one.probability)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Items({ items }: { items: GoldSummary[] }) {
  const { say } = useLocale();
  return (
    <section aria-labelledby="gold-items" className="figures">
      <Title order={3} size="h5" id="gold-items">
        {say(texts.gold)}
      </Title>
      {items.length === 0 ? (
        <Text>{say(texts.nothing)}</Text>
      ) : (
        <Table verticalSpacing={4} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {(['instance', 'use', 'kind', 'registered', 'answers', 'state'] as const).map((key) => (
                <Table.Th key={key}>{say(texts[key])}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Item key={item.id} item={item} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Item({ item }: { item: GoldSummary }) {
  const { say, dateTime } = useLocale();
  const { instance } = item;
  return (
    <Table.Tr>
      <Table.Td>
        {instance === undefined ? (
          say(texts.imported)
        ) : (
          <Anchor
            size="sm"
            translate="no"
            renderRoot={(props) => <Link to="/instances/$id" params={{ id: instance }} {...props} />}
          >
            {instance.slice(0, 8)}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>{say(item.use === 'training' ? texts.training : texts.hidden)}</Table.Td>
      <Table.Td>{say(kinds[item.kind])}</Table.Td>
      <Table.Td>{dateTime(item.registeredAt)}</Table.Td>
      <Table.Td>{say(texts.answersRight, { n: item.answers, right: item.right })}</Table.Td>
      <Table.Td>{say(item.retired === undefined ? texts.inUse : texts.retired)}</Table.Td>
    </Table.Tr>
  );
}
