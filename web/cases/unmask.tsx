import { Button, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { CaseView } from '../../src/review/cases/schema.ts';
import { Problem } from '../account/problem.tsx';
import { useLocale } from '../app/locale.tsx';
import { texts } from './texts.ts';
import { useCaseAction } from './use-case-action.ts';

/** Who is behind the letters: hidden until the actor gives a reason, which is recorded. */
export function Unmask({ view }: { view: CaseView }) {
  const { say, t } = useLocale();
  const [reason, setReason] = useState('');
  const asking = useCaseAction<{ reason: string }>(view.case.id, '/unmask');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    asking.mutate({ reason });
  };
  if (view.unmasked !== undefined)
    return (
      <section aria-label={say(texts.unmask)}>
        <ul className="case-list">
          {Object.entries(view.unmasked).map(([label, name]) => (
            <li key={label}>
              {say(texts.reviewer, { label })}
              {t('colon')}
              <span translate="no">{name}</span>
            </li>
          ))}
        </ul>
      </section>
    );
  if (!view.can.unmask || view.statements.length === 0) return null;
  return (
    <details>
      <summary>{say(texts.unmask)}</summary>
      <form onSubmit={submit}>
        <Text size="sm" my={4}>
          {say(texts.unmaskNote)}
        </Text>
        <TextInput
          label={say(texts.unmaskReason)}
          required
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" size="xs" mt={6} loading={asking.isPending}>
          {say(texts.unmaskButton)}
        </Button>
        <Problem error={asking.error} />
      </form>
    </details>
  );
}
