import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import type { Violation } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { texts } from './texts.ts';

const families: Record<string, Text> = { ethics: texts.familyEthics, safety: texts.familySafety };

type Dimension = WorkItem['rubric']['dimensions'][number];

/** The dimensions by family, those that the question is about first, each with the severity of its violation. */
export function DimensionPicker({
  item,
  violations,
  onChange,
}: {
  item: WorkItem;
  violations: Violation[];
  onChange: (dimension: string, severity: string | undefined) => void;
}) {
  const { say } = useLocale();
  const [filter, setFilter] = useState('');
  const asked = (one: Dimension): boolean => item.question.dimensions.includes(one.code);
  const wanted = filter.trim().toLowerCase();
  const shown = item.rubric.dimensions
    .filter((one) => [one.code, one.name.en, one.name.zh].some((text) => text.toLowerCase().includes(wanted)))
    .sort((a, b) => Number(asked(b)) - Number(asked(a)));
  const byFamily = Map.groupBy(shown, (one) => one.family);
  return (
    <section aria-labelledby="dimensions">
      <h2 id="dimensions">{say(texts.dimensions)}</h2>
      <TextInput
        size="xs"
        aria-label={say(texts.filterDimensions)}
        placeholder={say(texts.filterDimensions)}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      {shown.length === 0 && <p className="review-note">{say(texts.noDimension)}</p>}
      <div className="dimension-list">
        {[...byFamily].map(([family, members]) => {
          const name = families[family];
          return (
            <div key={family}>
              <h3>{name === undefined ? <span translate="no">{family}</span> : say(name)}</h3>
              {members.map((one) => (
                <DimensionRow
                  key={one.code}
                  item={item}
                  dimension={one}
                  asked={asked(one)}
                  severity={violations.find((violation) => violation.dimension === one.code)?.severity}
                  onChange={(severity) => onChange(one.code, severity)}
                />
              ))}
            </div>
          );
        })}
      </div>
    </section>
  );
}

function DimensionRow({
  item,
  dimension,
  asked,
  severity,
  onChange,
}: {
  item: WorkItem;
  dimension: Dimension;
  asked: boolean;
  severity: string | undefined;
  onChange: (severity: string | undefined) => void;
}) {
  const { say } = useLocale();
  const name = say(dimension.name);
  return (
    <label className="dimension-row">
      <span data-asked={asked}>
        <span translate="no">{dimension.code}</span> {name}
      </span>
      <select
        value={severity ?? ''}
        data-found={severity !== undefined}
        onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      >
        <option value="">{say(texts.notViolated)}</option>
        {item.severities.map((one) => (
          <option key={one.code} value={one.code}>
            {say(one.name)}
          </option>
        ))}
      </select>
    </label>
  );
}
