import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { exitCode } from '../../core/error.ts';
import type { RunState } from '../../training/schema.ts';
import type { Watch } from '../../training/watch/rule-schema.ts';
import { parseRule } from '../../training/watch/rule-text.ts';
import { type Alarm, AlarmList, RunSeries, RunSummaries, type SeriesPoint } from '../../training/watch/schema.ts';
import type { Client } from '../client.ts';
import { withClient } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { alarmLine, stepLine, watchLines } from './watch-lines.ts';

const pollMilliseconds = 2000;
/** Without a terminal, a line of figures at most this often. */
const lineMilliseconds = 10_000;

type RuleOptions = { stopRule: string[] | undefined; warnRule: string[] | undefined; defaultRules: boolean };

/** What a run is to be watched for; absent where the default rules are all. */
export function rulesFrom({ stopRule = [], warnRule = [], defaultRules }: RuleOptions): Watch | undefined {
  if (stopRule.length + warnRule.length === 0 && defaultRules) return undefined;
  const rules = [
    ...stopRule.map((text) => parseRule(text, 'stop')),
    ...warnRule.map((text) => parseRule(text, 'warn')),
  ];
  return { rules, defaults: defaultRules };
}

export function watchCommand(train: Command): void {
  train
    .command('watch')
    .argument('<run>', 'name of the run')
    .description('figures and alarms of a run while it goes on; ends with it')
    .action((name: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal, options }) => {
        if (options.json !== true) process.exitCode = await follow(client, name, terminal);
        else {
          const [series, alarms] = [await readSeries(client, name), await readAlarms(client, name)];
          terminal.result({ ...series, ...alarms }, []);
          process.exitCode = exitOf(series.state, alarms.alarms);
        }
      }),
    );
}

/** Shows a run until it has ended; the exit code of how it did. */
async function follow(client: Client, name: string, terminal: Terminal): Promise<number> {
  const points = new Map<number, SeriesPoint>();
  let known: RunSeries | undefined;
  let told = 0;
  let printed = 0;
  for (;;) {
    const series = await readSeries(client, name, known);
    if (series.width !== known?.width) points.clear();
    for (const point of series.points) points.set(point.from, point);
    const { alarms, canaries } = await readAlarms(client, name);
    const ended = series.state !== 'running' && series.state !== 'specified';
    if (terminal.screen !== undefined)
      terminal.screen(watchLines({ ...series, points: [...points.values()] }, { alarms, canaries }));
    else {
      for (const alarm of alarms.slice(told)) terminal.say(alarmLine(alarm));
      told = alarms.length;
      if (series.last !== known?.last && (ended || Date.now() - printed >= lineMilliseconds)) {
        terminal.say(stepLine(series, series.points.at(-1)));
        printed = Date.now();
      }
    }
    if (ended) {
      const { runs } = await client.get(RunSummaries, '/v1/training/summaries');
      const error = runs.find((run) => run.name === series.run)?.error;
      terminal.say(`${series.run} is ${series.state}${error === undefined ? '.' : `: ${error}`}`);
      return exitOf(series.state, alarms);
    }
    known = series;
    await sleep(pollMilliseconds);
  }
}

function readSeries(client: Client, name: string, known?: RunSeries): Promise<RunSeries> {
  const news = known === undefined ? '' : `?after=${known.last}&width=${known.width}`;
  return client.get(RunSeries, `/v1/training/runs/${name}/series${news}`);
}

function readAlarms(client: Client, name: string): Promise<AlarmList> {
  return client.get(AlarmList, `/v1/training/runs/${name}/alarms`);
}

/** 0 succeeded or not over yet · 1 stopped by a rule · 3 stopped by somebody or by its time limit · 4 failed. */
function exitOf(state: RunState, alarms: readonly Alarm[]): number {
  if (state === 'failed') return exitCode('unavailable');
  if (state !== 'stopped') return 0;
  const byRule = alarms.some((alarm) => alarm.action === 'stop' && alarm.acknowledged === undefined);
  return exitCode(byRule ? 'check_failed' : 'incomplete');
}
