import { useEffect, useRef } from 'react';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { Problem } from './judge.ts';
import { placeText } from './place-text.ts';
import { problemTexts, texts } from './texts.ts';

/** Why the review cannot be handed in yet. */
export function ProblemList({
  item,
  problems,
  asked,
}: {
  item: WorkItem;
  problems: Problem[];
  /** Grows with every try to hand the review in: the list then comes into sight. */
  asked: number;
}) {
  const { say } = useLocale();
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every try counts, whatever the problems are
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [asked]);
  if (problems.length === 0) return null;
  const words = (problem: Problem): string => {
    const text = problemTexts[problem.code];
    if ('edit' in problem) return say(text, { place: say(...placeText(problem.edit)) });
    if (!('criterion' in problem)) return say(text);
    const criterion = item.rubric.criteria.find((one) => one.id === problem.criterion);
    const name = criterion === undefined ? problem.criterion : say(criterion.name);
    return say(text, { criterion: name, minimum: item.minimumScore });
  };
  return (
    <div ref={box} role="alert" className="notice">
      <strong>⚠ {say(texts.cannotSubmit)}</strong>
      <ul>
        {problems.map((problem) => (
          <li key={words(problem)}>{words(problem)}</li>
        ))}
      </ul>
    </div>
  );
}
