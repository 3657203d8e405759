import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { canonicalBytes } from '../../src/core/canonical-json.ts';
import type { Question } from '../../src/corpus/schema.ts';
import type { Openings } from '../../src/ledger/schema.ts';
import type { Release } from '../../src/release/schema.ts';
import type { InstanceView } from '../../src/review/instances/schema.ts';
import { type ApiError, getJson, retry } from '../app/api.ts';
import { toHex } from '../verify/bytes.ts';
import { type CheckedEvent, checkChain } from '../verify/chain.ts';
import type { CheckedLog } from '../verify/checked-log.ts';
import type { Fault } from '../verify/fault.ts';
import { sha256 } from '../verify/hash.ts';
import { askServer, checkLog } from '../verify/log.ts';
import { type CheckedRelease, checkRelease } from '../verify/release.ts';

export type CheckedInstance = {
  readonly log: CheckedLog;
  readonly events: readonly CheckedEvent[];
  /** The question, if its digest is the recorded one. */
  readonly question?: Question;
  readonly faults: readonly Fault[];
};

/** The chain of an instance, checked in this browser. */
export function useCheckedInstance(id: string): UseQueryResult<CheckedInstance, ApiError> {
  return useChecked(['provenance', id], async () => {
    const { openings } = await getJson<Openings>(`/v1/instances/${encodeURIComponent(id)}/openings`);
    const log = await checkLog(askServer, localStorage, new Date().toISOString()); // behind the openings: it covers them
    const events = await checkChain(openings, id, log);
    const recorded = events.find((event) => event.leaf?.type === 'case.imported')?.said?.data.sha256;
    if (recorded === undefined) return { log, events, faults: [] }; // of an erased instance there is no question either
    const { question } = await getJson<InstanceView>(`/v1/instances/${encodeURIComponent(id)}`);
    const digest = toHex(await sha256(new Uint8Array(canonicalBytes(question))));
    return digest === recorded ? { log, events, question, faults: [] } : { log, events, faults: [mismatch] };
  });
}

const mismatch: Fault = { code: 'question-digest' };

export type FoundRelease = {
  readonly release: Release;
  readonly log: CheckedLog;
  readonly checked: CheckedRelease;
};

/** What the server says of a release, and its signed events, checked in this browser. */
export function useCheckedRelease(name: string): UseQueryResult<FoundRelease, ApiError> {
  return useChecked(['release', name], async () => {
    const path = `/v1/releases/${encodeURIComponent(name)}`;
    const release = await getJson<Release>(path);
    const { openings } = await getJson<Openings>(`${path}/openings`);
    const log = await checkLog(askServer, localStorage, new Date().toISOString());
    return { release, log, checked: await checkRelease(name, openings, release.anchor, log) };
  });
}

/** A check is done once for a visit, and again when asked for. */
function useChecked<T>(queryKey: string[], queryFn: () => Promise<T>): UseQueryResult<T, ApiError> {
  return useQuery<T, ApiError>({
    queryKey,
    queryFn,
    retry,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    structuralSharing: false,
  });
}
