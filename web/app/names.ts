import type { ProfileNames } from '../../src/server/profile-schema.ts';
import { useApi } from './api.ts';
import { useLocale } from './locale.tsx';
import type { Text } from './messages.ts';

type Names = Record<'criterion' | 'dimension' | 'strategy' | 'reason' | 'severity', (code: string) => string>;

/**
 * The profile's names in the page's language. A code that the profile in force no longer has is shown as it is: the
 * record is older than the profile.
 */
export function useNames(): Names {
  const { say } = useLocale();
  const { data } = useApi<ProfileNames>('/v1/profile');
  const among = (list: { code: string; name: Text }[] | undefined) => {
    const byCode = new Map(list?.map((one) => [one.code, one.name]));
    return (code: string): string => {
      const name = byCode.get(code);
      return name === undefined ? code : say(name);
    };
  };
  return {
    criterion: among(data?.rubrics.flatMap((rubric) => rubric.criteria)),
    dimension: among(data?.dimensions),
    strategy: among(data?.strategies),
    reason: among(data?.reasons),
    severity: among(data?.severities),
  };
}
