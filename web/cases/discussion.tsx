import { Button, Stack, Text, Textarea, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { CaseView } from '../../src/review/cases/schema.ts';
import { Problem } from '../account/problem.tsx';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';
import { useCaseAction } from './use-case-action.ts';

/** What the members of a panel say to each other, once the first ballot is closed. */
export function Discussion({ view }: { view: CaseView }) {
  const { say, dateTime } = useLocale();
  const early = view.messages.length === 0 && !view.can.discuss && view.case.state === 'voting';
  return (
    <section aria-labelledby="case-discussion">
      <Title order={3} size="h5" id="case-discussion">
        {say(texts.discussion)}
      </Title>
      {view.messages.length === 0 && (
        <Text size="sm" c="dimmed">
          {say(early ? texts.discussionLater : texts.noMessages)}
        </Text>
      )}
      <Stack gap="xs">
        {view.messages.map((message) => (
          <article key={`${message.at} ${message.member}`} className="case-message">
            <Text size="xs" c="dimmed">
              <span translate="no">{message.name}</span> · {dateTime(message.at)}
            </Text>
            <p className="case-text">
              <SourceText>{message.text}</SourceText>
            </p>
          </article>
        ))}
        {view.can.discuss && <MessageForm id={view.case.id} />}
      </Stack>
    </section>
  );
}

function MessageForm({ id }: { id: string }) {
  const { say } = useLocale();
  const [text, setText] = useState('');
  const sending = useCaseAction<{ text: string }>(id, '/messages', () => setText(''));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    sending.mutate({ text });
  };
  return (
    <form onSubmit={submit}>
      <Textarea
        label={say(texts.message)}
        required
        rows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" size="xs" mt={6} loading={sending.isPending}>
        {say(texts.say)}
      </Button>
      <Problem error={sending.error} />
    </form>
  );
}
