import type { Command } from 'commander';
import { DeliveryList, Webhook, WebhookList, WebhookMade } from '../webhooks/schema.ts';
import { withClient } from './command.ts';

export function webhookCommands(program: Command): void {
  const webhook = program.command('webhook').description('programs that are told, signed, of events in the log');
  webhook
    .command('add')
    .argument('<url>', 'https address, or http on this machine')
    .option('--type <type...>', 'event types, for example dataset.sealed (default: all)', [])
    .description('tell a program of events from now on; its secret is shown once')
    .action((url: string, options: { type: string[] }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const made = await client.post(WebhookMade, '/v1/webhooks', { url, types: options.type });
        terminal.result(made, [line(made.webhook), `secret: ${made.secret}`]);
      }),
    );
  webhook
    .command('list')
    .description('all webhooks and how they stand')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const list = await client.get(WebhookList, '/v1/webhooks');
        terminal.result(list, list.webhooks.map(line));
      }),
    );
  webhook
    .command('deliveries')
    .argument('<id>')
    .description('the newest deliveries of a webhook')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const list = await client.get(DeliveryList, `/v1/webhooks/${encodeURIComponent(id)}/deliveries`);
        terminal.result(
          list,
          list.deliveries.map((one) =>
            [one.leaf, one.type, one.state, `${one.attempts} attempts`, one.lastAt, one.error ?? ''].join('\t'),
          ),
        );
      }),
    );
  webhook
    .command('resume')
    .argument('<id>')
    .description('go on with a stopped webhook, from the message at which it stopped')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const resumed = await client.post(Webhook, `/v1/webhooks/${encodeURIComponent(id)}/resume`, {});
        terminal.result(resumed, [line(resumed)]);
      }),
    );
  webhook
    .command('remove')
    .argument('<id>')
    .description('send nothing to it any more, and destroy its secret')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const removed = await client.delete(Webhook, `/v1/webhooks/${encodeURIComponent(id)}`);
        terminal.result(removed, [`Removed ${removed.id} (${removed.url}).`]);
      }),
    );
}

function line(one: Webhook): string {
  const types = one.types.length === 0 ? 'all events' : one.types.join(', ');
  const state = one.stopReason === undefined ? one.state : `${one.state}: ${one.stopReason}`;
  return [one.id, one.url, types, state, `next leaf ${one.cursor}`].join('\t');
}
