import { afterAll, afterEach, expect, it } from 'vitest';
import { addConversation, fallBack, inSeconds, ref, saveKey, signIn } from './fake-facts.ts';
import { answering, endless, fallingBack, writing } from './fake-queries.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { ask, closeBrowser, type OpenWindow, openWindow } from './open-window.ts';
import { hostileAnswer } from './texts.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

const signedIn = (fake: FakeSidecar) => signIn(fake.facts);
const readiness = () => w.page.getByRole('status', { name: 'Readiness' });
const prompt = () => w.page.getByRole('textbox', { name: 'Prompt' });

it('streams, names the conversation in the address, and shows who paid', async () => {
  w = await openWindow(signedIn);
  w.fake.query = answering(['Hel', 'lo **th', 'ere**.']);
  await ask(w.page, 'Hello?');
  await w.page.getByText('Receipt:').waitFor();
  expect(await w.page.locator('strong', { hasText: 'there' }).count()).toBe(1);
  expect(w.page.url()).toMatch(/#\/ask\/[0-9a-f-]{36}$/);
  expect(await w.page.getByText('Paid by your sign-in’s plan', { exact: true }).isVisible()).toBe(true);
  await ask(w.page, 'And again?');
  await expect.poll(() => w.fake.asked.length).toBe(2);
  expect(w.fake.asked[1]?.conversationId).toBe(w.page.url().split('/').at(-1));
  expect(w.complaints).toEqual([]);
});

it('goes to the folder of the settings, also where it was begun before they were read', async () => {
  w = await openWindow((fake) => {
    signedIn(fake);
    fake.facts.settings = { ...fake.facts.settings, workspace: '/home/ada/engine' };
  });
  const held = Promise.withResolvers<void>();
  await w.page.route('**/settings', async (route) => {
    await held.promise;
    await route.continue();
  });
  await w.page.reload();
  await prompt().fill('Hello');
  held.resolve();
  await w.page.getByRole('button', { name: 'Send' }).click();
  await expect.poll(() => w.fake.asked[0]?.workspace).toBe('/home/ada/engine');
});

it('stops', async () => {
  w = await openWindow(signedIn);
  w.fake.query = endless;
  await ask(w.page, 'Think.');
  await w.page.getByText('I am thinking about it').waitFor();
  await w.page.getByRole('button', { name: 'Stop' }).click();
  await w.page.getByText('Stopped. You can continue the conversation.').waitFor();
  await w.page.getByRole('button', { name: 'Send' }).waitFor();
});

it('keeps what was queued over a reload, and gives it back to be written on', async () => {
  w = await openWindow(signedIn);
  w.fake.query = writing;
  await ask(w.page, 'Correct it.');
  await w.page.getByRole('button', { name: 'Allow once' }).waitFor();
  await prompt().fill('Then run the tests.');
  await prompt().press('Enter');
  await w.page.getByText('“Then run the tests.”').waitFor();
  expect([await prompt().inputValue(), w.fake.asked.length]).toEqual(['', 1]);

  // Elsewhere and back: it stands in its place, and not in the draft as well.
  await w.page.getByRole('link', { name: 'Settings' }).click();
  await w.page.getByRole('heading', { name: 'Settings' }).waitFor();
  await w.page.getByRole('link', { name: 'Ask', exact: true }).click();
  await w.page.getByText('“Then run the tests.”').waitFor();
  expect(await prompt().inputValue()).toBe('');

  await prompt().fill('And commit.');
  await w.page.getByRole('button', { name: 'Edit' }).click();
  expect(await prompt().inputValue()).toBe('Then run the tests.\n\nAnd commit.');
  await w.page.getByRole('button', { name: 'Send next' }).click();
  await w.page.reload();
  await expect.poll(() => prompt().inputValue()).toBe('Then run the tests.\n\nAnd commit.');
});

it('sends the next message by itself', async () => {
  w = await openWindow(signedIn);
  w.fake.query = writing;
  await ask(w.page, 'Correct it.');
  await w.page.getByRole('button', { name: 'Allow once' }).waitFor();
  await ask(w.page, 'Then run the tests.');
  w.fake.query = answering(['They pass.']);
  await w.page.getByRole('button', { name: 'Allow once' }).click();
  await w.page.getByText('They pass.').waitFor();
  expect(w.fake.asked.map(({ prompt }) => prompt)).toEqual(['Correct it.', 'Then run the tests.']);
});

it('asks before a tool runs, without taking the keys of somebody who types', async () => {
  w = await openWindow(signedIn);
  w.fake.query = writing;
  await ask(w.page, 'Correct it.');
  await prompt().fill('meanwhile');
  await w.page.getByRole('button', { name: 'Allow once' }).waitFor();
  await prompt().press('End');
  await w.page.keyboard.type(' I type');
  expect(await prompt().inputValue()).toBe('meanwhile I type');
  await w.page.getByRole('button', { name: 'Always allow' }).click();
  await w.page.getByText('Receipt:').waitFor();
  expect(w.fake.posts.find((each) => each.path === '/approve')?.body).toMatchObject({
    decision: 'allow',
    remember: true,
  });
  expect(await w.page.getByText('return -sum(n) / (n + 1);').isVisible()).toBe(true);
});

it('goes on in the background, and says so in the list', async () => {
  w = await openWindow(signedIn);
  w.fake.query = writing;
  addConversation(w.fake.facts, 'c1', 'Another', [{ type: 'user', text: 'Before', at: null }]);
  await ask(w.page, 'Correct it.');
  await w.page.getByRole('button', { name: 'Allow once' }).waitFor();
  await w.page.getByRole('searchbox').fill('e');
  await w.page.getByRole('link', { name: /Another/ }).click();
  await w.page.getByText('Before').waitFor();
  expect(await w.page.getByRole('button', { name: 'Allow once' }).count()).toBe(0);
  await w.page.getByRole('link', { name: /Correct it\. Needs your answer/ }).click();
  await w.page.getByRole('button', { name: 'Allow once' }).click();
  await w.page.getByText('Receipt:').waitFor();
});

it('tells of a switch once, and keeps it away once dismissed', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    saveKey(fake.facts);
    fake.query = fallingBack;
  });
  await ask(w.page, 'Go on.');
  await w.page.getByRole('button', { name: 'Allow once' }).waitFor();
  fallBack(w.fake.facts, 'plan_limit_reached', inSeconds(3600));
  await w.page.getByRole('button', { name: 'Allow once' }).click();
  const fallback = {
    event: 'fallback',
    data: { from: ref('oauth'), to: ref('api_key'), reason: 'plan_limit_reached', at: inSeconds(0) },
  } as const;
  await w.fake.emit(fallback);
  await w.page.getByText('Receipt:').waitFor();
  expect(await w.page.getByText('API key is in use').count()).toBe(1);
  await expect.poll(() => readiness().textContent()).toContain('On backup until');
  await w.page.getByRole('button', { name: 'Dismiss' }).click();
  await w.fake.emit(fallback);
  // The next event is heard after this one: when it has been drawn, this one has been as well.
  saveKey(w.fake.facts, 'zzzz');
  w.fake.facts.settings = { ...w.fake.facts.settings, theme: 'dark' };
  await w.fake.emit({ event: 'settings_changed', data: { keys: ['theme'] } });
  await expect.poll(() => w.page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
  expect(await w.page.getByText('API key is in use').count()).toBe(0);
});

it('finds and opens earlier conversations, and goes on with them', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    addConversation(fake.facts, 'c1', 'Bernoulli numbers', [
      { type: 'user', text: 'What is B(2)?', at: null },
      { type: 'assistant_text', text: 'One sixth.' },
    ]);
    addConversation(fake.facts, 'c2', 'Something else', []);
  });
  await w.page.getByRole('searchbox', { name: 'Search conversations' }).fill('bern');
  await expect.poll(() => w.page.locator('.conversation-link').count()).toBe(1);
  await w.page.getByRole('link', { name: /Bernoulli numbers/ }).click();
  await w.page.getByText('One sixth.').waitFor();
  await ask(w.page, 'And B(4)?');
  await expect.poll(() => w.fake.asked[0]?.conversationId).toBe('c1');
});

it('says in plain words that nobody is signed in', async () => {
  w = await openWindow();
  await ask(w.page, 'Hello?');
  await w.page.getByText('You are not signed in', { exact: true }).waitFor();
  const said = w.page.getByRole('status', { name: 'Announcements' });
  await expect.poll(() => said.textContent()).toBe('You are not signed in.');
  expect(await w.page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true);
});

it('F53: runs and fetches nothing of what the model writes', async () => {
  w = await openWindow(signedIn);
  w.fake.query = hostileAnswer;
  await ask(w.page, 'Be hostile.');
  await w.page.getByText('Receipt:').waitFor();
  const list = w.page.getByRole('region', { name: 'Conversation', exact: true });
  for (const button of await list.getByRole('button').all()) {
    await button.click();
    const dialog = w.page.getByRole('dialog');
    if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Close' }).click();
  }
  expect(await w.page.evaluate(() => 'ran' in window)).toBe(false);
  expect(w.strangers).toEqual([]);
  expect(w.complaints).toEqual([]);
  expect(await list.locator('a[href], img, iframe, script, style, form, link, base, meta').count()).toBe(0);
  expect(w.page.url().startsWith(w.fake.url)).toBe(true);
});

it('opens a link of the model’s only after its host was shown', async () => {
  w = await openWindow(signedIn);
  w.fake.query = answering(['See [the docs](https://docs.example/a).']);
  await ask(w.page, 'Link?');
  await w.page.getByRole('button', { name: 'the docs' }).click();
  const dialog = w.page.getByRole('dialog');
  expect(await dialog.getByText('docs.example', { exact: true }).isVisible()).toBe(true);
  expect(w.strangers).toEqual([]);
  await dialog.getByRole('link', { name: 'Open in browser' }).click();
  await expect.poll(() => w.strangers).toEqual(['https://docs.example/a']);
});
