import './account.css';
import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { InvitationView } from '../../src/accounts/sign-in-schema.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { JoinForm } from './join-form.tsx';
import { Problem } from './problem.tsx';
import { roleNames } from './roles.ts';
import { texts } from './texts.ts';

/** Where an invited person confirms their name and chooses how to sign in. The code stands behind the # of the address. */
export function InvitationPage() {
  const { say, t } = useLocale();
  const code = location.hash.slice(1);
  usePageTitle(say(texts.invitation));
  const view = useQuery({
    queryKey: ['invitation', code],
    queryFn: () => sendJson<InvitationView>('POST', '/v1/sign-in/invitation/view', { code }),
    retry: false,
    // Used up while the form is open: asking again would take the form away.
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="narrow" aria-labelledby="invitation">
      <Title order={2} size="h4" id="invitation" mb="sm">
        {say(texts.invitation)}
      </Title>
      <Problem error={view.error} known={{ 400: texts.badInvitation, 401: texts.badInvitation }} />
      {view.data !== undefined && (
        <>
          <Text size="sm" mb="xs">
            {say(texts.invitationFor, { account: view.data.account })}
          </Text>
          <Text size="sm" mb="sm">
            {say(texts.roles)}
            {t('colon')}
            {view.data.roles.map((role) => say(roleNames[role])).join(t('separator'))}
          </Text>
          <JoinForm action="/v1/sign-in/invitation" code={code} name={view.data.name} />
        </>
      )}
    </section>
  );
}
