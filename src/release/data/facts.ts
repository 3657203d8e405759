import type { Summary } from '../schema.ts';

/** What the descriptions of a release are written from. */
export type ReleaseFacts = {
  readonly release: string;
  readonly origin: string;
  readonly profile: {
    readonly id: string;
    readonly version: string;
    readonly digest: string;
    readonly disclaimer: string;
  };
  readonly summary: Summary;
  readonly approvedAt: string;
  readonly people: { readonly createdBy: string; readonly approvedBy: string };
};
