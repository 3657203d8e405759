import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { MockStats } from './mock-openai.ts';

/** The mock server in a process of its own, so that it shares no event loop with what is measured. */
export type Mock = { address: string; stats(): Promise<MockStats>; reset(): Promise<void>; stop(): void };

/** Starts the mock with so many milliseconds of latency. */
export async function startMock(latency: number): Promise<Mock> {
  const file = `${import.meta.dirname}/mock-openai.ts`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, '--latency', String(latency)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = await once(createInterface(child.stdout), 'line');
  return {
    address,
    stats: async () => (await fetch(`${address}/stats`)).json(),
    reset: async () => {
      await fetch(`${address}/reset`);
    },
    stop: () => {
      child.kill();
    },
  };
}
