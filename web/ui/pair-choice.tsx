import { NativeSelect } from '@mantine/core';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import './examples.css';
import type { PairListing } from './pair-listing.ts';

/** What can be compared: a run, what it is called here, and its sides by name. */
export type ComparedRun = { id: string; label: string; sides: string[] };

/** The choice of two runs and of one side of each. A run with one side brings it along. */
export function PairChoice({
  listing,
  runs,
  texts,
  onChange,
}: {
  listing: PairListing;
  runs: ComparedRun[];
  texts: Record<'first' | 'second' | 'firstSide' | 'secondSide' | 'choose' | 'anySide', Text>;
  onChange: (next: PairListing) => void;
}) {
  const { say } = useLocale();
  const run = (key: 'a' | 'b', side: 'at' | 'bt', label: Text) => (
    <NativeSelect
      label={say(label)}
      value={listing[key] ?? ''}
      onChange={(event) => {
        const { [key]: _, [side]: __, ...kept } = listing;
        const { value } = event.currentTarget;
        const [only, ...more] = runs.find(({ id }) => id === value)?.sides ?? [];
        const single = only !== undefined && more.length === 0 ? { [side]: only } : {};
        onChange(value === '' ? kept : { ...kept, [key]: value, ...single });
      }}
      data={[
        { value: '', label: say(texts.choose) },
        ...runs.map(({ id, label: name }) => ({ value: id, label: name })),
      ]}
      translate="no"
    />
  );
  const sideOf = (key: 'a' | 'b', side: 'at' | 'bt', label: Text) => {
    const chosen = runs.find(({ id }) => id === listing[key]);
    return (
      <NativeSelect
        label={say(label)}
        value={listing[side] ?? ''}
        disabled={chosen === undefined}
        onChange={(event) => {
          const { [side]: _, ...kept } = listing;
          const { value } = event.currentTarget;
          onChange(value === '' ? kept : { ...kept, [side]: value });
        }}
        data={[
          { value: '', label: say(listing.a === listing.b ? texts.choose : texts.anySide) },
          ...(chosen?.sides ?? []).map((name) => ({ value: name, label: name })),
        ]}
        translate="no"
      />
    );
  };
  return (
    <div className="example-filters">
      {run('a', 'at', texts.first)}
      {sideOf('a', 'at', texts.firstSide)}
      {run('b', 'bt', texts.second)}
      {sideOf('b', 'bt', texts.secondSide)}
    </div>
  );
}
