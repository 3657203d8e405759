import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A new database on a PostgreSQL server, empty or a copy of another one there: its URL. */
export async function createDatabase(server: string, prefix: string, template = 'template1'): Promise<string> {
  const name = `${prefix}${randomBytes(6).toString('hex')}`;
  await onServer(server, (admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** The name of the database in a URL. */
export function databaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** Deletes the databases of the server whose names begin so, also those in use. */
export async function dropDatabases(server: string, prefix: string): Promise<void> {
  await onServer(server, async (admin) => {
    const { rows } = await admin.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of rows) await admin.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  });
}

async function onServer(server: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
