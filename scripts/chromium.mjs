// Finds a Chromium for the end-to-end tests: an environment variable, the system's, Playwright's own, else Debian's
// package where this machine lets us install it.

import { existsSync } from 'node:fs';
import process from 'node:process';
import { run } from './setup.mjs';

const systemPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

async function playwrightsOwn() {
  const { chromium } = await import('playwright');
  return chromium.executablePath();
}

const firstThatExists = (paths) => paths.find((path) => path && existsSync(path));

/** @returns {Promise<string | undefined>} path of the browser; undefined after saying what to install */
export async function findChromium() {
  const named = process.env.TIDEGATE_CHROMIUM;
  if (named && !existsSync(named)) throw new Error(`TIDEGATE_CHROMIUM names ${named}, which does not exist.`);
  const found = firstThatExists([named, ...systemPaths, await playwrightsOwn()]);
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('Installing Chromium for the browser tests (about 20 s)…');
    const options = {
      stdio: ['ignore', 'ignore', 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    await run('apt-get', ['update', '-qq'], options);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
  }
  const installed = firstThatExists(systemPaths);
  if (!installed) {
    console.error(
      'No Chromium found: install it (Debian: apt-get install chromium) or set TIDEGATE_CHROMIUM to its path.',
    );
  }
  return installed;
}
