import './account.css';
import { Stack, Text, Title } from '@mantine/core';
import type { Me } from '../../src/accounts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useMe } from '../app/who.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { EmailForm } from './email-form.tsx';
import { Passkeys } from './passkeys.tsx';
import { PasswordChange } from './password-change.tsx';
import { roleNames } from './roles.ts';
import { Sessions } from './sessions.tsx';
import { texts } from './texts.ts';
import { Tokens } from './tokens.tsx';

/** The own account: who one is here, and how and where one is signed in. */
export function AccountPage() {
  const { say } = useLocale();
  const me = useMe();
  usePageTitle(say(texts.account));
  return (
    <Loaded query={me}>
      {(data) => (
        <Stack gap="xl">
          <Person me={data} />
          <Passkeys />
          <PasswordChange me={data} />
          <EmailForm me={data} />
          <Sessions />
          <Tokens />
        </Stack>
      )}
    </Loaded>
  );
}

function Person({ me }: { me: Me }) {
  const { say, t } = useLocale();
  const list = (values: readonly string[]) =>
    values.length === 0 ? say(texts.every) : <SourceText>{values.join(', ')}</SourceText>;
  return (
    <section aria-labelledby="account">
      <Title order={2} size="h4" id="account">
        {say(texts.account)}
      </Title>
      <Text size="sm" component="div">
        <SourceText>{me.name}</SourceText> (<SourceText>{me.id}</SourceText>){' '}
        {me.demo && <Tag tone="warn">{say(texts.demo)}</Tag>}
      </Text>
      <dl className="scores">
        <div>
          <dt>{say(texts.roles)}</dt>
          <dd>{me.roles.map((role) => say(roleNames[role])).join(t('separator'))}</dd>
        </div>
        <div>
          <dt>{say(texts.specialties)}</dt>
          <dd>{list(me.specialties)}</dd>
        </div>
        <div>
          <dt>{say(texts.languages)}</dt>
          <dd>{list(me.languages)}</dd>
        </div>
        <div>
          <dt>{say(texts.credential)}</dt>
          <dd>{me.credential === undefined ? say(texts.noCredential) : <SourceText>{me.credential}</SourceText>}</dd>
        </div>
      </dl>
    </section>
  );
}
