import {
  Anchor,
  Button,
  Container,
  Group,
  Text,
  Title,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useIsFetching } from '@tanstack/react-query';
import { Link, Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { Areas } from '../account/areas.tsx';
import { SignedInAs } from '../account/signed-in-as.tsx';
import { useLocale } from './locale.tsx';
import { useMe } from './who.ts';

/** Pages for people who are not signed in yet. */
const open = new Set(['/sign-in', '/setup', '/invitation']);

/**
 * Whether something is on its way that the page has not shown yet, for programs that read the page; what is asked for again
 * does not count. It is no `aria-busy`: some screen readers keep all of a busy part from their users.
 */
function useBusy(): boolean {
  return useIsFetching({ predicate: ({ state }) => state.data === undefined }) > 0;
}

/** The frame of every page: name, who is signed in, areas, language and colour scheme. */
export function Shell() {
  const { t, locale, switchLocale } = useLocale();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const { pathname, href } = useLocation();
  const { data: me, error } = useMe();
  const busy = useBusy();
  const stranger = error?.status === 401;
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <Container component="header" size="xl" py="sm">
        <Group justify="space-between" gap="xs">
          <Group gap="xs" align="baseline">
            <Anchor renderRoot={(props) => <Link to="/" {...props} />} underline="never" c="inherit">
              <Title order={1} size="h3" translate="no">
                {t('title')}
              </Title>
            </Anchor>
            {stranger && (
              <Text c="dimmed" size="sm">
                {t('subtitle')}
              </Text>
            )}
          </Group>
          <Group gap="xs">
            {me !== undefined && <SignedInAs me={me} />}
            <Button variant="default" size="compact-sm" fw={500} onClick={switchLocale}>
              <span lang={locale === 'en' ? 'zh-CN' : 'en-GB'} translate="no">
                {t('switchLanguage')}
              </span>
            </Button>
            <Button
              variant="default"
              size="compact-sm"
              fw={500}
              onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
            >
              {scheme === 'dark' ? t('light') : t('dark')}
            </Button>
          </Group>
        </Group>
        {me !== undefined && <Areas me={me} />}
      </Container>
      <Container component="main" size="xl" pb="xl" id="content" tabIndex={-1} data-busy={busy}>
        {stranger && !open.has(pathname) ? <Navigate to="/sign-in" search={{ to: href }} replace /> : <Outlet />}
      </Container>
    </>
  );
}

export function NoPage() {
  const { t } = useLocale();
  return <p role="alert">{t('noPage')}</p>;
}
