import { type Browser, chromium } from 'playwright-core';

/** Chromium as it runs everywhere, without a profile and without calling home. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['POSTERN_CHROMIUM'] ?? '/usr/bin/chromium',
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
