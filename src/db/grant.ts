import { AppError } from '../core/error.ts';
import type { Database } from './database.ts';

/**
 * Lets a role do what the application does and no more: read everything, add rows everywhere, change and delete only
 * where a table is not append-only. Triggers guard what is left (an append-only row goes only with its erasure). The
 * role can neither switch triggers off nor alter tables, as their owner could. Called by the owner, after migrations.
 */
export async function grantApplication(owner: Database, role: string): Promise<void> {
  const [known] = await owner.query<{ superuser: boolean; same: boolean }>(
    'SELECT rolsuper AS superuser, rolname = current_user AS same FROM pg_roles WHERE rolname = $1',
    [role],
  );
  if (known === undefined)
    throw new AppError('invalid_input', `The database has no role "${role}": create it with CREATE ROLE … LOGIN.`);
  if (known.superuser || known.same)
    throw new AppError(
      'invalid_input',
      `The role "${role}" of "database" in safemed.yaml is ${known.superuser ? 'a superuser' : 'the owner itself'}: name one that owns nothing.`,
    );
  const [quoted] = await owner.query<{ name: string }>('SELECT quote_ident($1) AS name', [role]);
  const name = quoted?.name ?? '';
  // The job queue keeps its tables in a schema of its own, which it makes and changes by itself.
  await owner.script(`REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${name};
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${name};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${name};
    CREATE SCHEMA IF NOT EXISTS pgboss AUTHORIZATION ${name};`);
  const tables = await owner.query<{ table: string; append_only: boolean; erasable: boolean }>(
    `SELECT quote_ident(relname) AS table, obj_description(oid) = 'append-only' IS TRUE AS append_only,
       EXISTS (SELECT 1 FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
               WHERE tgrelid = pg_class.oid AND proname = 'refuse_unless_erased') AS erasable
     FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`,
  );
  for (const { table, append_only: appendOnly, erasable } of tables) {
    const rights =
      table === 'schema_migration'
        ? 'SELECT'
        : `SELECT, INSERT${appendOnly ? (erasable ? ', DELETE' : '') : ', UPDATE, DELETE'}`;
    await owner.script(`GRANT ${rights} ON ${table} TO ${name};`);
  }
}
