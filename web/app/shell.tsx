import {
  Anchor,
  AppShell,
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
  const { t, switchLocale } = useLocale();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  return (
    <AppShell header={{ height: 64 }} padding="md">
      <AppShell.Header>
        <Container size="xl" h="100%">
          <Group h="100%" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap" align="baseline">
              <Anchor renderRoot={(props) => <Link to="/" {...props} />} underline="never" c="inherit">
                <Title order={1} size="h3">
                  {t('title')}
                </Title>
              </Anchor>
              <Text c="dimmed" size="sm" visibleFrom="md">
                {t('subtitle')}
              </Text>
            </Group>
            <Group gap="xs" wrap="nowrap">
              <Button variant="default" size="compact-md" onClick={switchLocale}>
                {t('switchLanguage')}
              </Button>
              <Button
                variant="default"
                size="compact-md"
                onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
              >
                {scheme === 'dark' ? t('light') : t('dark')}
              </Button>
            </Group>
          </Group>
        </Container>
      </AppShell.Header>
      <AppShell.Main>
        <Container size="xl">
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
