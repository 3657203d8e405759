import { z } from 'zod';

/** What engines send along with a sample of a release: the fields of its GRPO rows, and whatever else. */
const Meta = z.object({ kind: z.string().max(60).nullish(), benign: z.boolean().nullish() });

const benignWords: ReadonlySet<string> = new Set(['benign']);
const harmfulWords: ReadonlySet<string> = new Set(['harmful', 'jailbreak', 'attack']);

/** `harmful`, `benign`, or the kind of question; undefined where the engine did not say. */
export function kindOf(meta: Record<string, unknown>): string | undefined {
  const parsed = Meta.safeParse(meta);
  if (!parsed.success) return undefined;
  const { benign } = parsed.data;
  const kind = parsed.data.kind ?? undefined;
  if (benign === true || (kind !== undefined && benignWords.has(kind))) return 'benign';
  if (kind !== undefined && harmfulWords.has(kind)) return 'harmful';
  if (kind === 'guard' && benign === false) return 'harmful';
  return kind;
}

/** What a judge may be told of the prompt. */
export function asksOf(meta: Record<string, unknown>): 'harmful' | 'benign' | undefined {
  const kind = kindOf(meta);
  return kind === 'harmful' || kind === 'benign' ? kind : undefined;
}
