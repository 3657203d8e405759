import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { Row } from './judge.ts';
import { texts } from './texts.ts';

const points = [1, 2, 3, 4, 5] as const;

type Props = {
  rubric: WorkItem['rubric'];
  rows: Row[];
  focus: Row;
  scoreOf: (row: Row) => number | undefined;
  frozen: (row: Row) => boolean;
  /** What else to say of a row, for example what the same reviewer gave the original. */
  note?: (row: Row) => string | undefined;
  onFocus: (row: Row) => void;
  onScore: (row: Row, score: number) => void;
};

/** The criteria with their five points, and what the points mean for the one in focus. */
export function ScoreGrid({ rubric, rows, focus, scoreOf, frozen, note, onFocus, onScore }: Props) {
  const { say } = useLocale();
  const shown = rubric.criteria.find((one) => one.id === focus.criterion);
  const both = rows.some((row) => row.set === 'edited');
  return (
    <>
      {(['original', 'edited'] as const).map((set) => {
        const own = rows.filter((row) => row.set === set);
        if (own.length === 0) return null;
        return (
          <div key={set} className="score-set">
            {both && <h3>{say(set === 'original' ? texts.scoresOriginal : texts.scoresEdited)}</h3>}
            {own.some(frozen) && <p className="review-note">{say(texts.frozen)}</p>}
            {own.map((row) => (
              <ScoreRow
                key={row.criterion}
                rubric={rubric}
                row={row}
                focused={row.set === focus.set && row.criterion === focus.criterion}
                score={scoreOf(row)}
                frozen={frozen(row)}
                note={note?.(row)}
                onFocus={onFocus}
                onScore={onScore}
              />
            ))}
          </div>
        );
      })}
      {shown !== undefined && (
        <div className="anchors">
          <h3>{say(texts.anchors, { criterion: say(shown.name) })}</h3>
          <ol>
            {shown.anchors.map((anchor, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the five points of a criterion never move
              <li key={index} data-given={scoreOf(focus) === index + 1}>
                {say(anchor)}
              </li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

function ScoreRow({
  rubric,
  row,
  focused,
  score,
  frozen,
  note,
  onFocus,
  onScore,
}: {
  rubric: WorkItem['rubric'];
  row: Row;
  focused: boolean;
  score: number | undefined;
  frozen: boolean;
  note: string | undefined;
  onFocus: (row: Row) => void;
  onScore: (row: Row, score: number) => void;
}) {
  const { say, number } = useLocale();
  const criterion = rubric.criteria.find((one) => one.id === row.criterion);
  if (criterion === undefined) return null;
  const name = say(criterion.name);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a row of the grid
    <div
      role="group"
      aria-label={name}
      aria-current={focused ? 'true' : undefined}
      className="score-row"
      data-row={`${row.set}/${row.criterion}`}
      onFocus={() => onFocus(row)}
    >
      <span className="score-name">
        {name}
        {criterion.veto && <small> ({say(texts.veto)})</small>}
        {note !== undefined && <small> ({note})</small>}
        {frozen && <small> ({say(texts.frozenShort)})</small>}
      </span>
      <span className="score-points">
        {points.map((point) => (
          <button
            key={point}
            type="button"
            aria-pressed={score === point}
            aria-label={say(texts.scoreOf, { criterion: name, score: point })}
            disabled={frozen}
            onClick={() => onScore(row, point)}
          >
            {number(point)}
          </button>
        ))}
      </span>
    </div>
  );
}
