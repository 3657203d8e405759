import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { Command } from 'commander';
import { findWorkspace, type Workspace } from '../context/workspace.ts';
import { AppError, messageOf } from '../core/error.ts';
import { AuditReport } from '../release/schema.ts';
import { reportText } from '../verify/print.ts';
import { proofText, readProofFile } from '../verify/proof-file.ts';
import { type VerifyReport, verifyExport } from '../verify/verify-export.ts';
import { clientOf } from './client.ts';
import { type Invocation, invocation, withClient } from './command.ts';
import { type Connection, connect } from './connection.ts';

type VerifyOptions = { policy?: string; record?: string; offline?: boolean };

export function verifyCommands(program: Command): void {
  program
    .command('verify')
    .argument('<path>', 'an exported release, or a proof file (.tlog-proof)')
    .option('--policy <file>', 'keys and quorum that you trust; without it those of the export')
    .option('--record <id>', 'also tell how this row came into the release')
    .option('--offline', 'do not compare with the database when the release lies in its workspace')
    .description('check a release: digests, signatures, log, every history, every edit, the gate')
    .action(async (directory: string, options: VerifyOptions, command: Command) => {
      const inv = invocation(command);
      const { policy, record } = options;
      if (existsSync(directory) && statSync(directory).isFile()) {
        const proof = await readProofFile(directory, policy);
        inv.terminal.result(proof, [proofText(proof).trimEnd()]);
        process.exitCode = proof.exitCode;
        return;
      }
      const report = await verifyExport(directory, {
        ...(policy === undefined ? {} : { policy }),
        ...(record === undefined ? {} : { record }),
      });
      const audit = options.offline === true ? undefined : await auditOwn(inv, directory, report);
      const lines = [reportText(report).trimEnd(), ...(audit === undefined ? [] : auditLines(audit))];
      inv.terminal.result({ ...report, ...(audit === undefined ? {} : { audit }) }, lines);
      process.exitCode = audit !== undefined && audit.findings.length > 0 ? 1 : report.exitCode;
    });

  program
    .command('audit')
    .description('compare every row of the database with its signed event, and every event with the log')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const audit = await client.get(AuditReport, '/v1/audit');
        terminal.result(audit, auditLines(audit));
        if (audit.findings.length > 0) process.exitCode = 1;
      }),
    );
}

/** The audit of the database behind a release that still lies in the workspace that made it; undefined elsewhere. */
async function auditOwn(inv: Invocation, directory: string, report: VerifyReport): Promise<AuditReport | undefined> {
  const workspace = workspaceOf(realpathSync(directory));
  if (workspace === undefined || report.release === undefined) return undefined;
  let connection: Connection | undefined;
  try {
    connection = await connect({ workspace: () => workspace });
    return await clientOf(connection).get(AuditReport, `/v1/releases/${report.release.name}/audit`);
  } catch (error) {
    // The offline verdict stands by itself; that the database could not be compared is said, not hidden.
    inv.terminal.say(`The database of the workspace was not compared: ${messageOf(error)}`);
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'conflict')) return undefined;
    throw error;
  } finally {
    await connection?.close();
  }
}

function workspaceOf(directory: string): Workspace | undefined {
  try {
    const workspace = findWorkspace(dirname(directory));
    const inside = relative(realpathSync(workspace.releases), directory);
    return inside.startsWith('..') || inside.includes(sep) ? undefined : workspace;
  } catch {
    return undefined; // no workspace above: an export that was taken elsewhere
  }
}

function auditLines(audit: AuditReport): string[] {
  return [
    `Database: ${audit.rows} rows compared with ${audit.events} signed events${audit.pending > 0 ? `, ${audit.pending} events wait for the log` : ''}.`,
    ...audit.findings.map((finding) => `  ${finding.record} · event ${finding.seq} · ${finding.problem}`),
    audit.findings.length === 0
      ? 'The database agrees with what was signed.'
      : `NOT in agreement: first ${audit.findings[0]?.record}: ${audit.findings[0]?.problem}.`,
  ];
}
