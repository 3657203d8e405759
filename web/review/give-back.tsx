import { Button, Modal, NativeSelect, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ReleaseInput } from '../../src/assignment/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { leasePath, send } from './requests.ts';
import { releaseTexts, texts } from './texts.ts';

type ReleaseReason = ReleaseInput['reason'];
const reasons = Object.keys(releaseTexts) as ReleaseReason[]; // the table has exactly the codes of the schema

/** Gives the item back with a reason; the next reviewer gets it. */
export function GiveBack({
  assignment,
  opened,
  onClose,
  onDone,
}: {
  assignment: string;
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  const { say } = useLocale();
  const [reason, setReason] = useState<ReleaseReason>('skip');
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState('');
  const giveBack = async (): Promise<void> => {
    const why = note.trim() === '' ? {} : { note: note.trim() };
    const reply = await send('POST', leasePath(assignment, 'release'), { reason, ...why });
    if (reply.status === 200) onDone();
    else setProblem(reply.status === 0 ? say(texts.offline) : reply.message);
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={say(texts.giveBackTitle)}
      closeButtonProps={{ 'aria-label': say(texts.close) }}
    >
      <Stack gap="sm">
        <p>{say(texts.giveBackNote)}</p>
        <NativeSelect
          label={say(texts.giveBack)}
          value={reason}
          onChange={(event) => setReason(reasons.find((one) => one === event.currentTarget.value) ?? 'skip')}
          data={reasons.map((one) => ({ value: one, label: say(releaseTexts[one]) }))}
        />
        <Textarea label={say(texts.note)} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        {problem !== '' && (
          <p role="alert" className="review-error">
            <SourceText>{problem}</SourceText>
          </p>
        )}
        <Button onClick={() => void giveBack()}>{say(texts.giveBack)}</Button>
      </Stack>
    </Modal>
  );
}
