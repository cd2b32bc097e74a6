import type { ConversationItem } from '@postern/contract';
import { afterAll, afterEach, expect, it } from 'vitest';
import { addConversation, signIn } from './fake-facts.ts';
import { answering } from './fake-queries.ts';
import { ask, closeBrowser, type OpenWindow, openWindow } from './open-window.ts';
import { markdownSample } from './texts.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

const messages = 1_000;

function longConversation(): ConversationItem[] {
  return Array.from({ length: messages }, (_, index) =>
    index % 2 === 0
      ? { type: 'user', text: `Question ${index}`, at: null }
      : { type: 'assistant_text', text: `Answer ${index}\n\n${markdownSample}` },
  );
}

it('stays smooth over 1,000 messages: few are on the page, none is lost, and typing is not delayed', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    addConversation(fake.facts, 'long', 'A long one', longConversation());
  });
  await w.page.getByRole('link', { name: /A long one/ }).click();
  await w.page.getByText(`Answer ${messages - 1}`).waitFor();
  const list = w.page.getByRole('region', { name: 'Conversation', exact: true });

  // Back to the very first, through every page of the history.
  await list.focus();
  await expect
    .poll(
      async () => {
        await list.press('Home');
        return w.page.getByText('Question 0', { exact: true }).count();
      },
      { timeout: 60_000, interval: 150 },
    )
    .toBe(1);
  expect(await w.page.locator('.message-place').count()).toBeLessThan(40);

  const slowestMs = await w.page.evaluate(async () => {
    const scroller = document.querySelector('.message-scroll');
    if (scroller === null) throw new Error('There is no list.');
    const frames: number[] = [];
    let last = performance.now();
    for (let step = 0; step < 60; step += 1) {
      scroller.scrollTop += 900;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
    return frames.sort((a, b) => a - b)[Math.floor(frames.length * 0.9)] ?? 0;
  });
  expect(slowestMs).toBeLessThan(250);

  await w.page.getByRole('button', { name: 'Newest' }).click();
  await w.page.getByText(`Answer ${messages - 1}`).waitFor();
  w.fake.query = answering(Array.from({ length: 200 }, (_, index) => `word${index} `));
  await ask(w.page, 'Go on.');
  await w.page.getByText('word199').waitFor();
  await w.page.getByText('Receipt:').waitFor();
  const fromEnd = await w.page.evaluate(() => {
    const scroller = document.querySelector('.message-scroll');
    return scroller === null ? -1 : scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  });
  expect(Math.abs(fromEnd)).toBeLessThan(60);
  expect(w.complaints).toEqual([]);
});

it('leaves the person where they read while an answer arrives below', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    addConversation(fake.facts, 'long', 'A long one', longConversation().slice(0, 60));
  });
  await w.page.getByRole('link', { name: /A long one/ }).click();
  await w.page.getByText('Answer 59').waitFor();
  const list = w.page.getByRole('region', { name: 'Conversation', exact: true });
  await list.focus();
  await list.press('Home');
  await w.page.getByText('Question 0', { exact: true }).waitFor();
  await ask(w.page, 'Go on.');
  await expect.poll(() => w.fake.asked.length).toBe(1);
  await w.page.getByRole('button', { name: 'Send' }).waitFor();
  expect(await w.page.getByText('Question 0', { exact: true }).isVisible()).toBe(true);
});
