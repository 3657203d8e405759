import { Group, NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { GuidelineSummary, GuidelineVersion } from '../../src/guideline/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { ChangedText } from '../ui/changed-text.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { orderDiffers, sectionChanges } from './changes.ts';
import { versionsPath } from './paths.ts';
import { texts } from './texts.ts';

/** All versions, and what differs between two of them. */
export function Versions() {
  const query = useApi<{ versions: GuidelineSummary[] }>(versionsPath);
  return (
    <Loaded query={query}>
      {({ versions }) => (
        <Stack gap="md">
          <List versions={versions} />
          <Compare versions={versions} />
        </Stack>
      )}
    </Loaded>
  );
}

function List({ versions }: { versions: GuidelineSummary[] }) {
  const { say, dateTime } = useLocale();
  return (
    <Table verticalSpacing={6} horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say(texts.versions)}</Table.Th>
          <Table.Th>{say(texts.note)}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {versions.map((one, index) => (
          <Table.Tr key={one.version}>
            <Table.Td>
              {say(texts.version, { version: one.version })}{' '}
              {index === 0 && <Tag tone="good">{say(texts.inForce)}</Tag>}
              <Text size="xs" c="dimmed">
                {dateTime(one.publishedAt)} · <span translate="no">{one.publishedBy}</span>
              </Text>
            </Table.Td>
            <Table.Td>
              <SourceText>{one.note}</SourceText>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Compare({ versions }: { versions: GuidelineSummary[] }) {
  const { say } = useLocale();
  const newest = versions[0]?.version ?? 1;
  const [from, setFrom] = useState(Math.max(1, newest - 1));
  const [to, setTo] = useState(newest);
  if (versions.length < 2) return <Text>{say(texts.oneVersion)}</Text>;
  const data = versions.map(({ version }) => ({ value: String(version), label: say(texts.version, { version }) }));
  return (
    <section aria-labelledby="compare">
      <Title order={3} size="h5" id="compare" mb="xs">
        {say(texts.compare)}
      </Title>
      <Group mb="sm">
        <NativeSelect
          label={say(texts.from)}
          data={data}
          value={String(from)}
          onChange={(event) => setFrom(Number(event.currentTarget.value))}
        />
        <NativeSelect
          label={say(texts.to)}
          data={data}
          value={String(to)}
          onChange={(event) => setTo(Number(event.currentTarget.value))}
        />
      </Group>
      <Differences from={from} to={to} />
    </section>
  );
}

function Differences({ from, to }: { from: number; to: number }) {
  const before = useApi<GuidelineVersion>(`${versionsPath}/${from}`);
  const after = useApi<GuidelineVersion>(`${versionsPath}/${to}`);
  return (
    <Loaded query={before}>
      {(old) => <Loaded query={after}>{(now) => <Changes before={old.content} after={now.content} />}</Loaded>}
    </Loaded>
  );
}

/** The differences between two texts of the guideline, as word diffs. */
export function Changes({
  before,
  after,
}: {
  before: GuidelineVersion['content'];
  after: GuidelineVersion['content'];
}) {
  const { say, locale } = useLocale();
  const changes = sectionChanges(before, after);
  const moved = orderDiffers(before, after);
  if (changes.length === 0 && !moved) return <Text role="status">{say(texts.sameVersions)}</Text>;
  return (
    <Stack gap="sm">
      <Text role="status">{say(texts.changedSections, { count: changes.length })}</Text>
      {moved && <Text>{say(texts.moved)}</Text>}
      {changes.map((change) => (
        <article key={change.id} data-section={change.id}>
          <Title order={4} size="h6">
            <Tag>{say(texts[change.state])}</Tag> <SourceText lang={locale}>{change.title[locale]}</SourceText>
          </Title>
          {change.changes.map((one) => (
            <p key={one.language} className="guide-diff">
              <ChangedText before={one.before} after={one.after} language={one.language} />
            </p>
          ))}
        </article>
      ))}
    </Stack>
  );
}
