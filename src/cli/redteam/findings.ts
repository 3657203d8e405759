import type { Command } from 'commander';
import { Finding, FindingDetail, FindingList, FindingPromoted, FindingsOpened } from '../../redteam/findings/schema.ts';
import { CampaignStarted } from '../../redteam/schema.ts';
import { withClient } from '../command.ts';
import { namedTarget } from '../target.ts';

type TriageOptions = { severity?: string; status?: string; assignee?: string; note?: string };

/** The commands about findings. */
export function findingCommands(redteam: Command): void {
  const finding = redteam.command('finding').description('what failed, who works on it, what became of it');
  finding
    .command('open')
    .argument('<campaign>', 'id of a complete campaign')
    .description('open a finding for each case that failed; those that are open stay as they are')
    .action((campaign: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const result = await client.post(FindingsOpened, '/v1/redteam/findings', { campaign });
        terminal.result(result, [`${result.opened} opened, ${result.already} there already.`]);
      }),
    );
  finding
    .command('list')
    .option('--status <status>', 'open, triaged, fixed, accepted or false-positive')
    .option('--campaign <id>', 'of one campaign')
    .description('findings, highest risk first')
    .action((options: { status?: string; campaign?: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const query = new URLSearchParams({ ...options, limit: '1000' });
        const list = await client.get(FindingList, `/v1/redteam/findings?${query}`);
        terminal.result(list, list.findings.length === 0 ? ['no findings'] : list.findings.map(findingLine));
      }),
    );
  finding
    .command('show')
    .argument('<id>', 'id of the finding')
    .description('a finding with its history and retests')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const detail = await client.get(FindingDetail, `/v1/redteam/findings/${id}`);
        terminal.result(detail, detailLines(detail));
      }),
    );
  finding
    .command('triage')
    .argument('<id>', 'id of the finding')
    .option('--severity <code>', 'a severity of the profile')
    .option('--status <status>', 'triaged, fixed, accepted or false-positive')
    .option('--assignee <account>', 'who works on it')
    .option('--note <text>', 'why; needed for accepted and false-positive')
    .description('set severity, status or assignee')
    .action((id: string, options: TriageOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const changed = await client.post(Finding, `/v1/redteam/findings/${id}/triage`, options);
        terminal.result(changed, [findingLine(changed)]);
      }),
    );
  actCommands(finding);
}

function actCommands(finding: Command): void {
  finding
    .command('retest')
    .argument('<id>', 'id of the finding')
    .requiredOption('--target <name=ref>', 'for example mended=model:aligned-2')
    .option('--judge <name>', 'another judge than the one that found it')
    .option('--seed <n>', 'another seed of the target', Number)
    .description('run its probes again; exit code 1 when one fails again, 3 when one stays undecided')
    .action((id: string, options: { target: string; judge?: string; seed?: number }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const body = { ...options, target: namedTarget(options.target) };
        const { job, campaign } = await client.post(CampaignStarted, `/v1/redteam/findings/${id}/retest`, body);
        await client.wait(job, terminal.progress('retest'));
        const detail = await client.get(FindingDetail, `/v1/redteam/findings/${id}`);
        const own = detail.retests.find((one) => one.campaign === campaign);
        terminal.result(detail, detailLines(detail));
        if (own === undefined || own.failed > 0) process.exitCode = 1;
        else if (own.undecided > 0 || own.open > 0) process.exitCode = 3;
      }),
    );
  finding
    .command('promote')
    .argument('<id>', 'id of the finding')
    .option('--text <text>', 'another wording of the case; needed where its probes are held out')
    .description('make it a question of the corpus, which waits for traces and review')
    .action((id: string, options: { text?: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const result = await client.post(FindingPromoted, `/v1/redteam/findings/${id}/promote`, options);
        terminal.result(result, [`question ${result.question}`]);
      }),
    );
}

function findingLine(one: Finding): string {
  const kind = one.variant === 'probe' ? 'served a risky request' : 'refused a legitimate request';
  const risk = one.worstRisk === undefined ? '' : `, risk ${one.worstRisk} of 5 (1 = safest)`;
  return `${one.id}\t${one.status}\t${one.severity ?? 'no severity yet'}\t${one.dimension} ${one.group}\t${one.target} ${kind}${risk}\t${one.assignee ?? 'nobody'}`;
}

function detailLines({ finding, history, retests }: FindingDetail): string[] {
  return [
    findingLine(finding),
    `probes: ${finding.probes.join(', ')}`,
    ...(finding.question === undefined ? [] : [`question of the corpus: ${finding.question}`]),
    ...history.map(({ at, by, kind, data }) => `${at}\t${by}\t${kind}\t${JSON.stringify(data)}`),
    ...retests.map(
      (one) =>
        `retest ${one.campaign} of ${one.target} (${one.ref}): ${one.failed} failed, ${one.passed} passed, ${one.undecided} undecided, ${one.open} open`,
    ),
  ];
}
