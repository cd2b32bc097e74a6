import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { openWindow } from './harness/open-window.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

let postern: Postern;
let browser: Browser;
beforeAll(async () => {
  postern = await startPostern();
  await signInByCommand(postern);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await postern.stop();
});

const fileOf = (name: string): string => join(postern.household.workspace, name);
const asking = (name: string): string => `write ${fileOf(name)} that says "Here"`;

describe('a turn that runs', () => {
  it('goes on in the window that is loaded again, with its question', async () => {
    const window = await openWindow(browser, postern);
    await window.ask('Hello');
    await window.send(asking('reloaded.txt'));
    await window.button('Allow once').waitFor();
    await window.page.reload();
    await window.button('Allow once').waitFor();
    await window.picture('37-reloaded');
    await window.button('Allow once').click();
    await window.answered();
    expect(existsSync(fileOf('reloaded.txt'))).toBe(true);
    expect(await window.page.getByRole('article', { name: 'You' }).count()).toBe(2);
    // One to Hello, and what was said before and after the tool.
    expect(await window.page.getByRole('article', { name: 'Answer' }).count()).toBe(3);
    await window.close();
  });

  it('is shown where a second window opens its conversation, and can be stopped there', async () => {
    const first = await openWindow(browser, postern);
    await first.send(asking('left.txt'));
    await first.button('Allow once').waitFor();
    const second = await openWindow(browser, postern);
    await second.page.getByRole('link', { name: /left\.txt/ }).click();
    await second.button('Allow once').waitFor();
    await second.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await second.answered();
    await first.answered();
    expect(existsSync(fileOf('left.txt'))).toBe(false);
    await second.close();
    await first.close();
  });

  it('is one of eight in a window, and its question is answered all the same', async () => {
    const window = await openWindow(browser, postern);
    for (let count = 0; count < 8; count += 1) {
      await window.page.getByRole('link', { name: 'New conversation' }).click();
      await window.send(asking(`many-${count}.txt`));
      await window.page.getByRole('article', { name: 'You' }).waitFor();
      if (count === 0) await window.button('Allow once').waitFor();
    }
    await window.page.getByRole('link', { name: /many-0\.txt/ }).click();
    await window.button('Allow once').click();
    await window.answered();
    expect(existsSync(fileOf('many-0.txt'))).toBe(true);
    await window.close();
  });
});
