import type { Review } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { Tag } from '../ui/tag.tsx';

/** What reviewers marked on a step: each error with who found it, and how many found it right or neutral. */
export function StepMarks({ reviews, step }: { reviews: Review[]; step: number }) {
  const { t } = useLocale();
  const { reason, severity } = useNames();
  const count = (mark: 'correct' | 'neutral'): number =>
    reviews.filter((review) => review.steps.some((one) => one.mark === mark && one.step === step)).length;
  const correct = count('correct');
  const neutral = count('neutral');
  return (
    <span className="tags">
      {reviews.flatMap((review) =>
        review.steps.map((mark, index) =>
          mark.mark === 'wrong' && mark.step === step ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the marks of a signed review never move
            <Tag key={`${review.id}/${index}`} tone="bad">
              ✗ {reason(mark.error)} · {severity(mark.severity)} · <span translate="no">{review.reviewer}</span>
            </Tag>
          ) : null,
        ),
      )}
      {correct > 0 && <Tag tone="good">✓ {t('correctMarks', { count: correct })}</Tag>}
      {neutral > 0 && <Tag>{t('neutralMarks', { count: neutral })}</Tag>}
    </span>
  );
}

/** Steps that reviewers found missing after a step, or (0) before the first. */
export function MissingMarks({ reviews, after }: { reviews: Review[]; after: number }) {
  const { t } = useLocale();
  const { reason, severity } = useNames();
  const found = reviews.flatMap((review) =>
    review.steps.flatMap((mark) =>
      mark.mark === 'missing' && mark.after === after ? [{ ...mark, reviewer: review.reviewer }] : [],
    ),
  );
  if (found.length === 0) return null;
  return (
    <div className="tags">
      {found.map((mark) => (
        <Tag key={`${mark.reviewer}/${mark.error}`} tone="warn">
          {after === 0 ? t('missingFirst') : t('missingAfter', { step: after })}
          {t('colon')}
          {reason(mark.error)} · {severity(mark.severity)} · <span translate="no">{mark.reviewer}</span>
        </Tag>
      ))}
    </div>
  );
}
