import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { verdicts } from '../app/words.ts';
import { ChangedText } from '../ui/changed-text.tsx';
import { SourceText } from '../ui/source-text.tsx';
import type { MergePart } from './merge.ts';
import { placeText } from './place-text.ts';
import { MarkTag } from './step-card.tsx';
import { texts } from './texts.ts';
import { textAt, type Work } from './work.ts';

/** One part of a version of a review, as its reader has to see it to choose. */
export function PartView({ item, part, work }: { item: WorkItem; part: MergePart; work: Work }) {
  const { say } = useLocale();
  switch (part) {
    case 'scores':
      return <Scores item={item} scores={work.scores} />;
    case 'steps':
      return (
        <ul>
          {work.steps.map((mark) => {
            const at = 'step' in mark ? mark.step : mark.after;
            return (
              <li key={`${mark.mark}/${at}`}>
                {say('step' in mark ? texts.step : texts.missingAfter, { step: at })}{' '}
                <MarkTag item={item} mark={mark} />
              </li>
            );
          })}
          {work.steps.length === 0 && <li>{say(texts.nothing)}</li>}
        </ul>
      );
    case 'violations':
      return (
        <ul>
          {work.violations.map(({ dimension, severity }) => (
            <li key={dimension}>
              <span translate="no">{dimension}</span> · {nameOf(item.severities, severity, say)}
            </li>
          ))}
          {work.violations.length === 0 && <li>{say(texts.nothing)}</li>}
        </ul>
      );
    case 'edits':
      return <Edits item={item} work={work} />;
    case 'comment':
      return <p>{work.comment === '' ? say(texts.nothing) : <SourceText>{work.comment}</SourceText>}</p>;
    case 'verdict':
      return (
        <p>
          {work.verdict === undefined ? say(texts.nothing) : say(verdicts[work.verdict])}
          {work.insufficientContext && <> · {say(texts.insufficient)}</>}
        </p>
      );
  }
}

function Edits({ item, work }: { item: WorkItem; work: Work }) {
  const { say } = useLocale();
  return (
    <>
      <ul>
        {work.edits.map((edit) => (
          <li key={`${edit.op}/${edit.at}`}>
            {say(...placeText(edit))} · {nameOf(item.reasons, edit.reason, say)}
            <br />
            <ChangedText
              before={textAt(item.trace, edit)}
              after={edit.op === 'delete' ? '' : edit.text}
              language={item.question.language}
            />
          </li>
        ))}
        {work.edits.length === 0 && <li>{say(texts.nothing)}</li>}
      </ul>
      {Object.keys(work.editedScores).length > 0 && <Scores item={item} scores={work.editedScores} />}
    </>
  );
}

function Scores({ item, scores }: { item: WorkItem; scores: Record<string, number> }) {
  const { say, number } = useLocale();
  return (
    <dl className="scores">
      {item.rubric.criteria.map(({ id, name }) => {
        const score = scores[id];
        return (
          <div key={id}>
            <dt>{say(name)}</dt>
            <dd>{score === undefined ? '–' : number(score)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

type Names = WorkItem['reasons'];

function nameOf(names: Names, code: string, say: ReturnType<typeof useLocale>['say']): string {
  const name = names.find((one) => one.code === code)?.name;
  return name === undefined ? code : say(name);
}
