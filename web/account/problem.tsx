import { ApiError } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';

/**
 * Why something was refused, announced to screen readers. `known` gives the page's own words for a status; what the
 * server says otherwise is shown as it is.
 */
export function Problem({ error, known = {} }: { error: unknown; known?: Partial<Record<number, Text>> }) {
  if (error === undefined || error === null) return null;
  return (
    <div role="alert" className="notice">
      <Words error={error} known={known} />
    </div>
  );
}

function Words({ error, known }: { error: unknown; known: Partial<Record<number, Text>> }) {
  const { say, t } = useLocale();
  if (error instanceof ApiError) return error.status === 0 ? t('unreachable') : <Refusal error={error} known={known} />;
  // What a browser throws where a person dismisses its passkey dialogue, or it times out.
  if (error instanceof Error && ['NotAllowedError', 'AbortError'].includes(error.name)) return say(texts.cancelled);
  return (
    <>
      {say(texts.failed)}
      {t('colon')}
      <SourceText lang="en">{String(error)}</SourceText>
    </>
  );
}

function Refusal({ error, known }: { error: ApiError; known: Partial<Record<number, Text>> }) {
  const { say, t } = useLocale();
  const { status, details, message } = error;
  if (status === 429 && typeof details.seconds === 'number')
    return <>{say(texts.tooMany, { seconds: details.seconds })}</>;
  const words = known[status];
  if (words !== undefined) return <>{say(words)}</>;
  return (
    <>
      {say(texts.failed)}
      {t('colon')}
      <SourceText lang="en">{message}</SourceText>
    </>
  );
}
