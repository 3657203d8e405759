import { useLocale } from '../app/locale.tsx';
import { SourceText } from './source-text.tsx';

/** Says that something sent was not accepted, with the server's reason. */
export function Refusal({ error }: { error: Error | null }) {
  const { t } = useLocale();
  if (error === null) return null;
  return (
    <div role="alert" className="notice">
      {t('serverSaid')} <SourceText lang="en">{error.message}</SourceText>
    </div>
  );
}
