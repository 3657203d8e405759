import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linesOf, type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { sha256Hex } from '../../core/hash.ts';
import { openEnvelope } from '../../ledger/attestations/dsse.ts';
import { SlsaProvenance, slsaProvenanceType } from '../../ledger/attestations/slsa-provenance.ts';
import { decodeStatement, type Statement } from '../../ledger/attestations/statement.ts';
import { TestResult, testResultType } from '../../ledger/attestations/test-outcome.ts';
import { VerificationResult, verificationResultType } from '../../ledger/attestations/verification-result.ts';
import { utf8 } from '../../ledger/bytes.ts';
import { keyFingerprint } from '../../ledger/keys/ed25519.ts';
import { verifyExport } from '../../verify/verify-export.ts';
import { releaseNamed } from '../actions.ts';
import { attestationsFile, writeAttestations } from './attestations.ts';

let release: SealedRelease;
let statements: Statement[] = [];

beforeAll(async () => {
  release = await sealRelease(['ethics']);
  const { publicKey } = release.signer;
  const keys = [{ keyid: keyFingerprint(publicKey), publicKey }];
  statements = (await linesOf(release.sealed, attestationsFile)).map((line) =>
    decodeStatement(openEnvelope(utf8(line), keys).payload),
  );
});
afterAll(() => release.close());

test('an export tells other tools how it was made, that its gate passed and what its verification found', async () => {
  expect(statements.map((one) => one.predicateType)).toEqual([
    slsaProvenanceType,
    testResultType,
    verificationResultType,
  ]);
  const [made, gate, verified] = statements.map((one) => one.predicate);
  const report = await verifyExport(release.sealed);
  const { approvedAt, summary } = await releaseNamed(await release.as('auditor'), 'one');
  expect(SlsaProvenance.parse(made)).toMatchObject({
    buildDefinition: { externalParameters: { release: 'one' } },
    runDetails: { metadata: { startedOn: approvedAt, finishedOn: report.release?.sealedAt } },
  });
  const { result, passedTests, configuration } = TestResult.parse(gate);
  expect([result, passedTests?.map((name) => name.split(' ')[0])]).toEqual(['PASSED', ['V9', 'V10', 'V11']]);
  expect(configuration[0]).toMatchObject({
    annotations: { passed: summary.counts.rows, candidates: summary.candidates },
  });
  expect(VerificationResult.parse(verified).properties).toEqual(report.checks.map((check) => `CTS_${check.id}`));
});

test('they are about the files of the manifest and the manifest itself', async () => {
  const manifest = await readFile(join(release.sealed, 'MANIFEST.json'));
  const own = [{ name: 'MANIFEST.json', digest: { sha256: sha256Hex(manifest) } }];
  expect(statements.map((one) => one.subject)).toEqual([decodeStatement(manifest).subject, own, own]);
});

test('the same release gives the same lines again, and no check hangs on them', async () => {
  const before = await linesOf(release.sealed, attestationsFile);
  const bare = await release.copy((directory) => rm(join(directory, attestationsFile)));
  const report = await verifyExport(bare);
  expect(report).toMatchObject({ exitCode: 0, findings: [] });
  await writeAttestations({
    directory: bare,
    release: await releaseNamed(await release.as('auditor'), 'one'),
    report,
    signer: release.signer,
  });
  expect(await linesOf(bare, attestationsFile)).toEqual(before);
});

test('a check that did not pass is not among the properties, and fails the gate if it is one of its checks', async () => {
  const directory = await release.copy(() => undefined);
  const passed = await verifyExport(directory);
  const checks = passed.checks.map((check) => (check.id === 'V11' ? { ...check, result: 'failed' as const } : check));
  const input = { directory, release: await releaseNamed(await release.as('auditor'), 'one'), signer: release.signer };
  await writeAttestations({ ...input, report: { ...passed, checks } });
  const [, gate, verified] = (await linesOf(directory, attestationsFile)).map((line) =>
    decodeStatement(Buffer.from(JSON.parse(line).payload, 'base64')),
  );
  expect(gate?.predicate).toMatchObject({ result: 'FAILED', failedTests: [expect.stringMatching(/^V11 /)] });
  expect(verified?.predicate.properties).not.toContain('CTS_V11');
});
