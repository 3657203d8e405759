/** True where two values say the same, whatever the order of their keys and entries: marks and edits are sets. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** One text for one value, whatever the order of its keys and entries. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.sort().join()}}`;
}
