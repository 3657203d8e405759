import './account.css';
import { Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { JoinForm } from './join-form.tsx';
import { Problem } from './problem.tsx';
import { texts } from './texts.ts';

/** Where whoever owns the workspace becomes its first administrator. The code stands behind the # of the address. */
export function SetupPage() {
  const { say } = useLocale();
  const code = location.hash.slice(1);
  const [id, setId] = useState('');
  const [email, setEmail] = useState('');
  usePageTitle(say(texts.setup));
  const view = useQuery({
    queryKey: ['setup', code],
    queryFn: () => sendJson('POST', '/v1/sign-in/setup/view', { code }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="narrow" aria-labelledby="setup">
      <Title order={2} size="h4" id="setup" mb="sm">
        {say(texts.setup)}
      </Title>
      <Problem error={view.error} known={{ 400: texts.badSetup, 401: texts.badSetup }} />
      {view.data !== undefined && (
        <>
          <Text size="sm" mb="sm">
            {say(texts.setupNote)}
          </Text>
          <JoinForm action="/v1/sign-in/setup" code={code} name="" more={{ id, ...(email === '' ? {} : { email }) }}>
            <TextInput
              label={say(texts.accountId)}
              description={say(texts.accountIdNote)}
              autoComplete="username"
              pattern="[a-z0-9][a-z0-9\-]{1,62}"
              required
              value={id}
              onChange={(event) => setId(event.currentTarget.value)}
            />
            <TextInput
              label={`${say(texts.email)} (${say(texts.optional)})`}
              type="email"
              autoComplete="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
          </JoinForm>
        </>
      )}
    </section>
  );
}
