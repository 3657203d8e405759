import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Stage = z.object({
  name: z.string(),
  seconds: z.number(),
  status: z.enum(['done', 'running']),
  result: z.json().exactOptional(),
});
const JournalFile = z.object({
  startedAt: z.string(),
  seed: z.int(),
  base: z.string(),
  quick: z.boolean(),
  stages: z.array(Stage),
});
export type JournalFile = z.infer<typeof JournalFile>;

export type Settings = Pick<JournalFile, 'seed' | 'base' | 'quick'>;

/**
 * What of the demonstration is finished, in a file that survives `kill -9`. A finished stage is not repeated; an
 * interrupted one is entered again and resumes from the system's own records.
 */
export type Journal = {
  readonly file: JournalFile;
  /** Runs a stage unless it is done; returns its (recorded) result. */
  stage<T extends z.ZodType>(name: string, result: T, work: () => Promise<z.output<T>>): Promise<z.output<T>>;
};

export function openJournal(path: string, settings: Settings, now: () => Date, say: (line: string) => void): Journal {
  const file: JournalFile = existsSync(path)
    ? JournalFile.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { startedAt: now().toISOString(), ...settings, stages: [] };
  const save = (): void => {
    writeFileSync(`${path}.new`, `${JSON.stringify(file, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  };
  save();
  return {
    file,
    stage: async (name, schema, work) => {
      const known = file.stages.find((stage) => stage.name === name);
      if (known?.status === 'done') {
        say(`✓ ${name} (done before, ${known.seconds.toFixed(1)} s)`);
        return schema.parse(known.result);
      }
      const stage = known ?? { name, seconds: 0, status: 'running' as const };
      if (known === undefined) file.stages.push(stage);
      const before = stage.seconds;
      const started = performance.now();
      const clock = setInterval(() => {
        stage.seconds = before + (performance.now() - started) / 1000;
        save();
      }, 5000);
      say(`▸ ${name}`);
      try {
        const result = schema.parse(await work());
        // A result went through its schema, and all of these are plain JSON.
        stage.result = JSON.parse(JSON.stringify(result));
        stage.status = 'done';
        return result;
      } finally {
        clearInterval(clock);
        stage.seconds = before + (performance.now() - started) / 1000;
        save();
        if (stage.status === 'done') say(`✓ ${name} (${stage.seconds.toFixed(1)} s)`);
      }
    },
  };
}
