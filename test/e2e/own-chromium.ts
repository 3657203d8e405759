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
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  try {
    return { browser: await chromium.connectOverCDP(await debuggingAddress(child), { timeout: 90_000 }), kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** The address that Chromium prints. Its later messages go on being read: it would stop at a full or closed pipe. */
function debuggingAddress(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) found(address);
    });
    child.once('exit', () => failed(new Error(`Chromium ended before it could be reached: ${said}`)));
  });
}
