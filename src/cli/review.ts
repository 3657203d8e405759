import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { AppError } from '../core/error.ts';
import { PanelCase } from '../review/schema.ts';
import { ExportedReview, PanelLine, ReviewLine, TransferReport } from '../review/transfer-schema.ts';
import type { Client } from './client.ts';
import { withClient } from './command.ts';
import { readJsonLines } from './json-lines.ts';
import { qualityCommands } from './review-quality.ts';

export function reviewCommands(program: Command): void {
  const review = program.command('review').description("clinicians' and ethics reviewers' work");
  review
    .command('queue')
    .description('what waits for the account of the token')
    .option('--limit <n>', 'at most so many', (text) => Number(text), 50)
    .action((options: { limit: number }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { items } = await client.get(Queue, `/v1/reviews/queue?limit=${options.limit}`);
        terminal.result(
          { items },
          items.length === 0 ? ['Nothing waits.'] : items.map((item) => `${item.instance}\tround ${item.round}`),
        );
      }),
    );
  review
    .command('import')
    .argument('<file...>', 'JSON Lines; lines with votes are panel cases')
    .description('take over reviews and panel decisions made elsewhere')
    .action((files: string[], _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const total = await importFiles(client, files);
        terminal.result(total, transferLines(total));
        if (total.refused > 0) process.exitCode = 1;
      }),
    );
  review
    .command('export')
    .requiredOption('--out <file>', 'JSON Lines file to write')
    .description('all reviews with their history')
    .action((options: { out: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const lines: string[] = [];
        for (let after: string | undefined; ; ) {
          const page = await client.get(
            ExportPage,
            `/v1/reviews/export${after === undefined ? '' : `?after=${after}`}`,
          );
          lines.push(...page.reviews.map((one) => JSON.stringify(one)));
          after = page.next;
          if (after === undefined) break;
        }
        await writeFile(options.out, lines.map((line) => `${line}\n`).join(''));
        terminal.result({ reviews: lines.length, out: options.out }, [
          `${lines.length} reviews written to ${options.out}.`,
        ]);
      }),
    );
  qualityCommands(review);
  review
    .command('panel')
    .description('panel cases and their votes')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { cases } = await client.get(Cases, '/v1/reviews/panel?limit=1000');
        terminal.result(
          { cases },
          cases.map(
            (one) =>
              `${one.id}\t${one.trigger}\t${one.state}${one.decision === undefined ? '' : `\t${one.decision.decision}: ${one.decision.rationale}`}`,
          ),
        );
      }),
    );
}

const Queue = z.object({ items: z.array(z.object({ instance: z.uuid(), round: z.int() })) });
const Cases = z.object({ cases: z.array(PanelCase) });
const ExportPage = z.object({ reviews: z.array(ExportedReview), next: z.uuid().exactOptional() });

/** Sends review and panel lines of the files in order; reviews first, because panels decide on them. */
export async function importFiles(client: Client, files: string[]): Promise<TransferReport> {
  const reviews: ReviewLine[] = [];
  const panels: PanelLine[] = [];
  for (const file of files)
    for (const { line, value } of await readJsonLines(file)) {
      const isPanel = typeof value === 'object' && value !== null && 'votes' in value;
      if (isPanel) panels.push(parsed(PanelLine, value, `${file}:${line}`));
      else reviews.push(parsed(ReviewLine, value, `${file}:${line}`));
    }
  const total: TransferReport = { taken: 0, already: 0, waiting: 0, refused: 0, lines: [] };
  const add = (report: TransferReport): void => {
    for (const key of ['taken', 'already', 'waiting', 'refused'] as const) total[key] += report[key];
    total.lines.push(...report.lines);
  };
  const size = 1000;
  for (let at = 0; at < reviews.length; at += size)
    add(await client.post(TransferReport, '/v1/reviews/import', { reviews: reviews.slice(at, at + size) }));
  if (panels.length > 0) add(await client.post(TransferReport, '/v1/reviews/panel/import', { panels }));
  return total;
}

/** What an import of reviews amounted to, for people. */
export function transferLines(report: TransferReport): string[] {
  return [
    `${report.taken} taken, ${report.already} there already, ${report.waiting} waiting for their round, ${report.refused} refused.`,
    ...report.lines
      .filter((line) => line.outcome === 'refused')
      .map((line) => `  refused ${line.question}: ${line.reason ?? ''}`),
  ];
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AppError(
    'invalid_input',
    `${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}. Nothing was imported.`,
  );
}
