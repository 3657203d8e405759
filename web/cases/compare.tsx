import { Button, Text, Title } from '@mantine/core';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { CaseView, MaskedStatement } from '../../src/review/cases/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { alignStatements, foldRows, type Place, type Row } from './align.ts';
import { CompareCell } from './compare-cell.tsx';
import { placeName } from './place-name.ts';
import { texts } from './texts.ts';

/** What a decider takes over; absent for those who only read. */
export type Take = {
  place: (statement: MaskedStatement, place: Place) => void;
  version: (statement: MaskedStatement) => void;
};

/** What the reviewers said of each step, side by side; what nobody found fault with is folded. */
export function Compare({ view, take }: { view: CaseView; take?: Take | undefined }) {
  const { say } = useLocale();
  const table = useRef<HTMLTableElement>(null);
  const [taken, setTaken] = useState<string>();
  const { statements, trace } = view;
  const rows = alignStatements(trace, statements);
  const telling: Take | undefined = take && {
    place: (statement, place) => {
      take.place(statement, place);
      setTaken(statement.label);
    },
    version: (statement) => {
      take.version(statement);
      setTaken(statement.label);
    },
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
    if (event.key === 'j' || event.key === 'k') step(table.current, event.key === 'j' ? 1 : -1);
    const statement = statements.find(({ label }) => label.toLowerCase() === event.key.toLowerCase());
    if (statement === undefined || telling === undefined) return;
    const focused = document.activeElement?.closest<HTMLElement>('tr[data-row]')?.dataset.row;
    const row = focused === undefined ? undefined : rows[Number(focused)];
    if (event.shiftKey) telling.version(statement);
    else if (row !== undefined) telling.place(statement, row.place);
  };
  if (statements.length === 0) return <Text c="dimmed">{say(texts.noStatements)}</Text>;
  return (
    <section aria-labelledby="comparison">
      <Title order={3} size="h5" id="comparison">
        {say(texts.comparison)}
      </Title>
      {take !== undefined && (
        <Text size="xs" c="dimmed" my={4}>
          {say(texts.keys)}
        </Text>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrollable by keyboard */}
      <section className="case-scroll" aria-label={say(texts.comparison)} tabIndex={0}>
        <table className="compare" ref={table} onKeyDown={onKeyDown}>
          <thead>
            <tr>
              <th scope="col">{say(texts.part)}</th>
              {statements.map((statement) => (
                <th scope="col" key={statement.label}>
                  {say(texts.reviewer, { label: statement.label })}
                  {telling !== undefined && (
                    <Button variant="default" size="compact-xs" mt={4} onClick={() => telling.version(statement)}>
                      {say(texts.takeVersion, { label: statement.label })}
                    </Button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <Body view={view} rows={rows} take={telling} />
        </table>
      </section>
      <Text size="sm" role="status" mih="1.5em">
        {taken !== undefined && say(texts.taken, { label: taken })}
      </Text>
    </section>
  );
}

/** Moves the focus to the next or the previous row on which there is a difference. */
function step(table: HTMLTableElement | null, by: 1 | -1): void {
  const rows = [...(table?.querySelectorAll<HTMLElement>('tr[data-state=conflict]') ?? [])];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  rows[next]?.focus();
}

function Body({ view, rows, take }: { view: CaseView; rows: Row[]; take: Take | undefined }) {
  const { say } = useLocale();
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const columns = view.statements.length + 1;
  return foldRows(rows).map((part) => {
    const shown = part.folded ? part.rows : [part.row];
    const [first] = shown;
    if (first === undefined) return null;
    const at = rows.indexOf(first);
    if (part.folded && !unfolded.has(at))
      return (
        <tbody key={at}>
          <tr>
            <td colSpan={columns}>
              <Button
                variant="subtle"
                size="compact-xs"
                aria-expanded={false}
                c="var(--mantine-color-anchor)"
                onClick={() => setUnfolded(new Set([...unfolded, at]))}
              >
                {say(texts.foldedSteps, { count: part.rows.length })}
              </Button>
            </td>
          </tr>
        </tbody>
      );
    return (
      <tbody key={at}>
        {shown.map((row) => (
          <CompareRow key={rows.indexOf(row)} at={rows.indexOf(row)} row={row} view={view} take={take} />
        ))}
      </tbody>
    );
  });
}

function CompareRow({ at, row, view, take }: { at: number; row: Row; view: CaseView; take: Take | undefined }) {
  const { say } = useLocale();
  const { text, values } = placeName(row.place);
  const conflict = row.state === 'conflict';
  return (
    <tr data-row={at} data-state={row.state} tabIndex={conflict ? 0 : undefined}>
      <th scope="row">
        <strong>{say(text, values)}</strong> {conflict && <Tag tone="warn">{say(texts.conflict)}</Tag>}
        {row.state === 'agreed' && row.cells.length > 1 && <Tag>{say(texts.allAgree)}</Tag>}
        {row.text !== undefined && (
          <p className="case-text">
            <SourceText lang={view.question.language}>{row.text}</SourceText>
          </p>
        )}
      </th>
      {row.cells.map((cell, index) => (
        <td key={cell.label}>
          <CompareCell
            cell={cell}
            row={row}
            language={view.question.language}
            onTake={
              take === undefined || row.cells.every((one) => one.edits.length === 0)
                ? undefined
                : () => {
                    const statement = view.statements[index];
                    if (statement !== undefined) take.place(statement, row.place);
                  }
            }
          />
        </td>
      ))}
    </tr>
  );
}
