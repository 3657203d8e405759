import { Stack, Table, Text, Title } from '@mantine/core';
import type { ReviewTime, TimeReport } from '../../src/calibration/times/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { kinds } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { fixed } from './format.ts';
import { PlanForm } from './plan-form.tsx';
import { texts } from './texts.ts';

const lacks = {
  'nothing left': 'lackNothing',
  'too few days': 'lackDays',
  'no reviews': 'lackReviews',
} as const;

/** Active time, reviews a day, what is left, and the plan of a project. */
export function Time() {
  const { say } = useLocale();
  const report = useApi<TimeReport>('/v1/quality/time');
  return (
    <Stack gap="md" mt="md">
      <Loaded query={report}>
        {(data) => (
          <Stack gap="md">
            <Text size="sm" c="dimmed">
              {say(texts.timeNote)}
            </Text>
            <Times times={data.times} />
            <Left report={data} />
            <Days daily={data.daily} />
          </Stack>
        )}
      </Loaded>
      <PlanForm />
    </Stack>
  );
}

function Times({ times }: { times: ReviewTime[] }) {
  const { say, number } = useLocale();
  if (times.length === 0) return <Text>{say(texts.nothing)}</Text>;
  const minutes = (seconds: number): string => fixed(seconds / 60, 1);
  return (
    <section className="figures" aria-label={say(texts.time)}>
      <Table verticalSpacing={4} horizontalSpacing="xs" w="fit-content">
        <Table.Thead>
          <Table.Tr>
            {(['kind', 'median', 'quartiles', 'reviewsMeasured'] as const).map((key) => (
              <Table.Th key={key}>{say(texts[key])}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {times.map(({ kind, n, median, quartiles }) => (
            <Table.Tr key={kind}>
              <Table.Th scope="row" fw={500}>
                {kind === 'knowledge' || kind === 'guard' || kind === 'ethics' ? say(kinds[kind]) : kind}
              </Table.Th>
              <Table.Td>{minutes(median)}</Table.Td>
              <Table.Td>{say(texts.from, { low: minutes(quartiles[0]), high: minutes(quartiles[1]) })}</Table.Td>
              <Table.Td>{number(n)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Left({ report: { remaining, forecast, lacking } }: { report: TimeReport }) {
  const { say } = useLocale();
  return (
    <Text size="sm">
      {remaining > 0 && `${say(texts.remaining, { count: remaining })} `}
      {lacking !== undefined && say(texts[lacks[lacking]])}
      {forecast !== undefined &&
        say(texts.forecast, {
          days: forecast.days,
          pace: fixed(forecast.perDay, 1),
          left: fixed(forecast.left, 1),
          low: fixed(forecast.ci95[0], 1),
          high: forecast.ci95[1] === null ? say(texts.noEnd) : fixed(forecast.ci95[1], 1),
        })}
    </Text>
  );
}

function Days({ daily }: { daily: TimeReport['daily'] }) {
  const { say, number } = useLocale();
  if (daily.length === 0) return null;
  const most = Math.max(...daily.map((one) => one.reviews));
  return (
    <section aria-labelledby="per-day" className="figures">
      <Title order={3} size="h5" id="per-day">
        {say(texts.perDay)}
      </Title>
      <Table verticalSpacing={2} horizontalSpacing="xs" w="fit-content">
        <Table.Thead>
          <Table.Tr>
            {(['day', 'reviewer', 'reviewCount', 'chart'] as const).map((key) => (
              <Table.Th key={key}>{say(texts[key])}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {daily.map(({ day, reviewer, reviews }) => (
            <Table.Tr key={`${day}/${reviewer}`}>
              <Table.Td className="number">{day}</Table.Td>
              <Table.Td>
                <SourceText>{reviewer}</SourceText>
              </Table.Td>
              <Table.Td>{number(reviews)}</Table.Td>
              <Table.Td>
                <svg
                  className="day-bar"
                  viewBox="0 0 100 10"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                  focusable="false"
                >
                  <rect width={(100 * reviews) / most} height={10} />
                </svg>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
