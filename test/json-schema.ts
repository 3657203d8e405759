import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** A JSON Schema as its file holds it. */
type Schema = { $defs?: { [name: string]: unknown }; [key: string]: unknown };

export const schemaFolder = 'docs/spec/schemas';
export const schemaNames = readdirSync(schemaFolder)
  .filter((name) => name.endsWith('.schema.json'))
  .map((name) => name.slice(0, -'.schema.json'.length));

function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(`${schemaFolder}/${name}.schema.json`, 'utf8')) as Schema;
}

/** One schema without references to other files: all definitions of all files under names of their own. */
export function bundledSchema(name: string): Schema {
  const definitions: { [name: string]: unknown } = {};
  for (const file of schemaNames) {
    const { $defs = {}, $id, $schema, ...root } = readSchema(file);
    definitions[file] = relinked(root, file);
    for (const [key, value] of Object.entries($defs)) definitions[`${file}.${key}`] = relinked(value, file);
  }
  const { $defs, $id, ...root } = readSchema(name);
  return { ...(relinked(root, name) as Schema), $defs: definitions };
}

/** `other.schema.json#/$defs/x` and `#/$defs/x` become `#/$defs/<file>.x`. */
function relinked(value: unknown, file: string): unknown {
  if (Array.isArray(value)) return value.map((item) => relinked(item, file));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const match = key === '$ref' ? /^(?:([a-z]+)\.schema\.json)?(?:#\/\$defs\/(.+))?$/.exec(String(member)) : null;
      if (match === null) return [key, relinked(member, file)];
      const [, other = file, definition] = match;
      return [key, `#/$defs/${other}${definition === undefined ? '' : `.${definition}`}`];
    }),
  );
}

/** A test whether a value keeps to a schema. */
export function schemaTest(name: string): (value: unknown) => boolean {
  const schema = z.fromJSONSchema(bundledSchema(name) as Parameters<typeof z.fromJSONSchema>[0]);
  return (value) => schema.safeParse(value).success;
}
