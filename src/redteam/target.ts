import type { Target } from './schema.ts';

/** The reference by which a target is asked. A registered model is asked by its digest: what its name means was settled at the start. */
export function pinned({ identity }: Target): string {
  return identity.kind === 'model' ? `model:${identity.digest}` : identity.ref;
}
