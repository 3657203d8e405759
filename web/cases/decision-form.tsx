import { Button, Group, NativeSelect, Radio, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { CaseView } from '../../src/review/case-schema.ts';
import type { DecisionInput } from '../../src/review/schema.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { panelVotes } from '../app/words.ts';
import { Refusal } from '../ui/refusal.tsx';
import { BindingTag } from './ballots.tsx';
import { accepts, type Draft, decisionDigest, decisionOf, decisionsOf, problems, withEdits } from './decision.ts';
import { EditList } from './edit-list.tsx';
import { problemTexts, texts } from './texts.ts';
import { casePath, casesPath } from './use-case-action.ts';
import { useProof } from './use-proof.ts';

/** The decision of an adjudicator, or what the chair adds to the panel's; then its signature. */
export function DecisionForm({
  view,
  draft,
  onChange,
  onForget,
}: {
  view: CaseView;
  draft: Draft;
  onChange: (next: Draft) => void;
  onForget: () => void;
}) {
  const { say } = useLocale();
  const signing = useSigning(view, onForget);
  const lacking = problems(draft, view);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const decision = decisionOf(draft, view);
    if (decision !== undefined) signing.mutate(decision);
  };
  return (
    <form onSubmit={submit} aria-labelledby="case-decision">
      <Stack gap="sm">
        <Title order={3} size="h5" id="case-decision">
          {say(texts.decision)}
        </Title>
        {view.binding === undefined ? (
          <Choice view={view} draft={draft} onChange={onChange} />
        ) : (
          <Text size="sm">
            <BindingTag vote={view.binding} /> {say(texts.chairSigns)}
          </Text>
        )}
        {draft.decision === 'accept-edited' && (
          <EditList
            view={view}
            edits={draft.edits}
            onChange={(edits) =>
              onChange(edits.length === 0 ? { ...draft, edits } : withEdits(draft, edits, view.case.board))
            }
          />
        )}
        {accepts(draft.decision) && <ScoreFields view={view} draft={draft} onChange={onChange} />}
        <Textarea
          label={say(texts.rationale)}
          required
          rows={4}
          resize="vertical"
          value={draft.rationale}
          onChange={(event) => onChange({ ...draft, rationale: event.currentTarget.value })}
        />
        {lacking.length > 0 && (
          <div role="status">
            <Text size="sm">{say(texts.lacking)}</Text>
            <ul className="case-list">
              {lacking.map((problem) => (
                <li key={problem}>{say(problemTexts[problem])}</li>
              ))}
            </ul>
          </div>
        )}
        <Group gap="xs">
          <Button type="submit" disabled={lacking.length > 0} loading={signing.isPending}>
            {say(texts.sign)}
          </Button>
          <Button variant="default" onClick={onForget}>
            {say(texts.startAgain)}
          </Button>
        </Group>
        <Refusal error={signing.error} />
      </Stack>
    </form>
  );
}

/** Asks for the proof of the signer, then sends decision and proof; a signer who gives none changes nothing. */
function useSigning(view: CaseView, onDone: () => void) {
  const client = useQueryClient();
  const proofOf = useProof();
  const { id } = view.case;
  return useMutation<unknown, Error, DecisionInput>({
    mutationFn: async (decision) => {
      const proof = await proofOf({ digest: await decisionDigest(id, decision), meaning: 'approval' });
      return sendJson('POST', casePath(id, '/decision'), { ...decision, ...(proof === undefined ? {} : { proof }) });
    },
    onSuccess: async () => {
      await Promise.all([casePath(id), casesPath].map((path) => client.invalidateQueries({ queryKey: [path] })));
      onDone();
    },
  });
}

type Fields = { view: CaseView; draft: Draft; onChange: (next: Draft) => void };

function Choice({ view, draft, onChange }: Fields) {
  const { say } = useLocale();
  const choices = decisionsOf[view.case.board];
  return (
    <Radio.Group
      aria-labelledby="case-decision"
      value={draft.decision ?? ''}
      onChange={(value) => {
        const decision = choices.find((one) => one === value);
        if (decision !== undefined) onChange({ ...draft, decision });
      }}
    >
      <Stack gap={6}>
        {choices.map((one) => (
          <Radio key={one} size="md" value={one} label={say(panelVotes[one])} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function ScoreFields({ view, draft, onChange }: Fields) {
  const { say } = useLocale();
  const set = (id: string, value: string): void => {
    const { [id]: _, ...others } = draft.scores;
    onChange({ ...draft, scores: value === '' ? others : { ...others, [id]: Number(value) } });
  };
  return (
    <Stack gap="xs">
      <Text fw={600} size="sm">
        {say(texts.finalScores)}
      </Text>
      {view.rubric.criteria.map(({ id, name, anchors }) => (
        <NativeSelect
          key={id}
          label={say(name)}
          data={[
            { value: '', label: say(texts.chooseScore) },
            ...anchors.map((anchor, index) => ({ value: String(index + 1), label: `${index + 1} · ${say(anchor)}` })),
          ]}
          value={String(draft.scores[id] ?? '')}
          onChange={(event) => set(id, event.currentTarget.value)}
        />
      ))}
    </Stack>
  );
}
