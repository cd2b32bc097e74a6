import type { ConversationItem } from '@postern/contract';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { addConversation, signIn } from './fake-facts.ts';
import { asking, drip } from './fake-questions.ts';
import { longestTaskMs } from './longest-task.ts';
import { ask, closeBrowser, type OpenWindow, openWindow } from './open-window.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

const code = 'const name = "a\u202Eb"; // end\nreturn 12;\n';
const fenced = `\`\`\`ts\n${code}\`\`\`\n`;

/** Scripts that a conversation brings, whatever stands in it. */
const partsOfTheWindow = [
  'message-list',
  'question-list',
  'tool-input',
  'react',
  'react-dom',
  'rolldown-runtime',
];

/** What is coloured on the page, by colour; no test can ask the browser for the pixels of a highlight. */
function colouredIn(page: Page): Promise<Readonly<Record<string, readonly string[]>>> {
  return page.evaluate(() =>
    Object.fromEntries(
      [...CSS.highlights].map(([name, ranges]) => [
        name,
        [...ranges].map(
          (range) => range.startContainer.nodeValue?.slice(range.startOffset, range.endOffset) ?? '',
        ),
      ]),
    ),
  );
}

async function openConversation(text: string): Promise<readonly string[]> {
  const scripts: string[] = [];
  w = await openWindow((fake) => {
    signIn(fake.facts);
    const items: ConversationItem[] = [{ type: 'assistant_text', text }];
    addConversation(fake.facts, 'code', 'Code', items);
  });
  w.page.on('response', (response) => scripts.push(new URL(response.url()).pathname));
  await w.page.getByRole('link', { name: /^Code/ }).click();
  await w.page.locator('.code-block code').first().waitFor();
  return scripts;
}

describe('code in an answer', () => {
  it('is coloured by highlights of the browser, and stays the text it was', async () => {
    const scripts = await openConversation(fenced);
    await expect
      .poll(() => colouredIn(w.page))
      .toEqual({
        'code-comment': ['// end'],
        'code-keyword': ['const', 'return'],
        // The mark in the middle keeps its own look.
        'code-string': ['"a', 'b"'],
        'code-number': ['12'],
        'code-name': ['name'],
      });
    expect(await w.page.locator('.code-block code').innerHTML()).toBe(
      '<bdi dir="ltr">const name = "a<span role="img" aria-label="hidden character U+202E" class="hidden-mark">⟨U+202E⟩</span>b"; // end\nreturn 12;</bdi>',
    );
    expect(scripts.filter((path) => /(paint-code|javascript)-/.test(path))).toHaveLength(2);
    expect(w.complaints).toEqual([]);
  });

  it('is left as it is where the language is not known, and no mode is loaded for it', async () => {
    const scripts = await openConversation(
      '```\nconst a = 1;\n```\n\n```brainfuck\n+++\n```\n\n```json\n1\n```\n',
    );
    await expect.poll(async () => Object.values(await colouredIn(w.page)).flat()).toEqual(['1']);
    const loaded = scripts
      .filter((path) => path.endsWith('.js'))
      .map((path) => path.replace(/^\/assets\/|-.{8}\.js$/g, ''));
    expect(loaded.filter((name) => !partsOfTheWindow.includes(name))).toEqual(['paint-code', 'javascript']);
  });

  it('is coloured while it streams, and not any longer once it is gone', async () => {
    w = await openWindow((fake) => {
      signIn(fake.facts);
      addConversation(fake.facts, 'easy', 'Easy', [{ type: 'assistant_text', text: 'Easy.' }]);
      fake.query = drip(`${'```ts\n'}${'const a = 1;\n'.repeat(40)}`);
    });
    await ask(w.page, 'Write code.');
    const keywords = async () => (await colouredIn(w.page))['code-keyword']?.length;
    await expect.poll(keywords).toBeGreaterThan(3);
    await w.page.getByRole('link', { name: /^Easy/ }).click();
    await expect.poll(keywords).toBe(0);
    expect(w.complaints).toEqual([]);
  });

  it('never holds the page up, whatever stands in it', async () => {
    const line = '`${"<a b=\'/*[({$((<<EOF\n';
    const long = line.repeat(Math.floor(16_000 / line.length));
    const languages = ['ts', 'py', 'sh', 'html', 'rb', 'cpp', 'sql', 'css'];
    const text = languages.map((each) => `~~~${each}\n${long}~~~\n`).join('\n');
    w = await openWindow((fake) => {
      signIn(fake.facts);
      addConversation(fake.facts, 'code', 'Code', [{ type: 'assistant_text', text }]);
    });
    const longestMs = await longestTaskMs(w.page, async () => {
      await w.page.getByRole('link', { name: /^Code/ }).click();
      const list = w.page.getByRole('region', { name: 'Conversation', exact: true });
      await list.focus();
      for (let presses = 0; presses < 10; presses += 1) await list.press('PageUp');
      await expect.poll(async () => Object.values(await colouredIn(w.page)).flat().length).toBeGreaterThan(0);
    });
    expect(longestMs).toBeLessThan(200);
    expect(w.complaints).toEqual([]);
  });
});

describe('a difference', () => {
  const diff =
    '--- a/a.ts\n+++ b/a.ts\n@@ -1,4 +1,4 @@\n const a = 1;\n-/* gone\n-still */\n+let b = "two";\n+let c = 3;\n return a;\n';

  it('is coloured as the version after it, and as the one before it where lines were removed', async () => {
    w = await openWindow((fake) => {
      signIn(fake.facts);
      fake.query = asking({ toolName: 'Edit', input: { file_path: '/w/a.ts' }, path: '/w/a.ts', diff });
    });
    await ask(w.page, 'Change it.');
    await w.page.locator('.diff table').first().waitFor();
    await expect
      .poll(() => colouredIn(w.page))
      .toMatchObject({
        'code-comment': ['/* gone', 'still */'],
        'code-keyword': ['const', 'let', 'let', 'return'],
        'code-string': ['"two"'],
      });
    expect(w.complaints).toEqual([]);
  });
});

it.each(['light', 'dark'] as const)(
  'colours have the contrast that WCAG AA asks for: %s',
  async (colorScheme) => {
    w = await openWindow((fake) => signIn(fake.facts), { colorScheme });
    const worst = await w.page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      const luminance = (name: string) => {
        const hex = style.getPropertyValue(name).trim();
        const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
          const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const inks = ['comment', 'keyword', 'string', 'number', 'name'].map((name) => `--code-${name}`);
      const papers = ['--surface-raised', '--surface', '--surface-sunken', '--added-soft', '--removed-soft'];
      return Math.min(
        ...inks.flatMap((ink) =>
          papers.map((paper) => {
            const [low = 0, high = 0] = [luminance(ink), luminance(paper)].toSorted((a, b) => a - b);
            return (high + 0.05) / (low + 0.05);
          }),
        ),
      );
    });
    expect(worst).toBeGreaterThanOrEqual(4.5);
    expect(worst).toBeLessThan(21);
  },
);
