import { Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ComparisonReport } from '../../src/evaluation/comparisons/schema.ts';
import type { EvaluationList, ListedEvaluation } from '../../src/evaluation/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Cautions } from '../ui/cautions.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PairChoice } from '../ui/pair-choice.tsx';
import type { PairListing } from '../ui/pair-listing.ts';
import { Compared } from './compared.tsx';
import { useEvaluationName } from './evaluation-select.tsx';
import { comparePath } from './listing.ts';
import { Parts } from './parts.tsx';
import { texts } from './texts.ts';

/** Two models of one evaluation or of two, on the questions that both were asked. */
export function ComparePage({ listing }: { listing: PairListing }) {
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

function Choice({ listing, evaluations }: { listing: PairListing; evaluations: ListedEvaluation[] }) {
  const navigate = useNavigate();
  const nameOf = useEvaluationName();
  return (
    <PairChoice
      listing={listing}
      runs={evaluations.map((one) => ({ id: one.id, label: nameOf(one), sides: one.targets }))}
      texts={{ ...texts, anySide: texts.choose }}
      onChange={(search) => void navigate({ to: '/evaluations/compare', search, resetScroll: false })}
    />
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
            <Cautions warnings={warnings} />
            <Compared report={report} path={path} />
          </>
        );
      }}
    </Loaded>
  );
}
