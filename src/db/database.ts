/** One statement at a time inside a transaction. Rows come back as plain objects; parameters are `$1`, `$2` … */
export type Tx = {
  query<Row>(sql: string, params?: unknown[]): Promise<Row[]>;
};

/**
 * The narrow port to the database: the same SQL on PGlite (embedded) and on PostgreSQL 15 or later.
 * Never call `query` of the database inside `transaction`: on the embedded engine it would wait for itself for ever.
 */
export type Database = Tx & {
  readonly engine: 'pglite' | 'postgres';
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs several statements without parameters, for migrations. */
  script(sql: string): Promise<void>;
  close(): Promise<void>;
};
