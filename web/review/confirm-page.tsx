import './review.css';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ConfirmationTask } from '../../src/review/drafts/schema.ts';
import type { Scores } from '../../src/review/schema.ts';
import { ApiError, sendJson, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useMe } from '../app/who.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { useStored } from '../ui/stored.ts';
import { confirmationsPath } from './confirmation-list.tsx';
import { EditedTrace } from './edited-trace.tsx';
import type { Row } from './judge.ts';
import { QuestionPane } from './question-pane.tsx';
import { ScoreGrid } from './score-grid.tsx';
import { texts } from './texts.ts';
import { useKeySettings, useKeys } from './use-keys.ts';

/** A colleague's edit: the reviewer of the original scores the text that it makes. */
export function ConfirmPage({ instance }: { instance: string }) {
  const { say } = useLocale();
  const query = useApi<{ items: ConfirmationTask[] }>(confirmationsPath);
  const me = useMe();
  usePageTitle(say(texts.confirmTitle));
  return (
    <Loaded query={query}>
      {({ items }) => {
        const task = items.find((one) => one.instance === instance);
        if (task !== undefined) return <Loaded query={me}>{({ id }) => <Confirm task={task} account={id} />}</Loaded>;
        return (
          <p role="alert" className="notice">
            {say(texts.notWaiting)}
          </p>
        );
      }}
    </Loaded>
  );
}

function Confirm({ task, account }: { task: ConfirmationTask; account: string }) {
  const { say } = useLocale();
  const client = useQueryClient();
  const navigate = useNavigate();
  const kept = `safemed-confirm/${account}/${task.instance}/${task.round}`;
  const [scores, setScores, forgetScores] = useStored<Scores>(kept, {});
  const [problem, setProblem] = useState('');
  const { criteria } = task.rubric;
  const [focus, setFocus] = useState<Row>({ set: 'edited', criterion: criteria[0]?.id ?? '' });
  const [keys] = useKeySettings();
  const move = (by: 1 | -1, from = focus.criterion): void => {
    const next = criteria[criteria.findIndex((one) => one.id === from) + by];
    if (next !== undefined) setFocus({ set: 'edited', criterion: next.id });
  };
  const give = (criterion: string, score: number): void => {
    setScores({ ...scores, [criterion]: score });
    move(1, criterion);
  };
  const missing = criteria.filter(({ id }) => scores[id] === undefined);
  const ownScore = (criterion: string): string | undefined => {
    const score = task.scores[criterion];
    return score === undefined ? undefined : say(texts.yourScore, { score });
  };
  const submit = async (): Promise<void> => {
    if (missing.length > 0) return;
    setProblem('');
    try {
      await sendJson('POST', `/v1/reviews/instances/${encodeURIComponent(task.instance)}/confirmation`, { scores });
      forgetScores();
      await client.invalidateQueries({ queryKey: [confirmationsPath] });
      await navigate({ to: '/work' });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.status === 0 ? say(texts.offline) : error.message);
    }
  };
  useKeys(keys, (command) => {
    if (command === 'submit') void submit();
    if (command === 'criterion-after') move(1);
    if (command === 'criterion-before') move(-1);
    if (command.startsWith('score-')) give(focus.criterion, Number(command.slice('score-'.length)));
  });
  return (
    <div className="review">
      <h2>{say(texts.confirmTitle)}</h2>
      <p className="review-note">{say(texts.confirmNote)}</p>
      <div className="review-panes">
        <QuestionPane item={task} />
        <EditedTrace task={task} />
        <section className="review-judgement" aria-labelledby="scores">
          <h2 id="scores">{say(texts.scoresEdited)}</h2>
          <ScoreGrid
            rubric={task.rubric}
            rows={criteria.map(({ id }) => ({ set: 'edited', criterion: id }))}
            focus={focus}
            scoreOf={(row) => scores[row.criterion]}
            frozen={() => false}
            note={({ criterion }) => ownScore(criterion)}
            onFocus={setFocus}
            onScore={(row, score) => give(row.criterion, score)}
          />
          {problem !== '' && (
            <p role="alert" className="review-error">
              <SourceText lang="en">{problem}</SourceText>
            </p>
          )}
          <Button fullWidth disabled={missing.length > 0} onClick={() => void submit()}>
            {say(texts.confirmSubmit)}
          </Button>
        </section>
      </div>
    </div>
  );
}
