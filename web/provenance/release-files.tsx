import { Progress, Text, Title } from '@mantine/core';
import { useLocale } from '../app/locale.tsx';
import type { MessageKey } from '../app/messages.ts';
import type { Fault } from '../verify/fault.ts';
import { FaultText } from './fault-text.tsx';
import { RecordTable } from './record-table.tsx';
import type { CheckedFiles } from './use-release-files.ts';

/** What was found of manifest and list of records, and the records themselves. */
export function ReleaseFiles({ files: { manifest, records, share } }: { files: CheckedFiles }) {
  const { t } = useLocale();
  return (
    <section aria-labelledby="files">
      <Title order={3} size="h5" id="files">
        {t('filesChecked')}
      </Title>
      <FileLine file="MANIFEST.json" good="manifestGood" found={manifest} />
      <FileLine file="provenance/records.jsonl" good="recordsGood" found={records} />
      {records === undefined && <Progress value={share * 100} aria-label={t('reading')} />}
      {records !== undefined && <RecordTable records={records.records} />}
    </section>
  );
}

function FileLine({ file, good, found }: { file: string; good: MessageKey; found: { fault?: Fault } | undefined }) {
  const { t } = useLocale();
  const fault = found?.fault;
  return (
    <Text size="sm" data-file={file}>
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
