import { Progress, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import type { JobRun, JobState } from '../../src/jobs/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { jobKinds, jobStates, units } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';

const tones: Partial<Record<JobState, Tone>> = { running: 'busy', done: 'good', failed: 'bad', stopped: 'warn' };

/** What is running or waiting, with its progress, and how the last finished job ended. */
export function Jobs() {
  const { t } = useLocale();
  const jobs = useApi<{ jobs: JobRun[] }>('/v1/jobs', 2);
  return (
    <section aria-labelledby="jobs">
      <Title order={2} size="h4" mb={4} id="jobs">
        {t('jobs')}
      </Title>
      <Loaded query={jobs}>{(data) => <JobList jobs={data.jobs} />}</Loaded>
    </section>
  );
}

function JobList({ jobs }: { jobs: JobRun[] }) {
  const { t } = useLocale();
  const current = jobs.filter((job) => job.state === 'running' || job.state === 'queued');
  const last = jobs.find((job) => job.finishedAt !== undefined);
  return (
    <Stack gap="xs">
      {/* Says when work begins and ends; progress itself would interrupt a screen reader every two seconds. */}
      <div role="status" aria-live="polite">
        {current.length === 0 ? (
          <Text c="dimmed" size="sm">
            {t('noJobs')}
          </Text>
        ) : (
          <VisuallyHidden>{t('jobsRunning', { count: current.length })}</VisuallyHidden>
        )}
      </div>
      {current.map((job) => (
        <Current key={job.id} job={job} />
      ))}
      {last !== undefined && <Last job={last} />}
    </Stack>
  );
}

function Current({ job }: { job: JobRun }) {
  const { say, number } = useLocale();
  const left = useRemaining(job);
  const unit = units[job.unit];
  return (
    <div>
      <Text size="sm" component="div">
        <strong>{say(jobKinds[job.kind])}</strong> <Tag tone={tones[job.state]}>{say(jobStates[job.state])}</Tag>{' '}
        {job.state === 'running' && (
          <>
            {number(job.done)}
            {job.total === undefined ? '' : ` / ${number(job.total)}`} {unit === undefined ? '' : say(unit)} {left}{' '}
            <Text span size="xs" c="dimmed">
              <SourceText lang="en">{job.message}</SourceText>
            </Text>
          </>
        )}
      </Text>
      {job.total !== undefined && job.total > 0 && (
        <Progress value={(100 * job.done) / job.total} aria-label={say(jobKinds[job.kind])} />
      )}
    </div>
  );
}

/** The time left at the mean speed so far; empty where nothing can be said. */
function useRemaining(job: JobRun): string {
  const { t, locale } = useLocale();
  if (job.startedAt === undefined || job.total === undefined || job.done < 1) return '';
  const seconds = ((Date.now() - Date.parse(job.startedAt)) / 1000 / job.done) * (job.total - job.done);
  const [value, unit] = seconds < 90 ? [seconds, 'second'] : [seconds / 60, 'minute'];
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 });
  return `(${t('remaining', { time: format.format(value) })})`;
}

function Last({ job }: { job: JobRun }) {
  const { t, say, dateTime } = useLocale();
  return (
    <Text size="sm" c="dimmed" component="div">
      {t('lastJob')}
      {t('colon')}
      {say(jobKinds[job.kind])} <Tag tone={tones[job.state]}>{say(jobStates[job.state])}</Tag>{' '}
      {job.finishedAt !== undefined && dateTime(job.finishedAt)}
      {job.error !== undefined && (
        <Text size="xs" lineClamp={3}>
          {t('serverSaid')} <SourceText lang="en">{job.error}</SourceText>
        </Text>
      )}
    </Text>
  );
}
