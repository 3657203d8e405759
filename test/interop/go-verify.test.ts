import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { toBase64 } from '../../src/ledger/bytes.ts';
import { checkpointText, parseCheckpoint } from '../../src/ledger/checkpoints/checkpoint.ts';
import { logNoteSigner, parseNote, signNote } from '../../src/ledger/checkpoints/note.ts';
import { formatVkey } from '../../src/ledger/checkpoints/vkey.ts';
import { linesOf, openingsFile, rewrite, type SealedRelease, sealRelease } from '../sealed-release.ts';
import { buildGo, goMissing, runProgram } from './go.ts';

const checkpointFile = 'provenance/checkpoint';

describe.skipIf(goMissing !== '')(`The second verifier, docs/spec/verify-log.go${goMissing}`, () => {
  let release: SealedRelease;
  let program = '';
  let vkey = '';

  beforeAll(async () => {
    release = await sealRelease(['ethics']);
    program = await buildGo('docs/spec/verify-log.go', release.scratch);
    vkey = formatVkey(release.app.services.sequencer.log.key);
  });
  afterAll(() => release.close());

  const run = (directory: string): Promise<{ code: number; out: string }> => runProgram(program, [directory, vkey]);
  const flip = async (directory: string, file: string, at: number): Promise<void> => {
    const bytes = await readFile(join(directory, file));
    await writeFile(join(directory, file), bytes.with(at, (bytes[at] ?? 0) ^ 1));
  };

  test('passes an export of the application, with and without entry bundles, and counts its openings', async () => {
    const { length } = await linesOf(release.sealed, openingsFile);
    const whole = await run(release.sealed);
    expect([whole.code, whole.out]).toEqual([0, expect.stringContaining(`V6 passed: ${length} leaves`)]);
    expect(whole.out).toContain('entry bundles: true');
    const bare = await release.copy((directory) => rm(join(directory, 'provenance/tile/entries'), { recursive: true }));
    expect(await run(bare)).toMatchObject({ code: 0, out: expect.stringContaining('entry bundles: false') });
  });

  test.each<[string, string, (directory: string) => Promise<unknown>]>([
    ['a changed signature', 'V4', (directory) => rewrite(directory, checkpointFile, changeSignature)],
    ['a changed root', 'V4', (directory) => flip(directory, checkpointFile, 40)],
    ['a head of another log', 'V4', (directory) => rehead(directory, { origin: 'cts.example/other' })],
    ['a fork of the same size', 'V5', (directory) => rehead(directory, { root: Buffer.alloc(32, 1) })],
    ['an older size', 'V5', (directory) => rehead(directory, { size: -1 })],
    ['a changed tile', 'V5', (directory) => flip(directory, 'provenance/tile/0/000', 40)],
    ['a changed tile of the level above', 'V5', (directory) => flip(directory, 'provenance/tile/1/000.p/1', 4)],
    ['a cut tile', 'V5', (directory) => truncate(join(directory, 'provenance/tile/0/000'), 1000)],
    ['a changed entry', 'V5', (directory) => flip(directory, 'provenance/tile/entries/000', 40)],
    ['a cut bundle', 'V5', (directory) => truncate(join(directory, 'provenance/tile/entries/000'), 1000)],
    ['a missing bundle', 'V5', (directory) => rm(join(directory, 'provenance/tile/entries/000'))],
  ])('finds %s', async (_, check, tamper) => {
    const { code, out } = await run(await release.copy(tamper));
    expect([code, out]).toEqual([1, expect.stringContaining(`${check} failed`)]);
  });

  function changeSignature(lines: string[]): string[] {
    const [dash, name, blob = ''] = lines.at(-1)?.split(' ') ?? [];
    const bytes = Buffer.from(blob, 'base64');
    return lines.with(-1, `${dash} ${name} ${toBase64(bytes.with(20, (bytes[20] ?? 0) ^ 1))}`);
  }

  async function rehead(
    directory: string,
    change: { origin?: string; root?: Uint8Array; size?: number },
  ): Promise<void> {
    const note = await readFile(join(directory, checkpointFile));
    const head = parseCheckpoint(parseNote(note).text);
    const origin = change.origin ?? head.origin;
    const text = checkpointText(origin, { size: head.size + (change.size ?? 0), root: change.root ?? head.root });
    await writeFile(join(directory, checkpointFile), await signNote(text, [logNoteSigner(origin, release.signer)]));
  }

  test('names the line whose leaf is not the one at its index', async () => {
    for (const change of [{ index: 1 }, { index: 999_999 }, { leaf: '' }]) {
      const directory = await release.copy((directory) =>
        rewrite(directory, openingsFile, (lines) =>
          lines.with(6, canonicalJson({ ...JSON.parse(lines[6] ?? ''), ...change })),
        ),
      );
      const { code, out } = await run(directory);
      expect([code, out]).toEqual([1, expect.stringContaining('V6 failed: openings.jsonl, line 7')]);
    }
  });

  test('refuses another log key and wrong usage', async () => {
    const other = formatVkey(logNoteSigner('cts.example/other', release.signer).key);
    expect(await runProgram(program, [release.sealed, other])).toMatchObject({ code: 1 });
    expect(await runProgram(program, [release.sealed, 'nonsense'])).toMatchObject({ code: 2 });
    expect(await runProgram(program, [release.sealed])).toMatchObject({ code: 2 });
  });
});
