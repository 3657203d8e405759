import { Button, Radio, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { CaseView } from '../../src/review/cases/schema.ts';
import type { PanelVote } from '../../src/review/schema.ts';
import { Problem } from '../account/problem.tsx';
import { useLocale } from '../app/locale.tsx';
import { panelVotes } from '../app/words.ts';
import { Tag } from '../ui/tag.tsx';
import { decisionsOf } from './decision.ts';
import { texts } from './texts.ts';
import { useCaseAction } from './use-case-action.ts';

/** The panel's ballots: the quorum, the votes that may be seen, and the actor's own. */
export function Ballots({ view }: { view: CaseView }) {
  const { say } = useLocale();
  const { state, waitsForGuideline } = view.case;
  const ballot = state === 'second-vote' ? 2 : 1;
  const closed = view.cast >= view.quorum;
  return (
    <section aria-labelledby="case-ballots">
      <Title order={3} size="h5" id="case-ballots">
        {say(texts.ballots)}
      </Title>
      <Text size="sm">{say(texts.castOf, { cast: view.cast, quorum: view.quorum })}</Text>
      {!closed && state !== 'decided' && (
        <Text size="xs" c="dimmed">
          {say(texts.blind)}
        </Text>
      )}
      {state === 'second-vote' && <Text size="sm">{say(texts.secondBallot)}</Text>}
      {waitsForGuideline !== undefined && state !== 'decided' && !view.can.vote && view.cast === 0 && (
        <p className="notice">{say(texts.waits, { version: waitsForGuideline })}</p>
      )}
      {[1, 2].map((number) => (
        <Votes key={number} view={view} ballot={number} open={number === ballot && !closed} />
      ))}
      {view.can.vote && <VoteForm key={ballot} id={view.case.id} />}
      {view.binding !== undefined && (
        <Text size="sm" mt="xs">
          {say(texts.binding)} <BindingTag vote={view.binding} />
        </Text>
      )}
      {state === 'second-vote' && closed && view.binding === undefined && <p className="notice">{say(texts.tied)}</p>}
    </section>
  );
}

/** The vote that a decision must follow, in words. */
export function BindingTag({ vote }: { vote: string }) {
  const { say } = useLocale();
  const words = Object.entries(panelVotes).find(([code]) => code === vote)?.[1];
  return <Tag tone="busy">{words === undefined ? vote : say(words)}</Tag>;
}

function Votes({ view, ballot, open }: { view: CaseView; ballot: number; open: boolean }) {
  const { say, t } = useLocale();
  const votes = view.case.votes.filter((vote) => vote.ballot === ballot);
  if (votes.length === 0) return null;
  return (
    <>
      <Text size="sm" fw={600} mt={4}>
        {open ? say(texts.yourVote) : say(texts.ballot, { number: ballot })}
      </Text>
      <ul className="case-list">
        {votes.map((vote) => (
          <li key={vote.member}>
            <span translate="no">{vote.member}</span>
            {t('colon')}
            {say(panelVotes[vote.vote])}
          </li>
        ))}
      </ul>
    </>
  );
}

function VoteForm({ id }: { id: string }) {
  const { say } = useLocale();
  const [vote, setVote] = useState<PanelVote>();
  const casting = useCaseAction<{ vote: PanelVote }>(id, '/votes');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (vote !== undefined) casting.mutate({ vote });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" mt="xs">
        <Radio.Group
          label={say(texts.vote)}
          value={vote ?? ''}
          onChange={(value) => setVote(decisionsOf.panel.find((one) => one === value))}
        >
          <Stack gap={6} mt={4}>
            {decisionsOf.panel.map((one) => (
              <Radio key={one} size="md" value={one} label={say(panelVotes[one])} />
            ))}
          </Stack>
        </Radio.Group>
        <Button type="submit" disabled={vote === undefined} loading={casting.isPending} style={{ alignSelf: 'start' }}>
          {say(texts.castVote)}
        </Button>
        <Problem error={casting.error} />
      </Stack>
    </form>
  );
}
