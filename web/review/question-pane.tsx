import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { kinds } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { texts } from './texts.ts';

/** The question with its context and options, and, to be folded away, its key and reference. */
export function QuestionPane({ item: { question, rubric } }: { item: Pick<WorkItem, 'question' | 'rubric'> }) {
  const { say, t } = useLocale();
  const kind = Object.entries(kinds).find(([code]) => code === question.kind)?.[1];
  const about = rubric.dimensions.filter((one) => question.dimensions.includes(one.code));
  return (
    <section className="review-question" aria-labelledby="question">
      <h2 id="question">
        {say(texts.question)}{' '}
        <small>
          <SourceText>{question.id}</SourceText>
        </small>
      </h2>
      <div className="tags">
        {kind !== undefined && <Tag>{say(kind)}</Tag>}
        {about.map((one) => (
          <Tag key={one.code}>
            {say(texts.about)}
            {t('colon')}
            {say(one.name)}
          </Tag>
        ))}
      </div>
      {question.context.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the context of a question is a fixed list
        <p key={index} className="review-context">
          {part.label !== undefined && (
            <strong>
              <SourceText lang={question.language}>{part.label}</SourceText>
              {t('colon')}
            </strong>
          )}
          <SourceText lang={question.language}>{part.text}</SourceText>
        </p>
      ))}
      <p>
        <SourceText lang={question.language}>{question.text}</SourceText>
      </p>
      {question.options.length > 0 && (
        <ul className="options" aria-label={say(texts.options)}>
          {question.options.map((option) => (
            <li key={option.label}>
              <SourceText lang={question.language}>{`${option.label}. ${option.text}`}</SourceText>{' '}
              {question.answer.includes(option.label) && <Tag tone="good">{say(texts.key)}</Tag>}
            </li>
          ))}
        </ul>
      )}
      <Reference question={question} />
      <p className="review-source">
        {say(texts.source)}
        {t('colon')}
        <SourceText>{question.citation}</SourceText>
      </p>
    </section>
  );
}

function Reference({ question }: { question: WorkItem['question'] }) {
  const { say, t } = useLocale();
  const free = question.options.length === 0 ? question.answer : [];
  const parts = [
    ...free.map((text) => ({ name: texts.key, text })),
    ...(question.reference === undefined
      ? []
      : [{ name: question.kind === 'knowledge' ? texts.reference : texts.acceptable, text: question.reference }]),
    ...(question.explanation === undefined ? [] : [{ name: texts.explanation, text: question.explanation }]),
  ];
  if (parts.length === 0) return null;
  return (
    <details open>
      <summary>{say(texts.referenceAndKey)}</summary>
      {parts.map(({ name, text }) => (
        <p key={text}>
          <strong>
            {say(name)}
            {t('colon')}
          </strong>
          <SourceText lang={question.language}>{text}</SourceText>
        </p>
      ))}
    </details>
  );
}
