import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { ExportReply, Release } from '../release/schema.ts';
import { withClient } from './command.ts';

export function releaseCommands(program: Command): void {
  const release = program.command('release').description('frozen, signed data sets');
  release
    .command('create')
    .argument('<name>')
    .option('--dataset <name>', 'only questions of this dataset')
    .option('--licence <spdx...>', 'only these licences')
    .description('draft a release: who passes the published gate, who does not and why')
    .action((name: string, options: { dataset?: string; licence?: string[] }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { dataset, licence } = options;
        const body = {
          name,
          ...(dataset === undefined ? {} : { dataset }),
          ...(licence === undefined ? {} : { licences: licence }),
        };
        const made = await client.post(Release, '/v1/releases', body);
        terminal.result(made, releaseLines(made));
      }),
    );
  release
    .command('approve')
    .argument('<name>')
    .description('seal a draft in the log and write its export (release approver, not its steward)')
    .action((name: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const made = await client.post(Release, `/v1/releases/${name}/approval`, {});
        terminal.result(made, releaseLines(made));
      }),
    );
  release
    .command('list')
    .description('all releases')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { releases } = await client.get(z.object({ releases: z.array(Release) }), '/v1/releases');
        terminal.result(
          { releases },
          releases.map((one) => `${one.name}\t${one.state}\t${one.summary.counts.rows} rows`),
        );
      }),
    );
  release
    .command('show')
    .argument('<name>')
    .description('one release')
    .action((name: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const one = await client.get(Release, `/v1/releases/${name}`);
        terminal.result(one, releaseLines(one));
      }),
    );
  release
    .command('export')
    .argument('<name>')
    .requiredOption(
      '--format <format>',
      'for example trl-sft, trl-grpo, ms-swift-sft, llama-factory-sft, verl-grpo, openrlhf-dpo',
    )
    .requiredOption('--out <dir>', 'directory to write')
    .description("the release in a training engine's own form")
    .action((name: string, options: { format: string; out: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { format, out } = options;
        const reply = await client.post(ExportReply, `/v1/releases/${name}/exports`, { format });
        await mkdir(out, { recursive: true });
        for (const file of reply.files) {
          const response = await client.download(`/v1/releases/${name}/exports/${format}/files/${file.name}`);
          await writeFile(join(out, file.name), new Uint8Array(await response.arrayBuffer()));
        }
        terminal.result(
          { ...reply, path: resolve(out) },
          reply.files.map((file) => `${join(out, file.name)}\t${file.lines} lines\t${file.sha256}`),
        );
      }),
    );
}

function releaseLines(release: Release): string[] {
  const { counts, excluded, byKind, byLanguage } = release.summary;
  const list = (of: Record<string, number>): string =>
    Object.entries(of)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ');
  return [
    `${release.name} (${release.state}): ${counts.rows} rows, ${counts.train} train, ${counts.validation} validation, ${counts.preferences} preference pairs`,
    `  ${list(byKind)}; ${list(byLanguage)}; left out: ${list(excluded) || 'none'}`,
    ...(release.path === undefined ? [] : [`  ${release.path}`, `  safemed verify ${release.path}`]),
  ];
}
