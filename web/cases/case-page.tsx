import '../review/review.css';
import './cases.css';
import { Anchor, Button, Group, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { renderTrace } from '../../src/core/trace.ts';
import type { CaseView } from '../../src/review/cases/schema.ts';
import type { PanelVote } from '../../src/review/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { panelTriggers } from '../app/words.ts';
import { GuidelineDrawer } from '../guideline/drawer.tsx';
import { PanelCard } from '../pages/panel-card.tsx';
import { QuestionPane } from '../review/question-pane.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { useStored } from '../ui/stored.ts';
import { Tag } from '../ui/tag.tsx';
import { Ballots } from './ballots.tsx';
import { Compare } from './compare.tsx';
import { type Draft, decisionsOf, emptyDraft, takePlace, takeVersion } from './decision.ts';
import { DecisionForm } from './decision-form.tsx';
import { Discussion } from './discussion.tsx';
import { EarlierRounds } from './earlier.tsx';
import { ScoreTable } from './scores.tsx';
import { barredReasons, boardNames, caseStates, texts } from './texts.ts';
import { Unmask } from './unmask.tsx';
import { casePath } from './use-case-action.ts';

/** One case as its deciders see it: question, the reviewers' statements side by side, and what is to be done. */
export function CasePage({ id }: { id: string }) {
  const { say } = useLocale();
  usePageTitle(say(texts.case));
  const query = useApi<CaseView>(casePath(id), 15);
  return (
    <Stack gap="sm">
      <Anchor size="sm" renderRoot={(props) => <Link to="/cases" {...props} />}>
        ← {say(texts.backToCases)}
      </Anchor>
      <Loaded query={query}>{(view) => <Case key={view.case.id} view={view} />}</Loaded>
    </Stack>
  );
}

function Case({ view }: { view: CaseView }) {
  const [kept, change, forget] = useStored<Draft>(`safemed-case-${view.case.id}`, emptyDraft);
  const { board, decision } = view.case;
  // The chair's decision is the panel's: it is never chosen.
  const bound = decisionsOf[board].find((one): one is PanelVote => one === view.binding);
  const draft = bound === undefined ? kept : { ...kept, decision: bound };
  const take = view.can.decide
    ? {
        version: (statement: CaseView['statements'][number]) => change(takeVersion(draft, statement, board)),
        place: (...[statement, place]: TakePlace) => change(takePlace(draft, statement, place, board)),
      }
    : undefined;
  return (
    <>
      <Head view={view} />
      <div className="case">
        <div className="case-part">
          <QuestionPane item={view} />
        </div>
        <div className="case-part">
          <Compare view={view} take={take} />
          <ScoreTable view={view} />
        </div>
        <div className="case-part">
          {board === 'panel' && <Ballots view={view} />}
          {view.can.decide && <DecisionForm view={view} draft={draft} onChange={change} onForget={forget} />}
          {decision !== undefined && (
            <PanelCard
              panel={view.case}
              original={{ text: renderTrace(view.trace), language: view.question.language }}
            />
          )}
          {board === 'panel' && <Discussion view={view} />}
          <EarlierRounds view={view} />
          <Unmask view={view} />
        </div>
      </div>
    </>
  );
}

type TakePlace = [statement: CaseView['statements'][number], place: Parameters<typeof takePlace>[2]];

function Head({ view }: { view: CaseView }) {
  const { say, dateTime } = useLocale();
  const [guideline, setGuideline] = useState(false);
  const { board, state, trigger, openedAt } = view.case;
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4">
          {say(texts.case)} <span translate="no">{view.question.id}</span>
        </Title>
        <Button variant="default" size="xs" onClick={() => setGuideline(true)}>
          {say(texts.guideline)}
        </Button>
      </Group>
      <div className="tags">
        <Tag>{say(boardNames[board])}</Tag>
        <Tag tone="warn">{say(panelTriggers[trigger])}</Tag>
        <Tag tone={state === 'decided' ? 'good' : 'busy'}>{say(caseStates[state])}</Tag>
        <Tag>{dateTime(openedAt)}</Tag>
      </div>
      {view.barred !== undefined && (
        <p className="notice" role="status">
          {say(barredReasons[view.barred])}
        </p>
      )}
      <GuidelineDrawer opened={guideline} onClose={() => setGuideline(false)} />
    </>
  );
}
