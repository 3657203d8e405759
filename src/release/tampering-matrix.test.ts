import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ForgedEvent, forge } from '../../test/forged-release.ts';
import {
  failedChecks,
  linesOf,
  type OpeningLine,
  openingsFile,
  type Row,
  rewrite,
  rowOf,
  type SealedRelease,
  sealRelease,
  trainFile,
} from '../../test/sealed-release.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import { applyEdits, parseTrace, renderTrace, type TraceEdit } from '../core/trace.ts';
import { toBase64 } from '../ledger/bytes.ts';
import { checkpointText } from '../ledger/checkpoints/checkpoint.ts';
import { logNoteSigner, signNote } from '../ledger/checkpoints/note.ts';
import { formatVkey, verifierKey } from '../ledger/checkpoints/vkey.ts';
import { keyFingerprint, signerFromSeed } from '../ledger/keys/ed25519.ts';
import { type VerifyReport, verifyExport } from '../verify/verify-export.ts';

/**
 * What tampering.test.ts does not show: exports in which every hash and signature holds, because whoever made them has
 * the real key, and evidence in another spelling than the one its format allows.
 */

const stranger = signerFromSeed(Buffer.alloc(32, 5));

let release: SealedRelease;
let rows: Row[] = [];

beforeAll(async () => {
  release = await sealRelease(['guard']);
  rows = (await linesOf(release.sealed, trainFile)).map(rowOf);
});
afterAll(() => release.close());

/** What the verifier says of a log that its operator has written anew with the real key. */
function verifyForged(
  change: (events: ForgedEvent[]) => unknown,
  files: (directory: string) => unknown = () => undefined,
): Promise<VerifyReport> {
  return release.verifyTampered(async (directory) => {
    await files(directory);
    await forge(directory, release.signer, change);
  });
}

function rowWhere(condition: (row: Row) => boolean): Row {
  const found = rows.find(condition);
  if (found === undefined) throw new Error('the example has no such row');
  return found;
}

const plain = (): Row =>
  rowWhere(({ signals }) => signals.by === 'reviewers' && !signals.edited && signals.strikes === 0);
const edited = (): Row => rowWhere(({ signals }) => signals.by === 'reviewers' && signals.edited);
const panelled = (): Row => rowWhere(({ signals }) => signals.by === 'panel');

type Members = { [key: string]: never };

/** The events of a row's chain of a type, with their data. */
function eventsOf(events: ForgedEvent[], row: Row, type: string): (ForgedEvent & { data: Members })[] {
  const found = events.filter((event) => event.subj === row._cts.subj && event.type === type);
  expect(found.length).toBeGreaterThan(0);
  return found as (ForgedEvent & { data: Members })[]; // an export opens all events of its examples
}

function put(event: ForgedEvent | undefined, members: object): void {
  expect(event?.data).toBeDefined();
  Object.assign(event?.data ?? {}, members);
}

/** Puts a new event of the system chain in front of another event. */
function addBefore(events: ForgedEvent[], before: ForgedEvent | undefined, type: string, data: object): void {
  const at = events.indexOf(before as ForgedEvent);
  const { subj, actor } = events[0] ?? { subj: '', actor: '' };
  events.splice(at, 0, { subj, actor, type, time: before?.time ?? '', data: data as Members });
}

/** The data of the enrolment of an account as it stands in the log, with other roles. */
function enrolment(events: ForgedEvent[], account: unknown, roles: string[]): object {
  const found = events.find((event) => event.type === 'reviewer.enrolled' && event.data?.account === account);
  expect(found).toBeDefined();
  return { ...found?.data, roles };
}

function expectOnly(report: VerifyReport, row: Row, check: string, problem: RegExp): void {
  expect(report).toMatchObject({ exitCode: 1, first: { check, record: row.id } });
  expect(failedChecks(report)).toEqual([check]);
  expect(report.findings.map((finding) => finding.record)).toEqual(report.findings.map(() => row.id));
  expect(report.findings.map((finding) => finding.problem).join('\n')).toMatch(problem);
}

describe('an operator who holds the real key and writes the whole log anew', () => {
  test('gives the very same release if they change nothing', async () => {
    const copy = await release.copy((directory) => forge(directory, release.signer, () => undefined));
    for (const file of ['provenance/checkpoint', 'MANIFEST.json', openingsFile, trainFile, 'provenance/records.jsonl'])
      expect(await linesOf(copy, file)).toEqual(await linesOf(release.sealed, file));
    expect(await verifyExport(copy)).toMatchObject({ exitCode: 0, findings: [] });
  });

  test('cannot let a reviewer decide in the panel on the same example', async () => {
    const row = panelled();
    const report = await verifyForged((events) => {
      const [decision] = eventsOf(events, row, 'adjudication.signed');
      const [review] = eventsOf(events, row, 'review.signed');
      const account = review?.data.reviewer;
      const roles = ['ethics-reviewer', 'panel-chair'];
      addBefore(events, decision, 'reviewer.enrolled', enrolment(events, account, roles));
      put(decision, { chair: account });
    });
    expectOnly(report, row, 'V11', /reviewed this example and sat on its panel/);
  });

  test('cannot pass a decision that the panel did not have the quorum or the votes for', async () => {
    const row = panelled();
    const absent = await verifyForged((events) => {
      for (const vote of eventsOf(events, row, 'vote.signed').slice(1)) events.splice(events.indexOf(vote), 1);
    });
    expectOnly(absent, row, 'V11', /does not follow the votes of a panel of \d/);
    const doubled = await verifyForged((events) => {
      const [first, ...others] = eventsOf(events, row, 'vote.signed');
      for (const vote of others) put(vote, { member: first?.data.member });
    });
    expectOnly(doubled, row, 'V11', /does not follow the votes of a panel of \d/);
    const outvoted = await verifyForged((events) => {
      for (const vote of eventsOf(events, row, 'vote.signed')) put(vote, { vote: 'reject' });
    });
    expectOnly(outvoted, row, 'V11', /does not follow the votes/);
  });

  test('cannot let somebody vote who was not enrolled for the panel at that time', async () => {
    const row = panelled();
    const report = await verifyForged((events) => {
      const [vote] = eventsOf(events, row, 'vote.signed');
      addBefore(events, vote, 'reviewer.revoked', { account: vote?.data.member });
    });
    expect(report).toMatchObject({ exitCode: 1, first: { check: 'V11', record: row.id } });
    expect(report.first?.problem).toMatch(/was not enrolled for the panel at that time/);
  });

  test('cannot approve what was scored below the gate, nor with a criterion left out', async () => {
    const row = plain();
    const low = await verifyForged((events) => {
      const [review] = eventsOf(events, row, 'review.signed');
      put(review, { scores: { ...(review?.data.scores ?? {}), adequacy: 3 } });
    });
    expectOnly(low, row, 'V11', /gave adequacy 3; the policy asks for 4/);
    const silent = await verifyForged((events) => {
      const [review] = eventsOf(events, row, 'review.signed');
      const { adequacy: _, ...scores } = (review?.data.scores ?? {}) as { adequacy?: number };
      put(review, { scores });
    });
    expectOnly(silent, row, 'V11', /gave no score for adequacy/);
  });

  test('cannot hide that a reviewer rejected it: the verdict stands against it, and leaving it out is a gap', async () => {
    const row = plain();
    const reject = (events: ForgedEvent[]): void =>
      put(eventsOf(events, row, 'review.signed')[1], { verdict: 'reject' });
    expectOnly(await verifyForged(reject), row, 'V11', /said "reject"/);
    const omitted = await release.verifyTampered(async (directory) => {
      let rejection = -1;
      await forge(directory, release.signer, (events) => {
        reject(events);
        rejection = events.indexOf(eventsOf(events, row, 'review.signed')[1] as ForgedEvent); // reject has found it
      });
      await rewrite(directory, openingsFile, (lines) => lines.filter((line) => JSON.parse(line).index !== rejection));
    });
    expect(omitted).toMatchObject({ exitCode: 1, first: { check: 'V9', record: row.id } });
  });

  test('cannot use the review of somebody revoked before it, nor of one who was not entitled', async () => {
    const row = plain();
    const revoked = await verifyForged((events) => {
      const [review] = eventsOf(events, row, 'review.signed');
      const account = review?.data.reviewer ?? '';
      const roles = ['reviewer', 'ethics-reviewer'];
      addBefore(events, review, 'reviewer.revoked', { account });
      const next = events.find(
        (event) => event.subj !== row._cts.subj && events.indexOf(event) > events.indexOf(review as ForgedEvent),
      );
      addBefore(events, next, 'reviewer.enrolled', enrolment(events, account, roles));
    });
    expectOnly(revoked, row, 'V11', /was not enrolled as ethics-reviewer at that time/);
    const another = await verifyForged((events) =>
      put(eventsOf(events, row, 'review.signed')[0], { reviewer: 'nobody' }),
    );
    expectOnly(another, row, 'V11', /nobody was not enrolled as ethics-reviewer/);
  });

  test('cannot seal an example that nobody approved, or nobody reviewed', async () => {
    const row = plain();
    const unreviewed = await verifyForged((events) => {
      for (const review of eventsOf(events, row, 'review.signed')) events.splice(events.indexOf(review), 1);
    });
    expectOnly(unreviewed, row, 'V11', /0 entitled people reviewed it, the policy asks for 2/);
    const withdrawn = await verifyForged((events) => {
      const [approval] = eventsOf(events, row, 'example.approved');
      const at = events.indexOf(approval as ForgedEvent);
      events.splice(at + 1, 0, { ...(approval as ForgedEvent), type: 'example.withdrawn' });
    });
    expectOnly(withdrawn, row, 'V9', /it was withdrawn at the end of its history/);
  });

  test('cannot change the order of edits once the result is signed', async () => {
    const row = edited();
    const added: TraceEdit[] = ['First of all.', 'Then this.'].map((text) => ({ op: 'insert', after: 0, text }));
    const outcome = async (order: (edits: object[]) => object[]): Promise<VerifyReport> =>
      release.verifyTampered(async (directory) => {
        let text = '';
        await forge(directory, release.signer, (events) => {
          const approval = eventsOf(events, row, 'example.approved').at(-1);
          const review = eventsOf(events, row, 'review.signed').find((one) => one.data.id === approval?.data.review);
          const trace = eventsOf(events, row, 'generation.recorded').find(
            (one) => one.data.trace === review?.data.traceId,
          );
          const parsed = parseTrace(String(trace?.data.text));
          const edits = [...((review?.data.edits ?? []) as TraceEdit[]), ...added].map((edit) => ({
            reason: 'wrong-fact',
            ...edit,
          }));
          text = parsed.state === 'well-formed' ? renderTrace(applyEdits(parsed.trace, edits)) : '';
          const resultSha256 = sha256Hex(text);
          for (const event of [approval, ...eventsOf(events, row, 'edit.signed')]) put(event, { resultSha256 });
          put(review, { resultSha256, edits: order(edits) });
        });
        const rename = (key: string, file: string): Promise<void> =>
          rewrite(directory, file, (lines) =>
            lines.map((line) => {
              const value = JSON.parse(line);
              return value._cts.subj === row._cts.subj
                ? canonicalJson({ ...value, [key]: [{ role: 'assistant', content: text }] })
                : line;
            }),
          );
        await rename('completion', trainFile);
        await rename('chosen', 'data/preferences.jsonl');
        await forge(directory, release.signer, () => undefined);
      });
    expect(await outcome((edits) => edits)).toMatchObject({ exitCode: 0 });
    const swapped = await outcome((edits) => [...edits.slice(0, -2), ...edits.slice(-2).reverse()]);
    expectOnly(swapped, row, 'V10', /applied to the recorded trace, do not give the approved text/);
  });

  test('cannot pass an envelope signed by an unknown key', async () => {
    const row = plain();
    const report = await verifyForged((events) => {
      Object.assign(eventsOf(events, row, 'review.signed')[0] ?? {}, { signer: stranger });
    });
    expectOnly(report, row, 'V8', /signed by no key enrolled at leaf \d+/);
  });

  test('cannot go on signing with a key that was retired', async () => {
    const row = rows.at(-1) as Row; // of the example's 40
    const rotate = (late: boolean) => (events: ForgedEvent[]) => {
      const [first] = eventsOf(events, row, 'review.signed');
      const { publicKey } = stranger;
      const retires = keyFingerprint(release.signer.publicKey);
      const key = { keyid: keyFingerprint(publicKey), publicKey: toBase64(publicKey), retires };
      addBefore(events, first, 'key.rotated', key);
      for (const event of events.slice(events.indexOf(first as ForgedEvent))) event.signer = stranger;
      if (late && first !== undefined) first.signer = release.signer;
    };
    expect(await verifyForged(rotate(false))).toMatchObject({ exitCode: 0 });
    expectOnly(await verifyForged(rotate(true)), row, 'V8', /signed by no key enrolled at leaf \d+/);
  });

  test('cannot sign text that readers could take for two different things', async () => {
    const row = plain();
    const garbled = (garble: (statement: string) => string): Promise<VerifyReport> =>
      verifyForged((events) => {
        Object.assign(eventsOf(events, row, 'review.signed')[0] ?? {}, { garble });
      });
    const twice = await garbled((text) => text.replace('"verdict":', '"verdict":"reject","verdict":'));
    expectOnly(twice, row, 'V8', /"verdict" twice in one object/);
    const surrogate = await garbled((text) => text.replace('"verdict":', '"aside":"\\ud800","verdict":'));
    expectOnly(surrogate, row, 'V8', /lone surrogate/);
  });
});

/** Changes the line of the first opening of a row's chain. */
function changeLine(directory: string, row: Row, change: (line: string) => string): Promise<void> {
  return rewrite(directory, openingsFile, (lines) => {
    const at = lines.findIndex((line) => {
      const { leaf } = JSON.parse(line) as OpeningLine;
      return Buffer.from(leaf, 'base64').includes(row._cts.subj);
    });
    return lines.with(at, change(lines[at] ?? ''));
  });
}

describe('evidence in another spelling', () => {
  test.each<[string, (line: string) => string]>([
    ['base64 with a line break', (line) => line.replace('"leaf":"', '"leaf":"\\n')],
    ['base64 in the other alphabet or without padding', (line) => line.replace(/("leaf":"[^"=]*)(=*")/, '$1"')],
    ['a name twice', (line) => line.replace('"index":', '"index":0,"index":')],
    ['a lone surrogate', (line) => line.replace('"index":', '"aside":"\\udc00","index":')],
    ['a position with a leading zero', (line) => line.replace('"index":', '"index":0')],
    ['a position that is no whole number', (line) => line.replace(/"index":(\d+)/, '"index":$1.5')],
  ])('of an opening is refused: %s', async (_, change) => {
    for (const row of rows) {
      const report = await release.verifyTampered((directory) => changeLine(directory, row, change));
      const unchanged = report.exitCode === 0; // a leaf that fills its last three bytes has no padding to leave out
      if (unchanged) continue;
      expect(report).toMatchObject({ exitCode: 1, first: { check: 'V6', record: row.id } });
      return;
    }
    throw new Error('no opening could be changed so');
  });

  test('of a row is refused and the row named: a name twice, a lone surrogate', async () => {
    const row = rows[6] as Row;
    for (const change of ['"v":"cts-row/1","v":', '"w":"\\ud800","v":']) {
      const report = await release.verifyTampered((directory) =>
        rewrite(directory, trainFile, (lines) => lines.with(6, (lines[6] ?? '').replace('"v":', change))),
      );
      expect(report).toMatchObject({ exitCode: 1, first: { check: 'V12', record: row.id } });
      expect(report.findings.map((one) => one.problem).join()).toMatch(/twice in one object|lone surrogate/);
    }
  });

  test('of the signed head is refused: a size with leading zeros, a root in another base64', async () => {
    const { origin } = release.app.services.ledger;
    const sign = (text: string): Promise<string> => signNote(text, [logNoteSigner(origin, release.signer)]);
    const [, size = '', root = ''] = (await linesOf(release.sealed, 'provenance/checkpoint')) as string[];
    const last = root.at(-2) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const strayBits = `${root.slice(0, -2)}${alphabet[alphabet.indexOf(last) + 1]}=`;
    expect(Buffer.from(strayBits, 'base64')).toEqual(Buffer.from(root, 'base64'));
    for (const text of [
      `${origin}\n0${size}\n${root}\n`,
      `${origin}\n${size}\n${strayBits}\n`,
      `${origin}\n${size}\n${root.slice(0, -1)}\n`,
    ]) {
      const note = await sign(text);
      const report = await release.verifyTampered((directory) =>
        writeFile(join(directory, 'provenance/checkpoint'), note),
      );
      expect(report).toMatchObject({ exitCode: 1, first: { check: 'V4', place: 'provenance/checkpoint' } });
    }
  });
});

describe('another log', () => {
  test('every tile and every bundle counts: a changed, cut or missing one is found', async () => {
    const tiles = join(release.sealed, 'provenance/tile');
    const files = (await readdir(tiles, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const path = join(file.parentPath, file.name).slice(release.sealed.length + 1);
      const { length } = await readFile(join(release.sealed, path));
      for (const tamper of [
        async (target: string) => {
          const bytes = await readFile(target);
          await writeFile(target, bytes.with(length - 1, (bytes[length - 1] ?? 0) ^ 1));
        },
        (target: string) => truncate(target, length - 1),
        (target: string) => rm(target),
      ]) {
        const report = await release.verifyTampered((directory) => tamper(join(directory, path)));
        expect([path, report.exitCode, failedChecks(report)]).toEqual([path, 1, expect.arrayContaining(['V5'])]);
      }
    }
  });

  test('an old head with its own tiles does not reach the seal', async () => {
    const { log } = release.app.services.sequencer;
    const report = await release.verifyTampered(async (directory) => {
      await writeFile(join(directory, 'provenance/checkpoint'), release.olderCheckpoint);
      await rm(join(directory, 'provenance/tile'), { recursive: true });
      const logFiles = join(release.app.root, 'log');
      await cp(join(logFiles, 'tile'), join(directory, 'provenance/tile'), { recursive: true });
    });
    expect(log.checkpoint()).not.toBe(release.olderCheckpoint);
    expect(report).toMatchObject({ exitCode: 1, first: { check: 'V6', record: 'system' } });
  });

  test('a fork of the same size, signed with the real key and with tiles of its own, shows another leaf for the record', async () => {
    const row = plain();
    const fork = await release.copy((directory) =>
      forge(directory, release.signer, (events) =>
        put(eventsOf(events, row, 'review.signed')[0], { comment: 'another' }),
      ),
    );
    const forked = await verifyExport(fork);
    expect(forked.exitCode).toBe(0); // each branch is in itself in order: only a witness or another head tells
    const report = await release.verifyTampered(async (directory) => {
      for (const name of ['checkpoint', 'tile']) {
        await rm(join(directory, 'provenance', name), { recursive: true });
        await cp(join(fork, 'provenance', name), join(directory, 'provenance', name), { recursive: true });
      }
    });
    expect(report.exitCode).toBe(1);
    expect(failedChecks(report)).not.toContain('V4');
    expect(failedChecks(report)).not.toContain('V5');
    expect(report.findings.map((one) => [one.check, one.record])).toContainEqual(['V6', row.id]);
  });

  test('a head and a policy of another origin do not make the history that of another log', async () => {
    const origin = 'cts.example/other';
    const { size, root } = release.app.services.sequencer.log.head();
    const note = await signNote(checkpointText(origin, { size, root }), [logNoteSigner(origin, release.signer)]);
    const vkey = formatVkey(verifierKey(origin, 1, release.signer.publicKey));
    const tamper = (directory: string): Promise<void> => writeFile(join(directory, 'provenance/checkpoint'), note);
    expect(await release.verifyTampered(tamper)).toMatchObject({ exitCode: 1, first: { check: 'V4' } });
    const moved = await release.verifyTampered(async (directory) => {
      await tamper(directory);
      await writeFile(join(directory, 'provenance/policy.txt'), `log ${vkey}\nquorum none\n`);
    });
    expect(moved).toMatchObject({ exitCode: 1, first: { check: 'V9' } });
    expect(moved.first?.problem).toMatch(/do not begin with the system chain of this log/);
  });

  test('a witness whose cosignature is missing makes it incomplete, one whose cosignature is wrong makes it fail', async () => {
    const policy = join(release.scratch, 'witnessed.txt');
    const key = verifierKey('witness.example/w1', 4, signerFromSeed(Buffer.alloc(32, 6)).publicKey);
    const log = formatVkey(release.app.services.sequencer.log.key);
    await writeFile(policy, `log ${log}\nwitness w1 ${formatVkey(key)}\nquorum w1\n`);
    const missing = await verifyExport(release.sealed, { policy });
    expect(missing).toMatchObject({ exitCode: 3, first: { check: 'V4', place: 'provenance/checkpoint' } });
    const line = `— ${key.name} ${toBase64(Buffer.concat([key.id, Buffer.alloc(72, 1)]))}\n`;
    const wrong = await release.verifyTampered(
      async (directory) => {
        const path = join(directory, 'provenance/checkpoint');
        await writeFile(path, `${await readFile(path, 'utf8')}${line}`);
      },
      { policy },
    );
    expect(wrong).toMatchObject({ exitCode: 1, first: { check: 'V4' } });
  });
});
