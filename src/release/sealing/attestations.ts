import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { asJson } from '../../ledger/actions.ts';
import { signEnvelope } from '../../ledger/attestations/dsse.ts';
import { type SlsaProvenance, slsaProvenanceType } from '../../ledger/attestations/slsa-provenance.ts';
import { encodeStatement, type Subject, statementPayloadType } from '../../ledger/attestations/statement.ts';
import { testResult, testResultType } from '../../ledger/attestations/test-outcome.ts';
import { type VerificationResult, verificationResultType } from '../../ledger/attestations/verification-result.ts';
import type { Signer } from '../../ledger/keys/ed25519.ts';
import { readManifest } from '../../verify/files/manifest.ts';
import type { VerifyReport } from '../../verify/verify-export.ts';
import type { Release } from '../schema.ts';

export const attestationsFile = 'provenance/release.intoto.jsonl';

const base = 'https://safemed-r1.org/cts/v1';

/** The checks that the gate of a release consists of. */
const gateChecks = ['V9', 'V10', 'V11'];

export type AttestationInput = { directory: string; release: Release; report: VerifyReport; signer: Signer };

/**
 * Writes provenance/release.intoto.jsonl: what other tools read of a release, one signed envelope a line (SLSA
 * provenance, test result of the gate, our own verification). Times are those of approval and seal, so that a release
 * always gives the same bytes. Lines can be removed unnoticed: no check hangs on them.
 */
export async function writeAttestations({ directory, release, report, signer }: AttestationInput): Promise<void> {
  const { files, bytes } = await readManifest(directory);
  const manifest = [{ name: 'MANIFEST.json', digest: { sha256: sha256Hex(bytes) } }];
  const policyFile = await readFile(join(directory, 'provenance/policy.txt'));
  const statements: [string, readonly Subject[], object][] = [
    [slsaProvenanceType, files, provenanceOf(release, report)],
    [testResultType, manifest, gateResult(release, report)],
    [verificationResultType, manifest, verificationOf(report, sha256Hex(policyFile))],
  ];
  const lines: string[] = [];
  for (const [predicateType, subject, predicate] of statements) {
    const payload = encodeStatement({ subject, predicateType, predicate: asJson(predicate) });
    lines.push(`${Buffer.from(await signEnvelope(statementPayloadType, payload, [signer])).toString()}\n`);
  }
  await writeFile(join(directory, attestationsFile), lines.join(''));
}

function provenanceOf(
  { name, input, profileDigest, approvedAt, anchor }: Release,
  report: VerifyReport,
): SlsaProvenance {
  const { origin, size, root } = report.log ?? lacking('log');
  const { sealedAt } = report.release ?? lacking('release');
  return {
    buildDefinition: {
      buildType: `${base}/release-build/v1`,
      externalParameters: asJson({ release: name, input }),
      resolvedDependencies: [
        { name: 'profile', digest: { sha256: profileDigest } },
        { name: 'log', uri: `https://${origin}`, annotations: { size, root } },
      ],
    },
    runDetails: {
      builder: { id: `${base}/release-builder/v1` },
      metadata: {
        invocationId: `${origin}#${anchor?.sealIndex ?? lacking('anchor')}`,
        startedOn: approvedAt ?? lacking('approvedAt'),
        finishedOn: sealedAt,
      },
    },
  };
}

function gateResult({ profileDigest, summary }: Release, { checks }: VerifyReport): object {
  const own = checks.filter((check) => gateChecks.includes(check.id));
  const named = (passed: boolean): string[] =>
    own.filter((check) => (check.result === 'passed') === passed).map(({ id, name }) => `${id} ${name}`);
  const { candidates, counts, excluded } = summary;
  const annotations = asJson({ candidates, passed: counts.rows, excluded });
  const configuration = [{ name: 'profile', digest: { sha256: profileDigest }, annotations }];
  return testResult(configuration, { passed: named(true), failed: named(false) });
}

function verificationOf(report: VerifyReport, policySha256: string): VerificationResult {
  const { sealedAt } = report.release ?? lacking('release');
  return {
    verifier: {
      id: `${base}/cts-verify/v1`,
      policies: [{ name: 'provenance/policy.txt', digest: { sha256: policySha256 } }],
    },
    timeCreated: sealedAt,
    properties: report.checks.filter((check) => check.result === 'passed').map((check) => `CTS_${check.id}`),
  };
}

function lacking(what: string): never {
  throw new AppError('internal', `A release that passed its verification lacks its ${what}.`);
}
