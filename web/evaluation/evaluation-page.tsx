import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EvaluationReport } from '../../src/evaluation/report-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import './evaluation.css';
import { StateTag } from './evaluations-page.tsx';
import { Figures } from './figures.tsx';
import { Judged } from './judged.tsx';
import { Overlap } from './overlap.tsx';
import { Sealed } from './sealed.tsx';
import { Slices } from './slices.tsx';
import { States } from './states.tsx';
import { texts } from './texts.ts';
import { Variants } from './variants.tsx';

/** One evaluation: figures with intervals, what became of the replies, overlap, budgets and slices. */
export function EvaluationPage({ id }: { id: string }) {
  const { say } = useLocale();
  const query = useApi<EvaluationReport>(`/v1/evaluations/${id}`, 10, (report) => report.complete);
  return (
    <Stack gap="md">
      <Anchor size="sm" renderRoot={(props) => <Link to="/evaluations" {...props} />}>
        ← {say(texts.all)}
      </Anchor>
      <Loaded query={query} missing="noSuchEvaluation">
        {(report) => <Details report={report} />}
      </Loaded>
    </Stack>
  );
}

function Details({ report }: { report: EvaluationReport }) {
  const { say } = useLocale();
  const { evaluation, complete } = report;
  usePageTitle(`${say(texts.evaluation)} ${evaluation.id.slice(0, 8)}`);
  return (
    <>
      <div>
        <Title order={2} size="h4">
          {say(texts.evaluation)} <span translate="no">{evaluation.id.slice(0, 8)}</span>{' '}
          <StateTag complete={complete} />
        </Title>
        <Settings evaluation={evaluation} />
        <Ways report={report} />
      </div>
      {!complete && <Text className="notice">{say(texts.notAll)}</Text>}
      <Figures report={report} />
      <States report={report} />
      <Variants report={report} />
      <Judged report={report} />
      <Overlap report={report} />
      <Sealed report={report} />
      <Slices report={report} />
    </>
  );
}

function Settings({ evaluation }: { evaluation: EvaluationReport['evaluation'] }) {
  const { say, dateTime } = useLocale();
  const { settings, createdAt, completedAt, eventSeq } = evaluation;
  const shown: [keyof typeof texts, string | number | undefined][] = [
    ['begun', dateTime(createdAt)],
    ['completed', completedAt === undefined ? undefined : dateTime(completedAt)],
    ['method', say(texts[settings.method])],
    ['systemPrompt', say(settings.systemPrompt ? texts.yes : texts.no)],
    ['seed', settings.seed],
    ['maxTokens', settings.maxTokens],
    ['temperature', settings.temperature],
    ['limit', settings.limit],
    ['orders', settings.orders],
    ['repeats', settings.repeats],
    ['event', eventSeq],
  ];
  return (
    <dl className="scores">
      {shown.map(
        ([key, value]) =>
          value !== undefined && (
            <div key={key}>
              <dt>{say(texts[key])}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Where one goes from here. */
function Ways({ report: { evaluation, complete, models } }: { report: EvaluationReport }) {
  const { say } = useLocale();
  const [first, second] = Object.keys(models);
  const { id } = evaluation;
  const compared = first === undefined || second === undefined ? { a: id } : { a: id, at: first, b: id, bt: second };
  return (
    <ul className="page-parts">
      <li>
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => (
            <Link to="/evaluations/$evaluation/items" params={{ evaluation: id }} search={{}} {...props} />
          )}
        >
          {say(texts.seeItems)}
        </Anchor>
      </li>
      {complete && (
        <li>
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => <Link to="/evaluations/leaderboard" search={{ lead: id }} {...props} />}
          >
            {say(texts.leaderboard)}
          </Anchor>
        </li>
      )}
      <li>
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => <Link to="/evaluations/compare" search={compared} {...props} />}
        >
          {say(texts.compare)}
        </Anchor>
      </li>
    </ul>
  );
}
