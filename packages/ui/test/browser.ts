import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/**
 * Chromium's own engine without its own window: a page opens in a third of the processor time, as no tab strip is drawn for each. With the
 * whole browser, the window is tested in `test/end-to-end` and `test/security`.
 */
const headlessShell = '/usr/bin/chromium-headless-shell';

/** Chromium as it runs everywhere, without a profile and without calling home; `POSTERN_CHROMIUM` names another one. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath:
      process.env['POSTERN_CHROMIUM'] ?? (existsSync(headlessShell) ? headlessShell : '/usr/bin/chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
