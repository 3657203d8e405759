import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sendJson } from '../app/api.ts';

/** The address of a case, or of one of its parts. */
export function casePath(id: string, part = ''): string {
  return `/v1/reviews/panel/${encodeURIComponent(id)}${part}`;
}

export const casesPath = '/v1/reviews/panel?limit=1000';

/** Sends something to a case; then the case and the list of cases are read again. */
export function useCaseAction<T>(id: string, part: string, onDone?: () => void) {
  const client = useQueryClient();
  return useMutation<unknown, Error, T>({
    mutationFn: (input) => sendJson('POST', casePath(id, part), input),
    onSuccess: async () => {
      onDone?.();
      await Promise.all([casePath(id), casesPath].map((path) => client.invalidateQueries({ queryKey: [path] })));
    },
  });
}
