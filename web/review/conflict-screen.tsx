import { Button, Group, Radio } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Draft, WorkItem } from '../../src/review/drafts/schema.ts';
import { type ApiError, getJson, retry } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { type Choice, differing, type MergePart, merged, revisionsAfter } from './merge.ts';
import { PartView } from './part-view.tsx';
import { assignmentPath } from './requests.ts';
import type { ReviewItem } from './review-item.ts';
import { partTexts, texts } from './texts.ts';
import { contentOf, emptyWork, type Work, workOf } from './work.ts';

/** Two versions of one review side by side: the reviewer chooses part by part, and both stay in the history. */
export function ConflictScreen({ item, review, work }: { item: WorkItem; review: ReviewItem; work: Work }) {
  const path = assignmentPath(item.assignment.id);
  const query = useQuery<WorkItem, ApiError>({
    queryKey: ['review-conflict', path],
    queryFn: () => getJson(path),
    staleTime: 0,
    gcTime: 0,
    retry,
  });
  return (
    <Loaded query={query}>
      {({ draft }) => <Choose key={draft?.rev ?? 0} item={item} review={review} here={work} there={draft} />}
    </Loaded>
  );
}

function Choose({
  item,
  review,
  here,
  there,
}: {
  item: WorkItem;
  review: ReviewItem;
  here: Work;
  there: Draft | undefined;
}) {
  const { say, dateTime } = useLocale();
  const [choice, setChoice] = useState<Choice>({});
  const other = there === undefined ? emptyWork : workOf(there.content);
  const mine = contentOf(here, item.trace, review.activeSeconds());
  const parts = differing(workOf(mine), other);
  const settle = (result: Work): Promise<void> => {
    const base = there?.content ?? contentOf(emptyWork, item.trace, 0);
    const contents = revisionsAfter(base, mine, contentOf(result, item.trace, review.activeSeconds()));
    return review.settle(there?.rev ?? 0, result, contents);
  };
  const same = parts.length === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: versions that say the same are settled once, without a question
  useEffect(() => {
    if (same) void settle(here);
  }, [same]);
  const result = merged(here, other, choice);
  const thereName = say(texts.versionThere, {
    rev: there?.rev ?? 0,
    time: there === undefined ? '' : dateTime(there.savedAt),
  });
  return (
    <section className="conflict" aria-labelledby="conflict">
      <h2 id="conflict">⚠ {say(texts.conflict)}</h2>
      <p>{say(texts.conflictNote)}</p>
      {parts.map((part: MergePart) => (
        <Radio.Group
          key={part}
          label={say(partTexts[part])}
          value={choice[part] ?? ''}
          onChange={(side) => setChoice({ ...choice, [part]: side === 'there' ? 'there' : 'here' })}
        >
          <div className="conflict-sides">
            {(
              [
                ['here', here, say(texts.versionHere)],
                ['there', other, thereName],
              ] as const
            ).map(([side, version, name]) => (
              <div key={side} className="conflict-side" data-chosen={choice[part] === side}>
                <Radio value={side} label={name} />
                <PartView item={item} part={part} work={version} />
              </div>
            ))}
          </div>
        </Radio.Group>
      ))}
      <Group mt="sm">
        <Button disabled={result === undefined} onClick={() => result !== undefined && void settle(result)}>
          {say(texts.takeChoice)}
        </Button>
        {result === undefined && <span className="review-note">{say(texts.chooseAll)}</span>}
      </Group>
    </section>
  );
}
