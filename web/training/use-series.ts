import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunState } from '../../src/training/schema.ts';
import type { RunSeries } from '../../src/training/watch/schema.ts';
import { type ApiError, getJson, retry } from '../app/api.ts';

const pollMilliseconds = 2000;

/** True while figures may still come. */
export function isOpen(state: RunState): boolean {
  return state === 'running' || state === 'specified';
}

/** All points of a run. While it goes on, only what is new is asked for, and put in its place among the known ones. */
export function useSeries(run: string): UseQueryResult<RunSeries, ApiError> {
  const client = useQueryClient();
  const queryKey = ['training-series', run];
  return useQuery<RunSeries, ApiError>({
    queryKey,
    queryFn: async () => {
      const known = client.getQueryData<RunSeries>(queryKey);
      const news = known === undefined ? '' : `?after=${known.last}&width=${known.width}`;
      const reply = await getJson<RunSeries>(`/v1/training/runs/${encodeURIComponent(run)}/series${news}`);
      // With its end come the run's last alarms and the reason; nothing else would ask for them any more.
      if (known !== undefined && isOpen(known.state) && !isOpen(reply.state))
        void client.invalidateQueries({
          predicate: ({ queryKey: [path] }) => String(path).startsWith('/v1/training/'),
        });
      return merged(known, reply);
    },
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data.state) ? pollMilliseconds : false),
    retry,
  });
}

/** The reply with the earlier points that it did not send again. */
export function merged(known: RunSeries | undefined, reply: RunSeries): RunSeries {
  if (known === undefined || known.width !== reply.width) return reply;
  const points = new Map([...known.points, ...reply.points].map((point) => [point.from, point]));
  return { ...reply, points: [...points.values()].sort((a, b) => a.from - b.from) };
}
