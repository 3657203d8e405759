import { Text } from '@mantine/core';
import { parseTrace } from '../../src/core/trace.ts';
import { useLocale } from '../app/locale.tsx';
import { answerStates, malformedReasons } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { type Data, textAt } from '../verify/fields.ts';
import { CodeWord } from './code-word.tsx';

/** Longer texts are folded at first, so that the order of events stays in sight. */
const longText = 700;

/** What the model wrote, in steps. */
export function TraceContents({ data, language }: { data: Data; language: string }) {
  const { t } = useLocale();
  const text = textAt(data, 'text') ?? '';
  const parsed = parseTrace(text);
  const answer = textAt(data, 'answerState');
  return (
    <>
      <Text size="sm" component="div">
        {t('model')}
        {t('colon')}
        <SourceText>{textAt(data, 'model') ?? '?'}</SourceText>{' '}
        {answer !== undefined && answer !== 'no-key' && (
          <Tag>
            <CodeWord words={answerStates} code={answer} />
          </Tag>
        )}
        {parsed.state === 'malformed' && (
          <Tag tone="bad">
            {t('malformed')}
            {t('colon')}
            <CodeWord words={malformedReasons} code={parsed.reason} />
          </Tag>
        )}
      </Text>
      <details open={text.length <= longText}>
        <summary>
          {parsed.state === 'malformed' ? t('showText') : t('showTrace', { steps: parsed.trace.steps.length })}
        </summary>
        {parsed.state === 'malformed' ? (
          <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
            <SourceText lang={language}>{text}</SourceText>
          </Text>
        ) : (
          <>
            <ol className="steps">
              {parsed.trace.steps.map((step, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a step has no identity but its number, and never moves
                <li key={index}>
                  <SourceText lang={language}>{step}</SourceText>
                </li>
              ))}
            </ol>
            <Text size="sm">
              <strong>
                {t('answer')}
                {t('colon')}
              </strong>
              <SourceText lang={language}>{parsed.trace.answer}</SourceText>
            </Text>
          </>
        )}
      </details>
    </>
  );
}
