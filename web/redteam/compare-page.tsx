import { Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { RunComparison } from '../../src/redteam/reports/run-comparison-schema.ts';
import type { Campaign } from '../../src/redteam/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Cautions } from '../ui/cautions.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PairChoice } from '../ui/pair-choice.tsx';
import type { PairListing } from '../ui/pair-listing.ts';
import { ComparedPair } from './compared-pair.tsx';
import { comparePath } from './listing.ts';
import { Parts } from './parts.tsx';
import { comparisonOutcomes, texts } from './texts.ts';

/** Two runs, or two targets of one, on the same requests. */
export function ComparePage({ listing }: { listing: PairListing }) {
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

function Choice({ listing, campaigns }: { listing: PairListing; campaigns: Campaign[] }) {
  const { dateTime } = useLocale();
  const navigate = useNavigate();
  const runs = campaigns.map(({ id, name, createdAt, targets }) => ({
    id,
    label: `${name} · ${dateTime(createdAt)}`,
    sides: targets.map((target) => target.name),
  }));
  return (
    <PairChoice
      listing={listing}
      runs={runs}
      texts={texts}
      onChange={(search) => void navigate({ to: '/redteam/compare', search, resetScroll: false })}
    />
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
          <Cautions warnings={warnings} />
          {pairs.map((pair, index) => (
            <ComparedPair key={`${pair.a.target} ${pair.b.target}`} pair={pair} place={index} />
          ))}
        </>
      )}
    </Loaded>
  );
}
