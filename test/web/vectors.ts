import { readFileSync } from 'node:fs';

const folder = 'docs/spec/vectors';

/** The parsed vectors of a file; the caller names the form that the file states. */
export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as T; // the project's own files
}
