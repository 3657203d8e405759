import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toBase64 } from '../verify/bytes.ts';
import type { CheckedLog } from '../verify/checked-log.ts';
import { type Fault, faultOf } from '../verify/fault.ts';
import { askServer } from '../verify/log.ts';
import { type CheckedRecords, checkManifest, checkRecords, type Seal } from '../verify/release.ts';

type Found = { readonly fault?: Fault };

export type CheckedFiles = {
  /** Absent while it is being checked. */
  readonly manifest: Found | undefined;
  readonly records: CheckedRecords | undefined;
  /** How much of the list of records was read, 0 to 1. */
  readonly share: number;
  readonly faults: readonly Fault[];
  again(): void;
};

/** Checks manifest and list of records of a frozen release against its seal; nothing without a seal. */
export function useReleaseFiles(name: string, seal: Seal | undefined, log: CheckedLog): CheckedFiles {
  const [share, setShare] = useState(0);
  const root = log.head === undefined ? '' : toBase64(log.head.root);
  const options = {
    enabled: seal !== undefined,
    retry: false,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    staleTime: 60_000,
  } as const;
  const manifest = useQuery({
    queryKey: ['manifest', name, seal?.manifest, root],
    queryFn: () => caught<Found>(async () => asFound(seal && (await checkManifest(askServer, name, seal))), asFound),
    ...options,
  });
  const records = useQuery({
    queryKey: ['records', name, seal?.recordsRoot, root],
    queryFn: () =>
      caught<CheckedRecords>(
        async () => (seal === undefined ? { records: [] } : checkRecords(askServer, name, seal, setShare)),
        (fault) => ({ records: [], fault }),
      ),
    ...options,
  });
  const faults = [manifest.data?.fault, records.data?.fault].filter((fault) => fault !== undefined);
  const again = (): void => {
    void manifest.refetch();
    void records.refetch();
  };
  return { manifest: manifest.data, records: records.data, share, faults, again };
}

function asFound(fault: Fault | undefined): Found {
  return fault === undefined ? {} : { fault };
}

/** What a check found; a check that could not be made has failed, too. */
async function caught<T>(check: () => Promise<T>, failed: (fault: Fault) => T): Promise<T> {
  try {
    return await check();
  } catch (error) {
    return failed(faultOf(error));
  }
}
