import { Button, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { PasskeyList } from '../../src/accounts/sign-in-schema.ts';
import { sendJson, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { addPasskey } from './passkey.ts';
import { Problem } from './problem.tsx';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/** The own passkeys: add one, remove one. */
export function Passkeys() {
  const { say, dateTime } = useLocale();
  const query = useApi<PasskeyList>('/v1/accounts/me/passkeys');
  const { busy, error, run } = useSend();
  const client = useQueryClient();
  const changed = () => client.invalidateQueries();
  const remove = (id: string): void =>
    void run(() => sendJson('DELETE', `/v1/accounts/me/passkeys/${id}`).then(changed));
  return (
    <section aria-labelledby="passkeys">
      <Title order={3} size="h5" id="passkeys">
        {say(texts.passkeys)}
      </Title>
      <Loaded query={query}>
        {({ passkeys }) =>
          passkeys.length === 0 ? (
            <Text size="sm">{say(texts.noPasskeys)}</Text>
          ) : (
            <ul className="plain-list">
              {passkeys.map((passkey) => (
                <li key={passkey.id}>
                  <Text size="sm" span>
                    {passkey.name === undefined ? say(texts.unnamed) : <SourceText>{passkey.name}</SourceText>}{' '}
                    <Text span c="dimmed" size="sm">
                      {say(texts.addedOn, { date: dateTime(passkey.createdAt) })}
                    </Text>
                  </Text>
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={busy}
                    aria-label={say(texts.removeWhich, { name: passkey.name ?? say(texts.unnamed) })}
                    onClick={() => remove(passkey.id)}
                  >
                    {say(texts.remove)}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <Button variant="default" mt="xs" loading={busy} onClick={() => void run(() => addPasskey().then(changed))}>
        {say(texts.addPasskey)}
      </Button>
      <Problem error={error} />
    </section>
  );
}
