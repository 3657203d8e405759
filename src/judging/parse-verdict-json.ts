/** The one JSON object of a text, or why there is not exactly one. */
export type ObjectReading =
  | { kind: 'object'; value: Record<string, unknown> }
  | { kind: 'not-json' | 'not-an-object' | 'several-objects' | 'text-around' }
  | { kind: 'duplicate-key'; key: string };

/**
 * Reads a text that must be exactly one JSON object and nothing else. `JSON.parse` keeps the last of two equal keys, which
 * would let a planted field overrule the judge's own; a repeated key at any depth is therefore refused.
 */
export function readSingleObject(text: string): ObjectReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: diagnose(text) };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'not-an-object' };
  const key = repeatedKey(text);
  // JSON.parse returned a plain object; its members are still unknown.
  return key === null ? { kind: 'object', value: value as Record<string, unknown> } : { kind: 'duplicate-key', key };
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/** The first key that an object of the text (which is valid JSON) holds twice, compared after unescaping; null when none. */
function repeatedKey(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let last: string | null = null;
  for (const [part] of text.matchAll(token)) {
    if (part === '{') open.push(new Set());
    else if (part === '[') open.push(null);
    else if (part === '}' || part === ']') open.pop();
    else if (part === ':' && last !== null) {
      const key = String(JSON.parse(last));
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    last = part.startsWith('"') ? part : null;
  }
  return null;
}

/** Why a text is not one JSON object: for the reason that is shown, never for a verdict. */
function diagnose(text: string): 'not-json' | 'several-objects' | 'text-around' {
  const objects = completeObjects(text);
  if (objects.length > 1) return 'several-objects';
  return objects.length === 1 ? 'text-around' : 'not-json';
}

/** The parts of a text that are complete JSON objects, outermost only. */
function completeObjects(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[{}]/g)) {
    if (match[0] === '{') {
      if (depth === 0) start = match.index;
      depth += 1;
    } else if (match[0] === '}' && depth > 0) {
      depth -= 1;
      const part = text.slice(start, match.index + 1);
      if (depth === 0 && isObject(part)) found.push(part);
    }
  }
  return found;
}

function isObject(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
