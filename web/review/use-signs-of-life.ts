import { useEffect } from 'react';
import type { ReviewItem } from './review-item.ts';

/** Tells the review when somebody is there: any key, pointer or scroll; and when the page is hidden. */
export function useSignsOfLife(review: ReviewItem): void {
  useEffect(() => {
    const touch = (): void => review.touch();
    const look = (): void => (document.visibilityState === 'hidden' ? review.pause() : review.touch());
    const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
    for (const sign of signs) document.addEventListener(sign, touch, { passive: true });
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pagehide', review.leave);
    window.addEventListener('pageshow', review.comeBack);
    if (document.visibilityState === 'visible') review.touch();
    return () => {
      for (const sign of signs) document.removeEventListener(sign, touch);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('pagehide', review.leave);
      window.removeEventListener('pageshow', review.comeBack);
    };
  }, [review]);
}
