import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { StudyAnalysis } from '../../src/study/report-schema.ts';
import type { Study } from '../../src/study/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { Analysis } from './analysis.tsx';
import { Design } from './design.tsx';
import { Plan } from './plan.tsx';
import { StudyProgress } from './progress.tsx';
import { Steps } from './steps.tsx';
import { StateTag } from './studies-page.tsx';
import './study.css';
import { texts } from './texts.ts';

/** One study: its sealed design and its power before; while it is rated how far it is, and afterwards what it shows. */
export function StudyPage({ id }: { id: string }) {
  const { say } = useLocale();
  const query = useApi<Study>(`/v1/studies/${id}`, 10, (study) => study.state === 'closed');
  return (
    <Stack gap="md">
      <Anchor size="sm" renderRoot={(props) => <Link to="/studies" {...props} />}>
        ← {say(texts.all)}
      </Anchor>
      <Loaded query={query} missing="noSuchStudy">
        {(study) => <Details study={study} />}
      </Loaded>
    </Stack>
  );
}

function Details({ study }: { study: Study }) {
  const { say } = useLocale();
  usePageTitle(study.title);
  return (
    <>
      <div>
        <Title order={2} size="h4">
          {say(texts.study)} <SourceText>{study.title}</SourceText> <StateTag state={study.state} />{' '}
          {study.illustrative && <Tag tone="warn">{say(texts.illustrative)}</Tag>}
        </Title>
        {study.illustrative && <Text size="sm">{say(texts.illustrativeNote)}</Text>}
      </div>
      {study.state === 'closed' && <Results id={study.id} />}
      <Steps study={study} />
      <StudyProgress study={study} />
      <Plan study={study} />
      <Design study={study} />
    </>
  );
}

function Results({ id }: { id: string }) {
  const query = useApi<StudyAnalysis>(`/v1/studies/${id}/analysis`);
  return (
    <Loaded query={query} missing="noSuchStudy">
      {(analysis) => <Analysis analysis={analysis} />}
    </Loaded>
  );
}
