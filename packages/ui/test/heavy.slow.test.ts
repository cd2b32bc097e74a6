import type { ConversationItem } from '@postern/contract';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { addConversation, signIn } from './fake-facts.ts';
import { asking, drip, type FakeQuestion } from './fake-questions.ts';
import { heavyAnswers, heavyCommand, heavyDiff, heavyInput, heavyMarks } from './heavy-texts.ts';
import { longestTaskMs } from './longest-task.ts';
import { ask, closeBrowser, goTo, type OpenWindow, openWindow } from './open-window.ts';

/** Longer than this, a person feels that the window hangs. The aim is 100. */
const pauseMs = 200;

let w: OpenWindow;
const pauses: string[] = [];
afterEach(() => w.close());
afterAll(async () => {
  await closeBrowser();
  if (process.env['POSTERN_SHOW_PAUSES'] !== undefined) process.stdout.write(`${pauses.join('\n')}\n`);
});

async function expectShortPauses(what: string, act: () => Promise<void>): Promise<void> {
  const longestMs = await longestTaskMs(w.page, act);
  pauses.push(`${Math.round(longestMs)} ms  ${what}`);
  expect(longestMs, what).toBeLessThan(pauseMs);
}

/** Parts of the question that hide some of what they hold, so that its end is in view and they were not. */
function clippedInQuestion(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.question-body *')]
      .filter(
        (each) => each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY !== 'visible',
      )
      .map((each) => each.className),
  );
}

/** Types while it is drawn: what is typed is there, in its field. */
async function typesOn(page: Page): Promise<void> {
  const prompt = page.getByRole('textbox', { name: 'Prompt' });
  await prompt.pressSequentially('still here');
  expect(await prompt.inputValue()).toContain('still here');
}

const shapes: readonly (readonly [string, ConversationItem])[] = [
  ...Object.entries(heavyAnswers).map(([name, text]) => [name, { type: 'assistant_text', text }] as const),
  ['a long question', { type: 'user', text: heavyAnswers['one long line'] ?? '', at: null }],
];

describe('a conversation with a megabyte of', () => {
  it.each(shapes)('%s opens without a long pause, and opens again after a reload', async (name, item) => {
    w = await openWindow((fake) => {
      signIn(fake.facts);
      addConversation(fake.facts, 'heavy', 'Heavy', [item, { type: 'user', text: 'The end', at: null }]);
      addConversation(fake.facts, 'light', 'Light', [{ type: 'assistant_text', text: 'Easy.' }]);
    });
    const list = w.page.getByRole('region', { name: 'Conversation', exact: true });
    const open = async () => {
      await w.page.getByRole('link', { name: /^Heavy/ }).click();
      await list.getByText('The end').waitFor();
    };
    await expectShortPauses(`${name}: open`, async () => {
      await open();
      await typesOn(w.page);
    });
    await expectShortPauses(`${name}: scroll`, async () => {
      await list.focus();
      await list.press('Home');
      for (let presses = 0; presses < 10; presses += 1) await list.press('PageDown');
      await typesOn(w.page);
    });
    await w.page.getByRole('link', { name: /^Light/ }).click();
    await w.page.getByText('Easy.').waitFor();
    await w.page.reload();
    await open();
    await goTo(w.page, 'Settings');
    expect(w.complaints).toEqual([]);
  });
});

it.each(Object.entries(heavyAnswers))('stops an answer of %s while it is drawn', async (name, text) => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    fake.query = drip(text);
  });
  await expectShortPauses(`${name}: stream`, async () => {
    await ask(w.page, 'Be heavy.');
    await w.page.getByRole('article', { name: 'Answer' }).waitFor();
    await typesOn(w.page);
    await w.page.getByRole('button', { name: 'Stop' }).click();
    await w.page.getByText('Stopped. You can continue the conversation.').waitFor();
  });
  expect(w.complaints).toEqual([]);
});

const questions: readonly (readonly [string, FakeQuestion])[] = [
  ['a command', { toolName: 'Bash', input: { command: heavyCommand } }],
  ['direction marks', { toolName: 'Bash', input: { command: heavyMarks }, cautions: ['hidden_characters'] }],
  ['many members', { toolName: 'mcp__files__edit', input: heavyInput }],
  ['8,000 lines', { toolName: 'Write', input: { file_path: '/w/x' }, path: '/w/x', diff: heavyDiff }],
];

describe('a question about a megabyte of', () => {
  it.each(questions)(
    '%s is drawn without a long pause, and takes a yes only behind its end',
    async (name, question) => {
      w = await openWindow((fake) => {
        signIn(fake.facts);
        fake.query = asking(question);
      });
      const yes = w.page.getByRole('button', { name: 'Allow once' });
      await expectShortPauses(`${name}: question`, async () => {
        await ask(w.page, 'Be heavy.');
        await yes.waitFor();
        await typesOn(w.page);
      });
      expect(await yes.getAttribute('aria-disabled')).toBe('true');
      await expectShortPauses(`${name}: to its end`, async () => {
        const unfold = w.page.getByRole('button', { name: /^Show all/ });
        if (await unfold.isVisible()) await unfold.click();
        await w.page.getByRole('button', { name: 'Show the rest' }).click();
        expect(await yes.getAttribute('aria-disabled')).toBe('true');
        // What comes into view may be higher than its room was, so that the end moves on.
        const toTheEnd = async () => {
          await w.page.getByRole('region', { name: 'What it would do' }).press('End');
          return await yes.getAttribute('aria-disabled');
        };
        await expect.poll(toTheEnd, { timeout: 20_000 }).toBeNull();
        expect(await clippedInQuestion(w.page)).toEqual([]);
      });
      await expectShortPauses(`${name}: result`, async () => {
        await yes.click();
        await w.page.getByText('Receipt:').waitFor();
      });
      expect(w.complaints).toEqual([]);
    },
  );
});
