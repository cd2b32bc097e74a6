import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { FakeSidecar } from './fake-sidecar.ts';
import { screens } from './screens/screen-list.ts';
import { smallPng } from './small-png.ts';

/** Draws every screen in every state and both themes: `node packages/ui/test/screens.ts [folder] [part of a name …]`. */
const folder = process.argv[2] ?? fileURLToPath(new URL('../../../docs/screens', import.meta.url));
const wanted = process.argv.slice(3);
const dist = fileURLToPath(new URL('../dist', import.meta.url));
await mkdir(folder, { recursive: true });
const browser = await launchBrowser();
for (const screen of screens.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const fake = new FakeSidecar(dist);
    screen.prepare?.(fake);
    await fake.open();
    const page: Page = await browser.newPage({
      viewport: screen.viewport ?? { width: 1180, height: 800 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    await page.addInitScript(writeInInter);
    await page.goto(fake.windowUrl());
    await page.getByRole('status', { name: 'Readiness' }).waitFor();
    await screen.reach(page, fake);
    // A question takes no yes in its first half second, and shows it.
    if ((await page.locator('.question-sheet').count()) > 0) await page.waitForTimeout(600);
    if (screen.whole === true) await showWhole(page);
    const picture = await page.screenshot({ fullPage: false, animations: 'disabled' });
    await writeFile(join(folder, `${screen.name}-${colorScheme}.png`), smallPng(picture));
    await page.close();
    await fake.close();
  }
}
await browser.close();

/** As on a GNOME desktop, where a machine without one has an older font; without Inter (`apt-get install fonts-inter`), its own. */
function writeInInter(): void {
  document.addEventListener('DOMContentLoaded', () => {
    document.documentElement.style.setProperty('--sans', 'Inter, system-ui, sans-serif');
  });
}

/** What scrolls is the middle of the frame: the window grows by what is hidden of it. */
async function showWhole(page: Page): Promise<void> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  const hidden = await page.evaluate(() => {
    const main = document.querySelector('main');
    return main === null ? 0 : main.scrollHeight - main.clientHeight;
  });
  await page.setViewportSize({ width, height: height + hidden });
}
