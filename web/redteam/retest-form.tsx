import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Finding } from '../../src/redteam/findings/schema.ts';
import { Problem } from '../account/problem.tsx';
import { useSend } from '../account/use-send.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { findingTexts as texts } from './finding-texts.ts';

/** Asks a model the finding's probes again, judged as the finding was. */
export function RetestForm({ finding, onStarted }: { finding: Finding; onStarted: () => void }) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const [ref, setRef] = useState('');
  const [started, setStarted] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      const target = { name: finding.target, ref: ref.trim() };
      await sendJson('POST', `/v1/redteam/findings/${finding.id}/retest`, { target });
      setStarted(true);
      onStarted();
    });
  };
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="end" mt="xs">
        <TextInput
          label={say(texts.retestOf)}
          description={<code translate="no">endpoint:NAME · model:NAME</code>}
          value={ref}
          onChange={(event) => setRef(event.currentTarget.value)}
          w="24rem"
          maw="100%"
        />
        <Button type="submit" variant="default" loading={busy} disabled={ref.trim() === ''}>
          {say(texts.startRetest)}
        </Button>
      </Group>
      <div role="status">{started && <p>{say(texts.retestStarted)}</p>}</div>
      <Problem error={error} />
    </form>
  );
}
