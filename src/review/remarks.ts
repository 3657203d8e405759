import type { Profile } from '../profile/schema.ts';
import type { Review } from './schema.ts';

type Remarkable = Pick<Review, 'reviewer' | 'steps' | 'violations' | 'comment'>;

/** The reviewers' remarks on a failed round as lines for the teacher; no reviewer is named. */
export function remarks(profile: Profile, language: string, reviews: Remarkable[]): string[] {
  const zh = language === 'zh';
  const name = (code: string): string => {
    const reason = profile.reasons.find((one) => one.code === code);
    return (zh ? reason?.name.zh : reason?.name.en) ?? code;
  };
  // Sorted, so that the same reviews give the same feedback in whatever order they came in.
  const ordered = reviews.toSorted((a, b) => (a.reviewer < b.reviewer ? -1 : 1));
  const lines = ordered.flatMap((review) => [
    ...review.steps.flatMap((mark) => {
      if (mark.mark === 'wrong')
        return [zh ? `第${mark.step}步：${name(mark.error)}` : `Step ${mark.step}: ${name(mark.error)}`];
      if (mark.mark === 'missing')
        return [zh ? `第${mark.after}步之后缺少步骤` : `A step is missing after step ${mark.after}`];
      return [];
    }),
    ...review.violations.map(({ dimension }) => {
      const known = profile.dimensions.find((one) => one.code === dimension);
      return zh ? `违反：${known?.name.zh ?? dimension}` : `Violates: ${known?.name.en ?? dimension}`;
    }),
    ...(review.comment === undefined ? [] : [review.comment]),
  ]);
  return [...new Set(lines)];
}
