import { NativeSelect, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { RunComparison } from '../../src/redteam/run-comparison-schema.ts';
import type { Campaign } from '../../src/redteam/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { ComparedPair } from './compared-pair.tsx';
import { type CompareListing, comparePath } from './listing.ts';
import { Parts } from './parts.tsx';
import { comparisonOutcomes, texts } from './texts.ts';

/** Two runs, or two targets of one, on the same requests. */
export function ComparePage({ listing }: { listing: CompareListing }) {
  const { say } = useLocale();
  const campaigns = useApi<{ campaigns: Campaign[] }>('/v1/redteam/campaigns?limit=200', 30);
  const path = comparePath(listing);
  return (
    <Stack gap="sm">
      <Parts title={texts.compare} />
      <Text size="sm">{say(texts.compareNote)}</Text>
      <Loaded query={campaigns}>{(found) => <Choice listing={listing} campaigns={found.campaigns} />}</Loaded>
      {path !== undefined && <Result path={path} />}
    </Stack>
  );
}

function Choice({ listing, campaigns }: { listing: CompareListing; campaigns: Campaign[] }) {
  const { say, dateTime } = useLocale();
  const navigate = useNavigate();
  const show = (next: CompareListing): void =>
    void navigate({ to: '/redteam/compare', search: next, resetScroll: false });
  const options = [
    { value: '', label: say(texts.choose) },
    ...campaigns.map((one) => ({ value: one.id, label: `${one.name} · ${dateTime(one.createdAt)}` })),
  ];
  const campaign = (key: 'a' | 'b') => (
    <NativeSelect
      label={say(key === 'a' ? texts.first : texts.second)}
      value={listing[key] ?? ''}
      onChange={(event) => {
        const { [key]: _, at, bt, ...kept } = listing;
        const { value } = event.currentTarget;
        show(value === '' ? kept : { ...kept, [key]: value });
      }}
      data={options}
      translate="no"
    />
  );
  const target = (key: 'at' | 'bt') => {
    const of = campaigns.find((one) => one.id === (key === 'at' ? listing.a : listing.b));
    return (
      <NativeSelect
        label={say(key === 'at' ? texts.firstTarget : texts.secondTarget)}
        value={listing[key] ?? ''}
        disabled={of === undefined}
        onChange={(event) => {
          const { [key]: _, ...kept } = listing;
          const { value } = event.currentTarget;
          show(value === '' ? kept : { ...kept, [key]: value });
        }}
        data={[
          { value: '', label: say(listing.a === listing.b ? texts.choose : texts.sameNames) },
          ...(of?.targets ?? []).map(({ name }) => ({ value: name, label: name })),
        ]}
        translate="no"
      />
    );
  };
  return (
    <div className="example-filters">
      {campaign('a')}
      {target('at')}
      {campaign('b')}
      {target('bt')}
    </div>
  );
}

function Result({ path }: { path: string }) {
  const { say } = useLocale();
  const query = useApi<RunComparison>(path);
  return (
    <Loaded query={query} missing="noSuchCampaign">
      {({ outcome, warnings, pairs }) => (
        <>
          <p role="status">
            <strong>{say(comparisonOutcomes[outcome])}</strong>
          </p>
          {warnings.length > 0 && (
            <ul className="notice cautions">
              {warnings.map((warning) => (
                <li key={warning}>
                  <SourceText lang="en">{warning}</SourceText>
                </li>
              ))}
            </ul>
          )}
          {pairs.map((pair, index) => (
            <ComparedPair key={`${pair.a.target} ${pair.b.target}`} pair={pair} place={index} />
          ))}
        </>
      )}
    </Loaded>
  );
}
