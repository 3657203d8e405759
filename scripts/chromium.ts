// Finds and starts a Chromium for the browser test and the screenshots.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

// Without --no-sandbox Chromium does not start as root or in most containers; it opens this project's own pages only.
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

/** The Chromium of this machine; throws with the ways to get one where there is none. */
export function chromiumPath(): string {
  const named = process.env.SAFEMED_CHROMIUM;
  if (named !== undefined && !existsSync(named))
    throw new Error(`SAFEMED_CHROMIUM names ${named}, but there is no such file.`);
  const path = named ?? [chromium.executablePath(), ...known].find((one) => one !== '' && existsSync(one));
  if (path === undefined)
    throw new Error(
      'No Chromium was found. Install one ("apt-get install chromium", or "npx playwright-core install chromium"), or name the program in SAFEMED_CHROMIUM.',
    );
  return path;
}

/** Starts a headless Chromium. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: chromiumArgs });
}
