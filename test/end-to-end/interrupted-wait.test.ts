import { expect, it, onTestFinished } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { openWindow } from './harness/open-window.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { startPostern, startPosternIn } from './harness/start-postern.ts';

it('a turn that waited for a reset when Postern was killed continues in the window, when the user says so', async () => {
  const killed = await startPostern();
  onTestFinished(() => killed.household.close());
  await signInByCommand(killed);
  await killed.client.updateSettings({ fallback: { onUsageLimit: 'wait' } });
  await killed.client.sandbox.limit({ window: 'five_hour', resetsInSeconds: 3600 });
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const before = await openWindow(browser, killed);
  await before.send('What was asked before the crash?');
  await before.page
    .getByText(/^Waiting/)
    .first()
    .waitFor();
  await before.close();
  killed.command.send('SIGKILL');
  await killed.command.ended();

  const postern = await startPosternIn(killed.household, ['--sandbox', '--port', '0']);
  await signInByCommand(postern);
  const window = await openWindow(browser, postern);
  await window.page.getByRole('link', { name: /What was asked before the crash/ }).click();
  await window.page.getByText('This message has no answer yet').waitFor();
  await window.picture('36-interrupted-wait');
  expect((await postern.client.receipts()).items).toEqual([]);
  await window.button('Continue').click();
  await window.page.getByRole('article', { name: 'Answer' }).waitFor();
  await window.answered();
  expect(await window.page.getByRole('article', { name: 'Answer' }).innerText()).toContain(
    'What was asked before the crash?',
  );
  expect(await window.page.getByRole('article', { name: 'You' }).count()).toBe(1);
  expect((await postern.client.receipts()).items).toHaveLength(1);
  expect(await window.button('Continue').count()).toBe(0);
  await window.close();
  await postern.stop();
});
