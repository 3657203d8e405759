import { Progress, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale } from '../app/locale.tsx';
import type { MessageKey } from '../app/messages.ts';
import { toBase64 } from '../verify/bytes.ts';
import type { CheckedLog } from '../verify/checked-log.ts';
import type { Fault } from '../verify/fault.ts';
import { faultOf } from '../verify/fault.ts';
import { askServer } from '../verify/log.ts';
import { type CheckedRecords, checkManifest, checkRecords, type Seal } from '../verify/release.ts';
import { FaultText } from './fault-text.tsx';
import { RecordTable } from './record-table.tsx';

/** Checks manifest and list of records against the seal, and shows the records. */
export function ReleaseFiles({ name, seal, log }: { name: string; seal: Seal; log: CheckedLog }) {
  const { t } = useLocale();
  const [share, setShare] = useState(0);
  const root = log.head === undefined ? '' : toBase64(log.head.root);
  const options = { retry: false, refetchOnWindowFocus: false, structuralSharing: false, staleTime: 60_000 } as const;
  const manifest = useQuery({
    queryKey: ['manifest', name, seal.manifest, root],
    queryFn: async (): Promise<{ fault?: Fault }> => {
      const fault = await caught(() => checkManifest(askServer, name, seal));
      return fault === undefined ? {} : { fault };
    },
    ...options,
  });
  const records = useQuery({
    queryKey: ['records', name, seal.recordsRoot, root],
    queryFn: (): Promise<CheckedRecords> => checkRecords(askServer, name, seal, setShare),
    ...options,
  });
  return (
    <section aria-labelledby="files">
      <Title order={3} size="h5" id="files">
        {t('filesChecked')}
      </Title>
      <FileLine file="MANIFEST.json" good="manifestGood" found={manifest.data} />
      <FileLine file="provenance/records.jsonl" good="recordsGood" found={records.data} />
      {records.data === undefined && <Progress value={share * 100} aria-label={t('reading')} />}
      {records.data !== undefined && <RecordTable records={records.data.records} />}
    </section>
  );
}

async function caught(check: () => Promise<Fault | undefined>): Promise<Fault | undefined> {
  try {
    return await check();
  } catch (error) {
    return faultOf(error);
  }
}

function FileLine({ file, good, found }: { file: string; good: MessageKey; found: { fault?: Fault } | undefined }) {
  const { t } = useLocale();
  const fault = found?.fault;
  return (
    <Text size="sm" role={fault === undefined ? undefined : 'alert'} data-file={file}>
      <span aria-hidden="true">{found === undefined ? '…' : fault === undefined ? '✓' : '✗'} </span>
      <code translate="no">{file}</code> {found === undefined && t('reading')}
      {found !== undefined && fault === undefined && t(good)}
      {fault !== undefined && (
        <strong>
          {t('notVerified')}
          {t('colon')}
          <FaultText fault={fault} />
        </strong>
      )}
    </Text>
  );
}
