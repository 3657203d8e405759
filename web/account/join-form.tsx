import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { NewPasswordFields, passwordProblem } from './new-password.tsx';
import { addPasskey } from './passkey.ts';
import { Problem } from './problem.tsx';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/**
 * Name and way to sign in of somebody who comes by a one-time link, with further fields of the page's own. The link is
 * used up by the first step; where adding the passkey then fails, the form stays for another try in the session.
 */
export function JoinForm({
  action,
  code,
  name: given,
  more = {},
  children,
}: {
  action: string;
  code: string;
  name: string;
  more?: Record<string, string>;
  children?: ReactNode;
}) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const [name, setName] = useState(given);
  const [password, setPassword] = useState({ first: '', again: '' });
  const [joined, setJoined] = useState(false);
  const problem = passwordProblem(password);
  const withPassword = (event: FormEvent): void => {
    event.preventDefault();
    if (problem !== undefined) return;
    void run(async () => {
      if (joined) await sendJson('PUT', '/v1/accounts/me/password', { password: password.first });
      else await sendJson('POST', action, { code, name, password: password.first, ...more });
      location.assign('/account');
    });
  };
  const withPasskey = (): void =>
    void run(async () => {
      if (!joined) await sendJson('POST', action, { code, name, ...more });
      setJoined(true);
      await addPasskey();
      location.assign('/account');
    });
  return (
    <form onSubmit={withPassword}>
      <Stack gap="sm">
        {children}
        <TextInput
          label={say(texts.printedName)}
          description={say(texts.printedNameNote)}
          autoComplete="name"
          required
          disabled={joined}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button variant="default" loading={busy} disabled={name.trim() === ''} onClick={withPasskey}>
          {say(texts.usePasskey)}
        </Button>
        <NewPasswordFields value={password} onChange={setPassword} />
        <Button type="submit" loading={busy} disabled={name.trim() === '' || problem !== undefined}>
          {say(texts.setPassword)}
        </Button>
        <Problem error={error} />
        {joined && (
          <Text size="sm" role="status">
            {say(texts.noPasskeyYet)}
          </Text>
        )}
      </Stack>
    </form>
  );
}
