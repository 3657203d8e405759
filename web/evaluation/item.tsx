import { Text, Title } from '@mantine/core';
import type { AnswerState, EvaluationItem } from '../../src/evaluation/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { fixed } from '../quality/format.ts';
import { Quoted } from '../ui/quoted.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { answerStates, texts } from './texts.ts';

export const stateTones: Partial<Record<AnswerState, Tone>> = {
  'answered-correct': 'good',
  'answered-wrong': 'bad',
  abstained: 'warn',
  unparsable: 'warn',
  'out-of-range': 'warn',
};

/** One question with its key, the reply as it came, what was read from it and by which rule. */
export function Item({ item }: { item: EvaluationItem }) {
  const { say } = useLocale();
  const { language, options, expected, state, answer, variant } = item;
  return (
    <article className="example">
      <Title order={3} size="h6">
        {say(texts.position, { number: item.position })} · <SourceText>{item.set}</SourceText> ·{' '}
        <SourceText>{item.question}</SourceText>
        {variant > 0 && ` · ${say(texts.variant, { number: variant + 1 })}`}
      </Title>
      <div className="tags">
        <Tag tone={stateTones[state]}>{say(answerStates[state])}</Tag>
        {item.finishReason === 'length' && <Tag tone="warn">{say(texts.cut)}</Tag>}
      </div>
      <Quoted title={texts.question} text={item.text} lang={language} />
      {options.length > 0 && (
        <>
          <strong>{say(texts.options)}</strong>
          <ul className="item-options">
            {options.map(({ label, text }) => (
              <li key={label} data-key={label === expected}>
                <SourceText lang={language}>{`${label}. ${text}`}</SourceText>
              </li>
            ))}
          </ul>
        </>
      )}
      <Quoted title={texts.reply} text={item.reply} lang={language} />
      {state !== 'open' && (
        <dl className="scores">
          <Fact name={say(texts.expected)} value={expected} />
          <Fact name={say(texts.extracted)} value={answer} none={say(texts.noAnswer)} />
          <Fact name={say(texts.rule)} value={item.rule} />
          {item.quote !== undefined && <Fact name={say(texts.quote)} value={item.quote} />}
        </dl>
      )}
      {item.judgments?.map(({ judge, score, reason }) => (
        <div key={judge}>
          <strong>
            {say(texts.judge)} <SourceText>{judge}</SourceText>
          </strong>{' '}
          <Tag tone={score === null ? 'warn' : undefined}>
            {score === null ? say(texts.withoutScore) : say(texts.score, { score })}
          </Tag>
          <blockquote>
            <SourceText>{reason}</SourceText>
          </blockquote>
        </div>
      ))}
      <LogProbs item={item} />
      <Text size="xs" c="dimmed">
        {say(texts.call)} <code translate="no">{item.callKey.slice(0, 16)}…</code> ·{' '}
        <SourceText>{item.model}</SourceText>
      </Text>
    </article>
  );
}

function Fact({ name, value, none = '–' }: { name: string; value: string | undefined; none?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === undefined ? none : <SourceText>{value}</SourceText>}</dd>
    </div>
  );
}

function LogProbs({ item: { logProbs } }: { item: EvaluationItem }) {
  const { say } = useLocale();
  if (logProbs === undefined) return null;
  return (
    <Text size="sm">
      {say(texts.logProbs)}{' '}
      <span translate="no">
        {Object.entries(logProbs)
          .map(([label, value]) => `${label} ${fixed(value)}`)
          .join(' · ')}
      </span>
    </Text>
  );
}
