import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { AppError } from '../core/error.ts';
import { PanelCase } from '../review/schema.ts';
import { ExportedReview, PanelLine, ReviewLine, TransferReport } from '../review/transfer/schema.ts';
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
    .description('all reviews with their history, and all decided cases')
    .action((options: { out: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const counts = await writeExport(client, options.out);
        terminal.result({ ...counts, out: options.out }, [
          `${counts.reviews} reviews and ${counts.cases} decided cases written to ${options.out}.`,
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
const ReviewPage = z.object({ reviews: z.array(ExportedReview), next: z.uuid().exactOptional() });
const CasePage = z.object({ cases: z.array(PanelLine), next: z.uuid().exactOptional() });

/** Writes all reviews, then all decided cases, page by page: the file is never held in memory. */
async function writeExport(client: Client, file: string): Promise<{ reviews: number; cases: number }> {
  const out = await open(file, 'w');
  try {
    const write = (lines: unknown[]): Promise<void> =>
      out.writeFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const counts = { reviews: 0, cases: 0 };
    const from = (path: string, after: string | undefined): string =>
      after === undefined ? path : `${path}?after=${after}`;
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await client.get(ReviewPage, from('/v1/reviews/export', after));
      await write(page.reviews);
      counts.reviews += page.reviews.length;
      after = page.next;
    }
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await client.get(CasePage, from('/v1/reviews/panel/export', after));
      await write(page.cases);
      counts.cases += page.cases.length;
      after = page.next;
    }
    return counts;
  } finally {
    await out.close();
  }
}

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
