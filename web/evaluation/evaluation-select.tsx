import { NativeSelect } from '@mantine/core';
import type { ListedEvaluation } from '../../src/evaluation/schema.ts';
import { useLocale } from '../app/locale.tsx';

/** What an evaluation is called in a choice: when it began and which models it asked. */
export function useEvaluationName(): (evaluation: ListedEvaluation) => string {
  const { dateTime } = useLocale();
  return ({ id, createdAt, targets }) => `${dateTime(createdAt)} · ${id.slice(0, 8)} · ${targets.join(', ')}`;
}

/** A choice of one evaluation. */
export function EvaluationSelect({
  label,
  none,
  evaluations,
  value,
  onChange,
}: {
  label: string;
  /** What choosing none of them is called. */
  none: string;
  evaluations: ListedEvaluation[];
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  const named = useEvaluationName();
  return (
    <NativeSelect
      label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      data={[{ value: '', label: none }, ...evaluations.map((one) => ({ value: one.id, label: named(one) }))]}
      translate="no"
    />
  );
}
