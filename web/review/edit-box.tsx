import { Button, Group, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { ChangedText } from '../ui/changed-text.tsx';
import type { ReviewItem } from './review-item.ts';
import type { Place } from './screen-state.ts';
import { texts } from './texts.ts';
import { lacking, samePlace, textAt, type WorkEdit, withEdit, withoutEdit } from './work.ts';

type Props = { item: WorkItem; review: ReviewItem; edits: WorkEdit[]; place: Place; onClose: () => void };

/** Writes a text anew in its place, with the change marked as it is typed and the reason for it. */
export function EditBox({ item, review, edits, place, onClose }: Props) {
  const { say } = useLocale();
  const { language } = item.question;
  const before = textAt(item.trace, place);
  const known = edits.find((one) => samePlace(one, place));
  const edit: WorkEdit = known ?? { ...place, text: before, reason: '', note: '' };
  const lacks = known === undefined ? undefined : lacking(known, item.trace);
  const write = (change: Partial<WorkEdit>, field: string): void => {
    const next = { ...edit, ...change };
    review.apply((work) => withEdit(work, next, item.trace), `${place.op}/${place.at}/${field}`);
  };
  return (
    <Stack gap="xs" className="edit-box">
      {edit.op !== 'delete' && (
        <Textarea
          label={say(texts.newText)}
          lang={language}
          translate="no"
          autosize
          minRows={2}
          autoFocus
          value={edit.text}
          onChange={(event) => write({ text: event.currentTarget.value }, 'text')}
          onKeyDown={(event) => event.key === 'Escape' && !event.nativeEvent.isComposing && onClose()}
        />
      )}
      <p className="edit-change" data-testid="change">
        <span className="visually-hidden">{say(texts.change)} </span>
        <ChangedText before={before} after={edit.op === 'delete' ? '' : edit.text} language={language} />
      </p>
      <NativeSelect
        label={say(texts.reason)}
        value={edit.reason}
        onChange={(event) => write({ reason: event.currentTarget.value }, 'reason')}
        error={lacks === 'reason' ? say(texts.lacksReason) : undefined}
        data={[
          { value: '', label: say(texts.chooseReason) },
          ...item.reasons.map(({ code, name }) => ({ value: code, label: say(name) })),
        ]}
      />
      <TextInput
        label={say(texts.note)}
        value={edit.note}
        required={edit.reason === 'other'}
        onChange={(event) => write({ note: event.currentTarget.value }, 'note')}
        error={lacks === 'note' ? say(texts.lacksNote) : undefined}
      />
      {lacks === 'text' && (
        <p role="alert" className="review-error">
          {say(texts.lacksText)}
        </p>
      )}
      <Group gap="xs">
        <Button size="compact-sm" onClick={onClose}>
          {say(texts.editDone)}
        </Button>
        {known !== undefined && (
          <Button size="compact-sm" variant="default" onClick={() => review.apply((work) => withoutEdit(work, place))}>
            {say(texts.removeEdit)}
          </Button>
        )}
        {place.op === 'replace' && edit.op !== 'delete' && (
          <Button size="compact-sm" variant="default" onClick={() => write({ op: 'delete', text: '' }, 'delete')}>
            {say(texts.deleteStep)}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
