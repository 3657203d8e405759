import { Button, Group, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CaseView } from '../../src/review/cases/schema.ts';
import type { Edit } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { ChangedText } from '../ui/changed-text.tsx';
import { editName, textBefore } from './place-name.ts';
import { texts } from './texts.ts';

/** The edits of the decision: taken over or written here, each with its reason and the words that change. */
export function EditList({
  view,
  edits,
  onChange,
}: {
  view: CaseView;
  edits: Edit[];
  onChange: (next: Edit[]) => void;
}) {
  const { say } = useLocale();
  return (
    <Stack gap="xs">
      <Text fw={600} size="sm">
        {say(texts.edits)}
      </Text>
      {edits.length === 0 && <Text size="sm">{say(texts.noEdits)}</Text>}
      {edits.map((edit, index) => (
        <EditFields
          // biome-ignore lint/suspicious/noArrayIndexKey: an edit has no identity but its place in the list
          key={index}
          view={view}
          edit={edit}
          onChange={(next) => onChange(edits.map((one, at) => (at === index ? next : one)))}
          onRemove={() => onChange(edits.filter((_, at) => at !== index))}
        />
      ))}
      <AddEdit view={view} edits={edits} onAdd={(edit) => onChange([...edits, edit])} />
    </Stack>
  );
}

function EditFields({
  view,
  edit,
  onChange,
  onRemove,
}: {
  view: CaseView;
  edit: Edit;
  onChange: (next: Edit) => void;
  onRemove: () => void;
}) {
  const { say } = useLocale();
  const { language } = view.question;
  const name = editName(edit);
  const place = say(name.text, name.values);
  const { note = '', ...rest } = edit;
  return (
    <fieldset className="case-edit" data-edit={edit.op}>
      <legend>{place}</legend>
      <p className="case-text">
        <ChangedText
          before={textBefore(edit, view.trace)}
          after={'text' in edit ? edit.text : ''}
          language={language}
        />
      </p>
      {'text' in edit && (
        <Textarea
          label={say(texts.newText)}
          rows={3}
          resize="vertical"
          lang={language}
          translate="no"
          value={edit.text}
          onChange={(event) => onChange({ ...edit, text: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        label={say(texts.reason)}
        data={[
          { value: '', label: say(texts.chooseReason) },
          ...view.reasons.map(({ code, name }) => ({ value: code, label: say(name) })),
        ]}
        value={edit.reason}
        onChange={(event) => onChange({ ...edit, reason: event.currentTarget.value })}
      />
      <TextInput
        label={say(texts.note)}
        value={note}
        onChange={(event) => {
          const text = event.currentTarget.value;
          onChange(text === '' ? rest : { ...rest, note: text });
        }}
      />
      <Button variant="default" size="compact-xs" mt={6} onClick={onRemove}>
        {say(texts.removeEdit, { place })}
      </Button>
    </fieldset>
  );
}

/** Every edit that the text has room for and the list does not hold yet. */
function possible(view: CaseView, edits: Edit[]): Edit[] {
  const { steps, answer } = view.trace;
  const reason = '';
  const untouched = steps.flatMap((text, index) =>
    edits.some((edit) => (edit.op === 'replace' || edit.op === 'delete') && edit.step === index + 1)
      ? []
      : [{ text, step: index + 1 }],
  );
  return [
    ...untouched.map(({ text, step }): Edit => ({ op: 'replace', step, text, reason })),
    ...untouched.map(({ step }): Edit => ({ op: 'delete', step, reason })),
    ...[0, ...steps.map((_, index) => index + 1)].map((after): Edit => ({ op: 'insert', after, text: '', reason })),
    ...(edits.some((edit) => edit.op === 'answer') ? [] : [{ op: 'answer', text: answer, reason } satisfies Edit]),
  ];
}

function AddEdit({ view, edits, onAdd }: { view: CaseView; edits: Edit[]; onAdd: (edit: Edit) => void }) {
  const { say } = useLocale();
  const [chosen, setChosen] = useState(0);
  const choices = possible(view, edits);
  const edit = choices[Math.min(chosen, choices.length - 1)];
  return (
    <Group align="end" gap="xs">
      <NativeSelect
        label={say(texts.editWhere)}
        data={choices.map((one, index) => {
          const { text, values } = editName(one);
          return { value: String(index), label: say(text, values) };
        })}
        value={String(Math.min(chosen, choices.length - 1))}
        onChange={(event) => setChosen(Number(event.currentTarget.value))}
      />
      <Button variant="default" size="xs" onClick={() => edit !== undefined && onAdd(edit)}>
        {say(texts.addEdit)}
      </Button>
    </Group>
  );
}
