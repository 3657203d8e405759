import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReportDocument } from '../../src/redteam/reports/formats/document-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { holds, useMe } from '../app/who.ts';
import { Section } from '../models/section.tsx';
import { Cautions } from '../ui/cautions.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { StateTag } from './campaigns-page.tsx';
import { Comparisons } from './comparisons.tsx';
import { Downloads } from './downloads.tsx';
import { Examples } from './examples.tsx';
import { OpenFindings } from './open-findings.tsx';
import './redteam.css';
import { Strata } from './strata.tsx';
import { TargetFigures } from './target-figures.tsx';
import { texts } from './texts.ts';

/** One campaign: figures side by side, warnings, where each target fails, and the examples behind the figures. */
export function CampaignPage({ id }: { id: string }) {
  const { say } = useLocale();
  const query = useApi<ReportDocument>(`/v1/redteam/campaigns/${id}/document`, 10);
  return (
    <Stack gap="md">
      <Anchor size="sm" renderRoot={(props) => <Link to="/redteam" {...props} />}>
        ← {say(texts.all)}
      </Anchor>
      <Loaded query={query} missing="noSuchCampaign">
        {(document) => <Details document={document} />}
      </Loaded>
    </Stack>
  );
}

function Details({ document }: { document: ReportDocument }) {
  const { say, number, dateTime } = useLocale();
  const { data: me } = useMe();
  const { campaign, judge, probes, benign } = document.report;
  usePageTitle(campaign.name);
  // those of readersOfAttacks in src/redteam/roles.ts; the server decides
  const reads = holds(me, 'red-teamer', 'auditor', 'engineer');
  return (
    <>
      <div>
        <Title order={2} size="h4">
          {say(texts.campaign)} <SourceText>{campaign.name}</SourceText> <StateTag campaign={campaign} />
        </Title>
        <dl className="scores">
          <div>
            <dt>{say(texts.judge)}</dt>
            <dd>
              <Anchor
                size="sm"
                underline="always"
                renderRoot={(props) => <Link to="/redteam/judges/$judge" params={{ judge: judge.id }} {...props} />}
              >
                <SourceText>{judge.name}</SourceText>
              </Anchor>
            </dd>
          </div>
          <div>
            <dt>{say(texts.probes)}</dt>
            <dd>{number(probes)}</dd>
          </div>
          <div>
            <dt>{say(texts.twins)}</dt>
            <dd>{number(benign)}</dd>
          </div>
          <div>
            <dt>{say(texts.begun)}</dt>
            <dd>{dateTime(campaign.createdAt)}</dd>
          </div>
        </dl>
      </div>
      <Warnings document={document} />
      <TargetFigures document={document} />
      <Strata document={document} />
      {document.report.comparisons.length > 0 && <Comparisons comparisons={document.report.comparisons} />}
      {reads && <Examples document={document} />}
      <OpenFindings campaign={campaign} />
      <Downloads campaign={campaign.id} texts={reads} />
    </>
  );
}

function Warnings({ document }: { document: ReportDocument }) {
  const { say } = useLocale();
  const { warnings, queue } = document.report;
  const all = [...new Set([...document.openPoints, ...warnings])];
  if (all.length === 0 && queue.queued === 0) return null;
  return (
    <Section id="warnings" title={texts.before}>
      <Cautions warnings={all} />
      {queue.queued > 0 && <Text size="sm">{say(texts.queued, queue)}</Text>}
    </Section>
  );
}
