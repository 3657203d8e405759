import { createAdapterFactory } from 'better-auth/adapters';
import { AppError } from '../core/error.ts';
import type { Database } from '../db/database.ts';

/** What a table may be asked for and given. What a model has beyond these columns, such as an identity provider's tokens, is not kept. */
type Table = { source: string; columns: readonly string[]; readOnly?: true };

const tables: Readonly<Record<string, Table>> = {
  // People are enrolled, never signed up: the accounts of the system, read only. A revoked account is nobody.
  user: {
    source: `(SELECT id, name, coalesce(lower(email), id || '@account.invalid') AS email,
                email IS NOT NULL AND email_confirmed AS email_verified, created_at, created_at AS updated_at
              FROM account WHERE revoked_at IS NULL) AS auth_user`,
    columns: ['id', 'name', 'email', 'email_verified', 'created_at', 'updated_at'],
    readOnly: true,
  },
  session: {
    source: 'auth_session',
    columns: ['id', 'user_id', 'token', 'user_agent', 'expires_at', 'created_at', 'updated_at'],
  },
  account: {
    source: 'auth_account',
    columns: ['id', 'user_id', 'provider_id', 'account_id', 'issuer', 'password', 'created_at', 'updated_at'],
  },
  verification: {
    source: 'auth_verification',
    columns: ['id', 'identifier', 'value', 'expires_at', 'created_at', 'updated_at'],
  },
  passkey: {
    source: 'auth_passkey',
    columns: [
      'id',
      'user_id',
      'name',
      'public_key',
      'credential_id',
      'counter',
      'device_type',
      'backed_up',
      'transports',
      'aaguid',
      'created_at',
    ],
  },
};

type Row = Record<string, unknown>;
type Condition = { field: string; value: unknown; operator?: string | undefined; connector?: string | undefined };

const comparisons: Readonly<Record<string, string>> = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' };

/** Column of a field: `userId` → `user_id`, `credentialID` → `credential_id`. Throws for one that the table lacks. */
function column({ source, columns }: Table, field: string): string {
  const name = snake(field);
  if (!columns.includes(name)) throw new AppError('internal', `The sign-in library asks ${source} for "${field}".`);
  return name;
}

function snake(field: string): string {
  return field.replace(/ID$/, 'Id').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function fieldOf(name: string): string {
  const camel = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return camel === 'credentialId' ? 'credentialID' : camel;
}

function toRow(found: Row): Row {
  return Object.fromEntries(
    // bigint columns arrive as text from one of the engines
    Object.entries(found).map(([name, value]) => [fieldOf(name), name === 'counter' ? Number(value) : value]),
  );
}

function table(model: string): Table {
  const known = tables[model];
  if (known === undefined)
    throw new AppError('internal', `The sign-in library asks for "${model}", which is not kept.`);
  return known;
}

function writable(model: string): Table {
  const known = table(model);
  if (known.readOnly === true)
    throw new AppError('forbidden', 'Accounts are enrolled by an administrator; signing in changes none.');
  return known;
}

/** `WHERE …` with its values appended to `values`. */
function where(from: Table, conditions: readonly Condition[], values: unknown[]): string {
  const parts = conditions.map(({ field, value, operator = 'eq', connector = 'AND' }, index) => {
    if (index > 0 && connector !== 'AND')
      throw new AppError('internal', `The sign-in library joins conditions by ${connector}.`);
    const name = column(from, field);
    if (value === null && (operator === 'eq' || operator === 'ne'))
      return `${name} IS ${operator === 'eq' ? '' : 'NOT '}NULL`;
    values.push(value);
    if (operator === 'in') return `${name} = ANY($${values.length})`;
    const sign = comparisons[operator];
    if (sign === undefined) throw new AppError('internal', `The sign-in library compares by "${operator}".`);
    return `${name} ${sign} $${values.length}`;
  });
  return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
}

function assignments(to: Table, update: Row, values: unknown[]): string {
  return Object.entries(update)
    .filter(([field, value]) => to.columns.includes(snake(field)) && value !== undefined)
    .map(([field, value]) => {
      values.push(value);
      return `${column(to, field)} = $${values.length}`;
    })
    .join(', ');
}

/** The sign-in library's storage on the project's own database, whichever engine it runs on. */
export function authStore(db: Database) {
  const select = async (model: string, conditions: readonly Condition[], tail = ''): Promise<Row[]> => {
    const values: unknown[] = [];
    const from = table(model);
    const rows = await db.query<Row>(`SELECT * FROM ${from.source}${where(from, conditions, values)}${tail}`, values);
    return rows.map(toRow);
  };
  const update = async (model: string, conditions: readonly Condition[], data: Row): Promise<Row[]> => {
    const to = writable(model);
    const values: unknown[] = [];
    const set = assignments(to, data, values);
    if (set === '') return select(model, conditions);
    const sql = `UPDATE ${to.source} SET ${set}${where(to, conditions, values)} RETURNING *`;
    return (await db.query<Row>(sql, values)).map(toRow);
  };
  const remove = async (model: string, conditions: readonly Condition[], one = false): Promise<Row[]> => {
    const from = writable(model);
    const values: unknown[] = [];
    const found = where(from, conditions, values);
    const chosen = one ? ` WHERE id = (SELECT id FROM ${from.source}${found} LIMIT 1 FOR UPDATE SKIP LOCKED)` : found;
    return (await db.query<Row>(`DELETE FROM ${from.source}${chosen} RETURNING *`, values)).map(toRow);
  };
  const create = async (model: string, data: Row): Promise<Row> => {
    const to = writable(model);
    const kept = Object.entries(data).filter(
      ([field, value]) => to.columns.includes(snake(field)) && value !== undefined,
    );
    const names = kept.map(([field]) => snake(field)).join(', ');
    const places = kept.map((_, index) => `$${index + 1}`).join(', ');
    const values = kept.map(([, value]) => value);
    const sql = `INSERT INTO ${to.source} (${names}) VALUES (${places}) RETURNING *`;
    const [row] = await db.query<Row>(sql, values);
    return toRow(row ?? {});
  };
  return createAdapterFactory({
    config: {
      adapterId: 'safemed',
      adapterName: 'SafeMed-R1',
      supportsNumericIds: false,
      // The library's calls inside a transaction do not all use it; on the embedded engine such a call waits for itself.
      transaction: false,
    },
    adapter: () => ({
      // The library types its rows by the caller's type parameter: they are those of the tables above.
      create: async <T>({ model, data }: { model: string; data: T }) => (await create(model, data as Row)) as T,
      findOne: async <T>({ model, where: conditions }: { model: string; where: Condition[] }) =>
        ((await select(model, conditions, ' LIMIT 1'))[0] ?? null) as T | null,
      findMany: async <T>(asked: {
        model: string;
        where?: Condition[] | undefined;
        limit: number;
        sortBy?: { field: string; direction: 'asc' | 'desc' } | undefined;
        offset?: number | undefined;
      }) => {
        const { model, limit, sortBy, offset = 0 } = asked;
        const order =
          sortBy === undefined
            ? ''
            : ` ORDER BY ${column(table(model), sortBy.field)} ${sortBy.direction === 'desc' ? 'DESC' : 'ASC'}`;
        const tail = `${order} LIMIT ${Math.trunc(limit)} OFFSET ${Math.trunc(offset)}`;
        return (await select(model, asked.where ?? [], tail)) as T[];
      },
      count: async ({ model, where: conditions = [] }: { model: string; where?: Condition[] | undefined }) =>
        (await select(model, conditions)).length,
      update: async <T>({ model, where: conditions, update: data }: { model: string; where: Condition[]; update: T }) =>
        ((await update(model, conditions, data as Row))[0] ?? null) as T | null,
      updateMany: async ({
        model,
        where: conditions,
        update: data,
      }: {
        model: string;
        where: Condition[];
        update: Row;
      }) => (await update(model, conditions, data)).length,
      delete: async ({ model, where: conditions }: { model: string; where: Condition[] }) => {
        await remove(model, conditions);
      },
      deleteMany: async ({ model, where: conditions }: { model: string; where: Condition[] }) =>
        (await remove(model, conditions)).length,
      consumeOne: async <T>({ model, where: conditions }: { model: string; where: Condition[] }) =>
        ((await remove(model, conditions, true))[0] ?? null) as T | null,
    }),
  });
}
