import { Button, Checkbox, Group, Textarea } from '@mantine/core';
import type { Verdict } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { verdicts } from '../app/words.ts';
import { DimensionPicker } from './dimension-picker.tsx';
import { type Problem, proposedVerdict, type Row, rowsOf, scoreOf } from './judge.ts';
import { placeText } from './place-text.ts';
import { ProblemList } from './problem-list.tsx';
import { ScoreGrid } from './score-grid.tsx';
import { MarkTag, type PartProps } from './step-card.tsx';
import { texts } from './texts.ts';
import { isFrozen, withVerdict, withViolation } from './work.ts';

const verdictOrder = Object.keys(verdicts) as Verdict[]; // the table has exactly the codes of the schema

type Props = PartProps & {
  problems: Problem[];
  onScore: (row: Row, score: number) => void;
  onSubmit: () => void;
};

/** Everything the reviewer says of the whole: scores, violated dimensions, found errors, verdict and comment. */
export function JudgementPane({ problems, onScore, onSubmit, ...parts }: Props) {
  const { say } = useLocale();
  const { item, review, work, screen } = parts;
  return (
    <section className="review-judgement" aria-labelledby="scores">
      <h2 id="scores">{say(texts.scores)}</h2>
      <ScoreGrid
        rubric={item.rubric}
        rows={rowsOf(item, work)}
        focus={screen.row}
        scoreOf={(row) => scoreOf(work, row)}
        frozen={(row) => row.set === 'original' && isFrozen(work, row.criterion)}
        onFocus={screen.setRow}
        onScore={onScore}
      />
      {item.rubric.dimensions.length > 0 && (
        <DimensionPicker
          item={item}
          violations={work.violations}
          onChange={(dimension, severity) => review.apply((now) => withViolation(now, dimension, severity))}
        />
      )}
      <Findings {...parts} />
      <Checkbox
        label={say(texts.insufficient)}
        description={say(texts.insufficientNote)}
        checked={work.insufficientContext}
        onChange={(event) => {
          const insufficientContext = event.currentTarget.checked;
          review.apply((now) => ({ ...now, insufficientContext }));
        }}
      />
      <VerdictChoice {...parts} />
      <Textarea
        ref={screen.comment}
        label={say(texts.comment)}
        autosize
        minRows={2}
        maxLength={5000}
        value={work.comment}
        onChange={(event) => {
          const comment = event.currentTarget.value;
          review.apply((now) => ({ ...now, comment }), 'comment');
        }}
      />
      {screen.asked > 0 && <ProblemList item={item} problems={problems} asked={screen.asked} />}
      <Button fullWidth onClick={onSubmit}>
        {say(texts.submit)}
      </Button>
    </section>
  );
}

function Findings({ item, work, screen }: PartProps) {
  const { say } = useLocale();
  const marks = work.steps.filter((one) => 'severity' in one);
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">{say(texts.findings)}</h2>
      {marks.length + work.edits.length === 0 && <p className="review-note">{say(texts.noFindings)}</p>}
      <ul className="finding-list">
        {marks.map((mark) => {
          const at = 'step' in mark ? mark.step : mark.after;
          const where =
            'step' in mark
              ? say(texts.step, { step: at })
              : at === 0
                ? say(texts.missingBeforeFirst)
                : say(texts.missingAfter, { step: at });
          return (
            <li key={`${mark.mark}/${at}`}>
              <button type="button" onClick={() => screen.goToStep(at)}>
                {where}
              </button>{' '}
              <MarkTag item={item} mark={mark} />
            </li>
          );
        })}
        {work.edits.map((edit) => (
          <li key={`${edit.op}/${edit.at}`}>
            <button type="button" onClick={() => screen.goToStep(edit.op === 'answer' ? screen.answer : edit.at)}>
              {say(...placeText(edit))}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function VerdictChoice({ item, review, work }: PartProps) {
  const { say } = useLocale();
  const proposal = proposedVerdict(item, work);
  return (
    <section aria-labelledby="verdict">
      <h2 id="verdict">{say(texts.verdict)}</h2>
      <p className="review-note">
        {work.verdict !== undefined
          ? say(verdicts[work.verdict])
          : proposal === undefined
            ? say(texts.chooseVerdict)
            : say(texts.proposed, { verdict: say(verdicts[proposal]) })}
      </p>
      <Group gap={6}>
        {verdictOrder.map((one) => (
          <Button
            key={one}
            size="compact-sm"
            variant="default"
            aria-pressed={work.verdict === one}
            data-proposed={work.verdict === undefined && proposal === one}
            onClick={() => review.apply((now) => withVerdict(now, now.verdict === one ? undefined : one))}
          >
            {say(verdicts[one])}
          </Button>
        ))}
      </Group>
    </section>
  );
}
