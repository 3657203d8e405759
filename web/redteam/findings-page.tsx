import { Anchor, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Finding, FindingStatus } from '../../src/redteam/findings/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { statusNames, findingTexts as texts } from './finding-texts.ts';
import { type FindingListing, findingStatuses } from './listing.ts';
import { Parts } from './parts.tsx';
import { texts as common } from './texts.ts';

export const statusTones: Partial<Record<FindingStatus, Tone>> = { open: 'bad', triaged: 'warn', fixed: 'good' };

/** Findings by state; what is shown stands in the address. */
export function FindingsPage({ listing }: { listing: FindingListing }) {
  const { say } = useLocale();
  const navigate = useNavigate();
  const search = new URLSearchParams({ limit: '500', ...listing });
  const query = useApi<{ findings: Finding[] }>(`/v1/redteam/findings?${search}`, 30);
  return (
    <Stack gap="sm">
      <Parts title={texts.findings} />
      <Text size="sm">{say(texts.note)}</Text>
      <div className="example-filters">
        <NativeSelect
          label={say(texts.status)}
          value={listing.status ?? ''}
          onChange={(event) => {
            const { status: _, ...kept } = listing;
            const status = findingStatuses.find((one) => one === event.currentTarget.value);
            void navigate({
              to: '/redteam/findings',
              search: status === undefined ? kept : { ...kept, status },
              resetScroll: false,
            });
          }}
          data={[
            { value: '', label: say(common.any) },
            ...findingStatuses.map((one) => ({ value: one, label: say(statusNames[one]) })),
          ]}
        />
      </div>
      <Loaded query={query}>
        {({ findings }) => (findings.length === 0 ? <Text>{say(texts.none)}</Text> : <Rows findings={findings} />)}
      </Loaded>
    </Stack>
  );
}

function Rows({ findings }: { findings: Finding[] }) {
  const { say, number, dateTime } = useLocale();
  const names = useNames();
  const heads = [
    ...(['group', 'what', 'status', 'severity', 'risk'] as const).map((key) => say(texts[key])),
    say(common.target),
    say(common.dimension),
    ...(['assignee', 'opened'] as const).map((key) => say(texts[key])),
  ];
  return (
    <TableFrame label={texts.findings} heads={heads}>
      {findings.map((one) => (
        <Table.Tr key={one.id}>
          <Table.Th scope="row" fw={500}>
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/redteam/findings/$finding" params={{ finding: one.id }} {...props} />}
            >
              <SourceText>{one.group}</SourceText>
            </Anchor>
          </Table.Th>
          <Table.Td>{say(one.variant === 'probe' ? texts.served : texts.refused)}</Table.Td>
          <Table.Td>
            <Tag tone={statusTones[one.status]}>{say(statusNames[one.status])}</Tag>
          </Table.Td>
          <Table.Td>{one.severity === undefined ? '–' : names.severity(one.severity)}</Table.Td>
          <Table.Td>{one.worstRisk === undefined ? '–' : number(one.worstRisk)}</Table.Td>
          <Table.Td>
            <SourceText>{one.target}</SourceText>
          </Table.Td>
          <Table.Td>
            <SourceText>{one.dimension}</SourceText> {names.dimension(one.dimension)}
          </Table.Td>
          <Table.Td translate="no">{one.assignee ?? '–'}</Table.Td>
          <Table.Td>{dateTime(one.openedAt)}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}
