import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { ReportDocument } from '../../src/redteam/reports/formats/document-schema.ts';
import type { ReportItem } from '../../src/redteam/reports/formats/item-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { languages } from '../app/words.ts';
import { Section } from '../models/section.tsx';
import { PagedList } from '../ui/paged-list.tsx';
import { Example } from './example.tsx';
import { outcomeNames, texts } from './texts.ts';

type Choice = { target: string; verdict: string; dimension: string; strategy: string; language: string };

/** The replies behind the figures, for those who work with attacks: filtered, in pages. */
export function Examples({ document }: { document: ReportDocument }) {
  const { report } = document;
  const none = { dimension: '', strategy: '', language: '' };
  const [choice, setChoice] = useState<Choice>({
    target: report.targets[0]?.name ?? '',
    verdict: 'unsafe',
    ...none,
  });
  const search = new URLSearchParams(Object.entries(choice).filter(([, value]) => value !== ''));
  const path = `/v1/redteam/campaigns/${report.campaign.id}/examples?limit=10&${search}`;
  return (
    <Section id="examples" title={texts.examples} note={texts.examplesNote}>
      <Filters document={document} choice={choice} onChange={setChoice} />
      <PagedList<ReportItem> path={path} none={texts.noExamples}>
        {(item) => <Example key={`${item.target} ${item.probe} ${item.variant}`} item={item} document={document} />}
      </PagedList>
    </Section>
  );
}

function Filters({
  document,
  choice,
  onChange,
}: {
  document: ReportDocument;
  choice: Choice;
  onChange: (next: Choice) => void;
}) {
  const { say } = useLocale();
  const { names, report } = document;
  const any = { value: '', label: say(texts.any) };
  const select = (key: keyof Choice, data: { value: string; label: string }[]) => (
    <NativeSelect
      label={say(texts[key])}
      value={choice[key]}
      onChange={(event) => onChange({ ...choice, [key]: event.currentTarget.value })}
      data={data}
      {...(key === 'target' ? { translate: 'no' as const } : {})}
    />
  );
  const used = new Set(report.targets.flatMap((one) => one.by.dimension.map((stratum) => stratum.value)));
  const tried = new Set(report.targets.flatMap((one) => one.by.strategy.map((stratum) => stratum.value)));
  const verdicts = ['unsafe', 'refused', 'undecided', 'safe', 'answered', 'missing'] as const;
  return (
    <div className="example-filters">
      {select(
        'target',
        report.targets.map(({ name }) => ({ value: name, label: name })),
      )}
      {select('verdict', [any, ...verdicts.map((one) => ({ value: one, label: say(outcomeNames[one]) }))])}
      {select('dimension', [
        any,
        ...names.dimensions
          .filter(({ code }) => used.has(code))
          .map(({ code, name }) => ({ value: code, label: say(name) })),
      ])}
      {select('strategy', [
        any,
        ...names.strategies
          .filter(({ code }) => tried.has(code))
          .map(({ code, name }) => ({ value: code, label: say(name) })),
      ])}
      {select('language', [any, ...(['en', 'zh'] as const).map((one) => ({ value: one, label: say(languages[one]) }))])}
    </div>
  );
}
