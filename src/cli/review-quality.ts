import type { Command } from 'commander';
import { GoldLine, Registered } from '../calibration/gold/schema.ts';
import { type AgreementItem, AgreementReport, SliceBy } from '../calibration/schema.ts';
import { Plan } from '../calibration/times/schema.ts';
import { AppError } from '../core/error.ts';
import { withClient } from './command.ts';
import { readJsonLines } from './json-lines.ts';

/** Agreement, gold items and the time that reviews take, as commands of `review`. */
export function qualityCommands(review: Command): void {
  review
    .command('agreement')
    .description('agreement between reviewers, per criterion and dimension')
    .option('--by <slice>', `slices: ${SliceBy.options.join(', ')}`, 'all')
    .action((options: { by: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const report = await client.get(
          AgreementReport,
          `/v1/quality/agreement?by=${encodeURIComponent(options.by)}&fresh=true`,
        );
        terminal.result(report, [
          ...report.criteria.map(itemLine),
          ...report.dimensions.map(itemLine),
          ...(report.steps === undefined ? [] : [itemLine({ item: 'steps', ...report.steps })]),
        ]);
      }),
    );
  review
    .command('plan')
    .description('hours of clinicians that a project asks for: by published estimate until 30 reviews were measured')
    .requiredOption('--instances <n>', 'how many instances')
    .requiredOption('--overlap <r>', 'reviews per instance, for example 2 or 1.2')
    .option('--minutes <lo,hi>', 'minutes of one review, lowest and highest')
    .action((options: { instances: string; overlap: string; minutes?: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const plan = await client.get(Plan, `/v1/quality/plan?${new URLSearchParams(options)}`);
        terminal.result(plan, planLines(plan));
      }),
    );
  review
    .command('gold')
    .argument('<file>', 'JSON Lines of gold items with questions and traces of their own')
    .description('import items whose right review is known')
    .action((file: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const lines = await readJsonLines(file);
        const items = lines.map(({ line, value }) => {
          const parsed = GoldLine.safeParse(value);
          if (parsed.success) return parsed.data;
          const [issue] = parsed.error.issues;
          throw new AppError(
            'invalid_input',
            `${file}:${line}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}. Nothing was imported.`,
          );
        });
        const { ids } = await client.post(Registered, '/v1/quality/gold/import', { items });
        terminal.result({ imported: ids.length, already: items.length - ids.length }, [
          `${ids.length} gold items imported, ${items.length - ids.length} were there already.`,
        ]);
      }),
    );
}

function itemLine({ item, slice, n, headline }: Pick<AgreementItem, 'item' | 'slice' | 'n' | 'headline'>): string {
  const { method, value, reason, ci95 } = headline;
  const figure = value === null ? `undefined (${reason ?? 'no reason'})` : value.toFixed(2);
  const ci = ci95 === undefined ? '' : ` [${ci95[0].toFixed(2)}, ${ci95[1].toFixed(2)}]`;
  return `${slice === undefined ? '' : `${slice === '' ? '(none)' : slice}\t`}${item}\t${method}\t${figure}${ci}\tn = ${n}`;
}

function planLines({ reviews, basis, measured, minutes, hours, clean, edited }: Plan): string[] {
  const range = ([low, high]: [number, number], digits = 0): string =>
    `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  const source = {
    'published estimate': `a working estimate, not a measurement; ${measured} reviews measured so far`,
    'stated minutes': 'the minutes stated',
    measured: `the middle half of ${measured} measured reviews`,
  }[basis];
  return [
    `${reviews} reviews of ${range(minutes, 1)} minutes: ${range(hours)} hours of clinicians (${source}).`,
    ...(clean === undefined ? [] : [`Every review clean: ${range(clean)} hours.`]),
    ...(edited === undefined ? [] : [`Every review with edits: ${range(edited)} hours.`]),
  ];
}
