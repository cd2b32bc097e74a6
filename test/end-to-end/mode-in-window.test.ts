import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryEvent } from '@postern/contract';
import { expect, it, onTestFinished } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { openWindow } from './harness/open-window.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { startPostern } from './harness/start-postern.ts';

it('how much the agent may do is chosen beside the prompt, kept over a reload, and changed while it works', async () => {
  const postern = await startPostern();
  onTestFinished(() => postern.stop());
  await signInByCommand(postern);
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const { workspace } = postern.household;
  await postern.client.updateSettings({ workspace });
  const window = await openWindow(browser, postern);
  const { page } = window;
  const mode = page.getByRole('combobox', { name: 'Before the agent changes something' });

  await mode.selectOption('Accept edits');
  await window.send('Create a file one.txt with `1`');
  await window.answered();
  expect(existsSync(join(workspace, 'one.txt'))).toBe(true);

  await page.reload();
  await expect.poll(() => mode.inputValue()).toBe('accept_edits');
  await mode.selectOption('Ask first');
  await window.send('Create a file two.txt with `2`');
  await window.button('Allow once').waitFor();
  expect(existsSync(join(workspace, 'two.txt'))).toBe(false);
  const [{ id = '' } = {}] = (await postern.client.conversations()).items;
  const { running } = await postern.client.conversation(id);
  await mode.selectOption('Plan only');
  const events: QueryEvent[] = [];
  const heard = (async () => {
    const { signal } = new AbortController();
    for await (const event of postern.client.followQuery(running?.queryId ?? '', signal)) events.push(event);
  })();
  await expect
    .poll(() => events)
    .toContainEqual({
      event: 'permission_mode_changed',
      data: { from: 'ask', to: 'plan', reason: 'user' },
    });
  // A yes in its first half second is none.
  await page.waitForTimeout(700);
  await window.button('Allow once').click();
  await heard;
  expect(existsSync(join(workspace, 'two.txt'))).toBe(true);
  expect(await mode.inputValue()).toBe('plan');
  await window.close();
});
