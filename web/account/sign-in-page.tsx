import './account.css';
import { Anchor, Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../src/accounts/schema.ts';
import type { SignInOffer } from '../../src/accounts/sign-in-schema.ts';
import { ownPath } from '../../src/core/own-path.ts';
import { getJson, sendJson, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { homeOf } from '../app/who.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { signInWithPasskey } from './passkey.ts';
import { Problem } from './problem.tsx';
import { roleNames } from './roles.ts';
import { SecretInput } from './secret-input.tsx';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/** Goes where the person wanted to go, or to where they start. The page is loaded anew, so nothing of before stays. */
async function enter(to: string | undefined): Promise<void> {
  location.assign(to === undefined ? homeOf(await getJson<Me>('/v1/accounts/me')) : ownPath(to));
}

/** Every way in that this server offers here. */
export function SignInPage({ to, error }: { to?: string; error?: string }) {
  const { say } = useLocale();
  const offer = useApi<SignInOffer>('/v1/sign-in');
  usePageTitle(say(texts.signIn));
  return (
    <section className="narrow" aria-labelledby="sign-in">
      <Title order={2} size="h4" id="sign-in" mb="sm">
        {say(texts.signIn)}
      </Title>
      {error !== undefined && (
        <div role="alert" className="notice">
          {say(texts.providerRefused)}
        </div>
      )}
      <PasswordForm to={to} />
      <Loaded query={offer}>{(data) => <OtherWays offer={data} to={to} />}</Loaded>
      <Text size="sm" c="dimmed" mt="lg">
        {say(texts.noAccount)}
      </Text>
    </section>
  );
}

function PasswordForm({ to }: { to: string | undefined }) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      await sendJson('POST', '/v1/sign-in/password', { login, password });
      await enter(to);
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={say(texts.login)}
          autoComplete="username"
          required
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <SecretInput
          label={say(texts.password)}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy}>
          {say(texts.signIn)}
        </Button>
        <Problem error={error} known={{ 401: texts.wrongPassword }} />
      </Stack>
    </form>
  );
}

function OtherWays({ offer, to }: { offer: SignInOffer; to: string | undefined }) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const search = to === undefined ? '' : `?to=${encodeURIComponent(to)}`;
  return (
    <Stack gap="sm" mt="md">
      {offer.passkeys ? (
        <Button
          variant="default"
          loading={busy}
          onClick={() => void run(() => signInWithPasskey().then(() => enter(to)))}
        >
          {say(texts.withPasskey)}
        </Button>
      ) : (
        <Text size="sm" c="dimmed">
          {say(texts.passkeysElsewhere)}
        </Text>
      )}
      {offer.provider !== undefined && (
        <Anchor href={`/v1/sign-in/provider${search}`}>{say(texts.withProvider, { name: offer.provider })}</Anchor>
      )}
      <Problem error={error} known={{ 401: texts.wrongPasskey }} />
      {offer.demo.length > 0 && <DemoAccounts accounts={offer.demo} to={to} />}
    </Stack>
  );
}

function DemoAccounts({ accounts, to }: { accounts: SignInOffer['demo']; to: string | undefined }) {
  const { say, t } = useLocale();
  const { busy, error, run } = useSend();
  const signInAs = (account: string): void =>
    void run(async () => {
      await sendJson('POST', '/v1/sign-in/demo', { account });
      await enter(to);
    });
  return (
    <section aria-labelledby="demo-accounts">
      <Title order={3} size="h5" id="demo-accounts">
        {say(texts.demoAccounts)}
      </Title>
      <div className="notice">{say(texts.demoNote)}</div>
      <ul className="plain-list">
        {accounts.map((account) => (
          <li key={account.id}>
            <div>
              <SourceText>{account.name}</SourceText> <Tag tone="warn">{say(texts.demo)}</Tag>
              <Text size="sm" c="dimmed">
                {account.roles.map((role) => say(roleNames[role])).join(t('separator'))}
              </Text>
            </div>
            <Button
              variant="default"
              size="compact-sm"
              disabled={busy}
              aria-label={say(texts.enterAsWho, { name: account.name })}
              onClick={() => signInAs(account.id)}
            >
              {say(texts.enterAs)}
            </Button>
          </li>
        ))}
      </ul>
      <Problem error={error} />
    </section>
  );
}
