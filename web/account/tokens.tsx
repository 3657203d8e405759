import { Button, Group, NativeSelect, NumberInput, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Token, TokenScope } from '../../src/accounts/schema.ts';
import { sendJson, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { Problem } from './problem.tsx';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/** The own API tokens: make one, which is shown once, and revoke one. */
export function Tokens() {
  const { say } = useLocale();
  const query = useApi<{ tokens: Token[] }>('/v1/accounts/me/tokens');
  const { busy, error, run } = useSend();
  const client = useQueryClient();
  const [made, setMade] = useState<string>();
  const make = (body: TokenForm): Promise<void> =>
    run(async () => {
      const { token } = await sendJson<{ token: string }>('POST', '/v1/accounts/me/tokens', body);
      setMade(token);
      await client.invalidateQueries();
    });
  const revoke = (id: string): void =>
    void run(() => sendJson('DELETE', `/v1/accounts/me/tokens/${id}`).then(() => client.invalidateQueries()));
  return (
    <section aria-labelledby="tokens">
      <Title order={3} size="h5" id="tokens">
        {say(texts.tokens)}
      </Title>
      <Text size="sm" c="dimmed">
        {say(texts.tokensNote)}
      </Text>
      <Loaded query={query}>{({ tokens }) => <Rows tokens={tokens} busy={busy} revoke={revoke} />}</Loaded>
      <NewToken busy={busy} make={make} />
      <div role="status">
        {made !== undefined && (
          <>
            <Text size="sm">{say(texts.newToken)}</Text>
            <code className="secret" translate="no">
              {made}
            </code>
          </>
        )}
      </div>
      <Problem error={error} />
    </section>
  );
}

function Rows({ tokens, busy, revoke }: { tokens: Token[]; busy: boolean; revoke: (id: string) => void }) {
  const { say, dateTime } = useLocale();
  if (tokens.length === 0) return <Text size="sm">{say(texts.noTokens)}</Text>;
  return (
    <ul className="plain-list">
      {tokens.map((token) => (
        <li key={token.id}>
          <Text size="sm" component="div">
            <SourceText>{token.label}</SourceText>{' '}
            <Tag>{say(token.scope === 'read' ? texts.scopeRead : texts.scopeWrite)}</Tag>{' '}
            {token.expiresAt === undefined ? say(texts.forever) : say(texts.until, { date: dateTime(token.expiresAt) })}
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            disabled={busy}
            aria-label={say(texts.revokeWhich, { name: token.label })}
            onClick={() => revoke(token.id)}
          >
            {say(texts.revoke)}
          </Button>
        </li>
      ))}
    </ul>
  );
}

type TokenForm = { label: string; scope: TokenScope; days: number };

function NewToken({ busy, make }: { busy: boolean; make: (body: TokenForm) => Promise<void> }) {
  const { say } = useLocale();
  const [form, setForm] = useState<TokenForm>({ label: '', scope: 'read', days: 90 });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void make(form).then(() => setForm({ ...form, label: '' }));
  };
  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs">
        <TextInput
          label={say(texts.tokenLabel)}
          required
          maxLength={100}
          value={form.label}
          onChange={(event) => setForm({ ...form, label: event.currentTarget.value })}
        />
        <NativeSelect
          label={say(texts.scope)}
          value={form.scope}
          data={[
            { value: 'read', label: say(texts.scopeRead) },
            { value: 'write', label: say(texts.scopeWrite) },
          ]}
          onChange={(event) => setForm({ ...form, scope: event.currentTarget.value === 'write' ? 'write' : 'read' })}
        />
        <NumberInput
          label={say(texts.validDays)}
          min={1}
          max={3650}
          hideControls
          w={120}
          value={form.days}
          onChange={(days) => setForm({ ...form, days: Number(days) })}
        />
        <Button type="submit" variant="default" loading={busy}>
          {say(texts.makeToken)}
        </Button>
      </Group>
    </form>
  );
}
