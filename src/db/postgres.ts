import pg from 'pg';
import { AppError, messageOf } from '../core/error.ts';
import type { Database, Tx } from './database.ts';

function over(client: pg.Pool | pg.PoolClient): Tx {
  return {
    query: async <Row>(sql: string, params: unknown[] = []) => {
      const result = await client.query(sql, params);
      return result.rows as Row[]; // the caller states the row's shape and parses it with its schema
    },
  };
}

/** A database port over a PostgreSQL server (15 or later). Fails with `unavailable` when the server cannot be reached. */
export async function openPostgres(url: string, maxConnections = 10): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: maxConnections });
  // An idle connection that the server closes must not end the process; the next query opens a new one.
  pool.on('error', () => undefined);
  try {
    const [row] = (
      await pool.query<{ version: number }>(`SELECT current_setting('server_version_num')::int AS version`)
    ).rows;
    if (row === undefined || row.version < 150000)
      throw new AppError('unavailable', `PostgreSQL ${row?.version ?? '?'} is too old: version 15 or later is needed.`);
  } catch (error) {
    await pool.end();
    if (error instanceof AppError) throw error;
    throw new AppError(
      'unavailable',
      `The PostgreSQL database cannot be reached: ${messageOf(error)}. Check "database" in safemed.yaml and that the server runs.`,
      { cause: error },
    );
  }
  return {
    engine: 'postgres',
    ...over(pool),
    transaction: (work) => inTransaction(pool, work),
    script: async (sql) => {
      await pool.query(sql);
    },
    close: () => pool.end(),
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(over(client));
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A connection whose rollback fails is in an unknown state: drop it instead of reusing it.
    const broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    client.release(broken);
    throw error;
  }
}
