import { Stack, Tabs, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { CurrentGuideline } from '../../src/guideline/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Editor } from './editor.tsx';
import { Gaps } from './gaps.tsx';
import { guidelinePath } from './paths.ts';
import { Sections } from './sections.tsx';
import { texts } from './texts.ts';
import { Versions } from './versions.tsx';

/** The guideline in force, its versions and what changed between them, open gaps, and the steward's editor. */
export function GuidelinePage() {
  const { say } = useLocale();
  usePageTitle(say(texts.guideline));
  const query = useApi<CurrentGuideline>(guidelinePath);
  return <Loaded query={query}>{(guideline) => <Guideline guideline={guideline} />}</Loaded>;
}

function Guideline({ guideline }: { guideline: CurrentGuideline }) {
  const { say, locale, dateTime } = useLocale();
  const [tab, setTab] = useState<string | null>('text');
  const [published, setPublished] = useState<number>();
  const done = (version: number): void => {
    setPublished(version);
    setTab('text');
  };
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        <SourceText lang={locale}>{guideline.content.title[locale]}</SourceText>
      </Title>
      <Text size="sm" c="dimmed">
        {say(texts.versionOf, { version: guideline.version, date: dateTime(guideline.publishedAt) })}{' '}
        <span translate="no">{guideline.publishedBy}</span>
      </Text>
      {published !== undefined && <Text role="status">{say(texts.published, { version: published })}</Text>}
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="sm" aria-label={say(texts.guideline)}>
          <Tabs.Tab value="text">{say(texts.contents)}</Tabs.Tab>
          <Tabs.Tab value="versions">{say(texts.versions)}</Tabs.Tab>
          <Tabs.Tab value="gaps">{say(texts.gaps)}</Tabs.Tab>
          {guideline.can.publish && <Tabs.Tab value="edit">{say(texts.edit)}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="text">
          <p className="notice">
            <SourceText lang={locale}>{guideline.content.notice[locale]}</SourceText>
          </p>
          <Sections content={guideline.content} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions />
        </Tabs.Panel>
        <Tabs.Panel value="gaps">
          <Gaps guideline={guideline} />
        </Tabs.Panel>
        {guideline.can.publish && (
          <Tabs.Panel value="edit">
            <Editor key={guideline.version} guideline={guideline} onPublished={done} />
          </Tabs.Panel>
        )}
      </Tabs>
    </Stack>
  );
}
