import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ListedModel, ModelState } from '../../src/registry/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { parts } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Tag, type Tone } from '../ui/tag.tsx';
import './models.css';
import { modelKinds, texts } from './texts.ts';

export const modelTones: Partial<Record<ModelState, Tone>> = { candidate: 'busy', approved: 'good' };

/** All registered models by name, with what warns of each. */
export function ModelsPage() {
  const { say } = useLocale();
  const query = useApi<{ models: ListedModel[] }>('/v1/registry/models?limit=1000', 30);
  usePageTitle(say(texts.title));
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {say(texts.title)}
      </Title>
      <Loaded query={query}>
        {({ models }) => (models.length === 0 ? <Text>{say(texts.none)}</Text> : <Rows models={models} />)}
      </Loaded>
    </Stack>
  );
}

const columns = ['model', 'state', 'kind', 'base', 'release', 'run', 'digest', 'approvedBy', 'warnings'] as const;

function Rows({ models }: { models: ListedModel[] }) {
  const { say } = useLocale();
  return (
    <div className="figures">
      <Table verticalSpacing={6} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {columns.map((key) => (
              <Table.Th key={key}>{say(texts[key])}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {models.map((model) => (
            <Table.Tr key={model.digest}>
              <Table.Td>
                <Anchor
                  size="sm"
                  translate="no"
                  renderRoot={(props) => <Link to="/models/$name" params={{ name: model.name }} {...props} />}
                >
                  {model.name}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Tag tone={modelTones[model.state]}>{say(parts[model.state])}</Tag>
              </Table.Td>
              <Table.Td>{say(modelKinds[model.kind])}</Table.Td>
              <Table.Td translate="no">{model.baseName}</Table.Td>
              <Table.Td translate="no">{model.release}</Table.Td>
              <Table.Td translate="no">{model.run}</Table.Td>
              <Table.Td>
                <code translate="no">{model.digest.slice(0, 12)}…</code>
              </Table.Td>
              <Table.Td translate="no">{model.approvedBy}</Table.Td>
              <Table.Td>
                <Warnings model={model} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Warnings({ model: { overlapping, near, filesVerified } }: { model: ListedModel }) {
  const { say } = useLocale();
  return (
    <ul className="tags">
      {overlapping > 0 && (
        <li>
          <Tag tone="bad">{say(texts.seen, { count: overlapping })}</Tag>
        </li>
      )}
      {near !== undefined && near > 0 && (
        <li>
          <Tag tone="warn">{say(texts.alike, { count: near })}</Tag>
        </li>
      )}
      {!filesVerified && (
        <li>
          <Tag tone="warn">{say(texts.unverified)}</Tag>
        </li>
      )}
      {overlapping === 0 && (near ?? 0) === 0 && filesVerified && <li>{say(texts.nothing)}</li>}
    </ul>
  );
}
