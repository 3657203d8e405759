import { Button, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ModelDetail } from '../../src/registry/schema.ts';
import { SignDialog } from '../account/sign-dialog.tsx';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { holds, useMe } from '../app/who.ts';
import { Section } from './section.tsx';
import { texts } from './texts.ts';

/** Lets a release approver sign the approval or the retirement of a model; whoever registered it does not approve it. */
export function Decide({ detail, onDecided }: { detail: ModelDetail; onDecided: () => void }) {
  const { data: me } = useMe();
  const { model, signs, obstacle } = detail;
  if (!holds(me, 'release-approver') || (signs.approval === undefined && signs.retirement === undefined)) return null;
  return (
    <Section id="decide" title={texts.decide}>
      <div className="decision">
        {signs.approval !== undefined && obstacle === undefined && (
          <Approval detail={detail} digest={signs.approval} own={me?.id === model.registeredBy} onDecided={onDecided} />
        )}
        {signs.retirement !== undefined && (
          <Retirement name={model.name} digest={signs.retirement} onDecided={onDecided} />
        )}
      </div>
    </Section>
  );
}

function Approval({
  detail: { model, near },
  digest,
  own,
  onDecided,
}: {
  detail: ModelDetail;
  digest: string;
  own: boolean;
  onDecided: () => void;
}) {
  const { say } = useLocale();
  const [opened, setOpened] = useState(false);
  const [note, setNote] = useState('');
  const needed = near.sets.length > 0;
  if (own) return <Text size="sm">{say(texts.ownModel)}</Text>;
  return (
    <>
      <Text size="sm">{say(texts.approveNote)}</Text>
      <Textarea
        label={say(texts.note)}
        required={needed}
        rows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button my="xs" disabled={needed && note.trim() === ''} onClick={() => setOpened(true)}>
        {say(texts.approve)}
      </Button>
      <SignDialog
        opened={opened}
        digest={digest}
        onClose={() => setOpened(false)}
        send={async (proof) => {
          const body = note.trim() === '' ? { proof } : { proof, note: note.trim() };
          await sendJson('POST', `/v1/registry/models/${model.name}/approval`, body);
          setOpened(false);
          onDecided();
        }}
      />
    </>
  );
}

function Retirement({ name, digest, onDecided }: { name: string; digest: string; onDecided: () => void }) {
  const { say } = useLocale();
  const [opened, setOpened] = useState(false);
  const [reason, setReason] = useState('');
  return (
    <>
      <Text size="sm" mt="sm">
        {say(texts.retireNote)}
      </Text>
      <Textarea
        label={say(texts.reason)}
        required
        rows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button my="xs" variant="default" disabled={reason.trim() === ''} onClick={() => setOpened(true)}>
        {say(texts.retire)}
      </Button>
      <SignDialog
        opened={opened}
        digest={digest}
        onClose={() => setOpened(false)}
        send={async (proof) => {
          await sendJson('POST', `/v1/registry/models/${name}/retirement`, { proof, reason: reason.trim() });
          setOpened(false);
          onDecided();
        }}
      />
    </>
  );
}
