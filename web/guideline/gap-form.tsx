import { Button, NativeSelect, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Gap, GapCause, GapInput } from '../../src/guideline/schema.ts';
import type { GuidelineContent } from '../../src/profile/guideline-schema.ts';
import { Problem } from '../account/problem.tsx';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { openGapsPath } from './paths.ts';
import { gapCauses, texts } from './texts.ts';

const causes = Object.keys(gapCauses) as GapCause[]; // the table has exactly the causes as keys

/** Reports what the guideline does not say, or not clearly. */
export function GapForm({ content, section: first = '' }: { content: GuidelineContent; section?: string | undefined }) {
  const { say, locale } = useLocale();
  const client = useQueryClient();
  const [cause, setCause] = useState<GapCause>('guideline-gap');
  const [text, setText] = useState('');
  const [section, setSection] = useState(first);
  const [instance, setInstance] = useState('');
  const sent = useMutation<Gap, Error, GapInput>({
    mutationFn: (input) => sendJson('POST', '/v1/guideline/gaps', input),
    onSuccess: () => {
      setText('');
      return client.invalidateQueries({ queryKey: [openGapsPath] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const place = instance.trim();
    sent.mutate({ cause, text, ...(section === '' ? {} : { section }), ...(place === '' ? {} : { instance: place }) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Title order={3} size="h5">
          {say(texts.reportGap)}
        </Title>
        <NativeSelect
          label={say(texts.gapCause)}
          data={causes.map((value) => ({ value, label: say(gapCauses[value]) }))}
          value={cause}
          onChange={(event) => setCause(causes.find((one) => one === event.currentTarget.value) ?? cause)}
        />
        <NativeSelect
          label={say(texts.gapSection)}
          data={[
            { value: '', label: say(texts.noSection) },
            ...content.sections.map(({ id, title }) => ({ value: id, label: title[locale] })),
          ]}
          value={section}
          onChange={(event) => setSection(event.currentTarget.value)}
          translate="no"
        />
        <Textarea
          label={say(texts.gapText)}
          required
          rows={2}
          resize="vertical"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <TextInput
          label={say(texts.gapInstance)}
          value={instance}
          onChange={(event) => setInstance(event.currentTarget.value)}
        />
        <Button type="submit" loading={sent.isPending} style={{ alignSelf: 'flex-start' }}>
          {say(texts.sendGap)}
        </Button>
        {sent.isSuccess && <Text role="status">{say(texts.gapSent)}</Text>}
        <Problem error={sent.error} />
      </Stack>
    </form>
  );
}
