import { Anchor, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Campaign } from '../../src/redteam/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { CoverageSection } from './coverage.tsx';
import { Parts } from './parts.tsx';
import { texts } from './texts.ts';

/** All campaigns, newest first, and what the held-out probes cover. */
export function CampaignsPage() {
  const { say } = useLocale();
  const query = useApi<{ campaigns: Campaign[] }>('/v1/redteam/campaigns?limit=200', 10);
  return (
    <Stack gap="sm">
      <Parts title={texts.title} />
      <Loaded query={query}>
        {({ campaigns }) =>
          campaigns.length === 0 ? <Text>{say(texts.noCampaigns)}</Text> : <Rows campaigns={campaigns} />
        }
      </Loaded>
      <CoverageSection />
    </Stack>
  );
}

function Rows({ campaigns }: { campaigns: Campaign[] }) {
  const { say, number, dateTime } = useLocale();
  const heads = (['name', 'state', 'targets', 'probes', 'twins', 'begun'] as const).map((key) => say(texts[key]));
  return (
    <TableFrame label={texts.campaigns} heads={heads}>
      {campaigns.map((one) => (
        <Table.Tr key={one.id}>
          <Table.Th scope="row" fw={500}>
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/redteam/$campaign" params={{ campaign: one.id }} {...props} />}
            >
              <SourceText>{one.name}</SourceText>
            </Anchor>
          </Table.Th>
          <Table.Td>
            <StateTag campaign={one} />
          </Table.Td>
          <Table.Td>
            <SourceText>{one.targets.map((target) => target.name).join(', ')}</SourceText>
          </Table.Td>
          <Table.Td>{number(one.probes)}</Table.Td>
          <Table.Td>{number(one.twins)}</Table.Td>
          <Table.Td>{dateTime(one.createdAt)}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

export function StateTag({ campaign }: { campaign: Campaign }) {
  const { say } = useLocale();
  const done = campaign.completedAt !== undefined;
  return <Tag tone={done ? 'good' : 'busy'}>{say(done ? texts.complete : texts.running)}</Tag>;
}
