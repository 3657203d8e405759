import { Text, Title } from '@mantine/core';
import type { CaseView } from '../../src/review/cases/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';

/** The rounds that failed before: what was written, why it failed, what the teacher was told. */
export function EarlierRounds({ view }: { view: CaseView }) {
  const { say, dateTime } = useLocale();
  const { language } = view.question;
  return (
    <section aria-labelledby="case-earlier">
      <Title order={3} size="h5" id="case-earlier">
        {say(texts.earlier, { strikes: view.strikes, limit: view.strikeLimit })}
      </Title>
      {view.earlier.length === 0 && <Text size="sm">{say(texts.noEarlier)}</Text>}
      {view.earlier.map((round) => (
        <details key={round.round}>
          <summary>
            {say(texts.round, { round: round.round })} · {dateTime(round.struckAt)}
          </summary>
          <ol className="case-list">
            {round.steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a step has no identity but its number, and never moves
              <li key={index}>
                <SourceText lang={language}>{step}</SourceText>
              </li>
            ))}
          </ol>
          <p className="case-text">
            <SourceText lang={language}>{round.answer}</SourceText>
          </p>
          <Remarks title={say(texts.reasonsGiven)} lines={round.reasons} />
          <Remarks title={say(texts.remarksGiven)} lines={round.remarks} />
        </details>
      ))}
    </section>
  );
}

function Remarks({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <ul className="case-list">
        {lines.map((line) => (
          <li key={line}>
            <SourceText>{line}</SourceText>
          </li>
        ))}
      </ul>
    </>
  );
}
