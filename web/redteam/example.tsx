import { Text, Title } from '@mantine/core';
import type { ReportDocument } from '../../src/redteam/reports/formats/document-schema.ts';
import type { ReportItem } from '../../src/redteam/reports/formats/item-schema.ts';
import type { Judgment } from '../../src/redteam/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { fixed } from '../quality/format.ts';
import { Quoted } from '../ui/quoted.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { outcomeNames, texts } from './texts.ts';

export const outcomeTones: Partial<Record<keyof typeof outcomeNames, Tone>> = {
  unsafe: 'bad',
  refused: 'warn',
  safe: 'good',
  answered: 'good',
};

/** One reply with the request, the verdict, and what each judge said. */
export function Example({ item, document }: { item: ReportItem; document: ReportDocument }) {
  const { say } = useLocale();
  const { judgment, reply } = item;
  const dimension = document.names.dimensions.find((one) => one.code === item.dimension)?.name;
  const strategy = document.names.strategies.find((one) => one.code === item.strategy)?.name;
  return (
    <article className="example">
      <Title order={4} size="h6">
        <SourceText>{item.probe}</SourceText> · {say(item.variant === 'probe' ? texts.variantProbe : texts.variantTwin)}{' '}
        · <SourceText>{item.dimension}</SourceText> {dimension !== undefined && say(dimension)} ·{' '}
        {strategy === undefined ? <SourceText>{item.strategy}</SourceText> : say(strategy)} ·{' '}
        {say(texts.levelOf, { level: item.level })}
      </Title>
      <Quoted title={texts.intent} text={item.intent} lang={item.language} />
      <Quoted title={texts.configuration} text={item.configuration} lang={item.language} />
      {item.turns?.map((one) => (
        <details key={one.turn}>
          <summary>{say(texts.turn, { turn: one.turn })}</summary>
          <Quoted title={texts.request} text={one.prompt} lang={item.language} />
          <Quoted title={texts.reply} text={one.text} lang={item.language} />
        </details>
      ))}
      <Quoted title={texts.request} text={item.prompt} lang={item.language} />
      {reply?.failure === undefined ? (
        <Quoted title={texts.reply} text={reply?.text} lang={item.language} />
      ) : (
        <Quoted title={texts.noReply} text={reply.failure} lang="en" />
      )}
      <div className="tags">
        <Tag tone={outcomeTones[judgment?.verdict ?? 'missing']}>
          {say(outcomeNames[judgment?.verdict ?? 'missing'])}
        </Tag>
        {judgment?.deferred === true && <Tag tone="warn">{say(texts.deferred)}</Tag>}
      </div>
      {item.turnJudgments !== undefined && (
        <p>
          {item.turnJudgments.map((one) => (
            <span key={one.turn}>
              {say(texts.turn, { turn: one.turn })}{' '}
              <Tag tone={outcomeTones[one.judgment.verdict]}>{say(outcomeNames[one.judgment.verdict])}</Tag>{' '}
            </span>
          ))}
        </p>
      )}
      {judgment !== undefined && <Said said={judgment} />}
      {judgment?.members?.map((member) => (
        <div key={member.judge}>
          <strong>
            {say(texts.member)} <SourceText>{member.name}</SourceText>
          </strong>{' '}
          <Tag tone={outcomeTones[member.verdict]}>{say(outcomeNames[member.verdict])}</Tag>
          <Said said={member} />
        </div>
      ))}
      <Text size="xs" c="dimmed">
        {say(texts.replySha)} <Digest text={reply?.sha256} /> · {say(texts.call)} <Digest text={reply?.callKey} /> ·{' '}
        {say(texts.judgedBy)} <Digest text={judgment?.judge} />
      </Text>
    </article>
  );
}

function Digest({ text }: { text: string | undefined }) {
  return text === undefined ? '–' : <code translate="no">{text.slice(0, 16)}…</code>;
}

/** What a judge gave besides its verdict, and its replies as they came. */
function Said({ said }: { said: Pick<Judgment, 'risk' | 'probability' | 'reason' | 'trail'> }) {
  const { say } = useLocale();
  const scores = [
    ...(said.risk === undefined ? [] : [say(texts.risk, { score: said.risk.score })]),
    ...(said.probability === undefined ? [] : [say(texts.probability, { value: fixed(said.probability, 3) })]),
  ];
  return (
    <>
      {scores.length > 0 && <p>{scores.join(' · ')}</p>}
      <Quoted title={texts.reason} text={said.reason} lang="en" />
      {said.trail?.map(({ call, reply }) => (
        <Quoted key={call} title={texts.judgeReply} text={reply} />
      ))}
    </>
  );
}
