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
import { Link, Outlet } from '@tanstack/react-router';
import { useLocale } from './locale.tsx';

/** The frame of every page: name, language and colour scheme. */
export function Shell() {
  const { t, locale, switchLocale } = useLocale();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
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
            <Text c="dimmed" size="sm">
              {t('subtitle')}
            </Text>
          </Group>
          <Group gap="xs">
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
      </Container>
      <Container component="main" size="xl" pb="xl" id="content" tabIndex={-1}>
        <Outlet />
      </Container>
    </>
  );
}

export function NoPage() {
  const { t } = useLocale();
  return <p role="alert">{t('noPage')}</p>;
}
