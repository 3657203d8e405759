import './account.css';
import { Button, Modal, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { SignatureProof } from '../../src/accounts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useMe } from '../app/who.ts';
import { provePasskey } from './passkey.ts';
import { Problem } from './problem.tsx';
import { SecretInput } from './secret-input.tsx';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/**
 * Asks whoever is signed in to prove it for one signature, and hands the proof to `send`; what `send` throws is shown
 * here, so that a wrong password can be typed again. `digest` is that of the content signed (SHA-256, hex).
 */
export function SignDialog({
  opened,
  digest,
  send,
  onClose,
}: {
  opened: boolean;
  digest: string;
  send: (proof: SignatureProof) => Promise<void>;
  onClose: () => void;
}) {
  const { say } = useLocale();
  const { data: me } = useMe();
  const { busy, error, run } = useSend();
  const [password, setPassword] = useState('');
  const withPassword = (event: FormEvent): void => {
    event.preventDefault();
    void run(() => send({ method: 'password', password }).finally(() => setPassword('')));
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={say(texts.sign)}
      closeButtonProps={{ 'aria-label': say(texts.cancel) }}
    >
      <Stack gap="sm">
        <Text size="sm">{say(texts.signAs, { name: me?.name ?? '' })}</Text>
        {me?.methods.includes('passkey') === true && (
          <Button
            variant="default"
            loading={busy}
            onClick={() => void run(async () => send(await provePasskey(digest)))}
          >
            {say(texts.signPasskey)}
          </Button>
        )}
        {me?.methods.includes('password') === true && (
          <form onSubmit={withPassword}>
            <Stack gap="sm">
              <SecretInput
                label={say(texts.password)}
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              <Button type="submit" loading={busy}>
                {say(texts.signPassword)}
              </Button>
            </Stack>
          </form>
        )}
        {me?.demo === true && (
          <Button variant="default" loading={busy} onClick={() => void run(() => send({ method: 'demo' }))}>
            {say(texts.signDemo)}
          </Button>
        )}
        <Problem error={error} />
      </Stack>
    </Modal>
  );
}
