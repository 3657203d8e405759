import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '../src/context/actor.ts';
import type { Context } from '../src/context/context.ts';
import type { Signer } from '../src/ledger/keys/ed25519.ts';
import type { EndpointConfig } from '../src/llm/schema.ts';
import { createRelease } from '../src/release/actions.ts';
import { approveRelease } from '../src/release/approve.ts';
import { type VerifyOptions, type VerifyReport, verifyExport } from '../src/verify/verify-export.ts';
import type { TestApp } from './app.ts';
import { openCollectedApp } from './collected.ts';

/** A release that the application has made of the example's questions, and copies of it to tamper with. */
export type SealedRelease = {
  readonly app: TestApp;
  /** The frozen export. */
  readonly sealed: string;
  /** A directory of the test's own. */
  readonly scratch: string;
  /** A checkpoint the log published before the release was sealed. */
  readonly olderCheckpoint: string;
  readonly signer: Signer;
  as(role: Role): Promise<Context>;
  /** The directory of a copy, changed by `tamper`. */
  copy(tamper: (directory: string) => unknown): Promise<string>;
  /** What the verifier says of a copy, changed by `tamper`. */
  verifyTampered(tamper: (directory: string) => unknown, options?: VerifyOptions): Promise<VerifyReport>;
  close(): Promise<void>;
};

/**
 * Reviews the example's questions of these kinds as the demonstration does, and seals the release "one" of them, in a
 * workspace with these launchers and further endpoints.
 */
export async function sealRelease(
  kinds: string[],
  launchers: Record<string, unknown> = {},
  endpoints: Record<string, EndpointConfig> = {},
): Promise<SealedRelease> {
  const scratch = await mkdtemp(join(tmpdir(), 'sealed-release-'));
  const app = await openCollectedApp(kinds, { endpoints, workers: true, launchers });
  const as = async (role: Role): Promise<Context> => {
    const { id, send } = app.as(role);
    await send('GET', '/v1/accounts'); // enrols the account when first used
    return app.services.contextFor({ id, name: id, roles: [role] });
  };
  await app.services.sequencer.flush();
  const olderCheckpoint = app.services.sequencer.log.checkpoint();
  await createRelease(await as('steward'), { name: 'one', leaves: 'all' });
  const sealed = (await approveRelease(await as('release-approver'), 'one')).path ?? '';
  let count = 0;
  const copy: SealedRelease['copy'] = async (tamper) => {
    const directory = join(scratch, String(count++));
    await cp(sealed, directory, { recursive: true });
    await tamper(directory);
    return directory;
  };
  return {
    app,
    sealed,
    scratch,
    olderCheckpoint,
    signer: app.services.ledger.signer,
    as,
    copy,
    verifyTampered: async (tamper, options) => verifyExport(await copy(tamper), options),
    close: async () => {
      await app.close();
      await rm(scratch, { recursive: true });
    },
  };
}

export const trainFile = 'data/train.jsonl';
export const openingsFile = 'provenance/openings.jsonl';

export async function linesOf(directory: string, file: string): Promise<string[]> {
  return (await readFile(join(directory, file), 'utf8')).split('\n').slice(0, -1);
}

export async function writeLines(directory: string, file: string, lines: readonly string[]): Promise<void> {
  await writeFile(join(directory, file), lines.map((line) => `${line}\n`).join(''));
}

/** Replaces the lines of a file by what `change` makes of them. */
export async function rewrite(directory: string, file: string, change: (lines: string[]) => string[]): Promise<void> {
  await writeLines(directory, file, change(await linesOf(directory, file)));
}

export type Row = {
  _cts: { id: string; subj: string; leaf: number; end: number };
  id: string;
  completion: { content: string }[];
  signals: { by: string; edited: boolean; strikes: number };
};

/** The row of a line written by the code under test. */
export const rowOf = (line: string): Row => JSON.parse(line) as Row;

export type OpeningLine = { index: number; leaf: string; salt: string; envelope: string };

/** The leaf that an opening's line shows. */
export function leafOf(opening: Pick<OpeningLine, 'leaf'>): { subj: string; type: string; time: string; cmt: string } {
  return JSON.parse(Buffer.from(opening.leaf, 'base64').toString());
}

/** The in-toto statement in an opening's envelope, unverified. */
export function statementOf<T>(opening: Pick<OpeningLine, 'envelope'>): T {
  const { payload } = JSON.parse(Buffer.from(opening.envelope, 'base64').toString()) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64').toString()) as T;
}

/** The checks of a report that failed. */
export function failedChecks(report: VerifyReport): string[] {
  return report.checks.filter((check) => check.result === 'failed').map((check) => check.id);
}
