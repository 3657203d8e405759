import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Draft, WorkItem } from '../../src/review/drafts/schema.ts';
import { type ApiError, getJson, retry } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { differing } from './merge.ts';
import { placeText } from './place-text.ts';
import { assignmentPath } from './requests.ts';
import { partTexts, texts } from './texts.ts';
import { emptyWork, workOf } from './work.ts';

/** Every saved state of the draft: who saved it, when, what changed, and the reason for each edit. */
export function HistoryDrawer({ item, opened, onClose }: { item: WorkItem; opened: boolean; onClose: () => void }) {
  const { say } = useLocale();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      title={say(texts.history)}
      closeButtonProps={{ 'aria-label': say(texts.close) }}
    >
      <Revisions item={item} />
    </Drawer>
  );
}

function Revisions({ item }: { item: WorkItem }) {
  const { say } = useLocale();
  const path = assignmentPath(item.assignment.id, '/drafts');
  const query = useQuery<{ drafts: Draft[] }, ApiError>({
    queryKey: [path],
    queryFn: () => getJson(path),
    staleTime: 0,
    retry,
  });
  return (
    <Loaded query={query}>
      {({ drafts }) => (
        <>
          <p className="review-note">{say(texts.historyNote)}</p>
          {drafts.length === 0 && <p>{say(texts.nothingToSave)}</p>}
          <ol className="revision-list">
            {drafts
              .map((draft, index) => ({ draft, before: drafts[index - 1] }))
              .reverse()
              .map(({ draft, before }) => (
                <Revision key={draft.rev} item={item} draft={draft} before={before} />
              ))}
          </ol>
        </>
      )}
    </Loaded>
  );
}

function Revision({ item, draft, before }: { item: WorkItem; draft: Draft; before: Draft | undefined }) {
  const { say, t, dateTime } = useLocale();
  const parts = differing(before === undefined ? emptyWork : workOf(before.content), workOf(draft.content));
  const reason = (code: string): string => {
    const name = item.reasons.find((one) => one.code === code)?.name;
    return name === undefined ? code : say(name);
  };
  return (
    <li>
      <strong>{say(texts.revision, { rev: draft.rev })}</strong> · {dateTime(draft.savedAt)} ·{' '}
      <span translate="no">{item.assignment.reviewer}</span>
      <br />
      {parts.length === 0
        ? say(texts.onlyTime)
        : say(texts.changedParts, { parts: parts.map((part) => say(partTexts[part])).join(t('separator')) })}
      {parts.includes('edits') && (
        <ul>
          {workOf(draft.content).edits.map((edit) => (
            <li key={`${edit.op}/${edit.at}`}>
              {say(...placeText(edit))}
              {t('colon')}
              {reason(edit.reason)}
              {edit.note !== '' && (
                <>
                  {' '}
                  <SourceText>{edit.note}</SourceText>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
