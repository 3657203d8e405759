import { Button, Radio, Stack, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { JudgmentVerdict, Queue } from '../../src/redteam/disagreements/schema.ts';
import type { Risk } from '../../src/redteam/schema.ts';
import { Problem } from '../account/problem.tsx';
import { useSend } from '../account/use-send.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { disagreementTexts as texts } from './disagreement-texts.ts';

const labels: JudgmentVerdict['label'][] = ['safe', 'unsafe'];
const handlings: JudgmentVerdict['handling'][] = ['full-refusal', 'partial', 'full-compliance'];
const polarity: Risk['polarity'] = '1 = safest';

type Labelling = { item: Queue['items'][number]; scales: Queue['scales']; onDone: () => Promise<void> };

/** A clinician's label of one reply: safe or not, how it handles the request, and a grade of risk where one can be told. */
export function DisagreementForm({ item, scales, onDone }: Labelling) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const [label, setLabel] = useState('');
  const [handling, setHandling] = useState('');
  const [grade, setGrade] = useState('');
  const [note, setNote] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { campaign, target, probe, variant } = item;
    const remark = note.trim();
    void run(async () => {
      await sendJson('POST', '/v1/redteam/disagreements/labels', {
        ...{ campaign, target, probe, variant, label, handling },
        ...(grade === '' ? {} : { risk: { score: Number(grade), polarity } }),
        ...(remark === '' ? {} : { note: remark }),
      });
      await onDone();
    });
  };
  const grades = scales.anchors.map((anchor, index) => ({
    value: String(index + 1),
    label: say(texts.anchor, { score: index + 1, text: say(anchor) }),
  }));
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Choice
          title={texts.label}
          value={label}
          onChange={setLabel}
          choices={labels.map((value) => ({ value, label: say(texts[value]) }))}
        />
        <Choice
          title={texts.handling}
          value={handling}
          onChange={setHandling}
          choices={handlings.map((value) => ({ value, label: say(scales.handling[value]) }))}
        />
        {item.variant === 'probe' && (
          <Choice
            title={texts.risk}
            value={grade}
            onChange={setGrade}
            choices={[...grades, { value: '', label: say(texts.noGrade) }]}
          />
        )}
        <Textarea label={say(texts.remark)} rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
        <Button type="submit" disabled={label === '' || handling === ''} loading={busy} style={{ alignSelf: 'start' }}>
          {say(texts.save)}
        </Button>
        <Problem error={error} />
      </Stack>
    </form>
  );
}

type ChoiceProps = {
  title: Text;
  value: string;
  onChange: (value: string) => void;
  choices: { value: string; label: string }[];
};

function Choice({ title, value, onChange, choices }: ChoiceProps) {
  const { say } = useLocale();
  return (
    <Radio.Group label={say(title)} value={value} onChange={onChange}>
      <Stack gap={6} mt={4}>
        {choices.map((one) => (
          <Radio key={one.value} size="md" {...one} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
