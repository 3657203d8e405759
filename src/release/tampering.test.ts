import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  failedChecks,
  leafOf,
  linesOf,
  type OpeningLine,
  openingsFile,
  rewrite,
  rowOf,
  type SealedRelease,
  sealRelease,
  statementOf,
  trainFile,
  writeLines,
} from '../../test/sealed-release.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { seededRandom } from '../core/random.ts';
import { signEnvelope } from '../ledger/attestations/dsse.ts';
import { encodeStatement, predicateTypes, statementPayloadType } from '../ledger/attestations/statement.ts';
import { toBase64 } from '../ledger/bytes.ts';
import { checkpointText } from '../ledger/checkpoints/checkpoint.ts';
import { logNoteSigner, signNote } from '../ledger/checkpoints/note.ts';
import { formatVkey, verifierKey } from '../ledger/checkpoints/vkey.ts';
import { type Signer, signerFromSeed } from '../ledger/keys/ed25519.ts';
import { newSalt } from '../ledger/leaves/commitment.ts';
import { verifyExport } from '../verify/verify-export.ts';
import { auditRelease, auditWorkspace } from './audit/audit.ts';
import { attestationsFile } from './sealing/attestations.ts';
import { writeManifest } from './sealing/manifest.ts';

let release: SealedRelease;

beforeAll(async () => {
  release = await sealRelease(['guard']);
});
afterAll(() => release.close());

const signer = (): Signer => release.signer;
const verifyTampered: SealedRelease['verifyTampered'] = (tamper) => release.verifyTampered(tamper);

async function idAt(line: number): Promise<string> {
  return rowOf((await linesOf(release.sealed, trainFile)).at(line) ?? '').id;
}

test('one changed character of a row names that row', async () => {
  const report = await verifyTampered((directory) =>
    rewrite(directory, trainFile, (lines) =>
      lines.map((line, i) => (i === 7 ? line.replace('<think>', '<thinK>') : line)),
    ),
  );
  expect(report).toMatchObject({ exitCode: 1, first: { record: await idAt(7) } });
  expect(failedChecks(report)).toEqual(expect.arrayContaining(['V1', 'V10', 'V12']));
});

test('two swapped rows are named', async () => {
  const report = await verifyTampered((directory) =>
    rewrite(directory, trainFile, (lines) => lines.with(3, lines[9] ?? '').with(9, lines[3] ?? '')),
  );
  const named = report.findings.map((finding) => finding.record);
  expect(report.exitCode).toBe(1);
  expect(named).toEqual(expect.arrayContaining([await idAt(3), await idAt(9)]));
  expect(report.first?.record).toBe(await idAt(3));
});

test('a dropped row is named, wherever it stood', async () => {
  for (const at of [0, 5, -1]) {
    const id = await idAt(at);
    const report = await verifyTampered((directory) =>
      rewrite(directory, trainFile, (lines) => lines.filter((line) => rowOf(line).id !== id)),
    );
    expect(report).toMatchObject({ exitCode: 1, first: { record: id, problem: 'its row is missing' } });
    expect(report.findings.filter((finding) => finding.record !== undefined && finding.record !== id)).toEqual([]);
  }
});

test('an added row that nobody reviewed is named', async () => {
  for (const at of [0, 4, 1000]) {
    const report = await verifyTampered((directory) =>
      rewrite(directory, trainFile, (lines) => {
        const row = rowOf(lines[2] ?? '');
        row._cts = { ...row._cts, id: 'x-en-999', subj: '00000000-0000-4000-8000-000000000000' };
        return lines.toSpliced(at, 0, canonicalJson({ ...row, id: 'x-en-999' }));
      }),
    );
    expect(report).toMatchObject({ exitCode: 1, first: { record: 'x-en-999' } });
    expect(report.first?.problem).toContain('the row was added');
  }
});

test('a changed row under a new manifest signed with the real key is still not what the log sealed', async () => {
  const id = await idAt(2);
  const report = await verifyTampered(async (directory) => {
    await rewrite(directory, trainFile, (lines) =>
      lines.map((line, i) => (i === 2 ? line.replace('</answer>', '!</answer>') : line)),
    );
    const { predicate } = JSON.parse(await readFile(join(directory, 'MANIFEST.json'), 'utf8'));
    const { v: _, ...facts } = predicate;
    const { bytes } = await writeManifest(directory, facts);
    await writeFile(join(directory, 'MANIFEST.dsse'), await signEnvelope(statementPayloadType, bytes, [signer()]));
  });
  expect(report).toMatchObject({ exitCode: 1, first: { record: id } });
  expect(failedChecks(report)).toEqual(['V10', 'V12']);
});

/** Rewrites the opening of a record's event of a type, which `pick` chooses among several. */
async function changeOpening(
  directory: string,
  id: string,
  type: string,
  change: (line: OpeningLine, data: never) => Promise<object | undefined>,
): Promise<void> {
  const { subj } = rowOf((await linesOf(directory, trainFile)).find((line) => rowOf(line).id === id) ?? '')._cts;
  const out: string[] = [];
  let done = false;
  for (const line of await linesOf(directory, openingsFile)) {
    const opening = JSON.parse(line) as OpeningLine;
    const leaf = leafOf(opening);
    if (done || leaf.subj !== subj || leaf.type !== type) {
      out.push(line);
      continue;
    }
    done = true;
    const changed = await change(opening, statementOf<never>(opening));
    if (changed !== undefined) out.push(canonicalJson(changed));
  }
  expect(done).toBe(true);
  await writeLines(directory, openingsFile, out);
}

type Statement = { subject: never; predicate: { data: { scores: Record<string, number>; edits: { text: string }[] } } };

async function resigned(statement: Statement, by: Signer): Promise<string> {
  const payload = encodeStatement({ ...statement, predicateType: predicateTypes.review } as never);
  return toBase64(await signEnvelope(statementPayloadType, payload, [by]));
}

test('a score changed in an envelope is found, even when the envelope is signed anew with the real key', async () => {
  const id = await idAt(1);
  for (const by of [signer(), signerFromSeed(Buffer.alloc(32, 5))]) {
    const report = await verifyTampered((directory) =>
      changeOpening(directory, id, 'review.signed', async (opening, statement: Statement) => {
        statement.predicate.data.scores = { ...statement.predicate.data.scores, adequacy: 1 };
        return { ...opening, envelope: await resigned(statement, by) };
      }),
    );
    expect(report).toMatchObject({ exitCode: 1, first: { check: 'V7', record: id } });
  }
});

test('a changed text or order of edits is found', async () => {
  const edited = (await linesOf(release.sealed, trainFile))
    .map((line) => JSON.parse(line))
    .find((row) => row.signals.edited && row.signals.by === 'reviewers');
  for (const change of ['text', 'order'])
    expect(
      await verifyTampered((directory) =>
        changeOpening(directory, edited.id, 'review.signed', async (opening, statement: Statement) => {
          const { data } = statement.predicate;
          if (change === 'text' && data.edits[0] !== undefined) data.edits[0].text = 'something else';
          else data.edits = [...data.edits, ...data.edits].reverse();
          return { ...opening, envelope: await resigned(statement, signer()) };
        }),
      ),
    ).toMatchObject({ exitCode: 1, first: { record: edited.id } });
});

test('another salt does not open the commitment', async () => {
  const id = await idAt(1);
  const report = await verifyTampered((directory) =>
    changeOpening(directory, id, 'generation.recorded', async (opening) => ({ ...opening, salt: toBase64(newSalt()) })),
  );
  expect(report).toMatchObject({ exitCode: 1, first: { check: 'V7', record: id } });
});

test('a review that is left out of a history is missed, in the middle and at the end', async () => {
  const id = await idAt(4);
  for (const type of ['review.signed', 'strike.recorded', 'example.approved']) {
    const rows = (await linesOf(release.sealed, trainFile)).map((line) => JSON.parse(line));
    const name = type === 'strike.recorded' ? rows.find((row) => row.signals.strikes > 0).id : id;
    const report = await verifyTampered((directory) => changeOpening(directory, name, type, async () => undefined));
    expect(report).toMatchObject({ exitCode: 1, first: { check: 'V9', record: name } });
  }
});

test('an envelope that is withheld makes the verification incomplete, not passed', async () => {
  const id = await idAt(4);
  const report = await verifyTampered((directory) =>
    changeOpening(directory, id, 'review.signed', async ({ index, leaf }) => ({ index, leaf })),
  );
  expect(report).toMatchObject({ exitCode: 3, result: 'incomplete', first: { check: 'V7', record: id } });
});

test.each(['provenance/tile/0/000', 'provenance/tile/entries/000'])('a changed or cut %s is found', async (file) => {
  const flipped = await verifyTampered(async (directory) => {
    const bytes = await readFile(join(directory, file));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(join(directory, file), bytes);
  });
  expect(flipped.exitCode).toBe(1);
  expect(failedChecks(flipped)).toContain('V5');
  const cut = await verifyTampered((directory) => truncate(join(directory, file), 1000));
  expect(failedChecks(cut)).toContain('V5');
  expect(failedChecks(await verifyTampered((directory) => rm(join(directory, file))))).toContain('V5');
});

test('an old head, a fork of the same size and a head of another log are refused', async () => {
  const head = release.app.services.sequencer.log.head();
  const note = (origin: string, root: Uint8Array): Promise<string> =>
    signNote(checkpointText(origin, { size: head.size, root }), [logNoteSigner(origin, signer())]);
  const heads = {
    old: release.olderCheckpoint,
    fork: await note('cts.example/test', Buffer.alloc(32, 1)),
    origin: await note('cts.example/other', head.root),
    junk: 'cts.example/test\n007\n',
  };
  for (const [name, checkpoint] of Object.entries(heads)) {
    const report = await verifyTampered((directory) => writeFile(join(directory, 'provenance/checkpoint'), checkpoint));
    expect([name, report.exitCode]).toEqual([name, 1]);
  }
});

test('a policy that asks for a witness nobody gave leaves the verification incomplete; a broken one is refused', async () => {
  const witness = formatVkey(verifierKey('witness.example/w1', 4, signerFromSeed(Buffer.alloc(32, 6)).publicKey));
  const policy = join(release.scratch, 'policy.txt');
  const log = formatVkey(release.app.services.sequencer.log.key);
  await writeFile(policy, `log ${log}\nwitness w1 ${witness}\nquorum w1\n`);
  expect(await verifyExport(release.sealed, { policy })).toMatchObject({ exitCode: 3, first: { check: 'V4' } });
  await writeFile(policy, `log ${log}\nquorum none\n`);
  const own = await verifyExport(release.sealed, { policy });
  expect(own).toMatchObject({ exitCode: 0 });
  expect(own.notes.join()).not.toContain('No policy was given');
  await writeFile(policy, 'log nonsense\n');
  await expect(verifyExport(release.sealed, { policy })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('a directory that is no export and a record that is not in it are refused as wrong usage', async () => {
  await expect(verifyExport(release.scratch)).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(verifyExport(release.sealed, { record: 'k-en-999' })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('a sealed list that names another record is found', async () => {
  const report = await verifyTampered((directory) =>
    rewrite(directory, 'provenance/records.jsonl', (lines) => lines.slice(0, -1)),
  );
  expect(report.exitCode).toBe(1);
  expect(failedChecks(report)).toContain('V12');
});

test('a file nobody sealed is found beside the data', async () => {
  const report = await verifyTampered((directory) => writeFile(join(directory, 'data/extra.jsonl'), '{}\n'));
  expect(report.findings[0]).toMatchObject({ check: 'V1', place: 'data/extra.jsonl' });
});

test('whichever byte of whichever file is changed, the release is no longer verified', async () => {
  const random = seededRandom(20261122);
  for (const entry of await readdir(release.sealed, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue; // an empty list of held-out questions has no byte to change
    if ((await stat(join(entry.parentPath, entry.name))).size === 0) continue;
    const file = join(entry.parentPath, entry.name).slice(release.sealed.length + 1);
    if (file === attestationsFile) continue; // for other tools; by the specification no check hangs on it
    const report = await verifyTampered(async (directory) => {
      const bytes = await readFile(join(directory, file));
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 7));
      await writeFile(join(directory, file), bytes);
    }).catch((error: { code?: string }) => ({ exitCode: error.code === 'invalid_input' ? 2 : 4, findings: [] }));
    expect([file, report.exitCode]).toEqual([file, 1]);
  }
});

async function changeTable(sql: string): Promise<void> {
  const { db } = release.app.services;
  await db.transaction(async (tx) => {
    await tx.query(`SET LOCAL session_replication_role = replica`);
    await tx.query(sql);
  });
}

test('what a superuser changes in the database behind the triggers is named, record by record', async () => {
  const auditor = await release.as('auditor');
  expect((await auditRelease(auditor, 'one')).findings).toEqual([]);
  const id = await idAt(0);
  const ofRecord = `(SELECT id FROM instance WHERE question_id = '${id}')`;
  await changeTable(
    `UPDATE review SET scores = jsonb_set(scores, '{adequacy}', '1') WHERE id = (SELECT id FROM review WHERE instance_id = ${ofRecord} AND verdict = 'accept' ORDER BY id LIMIT 1)`,
  );
  const [altered] = (await auditRelease(auditor, 'one')).findings;
  expect(altered).toMatchObject({ record: id });
  expect(altered?.problem).toMatch(/^review .* was altered: scores adequacy is 1, [45] was signed$/);
});

test('altered traces, votes, questions and instances, and removed or added rows are named too', async () => {
  const auditor = await release.as('auditor');
  const before = (await auditWorkspace(auditor)).findings.length;
  const changes: [string, RegExp][] = [
    [
      `UPDATE trace SET text = text || ' ' WHERE instance_id = (SELECT id FROM instance WHERE question_id = 'g-en-003')`,
      /^trace .* text is/,
    ],
    [
      `UPDATE panel_vote SET vote = 'accept' WHERE vote = 'reject'`,
      /^panel_vote .* vote is "accept", "reject" was signed/,
    ],
    [
      `UPDATE question SET body = jsonb_set(body, '{text}', '"other"') WHERE id = 'g-en-004'`,
      /^question g-en-004 was altered/,
    ],
    [
      `UPDATE instance SET state = 'rejected' WHERE question_id = 'g-en-005'`,
      /^instance .* it is rejected, its signed history says accepted/,
    ],
    [
      `DELETE FROM review WHERE id = (SELECT review.id FROM review JOIN instance ON instance.id = instance_id WHERE question_id = 'g-en-006' LIMIT 1)`,
      /^review .* is missing/,
    ],
    [
      `INSERT INTO strike SELECT id, 1, '[]', '[]', now() FROM instance WHERE question_id = 'g-en-007'`,
      /^strike 1 was added/,
    ],
    [
      `UPDATE event SET contents = contents || '\\x20' WHERE subject = (SELECT id FROM instance WHERE question_id = 'g-en-008') AND seq = 1`,
      /its envelope was altered/,
    ],
    [
      `UPDATE event SET actor = 'somebody' WHERE subject = (SELECT id FROM instance WHERE question_id = 'g-en-009') AND seq = 0`,
      /tell of different events/,
    ],
    [
      `DELETE FROM event WHERE subject = (SELECT id FROM instance WHERE question_id = 'g-en-010') AND seq = 2`,
      /leaf \d+ of the log has no row/,
    ],
    [
      `UPDATE account SET roles = roles || ARRAY['panel-chair'] WHERE id = 'demo-reviewer-a'`,
      /^account demo-reviewer-a was altered/,
    ],
    [`UPDATE dataset_release SET manifest_sha256 = repeat('0', 64)`, /^dataset_release one is not what was sealed/],
  ];
  for (const [sql] of changes) await changeTable(sql);
  const { findings } = await auditWorkspace(auditor);
  expect(findings.length).toBeGreaterThan(before + changes.length - 1);
  for (const [, problem] of changes)
    expect(findings.map((one) => one.problem)).toContainEqual(expect.stringMatching(problem));
});
