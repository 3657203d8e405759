import { Anchor, Badge, Button, Group, SegmentedControl, Table, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Instance, InstanceState } from '../../src/generation/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import type { MessageKey } from '../app/messages.ts';
import { Loaded } from '../ui/loaded.tsx';

const pageSize = 25;
const states: InstanceState[] = ['generating', 'in-review', 'confirming', 'panel', 'accepted', 'rejected'];

/** The word for a state; the panel's own heading has the bare word. */
export function stateMessage(state: InstanceState): MessageKey {
  return state === 'panel' ? 'with-panel' : state;
}

export const stateColors: Record<InstanceState, string> = {
  generating: 'gray',
  'in-review': 'blue',
  confirming: 'violet',
  panel: 'orange',
  accepted: 'teal',
  rejected: 'red',
};

/** All instances by page, filtered by state. */
export function InstanceTable() {
  const { t } = useLocale();
  const [state, setState] = useState<string>('all');
  const [after, setAfter] = useState<string>();
  const search = new URLSearchParams({ limit: String(pageSize) });
  if (state !== 'all') search.set('state', state);
  if (after !== undefined) search.set('after', after);
  const instances = useApi<{ instances: Instance[] }>(`/v1/instances?${search}`);
  const choices = [
    { value: 'all', label: t('all') },
    ...states.map((one) => ({ value: one, label: t(stateMessage(one)) })),
  ];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t('instances')}
      </Title>
      <SegmentedControl
        aria-label={t('state')}
        data={choices}
        value={state}
        onChange={(value) => {
          setState(value);
          setAfter(undefined);
        }}
        style={{ flexWrap: 'wrap', height: 'auto' }}
        mb="sm"
      />
      <Loaded query={instances}>
        {(data) => (
          <>
            <Table.ScrollContainer minWidth={480}>
              <Table striped>
                <Table.Thead>
                  <Table.Tr>
                    {(['question', 'kind', 'language', 'state', 'round', 'strikes'] as const).map((key) => (
                      <Table.Th key={key}>{t(key)}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {data.instances.map((instance) => (
                    <Table.Tr key={instance.id}>
                      <Table.Td>
                        <Anchor
                          renderRoot={(props) => <Link to="/instances/$id" params={{ id: instance.id }} {...props} />}
                        >
                          {instance.questionId}
                        </Anchor>
                      </Table.Td>
                      <Table.Td>{t(instance.kind)}</Table.Td>
                      <Table.Td>{instance.language}</Table.Td>
                      <Table.Td>
                        <Badge variant="light" color={stateColors[instance.state]}>
                          {t(stateMessage(instance.state))}
                        </Badge>
                      </Table.Td>
                      <Table.Td>{instance.round}</Table.Td>
                      <Table.Td>{instance.strikes}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Group mt="sm">
              <Button variant="default" size="xs" disabled={after === undefined} onClick={() => setAfter(undefined)}>
                {t('first')}
              </Button>
              <Button
                variant="default"
                size="xs"
                disabled={data.instances.length < pageSize}
                onClick={() => setAfter(data.instances.at(-1)?.id)}
              >
                {t('next')}
              </Button>
            </Group>
          </>
        )}
      </Loaded>
    </section>
  );
}
