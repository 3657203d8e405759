import { Anchor, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Openings } from '../../src/ledger/schema.ts';
import type { Release } from '../../src/release/schema.ts';
import { ApiError, getJson, retry } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { splits } from '../app/words.ts';
import type { CheckedLog } from '../verify/checked-log.ts';
import type { Fault } from '../verify/fault.ts';
import { askServer } from '../verify/log.ts';
import { checkRecords, checkRelease, type SealedRecord } from '../verify/release.ts';
import { CodeWord } from './code-word.tsx';
import { FaultText } from './fault-text.tsx';

/** A list of records beyond this is searched on the page of its release, not here. */
const mostRows = 20_000;

type Found = { name: string } & ({ record: SealedRecord } | { fault: Fault } | { long: true });

/** The frozen releases whose sealed list of records names the instance; undefined where releases may not be seen. */
async function findReleases(subject: string, log: CheckedLog): Promise<Found[] | undefined> {
  const found: Found[] = [];
  try {
    const { releases } = await getJson<{ releases: Release[] }>('/v1/releases');
    for (const release of releases) if (release.state === 'frozen') found.push(...(await look(release, subject, log)));
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
  return found;
}

async function look({ name, anchor, summary }: Release, subject: string, log: CheckedLog): Promise<Found[]> {
  if (summary.counts.rows > mostRows) return [{ name, long: true }];
  const { openings } = await getJson<Openings>(`/v1/releases/${encodeURIComponent(name)}/openings`);
  const { seal, events, faults } = await checkRelease(name, openings, anchor, log);
  const [fault] = [...faults, ...events.flatMap((event) => event.faults)];
  if (seal === undefined || fault !== undefined) return [{ name, fault: fault ?? { code: 'seal-missing' } }];
  const { records, fault: wrong } = await checkRecords(askServer, name, seal);
  if (wrong !== undefined) return [{ name, fault: wrong }];
  const record = records.find((one) => one.subject === subject);
  return record === undefined ? [] : [{ name, record }];
}

/** In which releases an instance stands, found in their sealed lists by this browser. */
export function ContainingReleases({ subject, log }: { subject: string; log: CheckedLog }) {
  const { t } = useLocale();
  const { data } = useQuery({
    queryKey: ['containing-releases', subject, log.head?.size],
    queryFn: async () => (await findReleases(subject, log)) ?? null,
    retry,
    refetchOnWindowFocus: false,
  });
  if (data === undefined || data === null) return null;
  return (
    <section aria-labelledby="in-releases">
      <Title order={3} size="h5" id="in-releases">
        {t('inReleases')}
      </Title>
      {data.length === 0 && <Text size="sm">{t('inNoRelease')}</Text>}
      {data.map((found) => (
        <Text size="sm" key={found.name}>
          <Anchor
            size="sm"
            underline="always"
            translate="no"
            renderRoot={(props) => <Link to="/releases/$name" params={{ name: found.name }} {...props} />}
          >
            {found.name}
          </Anchor>
          {t('colon')}
          <Finding found={found} />
        </Text>
      ))}
    </section>
  );
}

function Finding({ found }: { found: Found }) {
  const { t } = useLocale();
  if ('long' in found) return t('tooLong');
  if ('fault' in found)
    return (
      <span role="alert">
        ✗ <FaultText fault={found.fault} />
      </span>
    );
  return (
    <>
      {t('inRelease')}
      {t('separator')}
      <CodeWord words={splits} code={found.record.split} />
      {t('separator')}
      {t('leaf', { number: found.record.leaf })}
    </>
  );
}
