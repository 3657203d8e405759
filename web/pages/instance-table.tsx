import { Anchor, Button, Chip, Group, Table, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Instance, InstanceState } from '../../src/generation/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { instanceStates, kinds, languages } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { type Listing, states } from './listing.ts';

const pageSize = 25;

export const stateTones: Partial<Record<InstanceState, Tone>> = {
  'in-review': 'busy',
  confirming: 'busy',
  panel: 'warn',
  accepted: 'good',
  rejected: 'bad',
};

/** The name of a question's language, or its code where the interface has no word for it. */
export function languageName(code: string, say: (text: { en: string; zh: string }) => string): string {
  return code === 'en' || code === 'zh' ? say(languages[code]) : code;
}

/** All instances by page, filtered by state. */
export function InstanceTable({ listing }: { listing: Listing }) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const { state, after } = listing;
  const search = new URLSearchParams({ limit: String(pageSize + 1) }); // one more tells whether there is a next page
  if (state !== undefined) search.set('state', state);
  if (after !== undefined) search.set('after', after);
  const instances = useApi<{ instances: Instance[] }>(`/v1/instances?${search}`, 10);
  const show = (next: Listing): void => void navigate({ to: '/', search: next, resetScroll: false });
  return (
    <section aria-labelledby="instances">
      <Title order={2} size="h4" mb="xs" id="instances">
        {t('instances')}
      </Title>
      <StateFilter state={state} onChange={(next) => show(next === undefined ? {} : { state: next })} />
      <Loaded query={instances}>
        {(data) => {
          const page = data.instances.slice(0, pageSize);
          const last = page.at(-1);
          const filter = state === undefined ? {} : { state };
          return (
            <>
              <Rows instances={page} />
              <Group mt="sm" gap="xs">
                <Button variant="default" size="xs" disabled={after === undefined} onClick={() => show(filter)}>
                  {t('first')}
                </Button>
                <Button
                  variant="default"
                  size="xs"
                  disabled={last === undefined || data.instances.length <= pageSize}
                  onClick={() => show({ ...filter, ...(last === undefined ? {} : { after: last.id }) })}
                >
                  {t('next')}
                </Button>
              </Group>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function StateFilter({
  state,
  onChange,
}: {
  state: InstanceState | undefined;
  onChange: (state: InstanceState | undefined) => void;
}) {
  const { t, say } = useLocale();
  return (
    <Chip.Group value={state ?? 'all'} onChange={(value) => onChange(states.find((one) => one === value))}>
      <Group gap={6} mb="xs" role="radiogroup" aria-label={t('state')}>
        <Chip size="xs" name="state" value="all">
          {t('all')}
        </Chip>
        {states.map((one) => (
          <Chip size="xs" name="state" key={one} value={one}>
            {say(instanceStates[one])}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function Rows({ instances }: { instances: Instance[] }) {
  const { t, say, number } = useLocale();
  if (instances.length === 0) return <Text c="dimmed">{t('none')}</Text>;
  return (
    <Table verticalSpacing={6} horizontalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {(['question', 'kind', 'language', 'state', 'round', 'strikes'] as const).map((key) => (
            <Table.Th key={key}>{t(key)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {instances.map((instance) => (
          <Table.Tr key={instance.id}>
            <Table.Td>
              <Anchor
                size="sm"
                translate="no"
                renderRoot={(props) => <Link to="/instances/$id" params={{ id: instance.id }} {...props} />}
              >
                {instance.questionId}
              </Anchor>
            </Table.Td>
            <Table.Td>{say(kinds[instance.kind])}</Table.Td>
            <Table.Td>{languageName(instance.language, say)}</Table.Td>
            <Table.Td>
              <Tag tone={stateTones[instance.state]}>{say(instanceStates[instance.state])}</Tag>
            </Table.Td>
            <Table.Td>{number(instance.round)}</Table.Td>
            <Table.Td>{number(instance.strikes)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
