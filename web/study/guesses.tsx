import { Button, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { GuessReceipt, RatingItem, RatingPage, SourceGuess } from '../../src/study/rating-schema.ts';
import { Problem } from '../account/problem.tsx';
import { useSend } from '../account/use-send.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Quoted } from '../ui/quoted.tsx';
import { guessNames, texts } from './rating-texts.ts';

const choices: SourceGuess[] = ['model', 'person', 'unsure'];

/** What the rater took each answer for, asked once all are rated. */
export function Guesses({ page, onSaved }: { page: RatingPage; onSaved: () => Promise<void> }) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const [chosen, setChosen] = useState<Readonly<Record<string, SourceGuess>>>({});
  const guesses = page.toGuess.flatMap(({ id }) => {
    const guess = chosen[id];
    return guess === undefined ? [] : [{ item: id, guess }];
  });
  const save = (): void =>
    void run(async () => {
      await sendJson<GuessReceipt>('POST', `/v1/studies/${page.id}/guesses`, { guesses });
      await onSaved();
    });
  return (
    <section className="guesses" aria-labelledby="guesses">
      <Title order={3} size="h5" id="guesses">
        {say(texts.guessTitle)}
      </Title>
      <Text size="sm" mb="xs">
        {say(texts.guessNote)}
      </Text>
      {page.toGuess.map((item) => (
        <Guess
          key={item.id}
          item={item}
          guess={chosen[item.id]}
          onGuess={(guess) => setChosen({ ...chosen, [item.id]: guess })}
        />
      ))}
      <Button loading={busy} disabled={guesses.length === 0} onClick={save}>
        {say(texts.saveGuesses, { count: guesses.length })}
      </Button>
      {error !== undefined && <Problem error={error} />}
    </section>
  );
}

function Guess({
  item: { id, vignette, text },
  guess,
  onGuess,
}: {
  item: RatingItem;
  guess: SourceGuess | undefined;
  onGuess: (guess: SourceGuess) => void;
}) {
  const { say } = useLocale();
  const short = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return (
    <fieldset className="axis">
      <legend translate="no">{short}</legend>
      {choices.map((choice) => (
        <label key={choice}>
          <input type="radio" name={id} checked={guess === choice} onChange={() => onGuess(choice)} />
          {say(guessNames[choice])}
        </label>
      ))}
      <details>
        <summary>{say(texts.readAgain)}</summary>
        <Quoted title={texts.vignette} text={vignette.text} lang={vignette.language} />
        <Quoted title={texts.answer} text={text} lang={vignette.language} />
      </details>
    </fieldset>
  );
}
