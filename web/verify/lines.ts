import { utf8 } from './bytes.ts';
import { type Hash, leafHash, nodeHash, sha256 } from './hash.ts';

const batch = 2048;
const newline = 0x0a;

/** How much of a file was read, in bytes. */
export type Progress = (bytes: number) => void;

/**
 * Reads a lines file (CTS §2) as it comes and returns the RFC 6962 root over its lines; `take` gets each line's bytes.
 * A last line without a line feed makes no such file: it is returned as `cut`.
 */
export async function readLines(
  body: ReadableStream<Uint8Array>,
  take: (line: Uint8Array) => void,
  progress: Progress = () => undefined,
): Promise<{ root: Hash; cut: boolean }> {
  const leaves: Hash[] = [];
  let waiting: Uint8Array[] = [];
  let rest = new Uint8Array();
  let read = 0;
  const hashWaiting = async (): Promise<void> => {
    leaves.push(...(await Promise.all(waiting.map(leafHash))));
    waiting = [];
  };
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const bytes = new Uint8Array(rest.length + part.value.length);
    bytes.set(rest);
    bytes.set(part.value, rest.length);
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      const line = bytes.subarray(start, end);
      take(line);
      waiting.push(line);
      start = end + 1;
      if (waiting.length === batch) await hashWaiting();
    }
    await hashWaiting();
    rest = bytes.slice(start);
    read += part.value.length;
    progress(read);
  }
  return { root: await rootOf(leaves), cut: rest.length > 0 };
}

/** The root of a list of leaf hashes, level by level: a node without a neighbour goes up as it is. */
async function rootOf(leaves: readonly Hash[]): Promise<Hash> {
  let level = [...leaves];
  while (level.length > 1) {
    const above: Hash[] = [];
    for (let from = 0; from < level.length; from += batch)
      above.push(...(await pairsOf(level.slice(from, from + batch))));
    level = above;
  }
  return level[0] ?? sha256(utf8(''));
}

function pairsOf(hashes: readonly Hash[]): Promise<Hash[]> {
  const lefts = hashes.filter((_, at) => at % 2 === 0);
  return Promise.all(
    lefts.map((left, at) => {
      const right = hashes[at * 2 + 1];
      return right === undefined ? left : nodeHash(left, right);
    }),
  );
}
