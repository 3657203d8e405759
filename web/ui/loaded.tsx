import { Loader, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import type { MessageKey } from '../app/messages.ts';
import { SourceText } from './source-text.tsx';

const known: Record<number, MessageKey> = { 0: 'unreachable', 401: 'signIn', 403: 'notAllowed' };

/** Shows what was loaded, or that it is loading, or why it could not be. */
export function Loaded<T>({
  query,
  missing = 'notFound',
  loading = 'loading',
  children,
}: {
  query: UseQueryResult<T, ApiError>;
  /** What to say where there is no such thing, and while it is fetched. */
  missing?: MessageKey;
  loading?: MessageKey;
  children: (data: T) => ReactNode;
}) {
  const { t } = useLocale();
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <Problem error={query.error} missing={missing} />;
  return (
    <Text role="status">
      <Loader size="xs" /> {t(loading)}
    </Text>
  );
}

function Problem({ error, missing }: { error: Error; missing: MessageKey }) {
  const { t } = useLocale();
  const status = error instanceof ApiError ? error.status : undefined;
  const message = status === undefined ? undefined : status === 404 ? missing : known[status];
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
