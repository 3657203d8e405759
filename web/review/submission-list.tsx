import { Button, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { OwnSubmissions, Submission } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { verdicts } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { duration } from './duration.ts';
import { forget } from './local-store.ts';
import { serverNow } from './requests.ts';
import type { Session } from './session.ts';
import { texts } from './texts.ts';
import { useClock } from './use-clock.ts';
import { useQueue } from './use-queue.ts';

const states: Record<Submission['state'], { text: Text; tone: Tone; sign: string }> = {
  waiting: { text: texts.submissionWaiting, tone: 'busy', sign: '…' },
  signed: { text: texts.submissionSigned, tone: 'good', sign: '✓' },
  withdrawn: { text: texts.submissionWithdrawn, tone: 'warn', sign: '↩' },
  refused: { text: texts.submissionRefused, tone: 'bad', sign: '✗' },
};

/** What the reviewer handed in last, with what became of it and how long it can be taken back. */
export function SubmissionList({
  own: { submissions, doneToday },
  session,
}: {
  own: OwnSubmissions;
  session: Session | undefined;
}) {
  const { say, dateTime } = useLocale();
  useClock(1000);
  useEffect(() => {
    // What is signed stands in the log; this browser need not keep its draft.
    for (const { assignment, state } of submissions)
      if (state === 'signed' && session !== undefined) void forget(session.store, assignment.id);
  }, [submissions, session]);
  return (
    <section aria-labelledby="submissions">
      <Title order={3} size="h4" id="submissions">
        {say(texts.submissions)}
      </Title>
      <p>{say(texts.doneToday, { count: doneToday })}</p>
      {submissions.length === 0 && <p className="review-note">{say(texts.noSubmissions)}</p>}
      <ul className="work-list">
        {submissions.map((one) => {
          const { text, tone, sign } = states[one.state];
          return (
            <li key={one.assignment.id}>
              <Tag tone={tone}>
                {sign} {say(text)}
              </Tag>{' '}
              {say(verdicts[one.review.verdict])} · {dateTime(one.submittedAt)}{' '}
              {one.refusal !== undefined && <SourceText lang="en">{one.refusal}</SourceText>}
              <TakeBack submission={one} session={session} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function TakeBack({ submission, session }: { submission: Submission; session: Session | undefined }) {
  const { say } = useLocale();
  const queue = useQueue();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const left = Date.parse(submission.dueAt) - serverNow();
  if (submission.state !== 'waiting' || left <= 0 || session === undefined) return null;
  const takeBack = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    await queue.takeBack(session, submission.assignment.id).catch((error: unknown) => setProblem(String(error)));
    setBusy(false);
  };
  return (
    <>
      <Button size="compact-sm" variant="default" loading={busy} onClick={() => void takeBack()}>
        {say(texts.takeBackNow, { time: duration(left) })}
      </Button>
      {problem !== '' && (
        <p role="alert" className="review-error">
          <SourceText lang="en">{problem}</SourceText>
        </p>
      )}
    </>
  );
}
