import { Table } from '@mantine/core';
import { parseTrace } from '../../src/core/trace.ts';
import type { Edit } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { ChangedText } from '../ui/changed-text.tsx';
import { SourceText } from '../ui/source-text.tsx';

/** What an edit was made on: the text before any edit, and its language. */
export type Edited = { text: string; language: string };

/** Each edit with its place, the words that went and came, and the reason for it. */
export function EditTable({ edits, original }: { edits: Edit[]; original: Edited }) {
  const { t } = useLocale();
  const { reason } = useNames();
  if (edits.length === 0) return null;
  return (
    <Table mt="xs" captionSide="top" verticalSpacing={4} horizontalSpacing="xs">
      <Table.Caption ta="left" mt={0}>
        {t('edits')}
      </Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="22%">{t('place')}</Table.Th>
          <Table.Th>{t('change')}</Table.Th>
          <Table.Th w="24%">{t('reason')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {edits.map((edit, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: edits are a fixed list
          <Table.Tr key={index}>
            <Table.Td>
              <Place edit={edit} />
            </Table.Td>
            <Table.Td>
              <Change edit={edit} original={original} />
            </Table.Td>
            <Table.Td>
              {reason(edit.reason)}
              {edit.note !== undefined && (
                <>
                  <br />
                  <em>
                    <SourceText>{edit.note}</SourceText>
                  </em>
                </>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Place({ edit }: { edit: Edit }) {
  const { t } = useLocale();
  switch (edit.op) {
    case 'replace':
      return t('editReplace', { step: edit.step });
    case 'delete':
      return t('editDelete', { step: edit.step });
    case 'insert':
      return edit.after === 0 ? t('editInsertFirst') : t('editInsert', { step: edit.after });
    case 'answer':
      return t('editAnswer');
  }
}

function textBefore(edit: Edit, text: string): string {
  const parsed = parseTrace(text);
  if (parsed.state === 'malformed' || edit.op === 'insert') return '';
  return edit.op === 'answer' ? parsed.trace.answer : (parsed.trace.steps[edit.step - 1] ?? '');
}

function Change({ edit, original }: { edit: Edit; original: Edited }) {
  const after = 'text' in edit ? edit.text : '';
  return <ChangedText before={textBefore(edit, original.text)} after={after} language={original.language} />;
}
