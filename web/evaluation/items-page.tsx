import { Anchor, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { EvaluationReport, EvaluationSlices } from '../../src/evaluation/report-schema.ts';
import type { EvaluationItem } from '../../src/evaluation/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import '../ui/examples.css';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { PagedList } from '../ui/paged-list.tsx';
import './evaluation.css';
import { Item } from './item.tsx';
import { type ItemListing, states } from './listing.ts';
import { usePartNames, useSliceText } from './slice-name.tsx';
import { answerStates, texts } from './texts.ts';

/** The questions of an evaluation with the replies of one model: filtered, in pages. */
export function ItemsPage({ id, listing }: { id: string; listing: ItemListing }) {
  const { say } = useLocale();
  usePageTitle(say(texts.items));
  const report = useApi<EvaluationReport>(`/v1/evaluations/${id}`);
  return (
    <Stack gap="sm">
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/evaluations/$evaluation" params={{ evaluation: id }} {...props} />}
      >
        ← {say(texts.evaluation)} <span translate="no">{id.slice(0, 8)}</span>
      </Anchor>
      <div>
        <Title order={2} size="h4">
          {say(texts.items)}
        </Title>
        <Text size="xs" c="dimmed">
          {say(texts.itemsNote)}
        </Text>
      </div>
      <Loaded query={report} missing="noSuchEvaluation">
        {({ models }) => {
          const targets = Object.keys(models);
          const target = targets.find((one) => one === listing.target) ?? targets[0];
          if (target === undefined) return <Text size="sm">{say(texts.noItems)}</Text>;
          const sets = models[target]?.sets.map((set) => set.name) ?? [];
          return (
            <>
              <Filters id={id} listing={{ ...listing, target }} targets={targets} sets={sets} />
              <Items id={id} listing={{ ...listing, target }} />
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}

function Filters({
  id,
  listing,
  targets,
  sets,
}: {
  id: string;
  listing: ItemListing;
  targets: string[];
  sets: string[];
}) {
  const { say } = useLocale();
  const navigate = useNavigate();
  const any = { value: '', label: say(texts.any) };
  const show = (next: ItemListing): void =>
    void navigate({
      to: '/evaluations/$evaluation/items',
      params: { evaluation: id },
      search: next,
      resetScroll: false,
    });
  const choose = (key: 'target' | 'set' | 'state', value: string): void => {
    const { [key]: _, ...kept } = listing;
    show(value === '' ? kept : { ...kept, [key]: value });
  };
  return (
    <div className="example-filters">
      <NativeSelect
        label={say(texts.model)}
        value={listing.target ?? ''}
        onChange={(event) => choose('target', event.currentTarget.value)}
        data={targets}
        translate="no"
      />
      <NativeSelect
        label={say(texts.set)}
        value={listing.set ?? ''}
        onChange={(event) => choose('set', event.currentTarget.value)}
        data={[any, ...sets.map((set) => ({ value: set, label: set }))]}
        translate="no"
      />
      <NativeSelect
        label={say(texts.state)}
        value={listing.state ?? ''}
        onChange={(event) => choose('state', event.currentTarget.value)}
        data={[any, ...states.map((state) => ({ value: state, label: say(answerStates[state]) }))]}
      />
      <PartSelect id={id} listing={listing} onChange={show} />
    </div>
  );
}

function PartSelect({
  id,
  listing,
  onChange,
}: {
  id: string;
  listing: ItemListing;
  onChange: (next: ItemListing) => void;
}) {
  const { say } = useLocale();
  const nameOf = usePartNames();
  const textOf = useSliceText();
  const { data } = useApi<EvaluationSlices>(`/v1/evaluations/${id}/slices`);
  const parts = [...new Map(data?.slices.map(({ by, value }) => [JSON.stringify([by, value]), { by, value }]))];
  return (
    <NativeSelect
      label={say(texts.part)}
      value={listing.by === undefined ? '' : JSON.stringify([listing.by, listing.value])}
      onChange={(event) => {
        const { by: _, value: __, ...kept } = listing;
        const part = parts.find(([key]) => key === event.currentTarget.value)?.[1];
        onChange({ ...kept, ...part });
      }}
      data={[
        { value: '', label: say(texts.any) },
        ...parts.map(([key, { by, value }]) => ({ value: key, label: `${nameOf(by)}: ${textOf(by, value)}` })),
      ]}
      translate="no"
    />
  );
}

function Items({ id, listing }: { id: string; listing: ItemListing }) {
  const { say } = useLocale();
  const path = `/v1/evaluations/${id}/items?${new URLSearchParams({ limit: '20', ...listing })}`;
  return (
    <section aria-label={say(texts.items)}>
      <PagedList<EvaluationItem> path={path} none={texts.noItems}>
        {(item) => <Item key={`${item.question} ${item.variant}`} item={item} />}
      </PagedList>
    </section>
  );
}
