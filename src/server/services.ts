import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { openSignIn, type SignIn } from '../accounts/open-sign-in.ts';
import { hiddenGold } from '../calibration/gold/hidden-gold.ts';
import type { Actor } from '../context/actor.ts';
import type { Context, Log, Scorer } from '../context/context.ts';
import { createDirectories, type Workspace } from '../context/workspace.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Database } from '../db/database.ts';
import { grantApplication } from '../db/grant.ts';
import { migrate, readMigrations } from '../db/migrate.ts';
import { type OwnerLock, takeOwnerLock } from '../db/owner-lock.ts';
import { openPglite, pgliteDatabase } from '../db/pglite.ts';
import { openPostgres } from '../db/postgres.ts';
import { openQueue, type Queue, type QueueConnection } from '../jobs/queue.ts';
import { type LogKeys, openLogKeys } from '../ledger/keys/log-keys.ts';
import { scopeSubject, systemScope } from '../ledger/leaves/subject.ts';
import { createLog, openLog, type Log as TileLog } from '../ledger/log/log.ts';
import { type Sequencer, startSequencer } from '../ledger/log/sequencer.ts';
import { createVault, openVault, type Vault } from '../ledger/vault/vault.ts';
import { headsAtWitnesses, startCosigner } from '../ledger/witnesses/cosigner.ts';
import { readWitnessPolicy, type WitnessPolicy } from '../ledger/witnesses/policy.ts';
import type { Models } from '../llm/models.ts';
import { openModels } from '../llm/open-models.ts';
import { loadProfile } from '../profile/load.ts';
import type { Profile } from '../profile/schema.ts';
import { type Config, environmentVariable, profileDirectory, readConfig, shipped } from './config.ts';
import { sessionSecret, signInSettings } from './sign-in.ts';

/** Everything that lives as long as the process that owns the workspace. */
export type Services = {
  workspace: Workspace;
  config: Config;
  profile: Profile;
  db: Database;
  queue: Queue;
  ledger: Context['ledger'];
  sequencer: Sequencer;
  models: Models;
  scorer: Scorer;
  signIn: SignIn;
  clock: Clock;
  log: Log;
  contextFor(actor: Actor): Context;
  /** Has something stopped before everything that was opened earlier is closed. */
  closeFirst(stop: () => Promise<void>): void;
  close(): Promise<void>;
};

export type ServiceOptions = {
  workspace: Workspace;
  log: Log;
  openScorer: (workspace: Workspace, config: Config, log: Log) => Scorer & { close(): Promise<void> };
  clock?: Clock;
  /** A database that is open already; without it the configured one is opened. */
  database?: OpenDatabase;
};

export type OpenDatabase = { db: Database; connection: QueueConnection; lock?: OwnerLock };

/** Opens the workspace: lock, database and migrations, queue, log, models. Whatever was opened is closed again on failure. */
export async function openServices(options: ServiceOptions): Promise<Services> {
  const { workspace, log } = options;
  const clock = options.clock ?? systemClock;
  const config = readConfig(workspace);
  const profile = loadProfile(profileDirectory(workspace, config.profile));
  createDirectories(workspace);
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const { db, connection, lock } = options.database ?? (await openDatabase(workspace, config));
    if (lock !== undefined) opened.push(() => lock.release());
    opened.push(() => db.close());
    await migrate(db, readMigrations(shipped('migrations')));
    const queue = await openQueue({ db, connection, clock, log: (message) => log('warn', message) });
    opened.push(() => queue.close());
    const { keys, contents, tiles, policy } = await openTileLog(db, workspace, { config, log });
    const { origin } = config.log;
    const sequencer = await startSequencer({ db, log: tiles, clock, logLine: (message) => log('error', message) });
    opened.push(() => sequencer.stop());
    const cosigner = policy && startCosigner({ log: tiles, policy, logLine: (message) => log('warn', message) });
    opened.push(() => cosigner?.stop());
    const ledger = {
      origin,
      systemSubject: scopeSubject(origin, systemScope),
      signer: keys.signer,
      keys,
      contents,
      sequencer,
      ...(cosigner === undefined ? {} : { cosigner }),
    };
    const models = openModels({ db, clock, endpoints: config.endpoints, secret: environmentVariable });
    opened.push(() => models.close());
    const scorer = options.openScorer(workspace, config, log);
    opened.push(() => scorer.close());
    const signIn = openSignIn({ db, log, secret: sessionSecret(workspace), settings: signInSettings(config) });
    const shared = { db, clock, log, workspace, profile, ledger, jobs: queue, models, scorer, gold: hiddenGold };
    return {
      ...shared,
      config,
      signIn,
      queue,
      sequencer,
      contextFor: (actor) => ({ ...shared, actor }),
      closeFirst: (stop) => opened.push(stop),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function openDatabase(workspace: Workspace, config: Config): Promise<OpenDatabase> {
  if (config.database !== 'embedded') {
    const owner = environmentVariable('SAFEMED_DATABASE_OWNER');
    if (owner !== undefined) await prepareAsOwner(owner, config.database);
    return { db: await openPostgres(config.database), connection: { url: config.database } };
  }
  const lock = takeOwnerLock(workspace.database);
  let handle: PGlite;
  try {
    handle = await openPglite(join(workspace.database, 'pglite'));
  } catch (error) {
    lock.release();
    throw error;
  }
  return { db: pgliteDatabase(handle), connection: { pglite: handle }, lock };
}

/** Migrates as the tables' owner and gives the application's role its rights, so that the server never holds more. */
async function prepareAsOwner(owner: string, application: string): Promise<void> {
  const db = await openPostgres(owner, 1);
  try {
    await migrate(db, readMigrations(shipped('migrations')));
    await grantApplication(db, decodeURIComponent(new URL(application).username));
  } finally {
    await db.close();
  }
}

/**
 * The keys and the tile log, compared with what witnesses know of it. A key without a log, or the other way round, is a
 * damaged workspace, not a new one.
 */
async function openTileLog(
  db: Database,
  workspace: Workspace,
  { config, log }: { config: Config; log: Log },
): Promise<{ keys: LogKeys; contents: Vault; tiles: TileLog; policy?: WitnessPolicy }> {
  const { origin, witnesses } = config.log;
  const policy = witnesses === undefined ? undefined : await readWitnessPolicy(witnesses);
  const sealed = join(workspace.keys, 'contents.key');
  const present = ['log.key', 'contents.key'].some((name) => existsSync(join(workspace.keys, name)));
  const fresh = !present && readdirSync(workspace.log).length === 0;
  const passphrase = environmentVariable('SAFEMED_KEY_PASSPHRASE');
  const keys = await openLogKeys(db, { directory: workspace.keys, passphrase }, fresh);
  const contents = await (fresh ? createVault : openVault)(sealed, passphrase);
  const knownHeads =
    policy === undefined ? [] : await headsAtWitnesses(policy, origin, (message) => log('warn', message));
  const options = {
    directory: workspace.log,
    origin,
    signer: keys.current(),
    beside: keys.beside(),
    former: keys.history(),
    knownHeads,
  };
  const tiles = fresh ? await createLog(options) : await openLog(options);
  return { keys, contents, tiles, ...(policy === undefined ? {} : { policy }) };
}
