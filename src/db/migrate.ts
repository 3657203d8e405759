import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import type { Database } from './database.ts';

export type Migration = { name: string; sql: string; sha256: string };

/** The migrations of a directory in order: files `NNNN_name.sql`, forward only. */
export function readMigrations(directory: string): Migration[] {
  return readdirSync(directory)
    .filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name), 'utf8');
      return { name, sql, sha256: sha256Hex(sql) };
    });
}

/**
 * Applies what is missing, each migration with its journal row in one script. A released migration that changed
 * afterwards, or a database newer than this program, is refused.
 */
export async function migrate(db: Database, migrations: Migration[]): Promise<string[]> {
  const [journal] = await db.query<{ known: boolean }>(`SELECT to_regclass('schema_migration') IS NOT NULL AS known`);
  if (journal?.known !== true)
    // asked first: a role that may not make tables can still open a database that is up to date
    await db.script(
      `CREATE TABLE schema_migration (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
  const applied = await db.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM schema_migration');
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const migration = known.get(row.name);
    if (migration === undefined)
      throw new AppError(
        'unavailable',
        `The database has migration ${row.name}, which this version does not know. Use the newer version.`,
      );
    if (migration.sha256 !== row.sha256)
      throw new AppError(
        'unavailable',
        `Migration ${row.name} was changed after it had been applied. Restore the released file.`,
      );
  }
  const done = new Set(applied.map((row) => row.name));
  const missing = migrations.filter((migration) => !done.has(migration.name));
  for (const { name, sql, sha256 } of missing)
    await db.script(
      `BEGIN;\n${sql}\n;INSERT INTO schema_migration (name, sha256) VALUES ('${name}', '${sha256}');\nCOMMIT;`,
    );
  return missing.map((migration) => migration.name);
}
