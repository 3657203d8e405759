import type { ConfirmationTask } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { ChangedText } from '../ui/changed-text.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';
import { emptyWork, samePlace, textAt, type WorkEdit, workOf } from './work.ts';

/** A trace with a colleague's edits marked in it, each with its reason. */
export function EditedTrace({ task }: { task: ConfirmationTask }) {
  const { say } = useLocale();
  const { edits } = workOf({ ...emptyWork, seconds: 0, edits: task.edits });
  const inserted = (after: number) =>
    edits
      .filter((one) => one.op === 'insert' && one.at === after)
      .map((edit) => <Part key={edit.text} task={task} title={say(texts.newStep)} edit={edit} />);
  return (
    <section className="review-trace" aria-labelledby="trace">
      <h2 id="trace">{say(texts.trace)}</h2>
      <div className="step-list">
        {inserted(0)}
        {task.trace.steps.map((_, index) => {
          const place = { op: 'replace', at: index + 1 } as const;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a trace are a fixed list
            <div key={index} className="step-list">
              <Part
                task={task}
                title={say(texts.step, { step: index + 1 })}
                edit={edits.find((one) => samePlace(one, place)) ?? place}
              />
              {inserted(index + 1)}
            </div>
          );
        })}
        <Part
          task={task}
          title={say(texts.answer)}
          edit={edits.find((one) => one.op === 'answer') ?? { op: 'answer', at: 0 }}
        />
      </div>
    </section>
  );
}

/** A part of the trace; `edit` names its place, with the edit if there is one. */
function Part({
  task,
  title,
  edit,
}: {
  task: ConfirmationTask;
  title: string;
  edit: WorkEdit | Pick<WorkEdit, 'op' | 'at'>;
}) {
  const { say, t } = useLocale();
  const { language } = task.question;
  const before = textAt(task.trace, edit);
  const reason = 'reason' in edit ? task.reasons.find((one) => one.code === edit.reason) : undefined;
  return (
    <article className="step-card" aria-label={title}>
      <h3>{title}</h3>
      <p className="step-text">
        {'text' in edit ? (
          <ChangedText before={before} after={edit.op === 'delete' ? '' : edit.text} language={language} />
        ) : (
          <SourceText lang={language}>{before}</SourceText>
        )}
      </p>
      {'reason' in edit && (
        <p className="review-note">
          {say(texts.reason)}
          {t('colon')}
          {reason === undefined ? edit.reason : say(reason.name)}
          {edit.note !== '' && (
            <>
              {' · '}
              <SourceText>{edit.note}</SourceText>
            </>
          )}
        </p>
      )}
    </article>
  );
}
