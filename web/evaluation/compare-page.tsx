import { NativeSelect, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ComparisonReport } from '../../src/evaluation/report-schema.ts';
import type { EvaluationList, ListedEvaluation } from '../../src/evaluation/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import '../ui/examples.css';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Compared } from './compared.tsx';
import { EvaluationSelect } from './evaluation-select.tsx';
import { type CompareListing, comparePath } from './listing.ts';
import { Parts } from './parts.tsx';
import { texts } from './texts.ts';

/** Two models of one evaluation or of two, on the questions that both were asked. */
export function ComparePage({ listing }: { listing: CompareListing }) {
  const { say } = useLocale();
  const list = useApi<EvaluationList>('/v1/evaluations?limit=100');
  const path = comparePath(listing);
  return (
    <Stack gap="sm">
      <Parts title={texts.compare} />
      <Text size="sm">{say(texts.compareNote)}</Text>
      <Loaded query={list}>{({ evaluations }) => <Choice listing={listing} evaluations={evaluations} />}</Loaded>
      {path !== undefined && <Result path={path} />}
    </Stack>
  );
}

function Choice({ listing, evaluations }: { listing: CompareListing; evaluations: ListedEvaluation[] }) {
  const { say } = useLocale();
  const navigate = useNavigate();
  const show = (search: CompareListing): void =>
    void navigate({ to: '/evaluations/compare', search, resetScroll: false });
  const evaluation = (key: 'a' | 'b') => (
    <EvaluationSelect
      label={say(key === 'a' ? texts.first : texts.second)}
      none={say(texts.choose)}
      evaluations={evaluations}
      value={listing[key]}
      onChange={(id) => {
        const { [key]: _, [key === 'a' ? 'at' : 'bt']: __, ...kept } = listing;
        const [only, ...more] = evaluations.find((one) => one.id === id)?.targets ?? [];
        const target = only !== undefined && more.length === 0 ? { [key === 'a' ? 'at' : 'bt']: only } : {};
        show(id === undefined ? kept : { ...kept, [key]: id, ...target });
      }}
    />
  );
  const model = (key: 'at' | 'bt') => {
    const of = evaluations.find((one) => one.id === (key === 'at' ? listing.a : listing.b));
    return (
      <NativeSelect
        label={say(key === 'at' ? texts.firstModel : texts.secondModel)}
        value={listing[key] ?? ''}
        disabled={of === undefined}
        onChange={(event) => {
          const { [key]: _, ...kept } = listing;
          const { value } = event.currentTarget;
          show(value === '' ? kept : { ...kept, [key]: value });
        }}
        data={[
          { value: '', label: say(texts.choose) },
          ...(of?.targets ?? []).map((name) => ({ value: name, label: name })),
        ]}
        translate="no"
      />
    );
  };
  return (
    <div className="example-filters">
      {evaluation('a')}
      {model('at')}
      {evaluation('b')}
      {model('bt')}
    </div>
  );
}

function Result({ path }: { path: string }) {
  const { say } = useLocale();
  const query = useApi<ComparisonReport>(path);
  return (
    <Loaded query={query} missing="noSuchEvaluation">
      {(report) => {
        const { complete, regressions, warnings } = report;
        const outcome = regressions.length > 0 ? texts.regressed : complete ? texts.notRegressed : texts.incomplete;
        return (
          <>
            <p role="status">
              <strong>{say(outcome)}</strong>
            </p>
            {warnings.length > 0 && (
              <ul className="notice cautions">
                {warnings.map((warning) => (
                  <li key={warning}>
                    <SourceText lang="en">{warning}</SourceText>
                  </li>
                ))}
              </ul>
            )}
            <Compared report={report} path={path} />
          </>
        );
      }}
    </Loaded>
  );
}
