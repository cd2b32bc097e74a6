import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addConversation, signIn } from './fake-facts.ts';
import { type FakeQuery, result } from './fake-queries.ts';
import { ask, closeBrowser, type OpenWindow, openWindow } from './open-window.ts';
import { markdownSample } from './texts.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

const turns = 14;
const tall = { width: 1180, height: 800 };
const low = { width: 900, height: 560 };
const manyLines = Array.from({ length: 9 }, (_, index) => `Line ${index}`).join('\n');
/** Longer than the window. */
const longText = `${markdownSample}\n${markdownSample}`;

/** An answer in small pieces with a tool at its end; it waits in the middle until it is told to go on. */
function halting(): { readonly query: FakeQuery; readonly goOn: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const query: FakeQuery = async function* () {
    yield { event: 'thinking', data: { text: 'First the recurrence.' } };
    const pieces = longText.match(/[\s\S]{1,40}/g) ?? [];
    for (const [index, text] of pieces.entries()) {
      if (index === Math.floor(pieces.length / 2)) await promise;
      if (index % 8 === 0) await new Promise((next) => setTimeout(next, 10));
      yield { event: 'assistant_text', data: { text } };
    }
    const input = { command: 'npm test' };
    yield { event: 'tool_use', data: { toolUseId: 'tests', name: 'Bash', input } };
    yield { event: 'tool_result', data: { toolUseId: 'tests', content: '12 passed', isError: false } };
    yield { event: 'assistant_text', data: { text: 'All tests pass.' } };
    yield result();
  };
  return { query, goOn: resolve };
}

const listOf = (page: Page): Locator => page.getByRole('region', { name: 'Conversation', exact: true });
const newest = (page: Page): Locator => page.getByRole('button', { name: 'Newest' });
const answered = (page: Page) => page.getByRole('button', { name: 'Send' }).waitFor();

/** How far the newest is below what is seen, in whole pixels. */
const below = (page: Page): Promise<number> =>
  listOf(page).evaluate((list) => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight));

/** The person's own movement has come to rest: a page up is animated, and a finger lets go of a list that rolls on. */
async function atRest(page: Page): Promise<void> {
  let before = Number.NaN;
  await expect
    .poll(
      async () => {
        const now = await listOf(page).evaluate((list) => list.scrollTop);
        const rests = now === before;
        before = now;
        return rests;
      },
      { interval: 150, timeout: 10_000 },
    )
    .toBe(true);
}

it('is kept at the newest answer over many turns, through long prompts and windows of other sizes', async () => {
  w = await openWindow((fake) => signIn(fake.facts));
  const left: number[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const { query, goOn } = halting();
    w.fake.query = query;
    await ask(w.page, turn % 3 === 0 ? manyLines : `Question ${turn}`);
    await w.page.getByRole('button', { name: 'Stop' }).waitFor();
    if (turn % 4 === 0) await w.page.setViewportSize(turn % 8 === 0 ? tall : low);
    await expect.poll(() => below(w.page)).toBe(0);
    goOn();
    await answered(w.page);
    await expect.poll(() => listOf(w.page).getByText('All tests pass.').last().isVisible()).toBe(true);
    left.push(await below(w.page));
  }
  expect(left).toEqual(Array.from({ length: turns }, () => 0));
  expect(await newest(w.page).count()).toBe(0);
  expect(w.complaints).toEqual([]);
});

describe('a person who goes up while an answer arrives', () => {
  let goOn: () => void;
  beforeEach(async () => {
    const halted = halting();
    goOn = halted.goOn;
    w = await openWindow(
      (fake) => {
        signIn(fake.facts);
        const said = [1, 2, 3].map((each) => ({
          type: 'assistant_text' as const,
          text: `${each}\n\n${longText}`,
        }));
        addConversation(fake.facts, 'c1', 'Before', said);
        fake.query = halted.query;
      },
      { hasTouch: true },
    );
    await w.page.getByRole('link', { name: /Before/ }).click();
    // What is written before it is shown is written in the other one.
    await w.page.locator('a[aria-current="page"]', { hasText: 'Before' }).waitFor();
    await ask(w.page, 'Go on.');
    await w.page.getByRole('button', { name: 'Stop' }).waitFor();
    await expect.poll(() => below(w.page)).toBe(0);
  });

  const ways: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    'the wheel': async (page) => {
      await listOf(page).hover();
      await page.mouse.wheel(0, -240);
    },
    'a finger': async (page) => {
      const cdp = await w.context.newCDPSession(page);
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y: number[]) =>
        cdp.send('Input.dispatchTouchEvent', { type, touchPoints: y.map((each) => ({ x: 300, y: each })) });
      await touch('touchStart', [200]);
      for (let y = 220; y <= 400; y += 20) await touch('touchMove', [y]);
      await touch('touchEnd', []);
    },
    Home: (page) => listOf(page).press('Home'),
    PageUp: (page) => listOf(page).press('PageUp'),
    ArrowUp: (page) => listOf(page).press('ArrowUp'),
  };
  for (const [name, goUp] of Object.entries(ways))
    it(`by ${name}, is left there, and brought back by the keyboard`, async () => {
      await goUp(w.page);
      await newest(w.page).waitFor();
      goOn();
      await answered(w.page);
      await atRest(w.page);
      expect(await below(w.page)).toBeGreaterThan(200);
      await listOf(w.page).focus();
      await w.page.keyboard.press('Shift+Tab');
      await w.page.keyboard.press('Enter');
      await expect.poll(() => below(w.page)).toBe(0);
      expect(await newest(w.page).count()).toBe(0);
      expect(await listOf(w.page).evaluate((list) => list === document.activeElement)).toBe(true);
      expect(w.complaints).toEqual([]);
    });

  it('is followed again once they are back at the end by the wheel', async () => {
    await listOf(w.page).hover();
    await w.page.mouse.wheel(0, -240);
    await newest(w.page).waitFor();
    await w.page.mouse.wheel(0, 2_000);
    await newest(w.page).waitFor({ state: 'detached' });
    goOn();
    await answered(w.page);
    await expect.poll(() => below(w.page)).toBe(0);
  });

  it('within a block that moves by itself, has not left the end', async () => {
    const code = listOf(w.page).locator('.code-scroll').last();
    await code.evaluate((block) => {
      block.style.maxHeight = '4rem';
      block.scrollTop = 40;
    });
    await expect.poll(() => below(w.page)).toBe(0);
    await code.hover();
    await w.page.mouse.wheel(0, -20);
    await expect.poll(() => code.evaluate((block) => block.scrollTop)).toBe(20);
    goOn();
    await answered(w.page);
    await expect.poll(() => below(w.page)).toBe(0);
  });
});
