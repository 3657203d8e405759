import './cases.css';
import { Anchor, Chip, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { PanelCase } from '../../src/review/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useMe } from '../app/who.ts';
import { panelTriggers } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Tag } from '../ui/tag.tsx';
import { boards, type CaseListing, listed, tabs } from './listing.ts';
import { boardNames, caseStates, tabNames, texts } from './texts.ts';
import { casesPath } from './use-case-action.ts';

/** The cases that wait for the actor, all open ones, or those decided. */
export function CasesPage({ listing }: { listing: CaseListing }) {
  const { say } = useLocale();
  usePageTitle(say(texts.cases));
  const query = useApi<{ cases: PanelCase[] }>(casesPath, 30);
  const me = useMe();
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {say(texts.cases)}
      </Title>
      <Filters listing={listing} />
      <Loaded query={query}>
        {({ cases }) => <Loaded query={me}>{(actor) => <Rows cases={listed(cases, listing, actor)} />}</Loaded>}
      </Loaded>
    </Stack>
  );
}

function Filters({ listing }: { listing: CaseListing }) {
  const { say } = useLocale();
  const navigate = useNavigate();
  const show = (next: CaseListing): void => void navigate({ to: '/cases', search: next, resetScroll: false });
  const { tab = 'mine', board } = listing;
  return (
    <Group gap="lg">
      <Chip.Group value={tab} onChange={(value) => show({ ...listing, tab: tabs.find((one) => one === value) ?? tab })}>
        <Group gap={6} role="radiogroup" aria-label={say(texts.which)}>
          {tabs.map((one) => (
            <Chip size="xs" name="tab" key={one} value={one}>
              {say(tabNames[one])}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Chip.Group
        value={board ?? 'all'}
        onChange={(value) => {
          const next = boards.find((one) => one === value);
          show({ tab, ...(next === undefined ? {} : { board: next }) });
        }}
      >
        <Group gap={6} role="radiogroup" aria-label={say(texts.boardFilter)}>
          <Chip size="xs" name="board" value="all">
            {say(texts.allBoards)}
          </Chip>
          {boards.map((one) => (
            <Chip size="xs" name="board" key={one} value={one}>
              {say(boardNames[one])}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Group>
  );
}

function Rows({ cases }: { cases: PanelCase[] }) {
  const { say, dateTime } = useLocale();
  if (cases.length === 0) return <Text c="dimmed">{say(texts.noCases)}</Text>;
  return (
    <Table verticalSpacing={6} horizontalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {(['case', 'boardFilter', 'trigger', 'state'] as const).map((key) => (
            <Table.Th key={key}>{say(texts[key])}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {cases.map((one) => (
          <Table.Tr key={one.id}>
            <Table.Td>
              <Anchor size="sm" renderRoot={(props) => <Link to="/cases/$id" params={{ id: one.id }} {...props} />}>
                {say(texts.openCase, { date: dateTime(one.openedAt) })}
              </Anchor>
            </Table.Td>
            <Table.Td>{say(boardNames[one.board])}</Table.Td>
            <Table.Td>{say(panelTriggers[one.trigger])}</Table.Td>
            <Table.Td>
              <Tag tone={one.state === 'decided' ? 'good' : 'busy'}>{say(caseStates[one.state])}</Tag>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
