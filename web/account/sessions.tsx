import { Button, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { SessionList } from '../../src/accounts/sign-in-schema.ts';
import { sendJson, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { Problem } from './problem.tsx';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/** Where the person is signed in. */
export function Sessions() {
  const { say, dateTime } = useLocale();
  const query = useApi<SessionList>('/v1/accounts/me/sessions');
  const { busy, error, run } = useSend();
  const client = useQueryClient();
  const end = (id: string): void =>
    void run(() => sendJson('DELETE', `/v1/accounts/me/sessions/${id}`).then(() => client.invalidateQueries()));
  return (
    <section aria-labelledby="sessions">
      <Title order={3} size="h5" id="sessions">
        {say(texts.sessions)}
      </Title>
      <Loaded query={query}>
        {({ sessions }) => (
          <ul className="plain-list">
            {sessions.map((session) => (
              <li key={session.id}>
                <Text size="sm" component="div">
                  {session.current && <Tag tone="good">{say(texts.thisBrowser)}</Tag>}{' '}
                  {say(texts.since, { date: dateTime(session.createdAt), used: dateTime(session.usedAt) })}
                  <Text size="xs" c="dimmed">
                    {session.browser === '' ? say(texts.otherBrowser) : <SourceText>{session.browser}</SourceText>}
                  </Text>
                </Text>
                {!session.current && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={busy}
                    aria-label={say(texts.endWhich, { date: dateTime(session.createdAt) })}
                    onClick={() => end(session.id)}
                  >
                    {say(texts.end)}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <Button
        variant="default"
        disabled={busy}
        onClick={() =>
          void run(async () => {
            await sendJson('DELETE', '/v1/accounts/me/sessions');
            location.assign('/sign-in');
          })
        }
      >
        {say(texts.signOutEverywhere)}
      </Button>
      <Problem error={error} />
    </section>
  );
}
