import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { openWindow } from './harness/open-window.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { startPostern } from './harness/start-postern.ts';

it('a conversation shows after a reload what it showed: answers, changes of files, who paid', async () => {
  const postern = await startPostern();
  onTestFinished(() => postern.stop());
  await signInByCommand(postern);
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const { workspace } = postern.household;
  await postern.client.updateSettings({ workspace, permissionMode: 'accept_edits' });
  writeFileSync(join(workspace, 'there.txt'), 'There');
  const window = await openWindow(browser, postern);
  const { page } = window;
  // All of it is drawn.
  await page.setViewportSize({ width: 1280, height: 2400 });
  const shown = async (): Promise<string> =>
    await page.getByLabel('Conversation', { exact: true }).innerText();

  await window.send('Create a file one.txt with `1`');
  await window.answered();
  await window.send('Read there.txt');
  await window.answered();
  const before = await shown();
  expect(before).toContain('one.txt');
  expect(before.match(/Paid by/g)).toHaveLength(2);
  await page.reload();
  await expect.poll(shown).toBe(before);
  await window.close();
});
