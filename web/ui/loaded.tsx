import { Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError, type useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import type { MessageKey } from '../app/messages.ts';
import { SourceText } from './source-text.tsx';

const known: Record<number, MessageKey> = { 0: 'unreachable', 401: 'signIn', 403: 'notAllowed', 404: 'notFound' };

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
  if (query.error !== null) return <Problem error={query.error} />;
  return (
    <Text role="status">
      <Loader size="xs" /> {t('loading')}
    </Text>
  );
}

function Problem({ error }: { error: Error }) {
  const { t } = useLocale();
  const message = error instanceof ApiError ? known[error.status] : undefined;
  return (
    <div role="alert" className="notice">
      <strong>{t('failed')}</strong>
      <br />
      {message === undefined ? (
        <>
          {t('serverSaid')} <SourceText lang="en">{error.message}</SourceText>
        </>
      ) : (
        t(message)
      )}
    </div>
  );
}
