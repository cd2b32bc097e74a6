import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/**
 * The machine's own Chromium with a fresh profile, in no window, calling nobody.
 * @param more arguments of Chromium's own
 * @throws Error that says what to install, where there is none
 */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
    .find(existsSync);
  if (executablePath === undefined)
    throw new Error('These tests need Chromium on the PATH: apt-get install chromium');
  return await chromium.launch({
    executablePath,
    args: [
      // Chromium refuses its own sandbox to root, which a test container usually runs as.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--headless',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
