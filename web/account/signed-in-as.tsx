import { Anchor, Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Me } from '../../src/accounts/schema.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { roleNames } from './roles.ts';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

/** Who is signed in, with the roles, a way to the own account, and the way out. */
export function SignedInAs({ me }: { me: Me }) {
  const { say, t } = useLocale();
  const { busy, run } = useSend();
  const signOut = (): void =>
    void run(async () => {
      await sendJson('POST', '/v1/accounts/me/sign-out');
      location.assign('/sign-in');
    });
  return (
    <>
      <Text size="sm" component="div">
        <Anchor size="sm" renderRoot={(props) => <Link to="/account" {...props} />}>
          <SourceText>{me.name}</SourceText>
        </Anchor>{' '}
        {me.demo && <Tag tone="warn">{say(texts.demo)}</Tag>}{' '}
        <Text span size="xs" c="dimmed">
          {me.roles.map((role) => say(roleNames[role])).join(t('separator'))}
        </Text>
      </Text>
      <Button variant="default" size="compact-sm" fw={500} loading={busy} onClick={signOut}>
        {say(texts.signOut)}
      </Button>
    </>
  );
}
