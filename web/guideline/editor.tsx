import { Button, Group, NativeSelect, Stack, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { CurrentGuideline } from '../../src/guideline/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useStored } from '../ui/stored.ts';
import { PublishForm } from './publish-form.tsx';
import { PairFields, SectionEditor } from './section-editor.tsx';
import { texts } from './texts.ts';

/** The steward's editor: one section at a time, what changed so far, and publishing. */
export function Editor({
  guideline,
  onPublished,
}: {
  guideline: CurrentGuideline;
  onPublished: (version: number) => void;
}) {
  const { say, locale } = useLocale();
  const [content, change, discard] = useStored(`safemed-guideline-${guideline.version}`, guideline.content);
  const [chosen, setChosen] = useState('');
  const section = content.sections.find((one) => one.id === chosen);
  const published = (version: number): void => {
    discard();
    onPublished(version);
  };
  return (
    <Stack gap="md">
      <Group align="end" gap="xs">
        <NativeSelect
          label={say(texts.chooseSection)}
          translate="no"
          data={[
            { value: '', label: content.title[locale] },
            ...content.sections.map(({ id, title }) => ({ value: id, label: title[locale] || id })),
          ]}
          value={section === undefined ? '' : chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        {section !== undefined && (
          <Button
            variant="default"
            onClick={() => change({ ...content, sections: content.sections.filter((one) => one.id !== section.id) })}
          >
            {say(texts.removeSection)}
          </Button>
        )}
      </Group>
      {section === undefined ? (
        <Stack gap="sm">
          <PairFields
            label={texts.sectionTitle}
            rows={1}
            value={content.title}
            onChange={(title) => change({ ...content, title })}
          />
          <PairFields
            label={texts.notice}
            value={content.notice}
            onChange={(notice) => change({ ...content, notice })}
          />
          <NewSection
            taken={content.sections.map((one) => one.id)}
            onAdd={(id) => {
              const empty = { id, title: { en: '', zh: '' }, text: { en: '', zh: '' }, examples: [] };
              change({ ...content, sections: [...content.sections, empty] });
              setChosen(id);
            }}
          />
        </Stack>
      ) : (
        <SectionEditor
          section={section}
          onChange={(next) =>
            change({ ...content, sections: content.sections.map((one) => (one.id === next.id ? next : one)) })
          }
        />
      )}
      <PublishForm guideline={guideline} content={content} onPublished={published} onDiscard={discard} />
    </Stack>
  );
}

function NewSection({ taken, onAdd }: { taken: string[]; onAdd: (id: string) => void }) {
  const { say } = useLocale();
  const [id, setId] = useState('');
  const usable = /^[A-Za-z][A-Za-z0-9-]*$/.test(id) && !taken.includes(id);
  return (
    <div>
      <Title order={4} size="h6">
        {say(texts.addSection)}
      </Title>
      <Group align="end" gap="xs">
        <TextInput label={say(texts.sectionId)} value={id} onChange={(event) => setId(event.currentTarget.value)} />
        <Button variant="default" disabled={!usable} onClick={() => onAdd(id)}>
          {say(texts.addSection)}
        </Button>
      </Group>
    </div>
  );
}
