import { Anchor, NativeSelect, Stack, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Leaderboard } from '../../src/evaluation/leaderboard/schema.ts';
import type { EvaluationList } from '../../src/evaluation/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { Chart } from '../ui/chart.tsx';
import '../ui/examples.css';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { BoardTable } from './board-table.tsx';
import { EvaluationSelect } from './evaluation-select.tsx';
import { forestRow } from './figures.tsx';
import type { BoardListing } from './listing.ts';
import { Parts } from './parts.tsx';
import { Radar } from './radar.tsx';
import { texts } from './texts.ts';

/** Models beside each other that were asked the same, best first, with what can be said of neighbours. */
export function LeaderboardPage({ listing }: { listing: BoardListing }) {
  const { say } = useLocale();
  const query = useApi<Leaderboard>(`/v1/evaluations/leaderboard?${new URLSearchParams({ ...listing })}`);
  return (
    <Stack gap="sm">
      <Parts title={texts.leaderboard} />
      <Text size="sm">{say(texts.boardNote)}</Text>
      <Loaded query={query} missing="noSuchEvaluation">
        {(board) =>
          board.lead === undefined ? (
            <Text>{say(texts.noBoard)}</Text>
          ) : (
            <>
              <Choice listing={listing} board={board} />
              <Board board={board} />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Choice({ listing, board }: { listing: BoardListing; board: Leaderboard }) {
  const { say } = useLocale();
  const navigate = useNavigate();
  const list = useApi<EvaluationList>('/v1/evaluations?limit=100').data;
  const complete = list?.evaluations.filter((one) => one.completedAt !== undefined) ?? [];
  const show = (search: BoardListing): void =>
    void navigate({ to: '/evaluations/leaderboard', search, resetScroll: false });
  return (
    <div className="example-filters">
      <EvaluationSelect
        label={say(texts.lead)}
        none={say(texts.newest)}
        evaluations={complete}
        value={listing.lead}
        onChange={(lead) => show(lead === undefined ? {} : { lead })}
      />
      <NativeSelect
        label={say(texts.order)}
        value={board.by}
        onChange={(event) => {
          const { by: _, ...kept } = listing;
          const { value } = event.currentTarget;
          show(value === 'macro' ? kept : { ...kept, by: value });
        }}
        data={[
          { value: 'macro', label: say(texts.macro) },
          ...board.sets.map(({ name }) => ({ value: name, label: name })),
        ]}
        translate="no"
      />
    </div>
  );
}

function Board({ board }: { board: Leaderboard }) {
  const { say, t } = useLocale();
  const { sets, entries, by, neighbours } = board;
  const shown = sets.filter((set) => !set.judged).map((set) => set.name);
  const rows = entries.flatMap((entry) => {
    const label = entry.target;
    const macro = forestRow({ panel: say(texts.macro), label, rate: entry.macro, ci95: entry.macroCi95 ?? null });
    const bySet = entry.sets
      .filter((set) => shown.includes(set.name))
      .flatMap(({ name, rate, ci95 }) => forestRow({ panel: name, label, rate, ci95 }));
    return [...(shown.length > 1 ? macro : []), ...bySet];
  });
  const count = neighbours.filter((one) => one.finding !== 'not compared').length;
  return (
    <>
      <BoardTable board={board} />
      <Text size="xs" c="dimmed">
        {say(texts.boardMethod)}
        {t('colon')}
        {say(by === 'macro' ? texts.byMacroMethod : texts.bySetMethod, { count })}
      </Text>
      {rows.length > 0 && (
        <Chart drawing={{ kind: 'forest', rows, axis: say(texts.shareAxis) }} label={say(texts.boardChart)} />
      )}
      {shown.length > 2 && <Radar entries={entries} sets={shown} />}
      <LeftOut board={board} />
    </>
  );
}

function LeftOut({ board: { leftOut } }: { board: Leaderboard }) {
  if (leftOut.length === 0) return null;
  return (
    <Section id="left-out" title={texts.leftOut}>
      <ul className="findings">
        {leftOut.map(({ evaluation, targets, reasons }) => (
          <li key={evaluation}>
            <Anchor
              size="sm"
              underline="always"
              translate="no"
              renderRoot={(props) => <Link to="/evaluations/$evaluation" params={{ evaluation }} {...props} />}
            >
              {evaluation.slice(0, 8)}
            </Anchor>{' '}
            <SourceText>{targets.join(', ')}</SourceText>: <SourceText lang="en">{reasons.join('; ')}</SourceText>
          </li>
        ))}
      </ul>
    </Section>
  );
}
