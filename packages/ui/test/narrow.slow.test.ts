import type { Locator } from 'playwright-core';
import { afterAll, afterEach, expect, it } from 'vitest';
import { signIn } from './fake-facts.ts';
import { answering } from './fake-queries.ts';
import { ask, closeBrowser, type OpenWindow, openWindow } from './open-window.ts';
import { screens } from './screens/screen-list.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

/** Opens the window as one of the pictures shows it. */
async function openScreen(wanted: string): Promise<void> {
  const screen = screens.find(({ name }) => name === wanted);
  if (screen === undefined) throw new Error(`There is no screen ${wanted}.`);
  const { viewport = { width: 360, height: 740 } } = screen;
  w = await openWindow((fake) => screen.prepare?.(fake), { viewport });
  await screen.reach(w.page, w.fake);
}

async function boxOf(place: Locator) {
  const box = await place.boundingBox();
  if (box === null) throw new Error('It is not drawn.');
  return { ...box, middle: box.y + box.height / 2 };
}

it('keeps the dollar sign of a cap beside its field', async () => {
  await openScreen('settings-paying-narrow');
  const field = w.page.locator('.cap-input').first();
  const sign = await boxOf(w.page.locator('.cap-line').first().getByText('$', { exact: true }));
  const { x, middle } = await boxOf(field);
  expect(Math.abs(sign.middle - middle)).toBeLessThan(3);
  expect(sign.x).toBeLessThan(x);
});

it('keeps the note about a folder in one row with its sign and its button', async () => {
  await openScreen('ask-trust-changed');
  const note = w.page.locator('.trust-note');
  const sign = await boxOf(note.locator(':scope > .icon'));
  const text = await boxOf(note.locator(':scope > span'));
  const button = await boxOf(note.locator(':scope > .button'));
  expect(Math.abs(sign.middle - text.middle)).toBeLessThan(3);
  expect(Math.abs(button.middle - text.middle)).toBeLessThan(3);
});

it('begins the buttons of an MCP server where its name begins', async () => {
  await openScreen('settings-mcp-servers-narrow');
  const server = w.page.locator('.mcp-server').first();
  const name = await boxOf(server.locator('.account-label'));
  const button = await boxOf(server.locator('.account-actions .button').first());
  expect(Math.abs(button.x - name.x)).toBeLessThan(1);
});

it('puts the button of a wait below its text, on one line', async () => {
  await openScreen('ask-waiting');
  const text = await boxOf(w.page.locator('.aside-line > span'));
  const button = await boxOf(w.page.getByRole('button', { name: 'Use another account now' }));
  expect(button.y).toBeGreaterThan(text.y + text.height);
  expect(button.height).toBeLessThan(34);
  expect(text.width).toBeGreaterThan(240);
});

it('breaks no word or number of a table to save room: it scrolls, and a keyboard reaches it', async () => {
  const endless = 'x'.repeat(400);
  w = await openWindow(
    (fake) => {
      signIn(fake.facts);
      fake.query = answering([
        '| Name | Amount | What it was for | Another column | One more column |\n| --- | ---: | --- | --- | --- |\n',
        `| Alpha | 22.50 | the carriage of the engine | ${endless} | Last |\n`,
      ]);
    },
    { viewport: { width: 360, height: 740 } },
  );
  await ask(w.page, 'What did it cost?');
  const table = w.page.getByRole('group', { name: 'Table', exact: true });
  await table.getByText('22.50').waitFor();
  const linesOf = (text: string) =>
    table.getByText(text, { exact: true }).evaluate((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getClientRects().length;
    });
  for (const whole of ['Name', 'Amount', 'Alpha', '22.50']) expect(await linesOf(whole), whole).toBe(1);
  expect(await linesOf(endless)).toBeGreaterThan(1);
  expect(await table.evaluate((region) => region.scrollWidth > region.clientWidth)).toBe(true);
  await table.focus();
  await w.page.keyboard.press('ArrowRight');
  await expect.poll(() => table.evaluate((region) => region.scrollLeft)).toBeGreaterThan(0);
});
