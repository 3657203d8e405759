import { Anchor, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ModelLineage } from '../../src/governance/lineage-schema.ts';
import type { ModelDetail } from '../../src/registry/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { parts } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Tag } from '../ui/tag.tsx';
import { Changes } from './changes.tsx';
import { Decide } from './decide.tsx';
import { Files } from './files.tsx';
import { LineageGraph } from './lineage-graph.tsx';
import { LineageTable } from './lineage-table.tsx';
import { Measurements } from './measurements.tsx';
import './models.css';
import { modelTones } from './models-page.tsx';
import { Overlaps } from './overlaps.tsx';
import { Runs } from './runs.tsx';
import { Section } from './section.tsx';
import { modelKinds, texts } from './texts.ts';

/** One model: where it comes from, what was measured of it, what it has seen, its files, and who changed its state. */
export function ModelPage({ name }: { name: string }) {
  const { say } = useLocale();
  const query = useApi<ModelDetail>(`/v1/registry/models/${name}`);
  usePageTitle(name);
  return (
    <Stack gap="md">
      <Anchor size="sm" renderRoot={(props) => <Link to="/models" {...props} />}>
        ← {say(texts.all)}
      </Anchor>
      <Loaded query={query} missing="noSuchModel">
        {(detail) => <Details detail={detail} again={() => void query.refetch()} />}
      </Loaded>
    </Stack>
  );
}

function Details({ detail, again }: { detail: ModelDetail; again: () => void }) {
  const { say, number } = useLocale();
  const { model, trainingQuestions } = detail;
  const lineage = useApi<ModelLineage>(`/v1/registry/models/${model.digest}/lineage`);
  return (
    <>
      <div>
        <Title order={2} size="h4">
          {say(texts.model)} <span translate="no">{model.name}</span>{' '}
          <Tag tone={modelTones[model.state]}>{say(parts[model.state])}</Tag>
        </Title>
        <dl className="scores">
          <div>
            <dt>{say(texts.kind)}</dt>
            <dd>{say(modelKinds[model.kind])}</dd>
          </div>
          <div>
            <dt>{say(texts.trainingQuestions)}</dt>
            <dd>{number(trainingQuestions)}</dd>
          </div>
          <div>
            <dt>{say(texts.digest)}</dt>
            <dd className="digest" translate="no">
              {model.digest}
            </dd>
          </div>
        </dl>
      </div>
      <Decide detail={detail} onDecided={again} />
      <Overlaps detail={detail} />
      <Loaded query={lineage}>
        {(data) => (
          <>
            <Section id="lineage" title={texts.lineage} note={texts.lineageDrawn}>
              <LineageGraph lineage={data} />
              <LineageTable lineage={data} />
            </Section>
            <Runs runs={data.runs} />
            <Measurements lineage={data} />
          </>
        )}
      </Loaded>
      <Files detail={detail} />
      <Changes model={model} />
    </>
  );
}
