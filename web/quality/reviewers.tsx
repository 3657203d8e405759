import { Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ReviewerFigures, ReviewersReport } from '../../src/calibration/reviewers/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { AsOfNote } from './agreement.tsx';
import { AgreementTable } from './agreement-table.tsx';
import { DriftChart } from './drift-chart.tsx';
import { useInterval } from './figure.tsx';
import { fixed } from './format.ts';
import { GoldStandingList } from './gold-standing.tsx';
import { IntervalMark } from './interval-mark.tsx';
import { texts } from './texts.ts';

const axis = { low: -1.5, high: 1.5, lines: [0] };

/** Every reviewer by name, or the reader alone: severity, drift, agreement with the others, gold. */
export function Reviewers() {
  const { say } = useLocale();
  const [fresh, setFresh] = useState(false);
  const report = useApi<ReviewersReport>(`/v1/quality/reviewers${fresh ? '?fresh=true' : ''}`);
  return (
    <Loaded query={report}>
      {(data) => (
        <Stack gap="md" mt="md">
          <AsOfNote asOf={data.asOf} onFresh={() => setFresh(true)} />
          <Text size="sm" c="dimmed">
            {say(data.own ? texts.ownNote : texts.reviewersNote)}
          </Text>
          {data.reviewers.length === 0 && <Text>{say(texts.nothing)}</Text>}
          <Severities reviewers={data.reviewers} />
          {data.reviewers.map((one) => (
            <Reviewer key={one.reviewer} figures={one} own={data.own} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function Severities({ reviewers }: { reviewers: ReviewerFigures[] }) {
  const { say } = useLocale();
  const interval = useInterval();
  if (reviewers.length === 0) return null;
  return (
    <section aria-labelledby="severity" className="figures">
      <Title order={3} size="h5" id="severity">
        {say(texts.severity)}
      </Title>
      <Text size="sm" c="dimmed">
        {say(texts.severityNote)}
      </Text>
      <Table verticalSpacing={6} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {(['reviewer', 'mean', 'interval', 'shrunken', 'chart', 'round'] as const).map((key) => (
              <Table.Th key={key}>{say(texts[key])}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reviewers.map(({ reviewer, name, severity, lacking }) => (
            <Table.Tr key={reviewer}>
              <Table.Th scope="row" fw={500}>
                <SourceText>{name}</SourceText>
              </Table.Th>
              {severity === undefined ? (
                <Table.Td colSpan={5}>{say(lacking === 'no variation' ? texts.noVariation : texts.tooFew)}</Table.Td>
              ) : (
                <>
                  <Table.Td>{fixed(severity.mean)}</Table.Td>
                  <Table.Td className="number">{interval(severity.ci95)}</Table.Td>
                  <Table.Td className="number">
                    {fixed(severity.shrunken)} [{interval(severity.shrunkenCi95)}]
                  </Table.Td>
                  <Table.Td>
                    <IntervalMark value={severity.mean} interval={severity.ci95} axis={axis} />
                  </Table.Td>
                  <Table.Td>{severity.n}</Table.Td>
                </>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Reviewer({ figures, own }: { figures: ReviewerFigures; own: boolean }) {
  const { say } = useLocale();
  const { reviewer, name, reviews, drift, agreement, gold } = figures;
  return (
    <section aria-labelledby={`reviewer-${reviewer}`}>
      <Title order={3} size="h5" id={`reviewer-${reviewer}`}>
        <SourceText>{name}</SourceText>
      </Title>
      <Stack gap="xs">
        <Text size="sm">{say(texts.reviewsMade, { count: reviews })}</Text>
        <DriftChart drift={drift} />
        <GoldStandingList gold={gold} own={own} />
        {agreement.length > 0 && (
          <details>
            <summary>{say(texts.byReviewer)}</summary>
            <AgreementTable label={say(texts.byReviewer)} by="all" items={agreement} />
          </details>
        )}
      </Stack>
    </section>
  );
}
