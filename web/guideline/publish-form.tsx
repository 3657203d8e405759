import { Button, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useDeferredValue, useState } from 'react';
import type { CurrentGuideline, Gap, GuidelineVersion, PublishInput } from '../../src/guideline/schema.ts';
import { Problem } from '../account/problem.tsx';
import { sendJson, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { orderDiffers, sectionChanges } from './changes.ts';
import { GapCard } from './gaps.tsx';
import { guidelinePath, openGapsPath, versionsPath } from './paths.ts';
import { texts } from './texts.ts';
import { Changes } from './versions.tsx';

/** What the new version changes, which gaps it answers, why, and the button that publishes it. */
export function PublishForm({
  guideline,
  content,
  onPublished,
  onDiscard,
}: {
  guideline: CurrentGuideline;
  content: GuidelineVersion['content'];
  onPublished: (version: number) => void;
  onDiscard: () => void;
}) {
  const { say } = useLocale();
  const client = useQueryClient();
  const gaps = useApi<{ gaps: Gap[] }>(openGapsPath);
  const [note, setNote] = useState('');
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const sending = useMutation<GuidelineVersion, Error, PublishInput>({
    mutationFn: (input) => sendJson('POST', guidelinePath, input),
    onSuccess: async ({ version }) => {
      const changed = [guidelinePath, versionsPath, openGapsPath];
      await Promise.all(changed.map((path) => client.invalidateQueries({ queryKey: [path] })));
      onPublished(version);
    },
  });
  // What changed is shown a moment later where it takes long, so that it never holds up typing.
  const shown = useDeferredValue(content);
  const differs = sectionChanges(guideline.content, content).length > 0 || orderDiffers(guideline.content, content);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const given = Object.entries(answers).filter(([, text]) => text.trim() !== '');
    sending.mutate({ base: guideline.version, content, note, answers: given.map(([gap, text]) => ({ gap, text })) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {differs ? (
          <Changes before={guideline.content} after={shown} />
        ) : (
          <Text c="dimmed">{say(texts.nothingChanged)}</Text>
        )}
        <Loaded query={gaps}>
          {(data) => (
            <Stack gap="sm">
              <Title order={3} size="h5">
                {say(data.gaps.length === 0 ? texts.noGaps : texts.openGaps)}
              </Title>
              {data.gaps.map((gap) => (
                <GapCard key={gap.id} gap={gap} guideline={guideline}>
                  <Textarea
                    label={say(texts.answerGap)}
                    rows={2}
                    value={answers[gap.id] ?? ''}
                    onChange={(event) => setAnswers({ ...answers, [gap.id]: event.currentTarget.value })}
                  />
                </GapCard>
              ))}
            </Stack>
          )}
        </Loaded>
        <Textarea
          label={say(texts.note)}
          required
          rows={2}
          resize="vertical"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Text size="sm">{say(texts.publishNote)}</Text>
        <Group gap="xs">
          <Button type="submit" disabled={!differs} loading={sending.isPending}>
            {say(texts.publish, { version: guideline.version + 1 })}
          </Button>
          <Button variant="default" disabled={!differs} onClick={onDiscard}>
            {say(texts.cancelEdit)}
          </Button>
        </Group>
        <Problem error={sending.error} />
      </Stack>
    </form>
  );
}
