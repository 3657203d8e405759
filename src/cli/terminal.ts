import type { JobRun } from '../jobs/schema.ts';

/**
 * What commands say. With `--json` exactly one JSON document goes to stdout and people's text to stderr; without it
 * people's text goes to stdout. Progress always goes to stderr.
 */
export type Terminal = {
  say(line: string): void;
  /** The result of the command: for programs as JSON, for people as lines. */
  result(value: unknown, lines: string[]): void;
  progress(label: string): (run: Pick<JobRun, 'done' | 'total' | 'unit' | 'message'>) => void;
  /** Writes lines in the place of those that it wrote before; absent where people are not at a terminal. */
  screen?: (lines: string[]) => void;
  /** Ends a progress line. */
  done(): void;
};

/** Without a terminal, progress is a line this often, not one a change. */
const lineMilliseconds = 10_000;

type Output = { write(text: string): unknown; isTTY?: boolean; columns?: number };

export function terminal(json: boolean, out: Output, err: Output): Terminal {
  let open = false;
  const end = (): void => {
    if (open) err.write('\n');
    open = false;
  };
  return {
    say: (line) => {
      end();
      (json ? err : out).write(`${line}\n`);
    },
    result: (value, lines) => {
      end();
      out.write(json ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''));
    },
    progress: (label) => {
      const started = Date.now();
      let first: number | undefined;
      let last = '';
      let printed = 0;
      return (run) => {
        if (run.total === undefined && run.done === 0 && run.message === '') return;
        first ??= run.done;
        const line = `${label} ${progressText(run, run.done - first, (Date.now() - started) / 1000)}`;
        const news = `${run.done}/${run.total} ${run.message}`;
        if (err.isTTY !== true && news === last) return;
        last = news;
        if (err.isTTY === true) {
          err.write(`\r\u001b[2K${line}`);
          open = true;
        } else if (run.done === run.total || Date.now() - printed >= lineMilliseconds) {
          err.write(`${line}\n`);
          printed = Date.now();
        }
      };
    },
    ...(json || out.isTTY !== true ? {} : { screen: screenOn(out) }),
    done: end,
  };
}

/** Redraws its lines in place; one that does not fit is cut, because a broken one would count as two. */
function screenOn(out: Output): (lines: string[]) => void {
  let drawn = 0;
  return (lines) => {
    const width = out.columns ?? 80;
    const up = drawn === 0 ? '' : `\u001b[${drawn}A`;
    out.write(`${up}${lines.map((line) => `\u001b[2K${[...line].slice(0, width - 1).join('')}\n`).join('')}\u001b[J`);
    drawn = lines.length;
  };
}

/** Bar, count, rate and time left, for example `███░░░ 42/100 traces · 12.0/s · 5 s left`. */
export function progressText(
  run: Pick<JobRun, 'done' | 'total' | 'unit' | 'message'>,
  since: number,
  seconds: number,
): string {
  const rate = seconds > 0 ? since / seconds : 0;
  const parts = [`${run.done}${run.total === undefined ? '' : `/${run.total}`} ${run.unit}`];
  if (rate > 0) parts.push(`${rate >= 10 ? rate.toFixed(0) : rate.toFixed(2)}/s`);
  if (rate > 0 && run.total !== undefined && run.done < run.total)
    parts.push(`${duration((run.total - run.done) / rate)} left`);
  if (run.message !== '') parts.push(run.message);
  return `${bar(run)}${parts.join(' · ')}`;
}

function bar({ done, total }: Pick<JobRun, 'done' | 'total'>): string {
  if (total === undefined || total === 0) return '';
  const width = 20;
  const filled = Math.min(width, Math.round((done / total) * width));
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} `;
}

/** Seconds as people say them: `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}
