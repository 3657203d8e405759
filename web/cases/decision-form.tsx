import { Button, Group, NativeSelect, Radio, Stack, Text, Textarea, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SignatureProof } from '../../src/accounts/schema.ts';
import type { CaseView } from '../../src/review/cases/schema.ts';
import type { DecisionInput } from '../../src/review/schema.ts';
import { Problem } from '../account/problem.tsx';
import { SignDialog } from '../account/sign-dialog.tsx';
import { useSend } from '../account/use-send.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { panelVotes } from '../app/words.ts';
import { BindingTag } from './ballots.tsx';
import { accepts, type Draft, decisionDigest, decisionOf, decisionsOf, problems, withEdits } from './decision.ts';
import { EditList } from './edit-list.tsx';
import { problemTexts, texts } from './texts.ts';
import { casePath, casesPath } from './use-case-action.ts';

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
  const [signing, setSigning] = useState<Signing>();
  const lacking = problems(draft, view);
  const { busy, error, run } = useSend();
  const prepare = async (): Promise<void> => {
    const decision = decisionOf(draft, view);
    if (decision !== undefined) setSigning({ decision, digest: await decisionDigest(view.case.id, decision) });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(prepare);
  };
  return (
    <>
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
            <Button type="submit" disabled={lacking.length > 0} loading={busy}>
              {say(texts.sign)}
            </Button>
            <Button variant="default" onClick={onForget}>
              {say(texts.startAgain)}
            </Button>
          </Group>
          <Problem error={error} />
        </Stack>
      </form>
      <SignDecision view={view} signing={signing} onClose={() => setSigning(undefined)} onDone={onForget} />
    </>
  );
}

/** What is about to be signed, and its digest. */
type Signing = { decision: DecisionInput; digest: string };

/** The dialog in which the signer proves who they are; the decision is sent together with that proof. */
function SignDecision({ view, signing, onClose, onDone }: SignDecisionProps) {
  const client = useQueryClient();
  const { id } = view.case;
  const send = async (proof: SignatureProof): Promise<void> => {
    await sendJson('POST', casePath(id, '/decision'), { ...signing?.decision, proof });
    onClose();
    onDone();
    await Promise.all([casePath(id), casesPath].map((path) => client.invalidateQueries({ queryKey: [path] })));
  };
  return <SignDialog opened={signing !== undefined} digest={signing?.digest ?? ''} send={send} onClose={onClose} />;
}

type SignDecisionProps = {
  view: CaseView;
  signing: Signing | undefined;
  onClose: () => void;
  onDone: () => void;
};

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
