import { NativeSelect } from '@mantine/core';
import type { ListedEvaluation } from '../../src/evaluation/schema.ts';
import { useLocale } from '../app/locale.tsx';

/** A choice of one evaluation, told by when it began and which models it asked. */
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
  const { dateTime } = useLocale();
  const named = ({ id, createdAt, targets }: ListedEvaluation): string =>
    `${dateTime(createdAt)} · ${id.slice(0, 8)} · ${targets.join(', ')}`;
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
