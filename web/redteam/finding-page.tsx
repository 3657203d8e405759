import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Finding, FindingDetail, Retest } from '../../src/redteam/findings/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { holds, useMe } from '../app/who.ts';
import { Section } from '../models/section.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { FindingExamples } from './finding-examples.tsx';
import { FindingHistory } from './finding-history.tsx';
import { statusNames, findingTexts as texts } from './finding-texts.ts';
import { statusTones } from './findings-page.tsx';
import './redteam.css';
import { RetestForm } from './retest-form.tsx';
import { texts as common } from './texts.ts';
import { Triage } from './triage.tsx';

/** One finding: what happened, with the replies, who works on it, how retests went, and its history. */
export function FindingPage({ id }: { id: string }) {
  const { say } = useLocale();
  const query = useApi<FindingDetail>(`/v1/redteam/findings/${id}`, 10);
  return (
    <Stack gap="md">
      <Anchor size="sm" renderRoot={(props) => <Link to="/redteam/findings" {...props} />}>
        ← {say(texts.all)}
      </Anchor>
      <Loaded query={query} missing="noSuchFinding">
        {(detail) => <Details detail={detail} again={() => void query.refetch()} />}
      </Loaded>
    </Stack>
  );
}

function Details({ detail: { finding, history, retests }, again }: { detail: FindingDetail; again: () => void }) {
  const { say } = useLocale();
  const { data: me } = useMe();
  usePageTitle(finding.group);
  return (
    <>
      <div>
        <Title order={2} size="h4">
          {say(texts.finding)} <SourceText>{finding.group}</SourceText>{' '}
          <Tag tone={statusTones[finding.status]}>{say(statusNames[finding.status])}</Tag>
        </Title>
        <Facts finding={finding} />
      </div>
      {holds(me, 'red-teamer', 'auditor', 'engineer') && <FindingExamples finding={finding} />}
      {holds(me, 'red-teamer', 'engineer', 'steward') && (
        <Triage key={finding.status} finding={finding} onDone={again} />
      )}
      <Section id="retests" title={texts.retests}>
        {retests.length === 0 ? <Text size="sm">{say(texts.noRetests)}</Text> : <Retests retests={retests} />}
        {holds(me, 'red-teamer', 'engineer') && <RetestForm finding={finding} onStarted={again} />}
      </Section>
      <FindingHistory history={history} />
    </>
  );
}

function Facts({ finding }: { finding: Finding }) {
  const { say, number, dateTime } = useLocale();
  const names = useNames();
  const facts = [
    { name: texts.what, value: say(finding.variant === 'probe' ? texts.served : texts.refused) },
    { name: texts.severity, value: finding.severity === undefined ? '–' : names.severity(finding.severity) },
    { name: texts.risk, value: finding.worstRisk === undefined ? '–' : number(finding.worstRisk) },
    { name: common.dimension, value: names.dimension(finding.dimension) },
    { name: common.target, value: <SourceText>{finding.target}</SourceText> },
    { name: texts.probes, value: <SourceText>{finding.probes.join(', ')}</SourceText> },
    { name: texts.assignee, value: <span translate="no">{finding.assignee ?? '–'}</span> },
    { name: texts.question, value: <span translate="no">{finding.question ?? '–'}</span> },
    { name: texts.opened, value: dateTime(finding.openedAt) },
    {
      name: common.campaign,
      value: (
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => <Link to="/redteam/$campaign" params={{ campaign: finding.campaign }} {...props} />}
        >
          <span translate="no">{finding.campaign.slice(0, 8)}</span>
        </Anchor>
      ),
    },
  ];
  return (
    <dl className="scores">
      {facts.map(({ name, value }) => (
        <div key={name.en}>
          <dt>{say(name)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Retests({ retests }: { retests: Retest[] }) {
  const { say, number } = useLocale();
  const counts = ['passed', 'failed', 'undecided'] as const;
  const heads = [say(common.campaign), say(common.target), ...counts.map((key) => say(texts[key])), say(texts.waiting)];
  return (
    <TableFrame label={texts.retests} heads={heads}>
      {retests.map((one) => (
        <Table.Tr key={one.campaign}>
          <Table.Th scope="row" fw={500}>
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/redteam/$campaign" params={{ campaign: one.campaign }} {...props} />}
            >
              <span translate="no">{one.campaign.slice(0, 8)}</span>
            </Anchor>
          </Table.Th>
          <Table.Td>
            <SourceText>{`${one.target} · ${one.ref}`}</SourceText>
          </Table.Td>
          {counts.map((key) => (
            <Table.Td key={key}>{number(one[key])}</Table.Td>
          ))}
          <Table.Td>{number(one.open)}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}
