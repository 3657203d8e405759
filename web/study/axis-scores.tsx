import type { KeyboardEvent } from 'react';
import type { StudyAxis } from '../../src/profile/study-rating-schema.ts';
import { useLocale } from '../app/locale.tsx';

/**
 * One axis as a group of five choices with their anchors. A digit scores it and leads on; it does so only while the group has
 * the focus (WCAG 2.2, 2.1.4).
 */
export function AxisScores({
  axis,
  score,
  disabled,
  onScore,
  onNext,
}: {
  axis: StudyAxis;
  score: number | undefined;
  /** While the item is being saved. */
  disabled: boolean;
  onScore: (score: number) => void;
  onNext: () => void;
}) {
  const { say } = useLocale();
  const onKeyDown = (event: KeyboardEvent): void => {
    const digit = /^[1-5]$/.test(event.key) ? Number(event.key) : undefined;
    if (digit === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    onScore(digit);
    onNext();
  };
  return (
    <fieldset className="axis" disabled={disabled} onKeyDown={onKeyDown}>
      <legend>{say(axis.name)}</legend>
      {axis.anchors.map((anchor, index) => (
        <label key={anchor.en}>
          <input
            type="radio"
            name={axis.id}
            value={index + 1}
            checked={score === index + 1}
            onChange={() => onScore(index + 1)}
          />
          <strong>{index + 1}</strong> {say(anchor)}
        </label>
      ))}
    </fieldset>
  );
}
