import { Button, Group, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../src/accounts/schema.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Problem } from './problem.tsx';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/** The own e-mail, which also serves as a name to sign in with. */
export function EmailForm({ me }: { me: Me }) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const client = useQueryClient();
  const [email, setEmail] = useState(me.email ?? '');
  const [done, setDone] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      await sendJson('PUT', '/v1/accounts/me/email', { email: email === '' ? null : email });
      setDone(true);
      await client.invalidateQueries();
    });
  };
  return (
    <section>
      <form onSubmit={submit}>
        <Group align="end" gap="xs">
          <TextInput
            label={say(texts.email)}
            description={say(texts.emailNote)}
            type="email"
            autoComplete="email"
            w={400}
            maw="100%"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={busy}>
            {say(texts.saveEmail)}
          </Button>
        </Group>
      </form>
      <Problem error={error} />
      <Text size="sm" role="status">
        {done && say(texts.emailSaved)}
      </Text>
    </section>
  );
}
