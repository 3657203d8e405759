import { Tabs, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ReviewersReport } from '../../src/calibration/reviewers/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Agreement } from './agreement.tsx';
import { Batches } from './batches.tsx';
import { Gold } from './gold.tsx';
import './quality.css';
import { Reviewers } from './reviewers.tsx';
import { texts } from './texts.ts';
import { Time } from './time.tsx';

const everything = [
  ['agreement', Agreement],
  ['reviewers', Reviewers],
  ['gold', Gold],
  ['batches', Batches],
  ['time', Time],
] as const;

const own = [
  ['own', Reviewers],
  ['time', Time],
] as const;

/** Quality of the reviews. A reviewer sees their own figures, those who oversee the project see all. */
export function QualityPage() {
  const { say } = useLocale();
  const report = useApi<ReviewersReport>('/v1/quality/reviewers');
  usePageTitle(say(texts.title));
  return (
    <section aria-labelledby="quality">
      <Title order={2} size="h4" id="quality" mb="xs">
        {say(texts.title)}
      </Title>
      {/* Who settles disagreements sees how far reviewers agree, and nobody's figures. */}
      {report.error?.status === 403 ? (
        <Agreement />
      ) : (
        <Loaded query={report}>{(data) => <Sections sections={data.own ? own : everything} />}</Loaded>
      )}
    </section>
  );
}

function Sections({ sections }: { sections: readonly (readonly [keyof typeof texts, () => ReactNode])[] }) {
  const { say } = useLocale();
  return (
    <Tabs defaultValue={sections[0]?.[0] ?? null} keepMounted={false}>
      <Tabs.List aria-label={say(texts.sections)}>
        {sections.map(([name]) => (
          <Tabs.Tab key={name} value={name}>
            {say(texts[name])}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {sections.map(([name, Section]) => (
        <Tabs.Panel key={name} value={name}>
          <Section />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
