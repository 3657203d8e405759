import { Button, Group, NativeSelect, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Finding } from '../../src/redteam/findings/schema.ts';
import type { ProfileNames } from '../../src/server/profile-schema.ts';
import { Problem } from '../account/problem.tsx';
import { useSend } from '../account/use-send.ts';
import { sendJson, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { statusNames, findingTexts as texts } from './finding-texts.ts';
import { findingStatuses } from './listing.ts';

/** Sets severity, status and assignee of a finding, with a note; what is left unchanged is not sent. */
export function Triage({ finding, onDone }: { finding: Finding; onDone: () => void }) {
  const { say } = useLocale();
  const { data: names } = useApi<ProfileNames>('/v1/profile');
  const { busy, error, run } = useSend();
  const [severity, setSeverity] = useState('');
  const [status, setStatus] = useState('');
  const [assignee, setAssignee] = useState('');
  const [note, setNote] = useState('');
  const change = Object.fromEntries(
    Object.entries({ severity, status, assignee: assignee.trim(), note: note.trim() }).filter(
      ([, value]) => value !== '',
    ),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      await sendJson('POST', `/v1/redteam/findings/${finding.id}/triage`, change);
      setNote('');
      onDone();
    });
  };
  const unset = { value: '', label: say(texts.unset) };
  return (
    <Section id="triage" title={texts.triage}>
      <form onSubmit={submit}>
        <Group gap="sm" align="end">
          <NativeSelect
            label={say(texts.severity)}
            value={severity}
            onChange={(event) => setSeverity(event.currentTarget.value)}
            data={[unset, ...(names?.severities ?? []).map(({ code, name }) => ({ value: code, label: say(name) }))]}
          />
          <NativeSelect
            label={say(texts.status)}
            value={status}
            onChange={(event) => setStatus(event.currentTarget.value)}
            data={[
              unset,
              ...findingStatuses
                .filter((one) => one !== 'open')
                .map((one) => ({ value: one, label: say(statusNames[one]) })),
            ]}
          />
          <TextInput
            label={say(texts.assignee)}
            value={assignee}
            onChange={(event) => setAssignee(event.currentTarget.value)}
          />
        </Group>
        <Textarea
          label={say(texts.remark)}
          rows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed">
          {say(texts.remarkNeeded)}
        </Text>
        <Button type="submit" variant="default" my="xs" disabled={busy || Object.keys(change).length === 0}>
          {say(texts.save)}
        </Button>
        <Problem error={error} />
      </form>
    </Section>
  );
}
