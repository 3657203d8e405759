import { Button, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../src/accounts/schema.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { NewPasswordFields, passwordProblem } from './new-password.tsx';
import { Problem } from './problem.tsx';
import { SecretInput } from './secret-input.tsx';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/** Sets the first password, or another one in the place of the present. */
export function PasswordChange({ me }: { me: Me }) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState({ first: '', again: '' });
  const [done, setDone] = useState(false);
  const known = me.methods.includes('password');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      const body = { password: password.first, ...(known ? { current } : {}) };
      await sendJson('PUT', '/v1/accounts/me/password', body);
      setCurrent('');
      setPassword({ first: '', again: '' });
      setDone(true);
      await client.invalidateQueries();
    });
  };
  return (
    <section aria-labelledby="password">
      <Title order={3} size="h5" id="password">
        {say(known ? texts.changePassword : texts.addPassword)}
      </Title>
      <form onSubmit={submit}>
        <Stack gap="xs" maw={400}>
          {known && (
            <SecretInput
              label={say(texts.currentPassword)}
              autoComplete="current-password"
              required
              value={current}
              onChange={(event) => setCurrent(event.currentTarget.value)}
            />
          )}
          <NewPasswordFields value={password} onChange={setPassword} />
          <Button type="submit" variant="default" loading={busy} disabled={passwordProblem(password) !== undefined}>
            {say(known ? texts.changePassword : texts.addPassword)}
          </Button>
        </Stack>
      </form>
      <Problem error={error} />
      <Text size="sm" role="status">
        {done && say(texts.passwordChanged)}
      </Text>
    </section>
  );
}
