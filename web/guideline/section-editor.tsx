import { Button, Group, NativeSelect, Stack, Textarea, Title } from '@mantine/core';
import type { GuidelineExample, GuidelineSection } from '../../src/profile/guideline-schema.ts';
import { useLocale } from '../app/locale.tsx';
import type { Locale, Text } from '../app/messages.ts';
import { texts } from './texts.ts';

const languages: { locale: Locale; name: Text }[] = [
  { locale: 'en', name: texts.english },
  { locale: 'zh', name: texts.chinese },
];

/** Fields for a text in both languages. */
export function PairFields({
  label,
  value,
  rows = 2,
  onChange,
}: {
  label: Text;
  value: Text;
  rows?: number;
  onChange: (next: Text) => void;
}) {
  const { say } = useLocale();
  return (
    <div className="guide-pair">
      {languages.map(({ locale, name }) => (
        <Textarea
          key={locale}
          label={`${say(label)} · ${say(name)}`}
          lang={locale}
          translate="no"
          rows={rows}
          resize="vertical"
          value={value[locale]}
          onChange={(event) => onChange({ ...value, [locale]: event.currentTarget.value })}
        />
      ))}
    </div>
  );
}

/** Everything of one section that a steward may change. */
export function SectionEditor({
  section,
  onChange,
}: {
  section: GuidelineSection;
  onChange: (next: GuidelineSection) => void;
}) {
  const { say } = useLocale();
  const setExamples = (examples: GuidelineExample[]): void => onChange({ ...section, examples });
  return (
    <Stack gap="sm">
      <PairFields
        label={texts.sectionTitle}
        value={section.title}
        onChange={(title) => onChange({ ...section, title })}
      />
      <PairFields
        label={texts.sectionText}
        rows={10}
        value={section.text}
        onChange={(text) => onChange({ ...section, text })}
      />
      <Title order={4} size="h6">
        {say(texts.examples)}
      </Title>
      {section.examples.map((example, index) => (
        <ExampleEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: an example has no identity but its place
          key={index}
          number={index + 1}
          example={example}
          onChange={(next) => setExamples(section.examples.map((one, at) => (at === index ? next : one)))}
          onRemove={() => setExamples(section.examples.filter((_, at) => at !== index))}
        />
      ))}
      <Button
        variant="default"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => setExamples([...section.examples, { score: 3, en: '', zh: '' }])}
      >
        {say(texts.addExample)}
      </Button>
    </Stack>
  );
}

function ExampleEditor({
  number,
  example,
  onChange,
  onRemove,
}: {
  number: number;
  example: GuidelineExample;
  onChange: (next: GuidelineExample) => void;
  onRemove: () => void;
}) {
  const { say } = useLocale();
  return (
    <fieldset className="guide-example">
      <Group gap="xs" align="end" mb={4}>
        <NativeSelect
          label={say(texts.exampleScore)}
          size="xs"
          data={['1', '2', '3', '4', '5']}
          value={String(example.score)}
          onChange={(event) => onChange({ ...example, score: Number(event.currentTarget.value) })}
        />
        <Button variant="default" size="xs" onClick={onRemove}>
          {say(texts.removeExample, { number })}
        </Button>
      </Group>
      <PairFields
        label={texts.examples}
        value={{ en: example.en, zh: example.zh }}
        onChange={({ en, zh }) => onChange({ ...example, en, zh })}
      />
    </fieldset>
  );
}
