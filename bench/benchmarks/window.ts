import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../test/end-to-end/harness/launch-chromium.ts';
import { scriptIn } from '../../test/end-to-end/harness/run-command-line.ts';
import type { Benchmark } from '../benchmark.ts';
import { ratioAtMost, rowOf } from '../harness/row-of.ts';
import { type SignedIn, startSignedIn } from '../harness/start-signed-in.ts';
import { startStandIn } from '../harness/start-stand-in.ts';
import { type WindowTimes, watchForUse, windowTimes } from '../harness/watch-for-use.ts';

const usualRounds = 20;
const warmUps = 1;
/** Chromium loads pages of its own for each new window, on the cores that are measured. */
const browserRestMs = 1_000;
/** The bar that the window is held to: a fifth less than the older checkout takes. */
const usableRatio = 0.8;

/** How soon a window can be used: this checkout against an older one. */
export const window: Benchmark = {
  name: 'window',
  how: 'From the start of the navigation in Chromium, in a profile without a cache for each, once the browser has opened its own window, against two signed-in sidecars that take turns: until the field of the prompt takes the focus, and until what was typed into it could be sent; only with --against <checkout>, which needs `npm ci` and `npm run build` of its own.',
  async run({ against, rounds }) {
    if (against === null) return [];
    await using standIn = await startStandIn();
    await using now = await startSignedIn(standIn);
    await using before = await startSignedIn(standIn, { script: scriptIn(against) });
    const browser = await launchChromium();
    try {
      const ours: WindowTimes[] = [];
      const theirs: WindowTimes[] = [];
      for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1) {
        // Whoever comes second has the warmer machine: they take turns at that as well.
        const nowFirst = round % 2 === 0;
        const first = await opened(browser, nowFirst ? now : before);
        const second = await opened(browser, nowFirst ? before : now);
        if (round < 0) continue;
        ours.push(nowFirst ? first : second);
        theirs.push(nowFirst ? second : first);
      }
      const row = (what: string, of: (times: WindowTimes) => number) => ({
        what,
        unit: 'ms' as const,
        ours: ours.map(of),
        peer: { name: 'the older checkout', values: theirs.map(of) },
      });
      return [
        rowOf({
          ...row('window usable: the prompt takes the focus', ({ focusMs }) => focusMs),
          bound: ratioAtMost(usableRatio),
        }),
        rowOf(row('a typed prompt can be sent', ({ sendMs }) => sendMs)),
      ];
    } finally {
      await browser.close();
    }
  },
};

/** Opens a window at a fresh address, in a profile of its own, while neither side starts a program. */
async function opened(browser: Browser, { postern, warm }: SignedIn): Promise<WindowTimes> {
  await warm();
  const address = await postern.windowUrl();
  const context = await browser.newContext({ viewport: { width: 1180, height: 800 } });
  try {
    const page = await context.newPage();
    await page.addInitScript({ content: watchForUse });
    await pause(browserRestMs);
    await page.goto(address);
    return (await (await page.waitForFunction(windowTimes)).jsonValue()) as WindowTimes;
  } finally {
    await context.close();
  }
}
