import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeptWindow, keepWindow, type ShownScreen } from './kept-window.ts';
import { closeBrowser } from './open-window.ts';
import type { Screen } from './screens/screen.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** The rules of axe that look at colours. `tokens.test.ts` shows that nothing else is another in the dark theme. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** What axe finds on the page as it is, by some of its rules or by all that it has on. */
async function violations(page: Page, rules: readonly string[] | null): Promise<readonly string[]> {
  const found = await page.evaluate(async (only) => {
    const { axe: runner } = window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
    // Without this it describes every element that is as it should be, which takes longer than the search.
    const options = { resultTypes: ['violations'], ...(only === null ? {} : { runOnly: only }) };
    return (await runner.run(options)).violations;
  }, rules);
  return found.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`);
}

const narrow = { width: 360, height: 640 };
/** What a window of 1180 pixels has at 200 % zoom. */
const zoomed = { width: 590, height: 400 };

/** By how many pixels something stands out to the right. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const parts = [...document.querySelectorAll('main, .page, .ask, dialog, .help-tip-text')];
    const right = Math.max(...parts.map((each) => Math.floor(each.getBoundingClientRect().right)));
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(scrollWidth, right) - clientWidth;
  });
}

/** By how many pixels the frame itself could be scrolled away; only what is inside it scrolls. */
function spill(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollHeight, clientHeight } = document.documentElement;
    return document.querySelector('.shell') === null ? 0 : scrollHeight - clientHeight;
  });
}

/** Which theme is drawn: the dark one writes in light ink. */
function theme(page: Page): Promise<'light' | 'dark'> {
  return page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] =
      getComputedStyle(document.body).color.match(/\d+/g)?.map(Number) ?? [];
    return red + green + blue > 384 ? 'dark' : 'light';
  });
}

/** The tests of some screens: axe finds nothing in either theme, and the screen fits a narrow window and 200 % zoom. */
export function axeOnScreens(screens: readonly Screen[]): void {
  let kept: KeptWindow;
  beforeAll(async () => {
    // The page's own policy refuses injected scripts; what the debugger has it run first is not bound by it.
    kept = await keepWindow(axe);
  });
  afterAll(closeBrowser);

  describe.each(screens.map((screen) => [screen.name, screen] as const))('axe on %s', (_name, screen) => {
    let shown: ShownScreen;
    beforeAll(async () => {
      shown = await kept.show(screen);
    });
    afterAll(() => kept.leave());

    async function draw(colorScheme: 'light' | 'dark'): Promise<void> {
      await shown.page.setViewportSize(shown.viewport);
      await shown.page.emulateMedia({ colorScheme });
      expect(await theme(shown.page)).toBe(colorScheme);
    }

    function expectComplaints(): void {
      if (screen.complains === undefined) expect(shown.complaints).toEqual([]);
      else expect(shown.complaints).not.toEqual([]);
    }

    it('finds nothing in the light theme, and the screen fits a narrow window and twice the zoom', async () => {
      const { page } = shown;
      await draw('light');
      expect(await violations(page, null)).toEqual([]);
      for (const size of [narrow, zoomed]) {
        await page.setViewportSize(size);
        expect(await overflow(page), `${size.width} pixels wide`).toBeLessThanOrEqual(0);
        expect(await spill(page), `${size.width} pixels wide`).toBe(0);
      }
      expectComplaints();
    });

    it('finds nothing in the colours of the dark theme', async () => {
      await draw('dark');
      expect(await violations(shown.page, colourRules)).toEqual([]);
      expectComplaints();
    });
  });
}
