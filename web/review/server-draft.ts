import type { WorkItem } from '../../src/review/drafts/schema.ts';
import type { LocalDraft } from './local-store.ts';
import { emptyWork, workOf } from './work.ts';

/** What the server has of a review, in the form in which this browser keeps it. */
export function serverDraft({ assignment, draft: saved, submission }: WorkItem): LocalDraft {
  const handed = submission?.state === 'waiting' || submission?.state === 'signed';
  return {
    assignment: assignment.id,
    account: assignment.reviewer,
    work: saved === undefined ? emptyWork : workOf(saved.content),
    seconds: saved?.content.seconds ?? 0,
    version: 0,
    rev: saved?.rev ?? 0,
    ...(saved === undefined ? {} : { savedAt: saved.savedAt }),
    ...(handed ? { handedIn: { key: '', at: submission.submittedAt, dueAt: submission.dueAt } } : {}),
  };
}
