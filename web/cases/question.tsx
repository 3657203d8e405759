import { Title } from '@mantine/core';
import type { CaseView } from '../../src/review/case-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { texts } from './texts.ts';

/** The question with its context, options, key and reference. */
export function CaseQuestion({ question, rubric }: Pick<CaseView, 'question' | 'rubric'>) {
  const { say, t } = useLocale();
  const { language, options, answer } = question;
  const parts = [
    ...(options.length === 0 ? answer.map((text) => ({ name: texts.key, text })) : []),
    ...(question.reference === undefined ? [] : [{ name: texts.reference, text: question.reference }]),
    ...(question.explanation === undefined ? [] : [{ name: texts.explanation, text: question.explanation }]),
    { name: texts.source, text: question.citation },
  ];
  return (
    <section aria-labelledby="case-question">
      <Title order={3} size="h5" id="case-question">
        {say(texts.question)}
      </Title>
      <div className="tags">
        {rubric.dimensions
          .filter((one) => question.dimensions.includes(one.code))
          .map((one) => (
            <Tag key={one.code}>{say(one.name)}</Tag>
          ))}
      </div>
      {question.context.map((part) => (
        <p key={part.text} className="case-text">
          <SourceText lang={language}>
            {part.label === undefined ? part.text : `${part.label}: ${part.text}`}
          </SourceText>
        </p>
      ))}
      <p className="case-text">
        <SourceText lang={language}>{question.text}</SourceText>
      </p>
      {options.length > 0 && (
        <ul className="options">
          {options.map((option) => (
            <li key={option.label}>
              <SourceText lang={language}>{`${option.label}. ${option.text}`}</SourceText>{' '}
              {answer.includes(option.label) && <Tag tone="good">{say(texts.key)}</Tag>}
            </li>
          ))}
        </ul>
      )}
      {parts.map(({ name, text }) => (
        <p key={`${name.en} ${text}`} className="case-text">
          <strong>
            {say(name)}
            {t('colon')}
          </strong>
          <SourceText lang={language}>{text}</SourceText>
        </p>
      ))}
    </section>
  );
}
