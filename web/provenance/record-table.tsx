import { Anchor, Button, Group, Table, Text, TextInput, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useLocale } from '../app/locale.tsx';
import { splits } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import type { SealedRecord } from '../verify/release.ts';
import { CodeWord } from './code-word.tsx';

const pageSize = 25;

/** The records of a release by page, found by a part of the question's id; each leads to its provenance. */
export function RecordTable({ records }: { records: readonly SealedRecord[] }) {
  const { t } = useLocale();
  const [wanted, setWanted] = useState('');
  const [page, setPage] = useState(0);
  const part = wanted.trim().toLowerCase();
  const found = part === '' ? records : records.filter((record) => record.id.toLowerCase().includes(part));
  const last = Math.max(0, Math.ceil(found.length / pageSize) - 1);
  return (
    <>
      <Title order={3} size="h5" mt="sm">
        {t('records')}
      </Title>
      <TextInput
        label={t('searchRecords')}
        value={wanted}
        maw={320}
        onChange={(event) => {
          setWanted(event.currentTarget.value);
          setPage(0);
        }}
      />
      <Text size="sm" role="status" mt={4}>
        {t('recordsFound', { count: found.length })}
      </Text>
      <Rows records={found.slice(page * pageSize, (page + 1) * pageSize)} />
      <Group mt="sm" gap="xs">
        <Button variant="default" size="xs" disabled={page === 0} onClick={() => setPage(page - 1)}>
          {t('previous')}
        </Button>
        <Button variant="default" size="xs" disabled={page >= last} onClick={() => setPage(page + 1)}>
          {t('next')}
        </Button>
      </Group>
    </>
  );
}

function Rows({ records }: { records: readonly SealedRecord[] }) {
  const { t } = useLocale();
  return (
    <Table verticalSpacing={4} horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          {(['question', 'split', 'acceptance'] as const).map((key) => (
            <Table.Th key={key}>{t(key)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {records.map((record) => (
          <Table.Tr key={record.subject}>
            <Table.Td>
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link to="/instances/$id/provenance" params={{ id: record.subject }} {...props} />
                )}
              >
                <SourceText>{record.id}</SourceText>
              </Anchor>
            </Table.Td>
            <Table.Td>
              <CodeWord words={splits} code={record.split} />
            </Table.Td>
            <Table.Td>{t('leaf', { number: record.leaf })}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
