import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Browser, chromium } from 'playwright-core';
import { chromiumArgs, chromiumPath } from '../../scripts/chromium.ts';

/** A Chromium with a profile on the disk, which can be killed as a machine that loses its power kills it. */
export type OwnChromium = { browser: Browser; kill(): Promise<void> };

/** Starts a Chromium on a profile's directory. */
export async function startOwnChromium(profile: string): Promise<OwnChromium> {
  const args = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--password-store=basic'];
  const child = spawn(chromiumPath(), [...chromiumArgs, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const browser = await chromium.connectOverCDP(await debuggingAddress(child));
  return {
    browser,
    kill: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function debuggingAddress(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk);
    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`Chromium ended before it could be reached: ${said}`);
}
