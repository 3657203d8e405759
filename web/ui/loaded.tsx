import { Alert, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError, type useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';

/** Shows what was loaded, or that it is loading, or why it could not be. */
export function Loaded<T>({
  query,
  children,
}: {
  query: ReturnType<typeof useApi<T>>;
  children: (data: T) => ReactNode;
}) {
  const { t } = useLocale();
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) {
    const unknown = query.error instanceof ApiError && query.error.status === 401;
    return (
      <Alert color="red" title={t('failed')}>
        {unknown ? t('signIn') : query.error.message}
      </Alert>
    );
  }
  return (
    <Text role="status">
      <Loader size="xs" /> {t('loading')}
    </Text>
  );
}
