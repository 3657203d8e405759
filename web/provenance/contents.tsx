import { Text } from '@mantine/core';
import type { Question } from '../../src/corpus/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { erasureReasons, kinds, languages } from '../app/words.ts';
import type { Edited } from '../pages/edit-table.tsx';
import { ScoreList } from '../pages/review-card.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import type { CheckedEvent } from '../verify/chain.ts';
import { type Data, numberAt, textAt, textsAt } from '../verify/fields.ts';
import { CodeWord } from './code-word.tsx';
import { DecisionContents, OpenedContents, VoteContents } from './panel-contents.tsx';
import { scoresOf } from './records.ts';
import { ReviewContents, Standing } from './review-contents.tsx';
import { TraceContents } from './trace-contents.tsx';

/** What events of an instance refer to: its language, its traces by id, and its question where that was checked. */
export type Background = { language: string; traces: Map<string, string>; question: Question | undefined };

/** Collected from the contents that fit, and from nothing else. */
export function backgroundOf(events: readonly CheckedEvent[], question: Question | undefined): Background {
  const traces = new Map<string, string>();
  let language = 'en';
  for (const { leaf, said } of events) {
    if (said === undefined) continue;
    if (leaf?.type === 'case.imported') language = textAt(said.data, 'language') ?? language;
    const [trace, text] = [textAt(said.data, 'trace'), textAt(said.data, 'text')];
    if (leaf?.type === 'generation.recorded' && trace !== undefined && text !== undefined) traces.set(trace, text);
  }
  return { language, traces, question };
}

/** What one event of an instance says, for people. */
export function Contents({ event, data, background }: { event: CheckedEvent; data: Data; background: Background }) {
  const original = (trace: string | undefined): Edited | undefined => {
    const text = trace === undefined ? undefined : background.traces.get(trace);
    return text === undefined ? undefined : { text, language: background.language };
  };
  switch (event.leaf?.type) {
    case 'case.imported':
      return <ImportedContents data={data} question={background.question} />;
    case 'generation.recorded':
      return <TraceContents data={data} language={background.language} />;
    case 'review.signed':
      return <ReviewContents data={data} original={original(textAt(data, 'traceId'))} />;
    case 'edit.signed':
      return (
        <>
          <div className="tags">
            <Standing data={data} />
          </div>
          <ScoreList scores={scoresOf(data, 'scores')} />
        </>
      );
    case 'strike.recorded':
      return <StrikeContents data={data} />;
    case 'panel.opened':
      return <OpenedContents data={data} />;
    case 'vote.signed':
      return <VoteContents data={data} />;
    case 'adjudication.signed':
      return <DecisionContents data={data} original={original(textAt(data, 'trace'))} />;
    default:
      return <OutcomeContents data={data} />;
  }
}

function ImportedContents({ data, question }: { data: Data; question: Question | undefined }) {
  const { t } = useLocale();
  const { dimension } = useNames();
  const [dataset, licence] = [textAt(data, 'dataset'), textAt(data, 'licence')];
  return (
    <>
      <div className="tags">
        <Tag>
          <CodeWord words={kinds} code={textAt(data, 'kind')} />
        </Tag>
        <Tag>
          <CodeWord words={languages} code={textAt(data, 'language')} />
        </Tag>
        {textsAt(data, 'dimensions').map((code) => (
          <Tag key={code}>{dimension(code)}</Tag>
        ))}
      </div>
      <Text size="sm">
        {t('dataset')}
        {t('colon')}
        <SourceText>{[dataset, question?.source.citation, licence].filter(Boolean).join(' · ')}</SourceText>
      </Text>
      {question !== undefined && (
        <>
          <Text size="sm" mt={4}>
            <SourceText lang={question.language}>{question.text}</SourceText>
          </Text>
          <ul className="options">
            {question.options?.map((option) => (
              <li key={option.label}>
                <SourceText lang={question.language}>{`${option.label}. ${option.text}`}</SourceText>{' '}
                {question.answer.includes(option.label) && <Tag tone="good">{t('key')}</Tag>}
              </li>
            ))}
          </ul>
          <Text size="xs" c="dimmed">
            {t('questionChecked')}
          </Text>
        </>
      )}
    </>
  );
}

function StrikeContents({ data }: { data: Data }) {
  const { t } = useLocale();
  const [strikes, row] = [numberAt(data, 'strikes'), numberAt(data, 'consecutiveStrikes')];
  return (
    <>
      <Text size="sm">{strikes !== undefined && row !== undefined && t('strikeCounts', { strikes, row })}</Text>
      <Text size="sm" fs="italic">
        <SourceText lang="en">{textsAt(data, 'reasons').join(' · ')}</SourceText>
      </Text>
    </>
  );
}

function OutcomeContents({ data }: { data: Data }) {
  const { t } = useLocale();
  const by = textAt(data, 'by');
  const result = textAt(data, 'resultSha256');
  const reason = textAt(data, 'reason');
  return (
    <Text size="sm">
      {by === 'reviewers' && t('byReviewers')}
      {by === 'panel' && t('byPanel')}
      {result !== undefined && `${t('separator')}${t(result === data.traceSha256 ? 'asWritten' : 'asEdited')}`}
      {reason !== undefined && <CodeWord words={erasureReasons} code={reason} />}
    </Text>
  );
}
